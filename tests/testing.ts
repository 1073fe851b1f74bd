/**
 * What the tests share: applications in memory, real servers on port 0, members, temporary folders. All of them are
 * resources: `await using` ends them.
 *
 * @module
 */
import { mock } from "node:test";
import { dirname, fromFileUrl, join } from "@std/path";
import { type App, createApp } from "../lib/app.ts";
import type { Account } from "../lib/auth/accounts.ts";
import { Passwords } from "../lib/auth/passwords.ts";
import type { Config } from "../lib/config.ts";
import type { Services } from "../lib/context.ts";
import { loadRoutes } from "../lib/file_routes.ts";
import { Logger } from "../lib/log.ts";
import { Library } from "../lib/pages/library.ts";
import { Site } from "../lib/pages/site.ts";
import { ROUTES_DIR, type Server, startServer } from "../lib/server.ts";
import { createServices } from "../lib/services.ts";
import { openStore, type Store } from "../lib/store/mod.ts";

/** The folder of the repository. */
export const PROJECT_DIR: string = dirname(dirname(fromFileUrl(import.meta.url)));
/** Our own assets. */
export const STATIC_DIR: string = join(PROJECT_DIR, "static");
/** A password that is long enough. */
export const PASSWORD = "correct horse battery";

/** What hashes passwords so cheaply that a test does not notice. */
export function cheapPasswords(): Passwords {
  return new Passwords({ logN: 4, r: 8, p: 1 });
}

/** A temporary folder. */
export interface TempDir extends AsyncDisposable {
  /** Its path, with all links resolved. */
  readonly path: string;
  /** Writes a file in it, making the folders between. */
  write(name: string, content: string | Uint8Array): Promise<void>;
}

/** Makes a temporary folder with files in it. */
export async function tempDir(files: Readonly<Record<string, string | Uint8Array>> = {}): Promise<TempDir> {
  const path = await Deno.realPath(await Deno.makeTempDir({ prefix: "commonroom_test_" }));
  const write = async (name: string, content: string | Uint8Array) => {
    await Deno.mkdir(dirname(join(path, name)), { recursive: true });
    await Deno.writeFile(join(path, name), typeof content === "string" ? new TextEncoder().encode(content) : content);
  };
  for (const [name, content] of Object.entries(files)) await write(name, content);
  return { path, write, [Symbol.asyncDispose]: () => Deno.remove(path, { recursive: true }) };
}

/** Whose requests a test sends. */
export interface Member {
  /** The account. */
  readonly account: Account;
  /** What the browser holds. */
  readonly cookie: string;
}

/** How an application under test is made. */
export interface TestAppOptions {
  /** The site's folder; by default our own assets. */
  readonly siteDir?: string;
  /** @default true */
  readonly isPublic?: boolean;
  /** @default false */
  readonly isRegistrationOpen?: boolean;
  /** @default false */
  readonly hasRateLimits?: boolean;
  /** The rules of access; by default there are none. */
  readonly accessFile?: string;
  /** Routes other than our own. */
  readonly routesDir?: string;
  /** Routes beside our own. */
  readonly besideDir?: string;
  /** @default false */
  readonly isDevelopment?: boolean;
}

/** An application in memory. */
export interface TestApp extends AsyncDisposable {
  /** The application. */
  readonly app: App;
  /** What its routes work with. */
  readonly services: Services;
  /** Its log and views. */
  readonly store: Store;
  /** What it has logged, one line of JSON each; {@linkcode Logger.flush} first. */
  readonly lines: readonly string[];
  /** Writes the lines. */
  readonly logger: Logger;
  /** Makes an account and logs it in. */
  member(name: string, role?: Account["role"]): Promise<Member>;
  /** Sends a request, as somebody if told. */
  request(path: string, init?: RequestInit & { as?: Member }): Promise<Response>;
  /** POSTs JSON, as somebody if told. */
  post(path: string, body: unknown, as?: Member): Promise<Response>;
  /** POSTs a form as a browser does, as somebody if told. */
  submit(path: string, fields: Record<string, string>, as?: Member): Promise<Response>;
}

/** Makes an application that keeps everything in memory. Its site is indexed already. */
export async function testApp(options: TestAppOptions = {}): Promise<TestApp> {
  const { siteDir, isPublic = true, isRegistrationOpen = false, hasRateLimits = false, routesDir, besideDir } = options;
  const lines: string[] = [];
  const logger = new Logger("json", (text) => void lines.push(...text.split("\n")));
  const store = openStore(":memory:");
  const site = new Site({
    dir: siteDir ?? STATIC_DIR,
    isPublic,
    accessFile: options.accessFile,
    isWatching: false,
    openLibrary: (setup, listener) => new Library(setup, listener),
    reportDefect: (error) => logger.error(error),
  });
  const services = await createServices({
    store,
    site,
    passwords: cheapPasswords(),
    hasRateLimits,
    isRegistrationOpen,
    reportDefect: (error) => logger.error(error),
  });
  const routes = await loadRoutes(routesDir ?? ROUTES_DIR, { beside: besideDir });
  const app = createApp({ routes, staticDir: STATIC_DIR, services, logger, isDevelopment: options.isDevelopment });
  if (siteDir !== undefined) await site.refresh();
  const close = async () => {
    logger.flush();
    services.moderation.close();
    await services.chat.close();
    await site.close();
    await store.log.close();
  };
  return { app, services, store, lines, logger, ...clientOf(app, services), [Symbol.asyncDispose]: close };
}

