/**
 * Flags and environment → one frozen {@linkcode Command}. The only reader of `Deno.args` and `Deno.env`.
 *
 * Every flag `--some-flag` has the twin `COMMONROOM_SOME_FLAG`; the flag wins.
 *
 * @module
 */
import { parseArgs } from "node:util";
import { dirname, fromFileUrl, join, resolve } from "@std/path";
import { StartError } from "./errors.ts";
import type { LogFormat } from "./log.ts";
import type { TlsFiles } from "./net/tls.ts";

/** How the server is to run. */
export interface Config {
  /** The folder to serve, absolute; `undefined` for the starter pages. */
  readonly siteDir: string | undefined;
  /** The address to listen on. */
  readonly host: string;
  /** The port to listen on, 0–65535; 0 takes any free one. */
  readonly port: number;
  /** Which server carries the application. */
  readonly transport: "native" | "raw";
  /** Where certificate and key are, absolute; `undefined` to speak plain HTTP. */
  readonly tls: TlsFiles | undefined;
  /** The folder that holds everything kept, absolute, or `:memory:` to keep nothing. */
  readonly dataDir: string;
  /** Whether the pages of the folder are readable without logging in. */
  readonly isPublic: boolean;
  /** Whether anyone may register without an invitation. */
  readonly isRegistrationOpen: boolean;
  /** Whether rates are limited; off only for load tests. */
  readonly hasRateLimits: boolean;
  /** The form of the log, one line a request. */
  readonly logFormat: LogFormat;
}

/** What the command line asks for. */
export type Command =
  | { readonly name: "serve"; readonly config: Config }
  | { readonly name: "user add"; readonly config: Config; readonly user: string; readonly isAdmin: boolean }
  | { readonly name: "routes"; readonly config: Config }
  | { readonly name: "trace"; readonly config: Config; readonly request: TraceRequest }
  | { readonly name: "help" }
  | { readonly name: "version" };

/** The request that `commonroom trace` is to send. */
export interface TraceRequest {
  /** Its target, or a URL: of that only path and query count. Sent as it is, be it ever so malformed. */
  readonly target: string;
  /** Its method. @default "GET", or "POST" with a body */
  readonly method?: string;
  /** Its body: JSON if it begins with a brace or bracket, else the fields of a form. */
  readonly body?: string;
  /** One more header field, `Name: value`; it takes the place of ours of the same name. */
  readonly header?: string;
}

interface Flag {
  readonly value?: string;
  readonly choices?: readonly string[];
  readonly default?: string;
  readonly help: string;
}

const FLAGS: Readonly<Record<string, Flag>> = {
  host: { value: "ADDRESS", default: "127.0.0.1", help: "address to listen on; 0.0.0.0 for the whole network" },
  port: { value: "NUMBER", default: "8000", help: "port to listen on; 0 takes any free one" },
  transport: {
    value: "NAME",
    choices: ["native", "raw"],
    default: "native",
    help: "the runtime's own server, or ours on bare sockets",
  },
  "tls-cert": { value: "FILE", help: "certificate (PEM) to speak https with, read again when it changes" },
  "tls-key": { value: "FILE", help: "its private key (PEM, without a passphrase)" },
  data: { value: "DIR", help: "folder for all that is kept, or :memory: (default: data/ beside the program)" },
  public: { help: "the folder's pages are readable without logging in" },
  "open-registration": { help: "anyone may make an account, without an invitation" },
  "no-rate-limits": { help: "limit no rates: for load tests only" },
  log: { value: "FORMAT", choices: ["text", "json", "off"], default: "text", help: "form of the log" },
};

const COMMANDS: readonly (readonly [string, string])[] = [
  ["serve [DIR]", "serve DIR, or the starter pages (the default command)"],
  ["user add NAME [--admin]", "make an account; the password is read from standard input"],
  ["routes", "list the table of routes"],
  ["trace URL [DIR]", "send one request, and print what each station decides"],
  ["  [-X METHOD] [-d BODY]", "its method and body, as for curl"],
  ["  [-H FIELD]", "one more header field, 'Name: value'"],
];

/** What only `trace` takes, by the letters that curl has for it. */
const TRACE_FLAGS: Readonly<Record<string, { readonly value: string; readonly short: string }>> = {
  method: { value: "METHOD", short: "X" },
  body: { value: "BODY", short: "d" },
  header: { value: "FIELD", short: "H" },
};

