/**
 * A whole server: store, services, application and transport, started and stopped in order.
 *
 * @module
 */
import { dirname, fromFileUrl, join } from "@std/path";
import { createApp } from "./app.ts";
import type { Config } from "./config.ts";
import { StartError } from "./errors.ts";
import { loadRoutes } from "./file_routes.ts";
import type { Logger } from "./log.ts";
import { listenNative } from "./net/native.ts";
import { Site } from "./pages/site.ts";
import { PageIndex } from "./search/page_index.ts";
import { createServices } from "./services.ts";
import { lockDataDir } from "./store/database.ts";
import { openStore } from "./store/mod.ts";
import { within } from "./within.ts";

/** The folder of this program, with `routes/` and `static/`; inside a compiled binary a virtual one. */
const PROGRAM_DIR = dirname(dirname(fromFileUrl(import.meta.url)));
/** The folder of the routes. */
export const ROUTES_DIR: string = join(PROGRAM_DIR, "routes");
const STATIC_DIR = join(PROGRAM_DIR, "static");
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
  /** Tells the sockets, answers what is under way, closes the store. A second call waits for the first. */
  close(): Promise<void>;
}

/**
 * Starts a server.
 *
 * @param config How it is to run.
 * @param logger Told of each request.
 * @returns The server, accepting connections.
 * @throws {StartError} If it cannot: the folder is unreadable, the port in use, a route malformed.
 */
export async function startServer(config: Config, logger: Logger): Promise<Server> {
  const { siteDir, hasRateLimits, isRegistrationOpen } = config;
  if (siteDir !== undefined) checkReadable(siteDir);
  const routes = await loadRoutes(ROUTES_DIR);
  const closers: Array<() => unknown> = [];
  const closeAll = async () => {
    for (const close of closers.splice(0).reverse()) await close();
  };
  try {
    closers.push(lockDataDir(config.dataDir));
    const store = openStore(config.dataDir);
    closers.push(() => store.log.close());
    const pages = new PageIndex();
    closers.push(() => pages.close());
    const site = new Site({
      dir: siteDir ?? STATIC_DIR,
      isPublic: config.isPublic || siteDir === undefined,
      index: pages,
    });
    closers.push(() => site.close());
    const reportDefect = (error: unknown) => logger.error(error);
    const services = await createServices({ store, site, pages, hasRateLimits, isRegistrationOpen, reportDefect });
    const app = createApp({ routes, staticDir: STATIC_DIR, services, logger });
    const listener = listenNative(app, { hostname: config.host, port: config.port });
    site.refresh().catch(reportDefect);
    const url = `http://${urlHost(config.host)}:${listener.port}/`;
    const setupPath = services.setup.path();
    closers.push(async () => {
      services.chat.close();
      await new Promise((resolve) => setTimeout(resolve, GOODBYE_MS));
      await within(listener.shutdown(), DRAIN_MS);
      logger.flush();
    });
    let closing: Promise<void> | undefined;
    return { url, setupUrl: setupPath && new URL(setupPath, url).href, close: () => closing ??= closeAll() };
  } catch (error) {
    await closeAll();
    throw error;
  }
}

function checkReadable(dir: string): void {
  try {
    for (const _ of Deno.readDirSync(dir)) break;
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

/** What a browser on this machine can open. */
function urlHost(host: string): string {
  return host.includes(":") ? `[${host}]` : host;
}
