/**
 * A whole server: store, services, application and transport, started and stopped in order.
 *
 * @module
 */
import { dirname, fromFileUrl, join } from "@std/path";
import { createApp } from "./app.ts";
import type { Chat } from "./chat/mod.ts";
import type { Config } from "./config.ts";
import { cookieKey } from "./cookie_store.ts";
import { StartError } from "./errors.ts";
import { isInside } from "./files/mod.ts";
import { loadRoutes, type RouteTable } from "./file_routes.ts";
import type { Logger } from "./log.ts";
import type { Listener, ListenOptions } from "./net/listener.ts";
import { listenNative } from "./net/native.ts";
import { listenRaw } from "./net/raw.ts";
import { Certificate } from "./net/tls.ts";
import { ACCESS_FILE } from "./pages/access_file.ts";
import { Site, type SiteOptions } from "./pages/site.ts";
import { createServices } from "./services.ts";
import { lockDataDir } from "./store/database.ts";
import { openStore } from "./store/mod.ts";
import { within } from "./within.ts";

/** The folder of this program, with `routes/` and `static/`; inside a compiled binary a virtual one. */
const PROGRAM_DIR = dirname(dirname(fromFileUrl(import.meta.url)));
/** The folder of the routes. */
export const ROUTES_DIR: string = join(PROGRAM_DIR, "routes");
const STATIC_DIR = join(PROGRAM_DIR, "static");
/** The transports, by the name that the command line gives them. */
const LISTEN = { native: listenNative, raw: listenRaw };
/** How long requests under way may take when the server stops, in ms. */
const DRAIN_MS = 10_000;
/** How long sockets have to say goodbye, in ms. */
const GOODBYE_MS = 250;

/** A running server. */
export interface Server {
  /** Where it is, ending with a slash. */
  readonly url: string;
  /** Where the administrator is made; `undefined` if there is one. */
  readonly setupUrl: string | undefined;
  /** Rejects with a {@linkcode StartError} if it cannot go on, once it is closed. */
  readonly failed: Promise<never>;
  /** Tells the sockets, answers what is under way, closes the store. A second call waits for the first. */
  close(): Promise<void>;
}

/**
 * Starts a server.
 *
 * @param config How it is to run.
 * @param logger Told of each request.
 * @returns The server, accepting connections.
 * @throws {StartError} If it cannot: the folder or the certificate is unreadable, the port in use, a route malformed.
 */
export async function startServer(config: Config, logger: Logger): Promise<Server> {
  await using stack = new AsyncDisposableStack();
  const reportDefect = (error: unknown) => logger.error(error);
  const tls = config.tls && stack.use(new Certificate(config.tls, { reportDefect }));
  const siteDir = config.siteDir === undefined ? undefined : readableDir(config.siteDir);
  const routes = await loadRoutes(ROUTES_DIR, { beside: config.routesDir });
  stack.defer(lockDataDir(config.dataDir));
  const store = openStore(config.dataDir);
  stack.defer(() => store.log.close());
  const isTaken = (path: string) => isRoute(routes, path);
  const site = openSite(siteDir, { config, isTaken, reportDefect });
  stack.defer(() => site.close());
  const services = await createServices({ ...config, store, site, reportDefect });
  stack.defer(() => services.moderation.close());
  const { isDevelopment, isWatching } = config;
  const app = createApp({
    routes,
    staticDir: STATIC_DIR,
    services,
    logger,
    isDevelopment,
    isWatching,
    cookieKey: await cookieKey(store.log),
  });
  const { host, port } = config;
  const reportRefusal = logRefusals(logger);
  const listener = LISTEN[config.transport](app, { hostname: host, port, tls, reportDefect, reportRefusal });
  stack.defer(() => sayGoodbye(services.chat, listener));
  stack.defer(() => app.endStreams());
  // The starter pages are few, and are read once somebody asks for them.
  if (siteDir !== undefined) site.refresh().catch(reportDefect);
  const url = `${tls === undefined ? "http" : "https"}://${host.includes(":") ? `[${host}]` : host}:${listener.port}/`;
  const setupPath = services.setup.path();
  const running = stack.move();
  let closing: Promise<void> | undefined;
  const close = () => closing ??= running.disposeAsync();
  return { url, setupUrl: setupPath && new URL(setupPath, url).href, failed: failureOf(listener, close), close };
}

/** The runtime's server stops for good when there are no more file descriptors: then it is better to be started again. */
function failureOf({ failed }: Listener, close: () => Promise<void>): Promise<never> {
  const failure = (failed ?? new Promise<never>(() => {})).catch(async (error) => {
    await close();
    throw new StartError(
      `The server cannot go on: ${reasonOf(error)}; allow it more open files, or use --transport raw`,
    );
  });
  failure.catch(() => {});
  return failure;
}

/** What a site needs beside its folder. */
interface SiteDeps extends Pick<SiteOptions, "isTaken" | "reportDefect"> {
  readonly config: Config;
}

/** Without a folder the starter pages are the site, and everybody may read them. */
function openSite(dir: string | undefined, { config, ...deps }: SiteDeps): Site {
  const { dataDir, isPublic, isWatching: tellsChanges } = config;
  // They change only for who works on them.
  if (dir === undefined) {
    return new Site({ dir: STATIC_DIR, isPublic: true, isWatching: tellsChanges, tellsChanges, ...deps });
  }
  const hiddenDir = dataDir === ":memory:" ? undefined : Deno.realPathSync(dataDir);
  if (hiddenDir !== undefined && isInside(dir, hiddenDir)) {
    throw new StartError(`Cannot serve ${dir}: it lies inside the data folder ${dataDir}, which nobody may read`);
  }
  const accessFile = hiddenDir && join(hiddenDir, ACCESS_FILE);
  return new Site({ dir, isPublic, hiddenDir, accessFile, tellsChanges, ...deps });
}

/** Whether a route answers at a path, so that no page can be there. */
function isRoute(routes: RouteTable, path: string): boolean {
  try {
    return routes.match(path) !== undefined;
  } catch {
    return false;
  }
}

/** What was refused before it was a request has a status, a reason and an address, and no more. */
function logRefusals(logger: Logger): ListenOptions["reportRefusal"] {
  const nothing = { requestId: "-", method: "-", path: "-", durationMs: 0, user: undefined };
  return ({ status, message, address }) => logger.request({ ...nothing, status, address, refusal: message });
}

/** Sockets are told first: the transport would drop them. */
async function sayGoodbye(chat: Chat, listener: Listener): Promise<void> {
  await chat.close();
  await new Promise((resolve) => setTimeout(resolve, GOODBYE_MS));
  await within(listener.shutdown(), DRAIN_MS);
}

/** The folder's path, with links resolved. */
function readableDir(dir: string): string {
  try {
    for (const _ of Deno.readDirSync(dir)) break;
    return Deno.realPathSync(dir);
  } catch (error) {
    throw new StartError(`Cannot serve ${dir}: ${reasonOf(error)}`, { cause: error });
  }
}

function reasonOf(error: unknown): string {
  if (error instanceof Deno.errors.NotFound) return "there is no such folder";
  if (error instanceof Deno.errors.NotADirectory) return "it is no folder";
  if (error instanceof Deno.errors.PermissionDenied) return "it may not be read";
  return error instanceof Error ? error.message : String(error);
}