/** What `--help` prints. */
export function helpText(): string {
  const flags = Object.entries(FLAGS).map(([name, flag]) => {
    const left = flag.value === undefined ? `--${name}` : `--${name} ${flag.value}`;
    const choices = flag.choices === undefined || flag.choices.length < 2 ? "" : `: ${flag.choices.join(", ")}`;
    const fallback = flag.default === undefined ? "" : ` (default: ${flag.default})`;
    return `  ${left.padEnd(24)} ${flag.help}${choices}${fallback}`;
  });
  return [
    "Commonroom turns a folder into a searchable site with a common room to talk in.",
    "",
    "Usage: commonroom [COMMAND] [flags]",
    "",
    ...COMMANDS.map(([usage, help]) => `  ${usage.padEnd(24)} ${help}`),
    "",
    "Flags, each with its twin in the environment (--port is COMMONROOM_PORT):",
    "",
    ...flags,
    `  ${"--help, --version".padEnd(24)} print this, or the version`,
  ].join("\n");
}

/** Where a command line comes from; by default the process. */
export interface CommandSource {
  /** The arguments of the program. */
  readonly args: readonly string[];
  /** Reads one variable of the environment. */
  readonly env: (name: string) => string | undefined;
}

/**
 * Reads the command line and the environment.
 *
 * @param source Arguments and environment; by default those of the process.
 * @returns The command, with every default filled in.
 * @throws {StartError} With exit status 2 if a flag is unknown, lacks its value or has a wrong one.
 * @example
 * ```ts
 * import { parseCommand } from "./config.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const command = parseCommand({ args: ["--port", "0"], env: () => undefined });
 * assertEquals(command.name === "serve" && command.config.port, 0);
 * ```
 */
export function parseCommand(
  source: CommandSource = { args: Deno.args, env: (name) => Deno.env.get(name) },
): Command {
  const { positionals, flags } = readArguments(source.args);
  if (flags.has("help")) return { name: "help" };
  if (flags.has("version")) return { name: "version" };
  const config = readConfig(flags, source.env);
  const [first, ...rest] = positionals;
  if (first === "user") return parseUserCommand(rest, { flags, config });
  if (flags.has("admin")) throw usage("--admin belongs to `commonroom user add NAME`");
  if (first === "trace") return parseTraceCommand(rest, { flags, config: (dir) => withSite(config, { dir, source }) });
  const stray = Object.keys(TRACE_FLAGS).find((name) => flags.has(name));
  if (stray !== undefined) throw usage(`--${stray} belongs to \`commonroom trace URL\``);
  if (first === "routes") return { name: "routes", config: noMore(rest, config) };
  const [dir, ...extra] = first === "serve" ? rest : positionals;
  noMore(extra, config);
  return { name: "serve", config: withSite(config, { dir, source }) };
}

function withSite(config: Config, { dir, source }: { dir: string | undefined; source: CommandSource }): Config {
  if (dir === "") throw usage("DIR is empty: name the folder to serve");
  const siteDir = dir ?? (source.env("COMMONROOM_DIR") || undefined);
  return Object.freeze({ ...config, siteDir: siteDir && resolve(siteDir) });
}

function parseTraceCommand(
  [target, dir, ...extra]: readonly string[],
  { flags, config }: { flags: Flags; config: (dir: string | undefined) => Config },
): Command {
  if (!target) throw usage("Usage: commonroom trace URL [DIR] [-X METHOD] [-d BODY] [-H FIELD]");
  const given = Object.keys(TRACE_FLAGS).filter((name) => flags.has(name)).map((name) => [name, flags.get(name)]);
  return { name: "trace", config: noMore(extra, config(dir)), request: { target, ...Object.fromEntries(given) } };
}

function parseUserCommand(
  words: readonly string[],
  { flags, config }: { flags: Flags; config: Config },
): Command {
  const [verb, user, ...extra] = words;
  if (verb !== "add" || user === undefined) throw usage("Usage: commonroom user add NAME [--admin]");
  return { name: "user add", config: noMore(extra, config), user, isAdmin: flags.has("admin") };
}

function noMore(words: readonly string[], config: Config): Config {
  if (words.length > 0) throw usage(`Unexpected argument ${words[0]}`);
  return config;
}

/** The flags of the command line, by name: their value, or `true` for a switch. */
type Flags = ReadonlyMap<string, string | true>;

/** What belongs to one command, or to none. */
const OTHER_SWITCHES = ["admin", "help", "version"];