function clientOf(app: App, services: Services): Pick<TestApp, "member" | "request" | "post" | "submit"> {
  const request: TestApp["request"] = (path, { as, ...init } = {}) => {
    const headers = new Headers(init.headers);
    if (as !== undefined) headers.set("cookie", as.cookie);
    return app.request(path, { ...init, headers });
  };
  return {
    request,
    async member(name, role = "member") {
      const account = await services.accounts.make({ name, password: PASSWORD, role });
      return { account, cookie: `session=${await services.sessions.begin(account)}` };
    },
    post: (path, body, as) =>
      request(path, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(body),
        as,
      }),
    submit: (path, fields, as) =>
      request(path, {
        method: "POST",
        headers: { "accept": "text/html", "origin": "http://localhost" },
        body: new URLSearchParams(fields),
        as,
      }),
  };
}

/** A server on a free port, with a data folder of its own. */
export interface TestServer extends AsyncDisposable {
  /** Where it is, ending with a slash. */
  readonly url: string;
  /** Its port. */
  readonly port: number;
  /** Its data folder. */
  readonly dataDir: string;
  /** The server. */
  readonly server: Server;
}

/** Starts a real server. */
export async function testServer(config: Partial<Config> = {}): Promise<TestServer> {
  const data = await tempDir();
  try {
    const server = await startServer(testConfig({ dataDir: data.path, ...config }), new Logger("off", () => {}));
    const close = async () => {
      await server.close();
      await data[Symbol.asyncDispose]();
    };
    const port = Number(new URL(server.url).port);
    return { url: server.url, port, dataDir: data.path, server, [Symbol.asyncDispose]: close };
  } catch (error) {
    await data[Symbol.asyncDispose]();
    throw error;
  }
}

/** A configuration that keeps nothing and takes any free port. */
export function testConfig(config: Partial<Config> = {}): Config {
  return {
    siteDir: undefined,
    host: "127.0.0.1",
    port: 0,
    transport: "native",
    tls: undefined,
    dataDir: ":memory:",
    isPublic: true,
    isRegistrationOpen: false,
    isWatching: false,
    isDevelopment: false,
    hasRateLimits: false,
    logFormat: "off",
    ...config,
  };
}

/** Sends bytes on a connection of its own, and reads what comes until the other side closes. */
export async function exchange(port: number, bytes: string): Promise<string> {
  using connection = await Deno.connect({ hostname: "127.0.0.1", port });
  const writer = connection.writable.getWriter();
  await writer.write(new TextEncoder().encode(bytes));
  return await new Response(connection.readable).text();
}

/** The status of a reply as it came over the wire. */
export function statusOf(reply: string): number {
  return Number(/^HTTP\/1\.1 (\d{3})/.exec(reply)?.[1]);
}

/** A header of a reply as it came over the wire. */
export function headerOf(reply: string, name: string): string | undefined {
  const [head] = reply.split("\r\n\r\n", 1);
  return new RegExp(`^${name}: *(.*)$`, "im").exec(head.replaceAll("\r", ""))?.[1];
}

/** A clock that stands until it is moved: `Date.now()` and `performance.now()`. */
export interface FakeClock extends Disposable {
  /** Moves it on. */
  tick(ms: number): void;
}

/** Stops the clock. Timers run on as ever. */
export function fakeClock(nowMs: number = Date.now()): FakeClock {
  const real = { date: Date.now, performance: performance.now };
  let passedMs = 0;
  Date.now = () => nowMs + passedMs;
  performance.now = () => 1_000_000 + passedMs;
  return {
    tick: (ms) => void (passedMs += ms),
    [Symbol.dispose]() {
      Date.now = real.date;
      performance.now = real.performance;
    },
  };
}

/** Stops `setTimeout`: timers run when they are told to, and only those that were set since. */
export function fakeTimers(): FakeClock {
  mock.timers.enable({ apis: ["setTimeout"] });
  return { tick: (ms) => mock.timers.tick(ms), [Symbol.dispose]: () => mock.timers.reset() };
}

/** The JSON of a reply, unchecked: a test says what it expects. */
// deno-lint-ignore no-explicit-any
export async function jsonOf(response: Response): Promise<any> {
  return await response.json();
}
