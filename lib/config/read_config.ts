/**
 * Flags and their twins in the environment → the configuration.
 *
 * @module
 */
import { dirname, fromFileUrl, join, resolve } from "@std/path";
import type { LogFormat } from "../log.ts";
import type { TlsFiles } from "../net/tls.ts";
import { FLAGS, type Flags, usage } from "./flags.ts";

/** How the server is to run. */
export interface Config {
  /** The folder to serve, absolute; `undefined` for the starter pages. */
  readonly siteDir: string | undefined;
  /** The folder with routes beside our own, absolute. */
  readonly routesDir?: string;
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
  /** Whether open pages reload when something changes on disk. */
  readonly isWatching: boolean;
  /** Whether an error is shown with its code, to this machine alone. */
  readonly isDevelopment: boolean;
  /** Whether rates are limited; off only for load tests. */
  readonly hasRateLimits: boolean;
  /** The form of the log, one line a request. */
  readonly logFormat: LogFormat;
}

/** Reads one variable of the environment. */
export type ReadEnv = (name: string) => string | undefined;

/** On these a server is heard by its own machine alone. */
const LOOPBACK = /^(?:127(?:\.\d{1,3}){3}|::1|localhost)$/;

/**
 * Fills the configuration in.
 *
 * @param flags The flags of the command line; they win.
 * @param env Reads the twins of those that are not there.
 * @returns The configuration, frozen; of the site there is nothing in it yet.
 * @throws {StartError} With exit status 2 if a value is wrong.
 */
export function readConfig(flags: Flags, env: ReadEnv): Config {
  const text = (name: string) => readText(name, { given: flags.get(name), env });
  const isOn = (name: string) => flags.has(name) || readSwitch(name, env);
  const [data, routes, host] = [text("data"), text("routes"), text("host")!];
  return Object.freeze({
    siteDir: undefined,
    ...routes !== undefined && { routesDir: resolve(routes) },
    host,
    port: readPort(text("port")!),
    transport: text("transport") as Config["transport"],
    tls: readTls(text("tls-cert"), text("tls-key")),
    dataDir: data === ":memory:" ? data : data === undefined ? join(programDir(), "data") : resolve(data),
    isPublic: isOn("public"),
    isRegistrationOpen: isOn("open-registration"),
    isWatching: isOn("watch"),
    isDevelopment: checkDevelopment(isOn("dev"), host),
    hasRateLimits: !isOn("no-rate-limits"),
    logFormat: text("log") as LogFormat,
  });
}

function readText(name: string, { given, env }: { given: string | true | undefined; env: ReadEnv }) {
  const { choices, value, ...flag } = FLAGS[name];
  const text = given ?? env(twinOf(name)) ?? flag.default;
  if (text === "") throw usage(`--${name} needs a value: --${name} ${value}`);
  if (choices !== undefined && !choices.includes(String(text))) {
    throw usage(`--${name} cannot be ${text}: it is one of ${choices.join(", ")}`);
  }
  return text === undefined ? undefined : String(text);
}

function readSwitch(name: string, env: ReadEnv): boolean {
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

/** An error that is shown with its code tells too much to be heard by others. */
function checkDevelopment(isDevelopment: boolean, host: string): boolean {
  if (isDevelopment && !LOOPBACK.test(host)) {
    throw usage(`--dev shows the code of errors, so it listens on 127.0.0.1 only, and not on ${host}`);
  }
  return isDevelopment;
}

function twinOf(flag: string): string {
  return `COMMONROOM_${flag.toUpperCase().replaceAll("-", "_")}`;
}

/** The folder that the program stands in: of the binary when compiled, else of main.ts. */
function programDir(): string {
  if (Deno.build.standalone) return dirname(Deno.execPath());
  return dirname(dirname(dirname(fromFileUrl(import.meta.url))));
}