function readArguments(args: readonly string[]): { positionals: string[]; flags: Flags } {
  const { positionals, tokens } = parseArgs({ args: [...args], options: OPTIONS, strict: false, tokens: true });
  const flags = new Map<string, string | true>();
  for (const token of tokens) {
    if (token.kind !== "option") continue;
    const { name, rawName } = token;
    const value = !token.inlineValue && token.value?.startsWith("-") ? undefined : token.value;
    if (OPTIONS[name] === undefined) throw usage(`Unknown flag ${rawName}`);
    if (flags.has(name)) throw usage(`${rawName} is given more than once`);
    if (OPTIONS[name].type === "boolean" && value !== undefined) throw usage(`${rawName} takes no value`);
    if (OPTIONS[name].type === "string" && !value) {
      throw usage(`${rawName} needs a value: ${rawName} ${(FLAGS[name] ?? TRACE_FLAGS[name]).value}`);
    }
    flags.set(name, value ?? true);
  }
  return { positionals, flags };
}

const OPTIONS: Readonly<Record<string, { readonly type: "string" | "boolean"; readonly short?: string }>> = {
  ...Object.fromEntries(
    Object.entries(FLAGS).map(([name, { value }]) => [name, { type: value === undefined ? "boolean" : "string" }]),
  ),
  ...Object.fromEntries(Object.entries(TRACE_FLAGS).map(([name, { short }]) => [name, { type: "string", short }])),
  ...Object.fromEntries(OTHER_SWITCHES.map((name) => [name, { type: "boolean" }])),
  help: { type: "boolean", short: "h" },
};

function readConfig(flags: Flags, env: CommandSource["env"]): Config {
  const text = (name: string) => readText(name, { given: flags.get(name), env });
  const isOn = (name: string) => flags.has(name) || readSwitch(name, env);
  const data = text("data");
  return Object.freeze({
    siteDir: undefined,
    host: text("host")!,
    port: readPort(text("port")!),
    transport: text("transport") as Config["transport"],
    tls: readTls(text("tls-cert"), text("tls-key")),
    dataDir: data === ":memory:" ? data : data === undefined ? join(programDir(), "data") : resolve(data),
    isPublic: isOn("public"),
    isRegistrationOpen: isOn("open-registration"),
    hasRateLimits: !isOn("no-rate-limits"),
    logFormat: text("log") as LogFormat,
  });
}

function readText(
  name: string,
  { given, env }: { given: string | true | undefined; env: CommandSource["env"] },
): string | undefined {
  const { choices, value, ...flag } = FLAGS[name];
  const text = given ?? env(twinOf(name)) ?? flag.default;
  if (text === "") throw usage(`--${name} needs a value: --${name} ${value}`);
  if (choices !== undefined && !choices.includes(String(text))) {
    throw usage(`--${name} cannot be ${text}: it is one of ${choices.join(", ")}`);
  }
  return text === undefined ? undefined : String(text);
}

function readSwitch(name: string, env: CommandSource["env"]): boolean {
  const value = env(twinOf(name))?.toLowerCase() ?? "";
  if (["", "0", "false", "no"].includes(value)) return false;
  if (["1", "true", "yes"].includes(value)) return true;
  throw usage(`${twinOf(name)} cannot be ${value}: it is 1 or 0`);
}

function readPort(text: string): number {
  const port = Number(text);
  if (/^\d{1,5}$/.test(text) && port <= 65535) return port;
  throw usage(`--port cannot be ${text}: it is a number from 0 to 65535`);
}

function readTls(cert: string | undefined, key: string | undefined): TlsFiles | undefined {
  if (cert === undefined && key === undefined) return undefined;
  if (cert === undefined) throw usage("--tls-key needs the certificate too: --tls-cert FILE");
  if (key === undefined) throw usage("--tls-cert needs its private key too: --tls-key FILE");
  return Object.freeze({ certFile: resolve(cert), keyFile: resolve(key) });
}

function twinOf(flag: string): string {
  return `COMMONROOM_${flag.toUpperCase().replaceAll("-", "_")}`;
}

function usage(message: string): StartError {
  return new StartError(`${message} (commonroom --help lists what there is)`, { exitStatus: 2 });
}

/** The folder that the program stands in: of the binary when compiled, else of main.ts. */
function programDir(): string {
  return Deno.build.standalone ? dirname(Deno.execPath()) : dirname(dirname(fromFileUrl(import.meta.url)));
}
