/**
 * Flags and environment → one frozen {@linkcode Command}. The only reader of `Deno.args` and `Deno.env`.
 *
 * Every flag `--some-flag` has the twin `COMMONROOM_SOME_FLAG`; the flag wins.
 *
 * @module
 */
import { resolve } from "@std/path";
import { type Flags, ownFlags, readArguments, usage } from "./config/flags.ts";
import { type Config, readConfig, type ReadEnv } from "./config/read_config.ts";

export { helpText } from "./config/flags.ts";
export type { Config } from "./config/read_config.ts";

/** What the command line asks for. */
export type Command =
  | { readonly name: "serve"; readonly config: Config }
  | { readonly name: "user add"; readonly config: Config; readonly user: string; readonly isAdmin: boolean }
  | { readonly name: "access"; readonly config: Config; readonly path: string; readonly user?: string }
  | { readonly name: "routes"; readonly config: Config }
  | { readonly name: "new route"; readonly config: Config; readonly route: string }
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

/** Where a command line comes from; by default the process. */
export interface CommandSource {
  /** The arguments of the program. */
  readonly args: readonly string[];
  /** Reads one variable of the environment. */
  readonly env: ReadEnv;
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
  const parse = PARSERS[first];
  const line = { words: parse === undefined ? positionals : rest, flags, config, env: source.env };
  return parse === undefined ? parseServe(line) : parse(line);
}

/** A command line behind the name of its command. */
interface Line {
  readonly words: readonly string[];
  readonly flags: Flags;
  readonly config: Config;
  readonly env: ReadEnv;
}

/** By the first word of each command. Without a prototype: a folder may be called `constructor`. */
const PARSERS: Readonly<Record<string, (line: Line) => Command>> = {
  __proto__: null as never,
  serve: parseServe,
  user: parseUserAdd,
  access: parseAccess,
  routes: parseRoutes,
  new: parseNewRoute,
  trace: parseTrace,
};

function parseServe({ words: [dir, ...extra], flags, config, env }: Line): Command {
  ownFlags(flags);
  return { name: "serve", config: withSite(noMore(extra, config), { dir, env }) };
}

function parseUserAdd({ words: [verb, user, ...extra], flags, config }: Line): Command {
  if (verb !== "add" || user === undefined) throw usage("Usage: commonroom user add NAME [--admin]");
  const { admin } = ownFlags(flags, "user add NAME");
  return { name: "user add", config: noMore(extra, config), user, isAdmin: admin === true };
}

function parseAccess({ words: [path, user, ...extra], flags, config, env }: Line): Command {
  if (!path) throw usage("Usage: commonroom access PATH [USER] [--dir DIR]");
  const { dir } = ownFlags(flags, "access PATH") as { dir?: string };
  return { name: "access", config: withSite(noMore(extra, config), { dir, env }), path, user };
}

function parseRoutes({ words, flags, config }: Line): Command {
  ownFlags(flags);
  return { name: "routes", config: noMore(words, config) };
}

function parseNewRoute({ words: [what, route, ...extra], flags, config }: Line): Command {
  ownFlags(flags);
  if (what !== "route" || !route) throw usage("Usage: commonroom new route NAME [--routes DIR]");
  return { name: "new route", config: noMore(extra, config), route };
}

function parseTrace({ words: [target, dir, ...extra], flags, config, env }: Line): Command {
  if (!target) throw usage("Usage: commonroom trace URL [DIR] [-X METHOD] [-d BODY] [-H FIELD]");
  const request = { target, ...ownFlags(flags, "trace URL") };
  return { name: "trace", config: withSite(noMore(extra, config), { dir, env }), request };
}

function withSite(config: Config, { dir, env }: { dir: string | undefined; env: ReadEnv }): Config {
  if (dir === "") throw usage("DIR is empty: name the folder to serve");
  const siteDir = dir ?? (env("COMMONROOM_DIR") || undefined);
  return Object.freeze({ ...config, siteDir: siteDir && resolve(siteDir) });
}

function noMore(words: readonly string[], config: Config): Config {
  if (words.length > 0) throw usage(`Unexpected argument ${words[0]}`);
  return config;
}
