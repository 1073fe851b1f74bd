/**
 * Flags and environment → one frozen {@linkcode Command}. The only reader of `Deno.args` and `Deno.env`.
 *
 * Every flag `--some-flag` has the twin `COMMONROOM_SOME_FLAG`; the flag wins.
 *
 * @module
 */
import { parseArgs } from "@std/cli/parse-args";
import { dirname, fromFileUrl, join, resolve } from "@std/path";
import { StartError } from "./errors.ts";
import type { LogFormat } from "./log.ts";

/** How the server is to run. */
export interface Config {
  /** The folder to serve, absolute; `undefined` for the starter pages. */
  readonly siteDir: string | undefined;
  /** The address to listen on. */
  readonly host: string;
  /** The port to listen on, 0–65535; 0 takes any free one. */
  readonly port: number;
  /** Which server carries the application. */
  readonly transport: "native";
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
  | { readonly name: "help" }
  | { readonly name: "version" };

interface Flag {
  readonly value?: string;
  readonly choices?: readonly string[];
  readonly default?: string;
  readonly help: string;
}

const FLAGS: Readonly<Record<string, Flag>> = {
  host: { value: "ADDRESS", default: "127.0.0.1", help: "address to listen on; 0.0.0.0 for the whole network" },
  port: { value: "NUMBER", default: "8000", help: "port to listen on; 0 takes any free one" },
  transport: { value: "NAME", choices: ["native"], default: "native", help: "the server that carries the application" },
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
];

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
  if (flags.help) return { name: "help" };
  if (flags.version) return { name: "version" };
  const config = readConfig(flags, source.env);
  const [first, ...rest] = positionals;
  if (first === "user") return parseUserCommand(rest, { flags, config });
  if (flags.admin) throw usage("--admin belongs to `commonroom user add NAME`");
  if (first === "routes") return { name: "routes", config: noMore(rest, config) };
  const [dir, ...extra] = first === "serve" ? rest : positionals;
  noMore(extra, config);
  const siteDir = dir ?? source.env("COMMONROOM_DIR");
  return { name: "serve", config: Object.freeze({ ...config, siteDir: siteDir && resolve(siteDir) }) };
}

function parseUserCommand(
  words: readonly string[],
  { flags, config }: { flags: Record<string, unknown>; config: Config },
): Command {
  const [verb, user, ...extra] = words;
  if (verb !== "add" || user === undefined) throw usage("Usage: commonroom user add NAME [--admin]");
  return { name: "user add", config: noMore(extra, config), user, isAdmin: flags.admin === true };
}

function noMore(words: readonly string[], config: Config): Config {
  if (words.length > 0) throw usage(`Unexpected argument ${words[0]}`);
  return config;
}

function readArguments(args: readonly string[]): { positionals: string[]; flags: Record<string, unknown> } {
  const valued = Object.keys(FLAGS).filter((name) => FLAGS[name].value !== undefined);
  const plain = Object.keys(FLAGS).filter((name) => FLAGS[name].value === undefined);
  const known = new Set([...valued, ...plain, "admin", "help", "version"]);
  const { _: positionals, ...flags } = parseArgs([...args], {
    string: ["_", ...valued],
    boolean: [...plain, "admin", "help", "version"],
    alias: { h: "help" },
    unknown: (argument, key) => {
      if (key === undefined || known.has(key)) return true;
      throw usage(`Unknown flag ${argument.split("=")[0]}`);
    },
  });
  return { positionals: positionals.map(String), flags };
}

function readConfig(flags: Record<string, unknown>, env: CommandSource["env"]): Config {
  const text = (name: string) => readText(name, { given: flags[name], env });
  const isOn = (name: string) => flags[name] === true || readSwitch(name, env);
  const data = text("data");
  return Object.freeze({
    siteDir: undefined,
    host: text("host")!,
    port: readPort(text("port")!),
    transport: text("transport") as "native",
    dataDir: data === ":memory:" ? data : data === undefined ? join(programDir(), "data") : resolve(data),
    isPublic: isOn("public"),
    isRegistrationOpen: isOn("open-registration"),
    hasRateLimits: !isOn("no-rate-limits"),
    logFormat: text("log") as LogFormat,
  });
}

function readText(name: string, { given, env }: { given: unknown; env: CommandSource["env"] }): string | undefined {
  const { choices, value, ...flag } = FLAGS[name];
  if (Array.isArray(given)) throw usage(`--${name} is given more than once`);
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
