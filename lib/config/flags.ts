/**
 * The flags and the commands, as tables: what `--help` prints, and how the words of a command line are told apart.
 *
 * @module
 */
import { parseArgs } from "node:util";
import { StartError } from "../errors.ts";

/** A flag of the program. */
export interface Flag {
  /** What its value is called; absent: it is a switch. */
  readonly value?: string;
  /** The values that it may have. */
  readonly choices?: readonly string[];
  /** Its value unless told. */
  readonly default?: string;
  /** What it does. */
  readonly help: string;
}

/** The flags of the configuration, by name. */
export const FLAGS: Readonly<Record<string, Flag>> = {
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
  routes: { value: "DIR", help: "folder with routes of your own, beside ours" },
  public: { help: "the folder's pages are readable without logging in" },
  "open-registration": { help: "anyone may make an account, without an invitation" },
  watch: { help: "pages that are open reload when something changes on disk" },
  dev: { help: "errors are shown with their code, on this machine alone" },
  "no-rate-limits": { help: "limit no rates: for load tests only" },
  log: { value: "FORMAT", choices: ["text", "json", "off"], default: "text", help: "form of the log" },
};

interface OwnFlag {
  readonly value?: string;
  readonly short?: string;
  /** The command that takes it, as it is written. */
  readonly of: string;
}

/** What only one command takes; those of `trace` by the letters that curl has for them. */
const OWN_FLAGS: Readonly<Record<string, OwnFlag>> = {
  admin: { of: "user add NAME" },
  dir: { value: "DIR", of: "access PATH" },
  method: { value: "METHOD", short: "X", of: "trace URL" },
  body: { value: "BODY", short: "d", of: "trace URL" },
  header: { value: "FIELD", short: "H", of: "trace URL" },
};

const COMMANDS: readonly (readonly [string, string])[] = [
  ["serve [DIR]", "serve DIR, or the starter pages (the default command)"],
  ["user add NAME [--admin]", "make an account; the password is read from standard input"],
  ["access PATH [USER]", "say who may read a page of the site, and why"],
  ["  [--dir DIR]", "the folder of that site"],
  ["routes", "list the table of routes"],
  ["new route NAME", "write a route to begin with, and its test"],
  ["trace URL [DIR]", "send one request, and print what each station decides"],
  ["  [-X METHOD] [-d BODY]", "its method and body, as for curl"],
  ["  [-H FIELD]", "one more header field, 'Name: value'"],
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

/** The flags of a command line, by name: their value, or `true` for a switch. */
export type Flags = ReadonlyMap<string, string | true>;

const OPTIONS: Readonly<Record<string, { readonly type: "string" | "boolean"; readonly short?: string }>> = {
  ...Object.fromEntries(
    Object.entries<{ value?: string; short?: string }>({ ...FLAGS, ...OWN_FLAGS })
      .map(([name, { value, short }]) => [
        name,
        { type: value === undefined ? "boolean" : "string", ...short !== undefined && { short } },
      ]),
  ),
  help: { type: "boolean", short: "h" },
  version: { type: "boolean" },
};

/**
 * Tells the flags of a command line from its other words.
 *
 * @param args The arguments of the program.
 * @throws {StartError} With exit status 2 if a flag is unknown, lacks its value, or stands twice.
 */
export function readArguments(args: readonly string[]): { positionals: string[]; flags: Flags } {
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
      throw usage(`${rawName} needs a value: ${rawName} ${(FLAGS[name] ?? OWN_FLAGS[name]).value}`);
    }
    flags.set(name, value ?? true);
  }
  return { positionals, flags };
}

/**
 * The flags that only one command takes, as it was given them.
 *
 * @param flags All flags of the command line.
 * @param command The command, as {@linkcode helpText} begins to write it; `undefined` takes none.
 * @returns Their values by name.
 * @throws {StartError} With exit status 2 if one is there that belongs to another command.
 */
export function ownFlags(flags: Flags, command?: string): Record<string, string | true> {
  const own: Record<string, string | true> = {};
  for (const [name, { of }] of Object.entries(OWN_FLAGS)) {
    const value = flags.get(name);
    if (value === undefined) continue;
    if (of !== command) throw usage(`--${name} belongs to \`commonroom ${of}\``);
    own[name] = value;
  }
  return own;
}

/**
 * The mistake of whoever typed the command line.
 *
 * @param message What is wrong.
 */
export function usage(message: string): StartError {
  return new StartError(`${message} (commonroom --help lists what there is)`, { exitStatus: 2 });
}
