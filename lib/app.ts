/**
 * The application: one function from a request to a reply, the same on every transport.
 *
 * A request's journey:
 *
 * 1. Accept (net): peer, deadlines.
 * 2. Parse (the runtime, or http1): bytes → Request, or 400 and close.
 * 3. Enter `app(request, peer)`: context, request id.
 * 4. Guard: path, method, origin, session → `ctx.user`.
 * 5. Match: route, file, 404, or 405 with `Allow`.
 * 6. Handle: middleware, then the route; it returns, throws, or `ctx.upgrade()`s.
 * 7. Settle: result or error → Response, HEAD, security headers, one log line.
 * 8. Write (net): send, then keep alive, close, or hand the connection to websocket.
 *
 * @module
 */
import { checkSameOrigin } from "./auth/origin.ts";
import { sessionToken, setSessionCookie } from "./auth/sessions.ts";
import { checkDeclaredLength } from "./body.ts";
import { Context, type Handler, type Peer, type Services } from "./context.ts";
import { type CookieKey, newCookieKey } from "./cookie_store.ts";
import { ErrorReplies } from "./error_replies.ts";
import { HttpError } from "./errors.ts";
import { OpenStreams } from "./event_stream.ts";
import type { Route, RouteResult, RouteTable } from "./file_routes.ts";
import { Files } from "./files/mod.ts";
import { OwnAssets } from "./files/own_assets.ts";
import type { ReplyFields } from "./lazy_response.ts";
import type { Logger } from "./log.ts";
import { Serving } from "./pages/serving.ts";
import { OWN_ASSETS } from "./pages/site.ts";
import { CONTENT_SECURITY_POLICY } from "./render.ts";
import { PathReader } from "./request_path.ts";
import { allowing, COMMON_HEADERS, withCommonHeaders } from "./replies.ts";
import { replyOf } from "./route_reply.ts";

/** What an application is made of. */
export interface AppDeps {
  /** The table of routes. */
  readonly routes: RouteTable;
  /** Our own folder `static/`: the assets of our pages are always served from it. */
  readonly staticDir: string;
  /** What the routes work with. */
  readonly services: Services;
  /** Told of each request and each defect. */
  readonly logger: Logger;
  /** Whether this machine is shown the code of what broke. @default false */
  readonly isDevelopment?: boolean;
  /** Whether open pages load anew when something changes in the site's folder. @default false */
  readonly isWatching?: boolean;
  /** What the cookie of a browser's values is signed with. @default one for this run */
  readonly cookieKey?: CookieKey;
}

/** An application: a handler that can also be asked without a server. */
export interface App extends Handler {
  /**
   * Asks the application, as a test does.
   *
   * @param path A path on this server.
   * @param init As for `new Request`.
   */
  request(path: string, init?: RequestInit): Promise<Response>;
  /** Ends the streams of events that are being sent, so that the server can stop. */
  endStreams(): void;
}

const SAFE_METHODS: ReadonlySet<string> = new Set(["GET", "HEAD", "OPTIONS", "TRACE"]);
const FILE_METHODS = "GET, HEAD, OPTIONS";
const OWN_FIELDS: ReplyFields = Object.freeze({
  ...COMMON_HEADERS,
  "content-security-policy": CONTENT_SECURITY_POLICY,
});
/** Only these are answered at all; anything else is 501 (RFC 9110 §9.1). */
const KNOWN_METHODS: ReadonlySet<string> = new Set(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]);

/**
 * Makes the application.
 *
 * @param deps Routes, files, services and log.
 */
export function createApp(deps: AppDeps): App {
  const application = new Application(deps);
  const app = (request: Request, peer: Peer) => application.enter(request, peer);
  const request = async (path: string, init?: RequestInit) => {
    const response = await app(new Request(new URL(path, "http://localhost"), init), NO_PEER);
    return init?.method === "HEAD" ? new Response(null, response) : response;
  };
  return Object.assign(app, { request, endStreams: () => application.endStreams() });
}

/** Behind `app.request()` there is no connection to upgrade. */
const NO_PEER: Peer = {
  address: "127.0.0.1",
  isSecure: false,
  upgrade() {
    throw new HttpError(426, "app.request() cannot open a WebSocket: start a server");
  },
};

class Application {
  readonly #deps: AppDeps;
  readonly #paths = new PathReader();
  readonly #assets: OwnAssets;
  readonly #serving: Serving;
  readonly #serveFile = async (path: string, ctx: Context) => await this.#file(ctx, path);
  readonly #streams = new OpenStreams();
  readonly #errors: ErrorReplies;
  readonly #cookieKey: CookieKey;
  #requests = 0;

  constructor(deps: AppDeps) {
    const { staticDir, services: { site } } = deps;
    this.#deps = deps;
    this.#errors = new ErrorReplies(deps);
    this.#cookieKey = deps.cookieKey ?? newCookieKey();
    this.#assets = new OwnAssets(staticDir);
    this.#serving = new Serving({
      site,
      files: new Files(site),
      isOwn: site.dir === staticDir,
      isWatching: deps.isWatching ?? false,
      folderOf: (path) => deps.routes.folderOf(path),
      reportProblem: (problem) => deps.logger.error(problem),
    });
  }

  enter(request: Request, peer: Peer): Response | Promise<Response> {
    const ctx = new Context({
      request,
      peer,
      requestNumber: ++this.#requests,
      services: this.#deps.services,
      serveFile: this.#serveFile,
      cookieKey: this.#cookieKey,
    });
    const beganAtMs = this.#deps.logger.isOn ? performance.now() : 0;
    try {
      const response = andThen(this.#guard(ctx), () => this.#respond(ctx));
      if (!(response instanceof Promise)) return this.#settle(ctx, { response, beganAtMs });
      return response.catch((error) => this.#errors.replyTo(ctx, error))
        .then((response) => this.#settle(ctx, { response, beganAtMs }));
    } catch (error) {
      return this.#settle(ctx, { response: this.#errors.replyTo(ctx, error), beganAtMs });
    }
  }

  #guard(ctx: Context): Promise<void> | undefined {
    const { method, headers, url } = ctx.request;
    const path = this.#paths.read(url);
    if (path === undefined) throw new HttpError(400, "The request's target or Host is malformed");
    ctx.path = path;
    if (!KNOWN_METHODS.has(method)) throw new HttpError(501, `This server does not know the method ${method}`);
    if (!SAFE_METHODS.has(method)) checkSameOrigin(headers, ctx.url.host);
    const token = sessionToken(headers, ctx.peer.isSecure);
    return token === undefined ? undefined : this.#findSession(ctx, token);
  }

  async #findSession(ctx: Context, token: string): Promise<void> {
    ctx.session = await this.#deps.services.sessions.find(token);
    if (ctx.session?.isRenewed) setSessionCookie(ctx.headers, { token, isSecure: ctx.peer.isSecure });
  }

  #respond(ctx: Context): Response | Promise<Response> {
    const { path, request } = ctx;
    if (request.method === "OPTIONS" && path === "/*") return allowing([...KNOWN_METHODS].join(", "));
    // No route takes a path from our own assets, be its pattern ever so wide.
    const match = path.startsWith(`/${OWN_ASSETS}/`) ? undefined : matchRoute(this.#deps.routes, path);
    if (match !== undefined) ctx.maxBodyBytes = match.route.maxBodyBytes;
    if (!SAFE_METHODS.has(request.method)) checkDeclaredLength(request.headers, ctx.maxBodyBytes);
    if (match === undefined) return this.#respondWithFile(ctx);
    ctx.params = match.params;
    ctx.folder = match.route.folder;
    ctx.route = match.route;
    return andThen(handle(ctx, match.route), (result) => this.#reply(ctx, result));
  }

  #respondWithFile(ctx: Context): Response | Promise<Response> {
    return andThen(this.#file(ctx, ctx.path), (file) => {
      if (file !== undefined) return file;
      const path = ctx.path.slice(0, -1);
      if (ctx.path.endsWith("/") && matchRoute(this.#deps.routes, path) !== undefined) {
        return withCommonHeaders(ctx.redirect(`${path}${ctx.url.search}`, 308));
      }
      throw new HttpError(404, `There is nothing at ${ctx.path}`);
    });
  }

  /** A file of the site, or of our own assets, which no site can shadow. */
  #file(ctx: Context, path: string): Response | undefined | Promise<Response | undefined> {
    if (path.startsWith(`/${OWN_ASSETS}/`)) {
      return andThen(this.#assets.find(path), (found) => {
        if (found?.kind !== "file") return undefined;
        return refuseMethod(ctx) ?? this.#assets.serve(found, ctx.request, OWN_FIELDS);
      });
    }
    return this.#serving.reply(ctx, path);
  }

  #reply(ctx: Context, result: RouteResult): Response {
    const response = replyOf(ctx, result, {
      reportDefect: (error) => this.#deps.logger.error(error, ctx.requestId),
    });
    this.#streams.note(response);
    return response;
  }

  endStreams(): void {
    this.#streams.end();
  }

  /** Adds the headers that the route asked for, and writes the log's line. */
  #settle(ctx: Context, { response, beganAtMs }: { response: Response; beganAtMs: number }): Response {
    if (ctx.hasHeaders && response.status !== 101) {
      for (const [name, value] of ctx.headers) response.headers.append(name, value);
      // A cookie is for one browser: no cache between may hand it to another.
      if (ctx.headers.has("set-cookie") && response.headers.get("cache-control") !== "no-store") {
        response.headers.set("cache-control", "private, no-cache");
      }
    }
    const { logger } = this.#deps;
    if (!logger.isOn) return response;
    logger.request({
      requestId: ctx.requestId,
      method: ctx.request.method,
      path: ctx.path,
      status: response.status,
      durationMs: performance.now() - beganAtMs,
      address: ctx.peer.address,
      user: ctx.user?.name,
    });
    return response;
  }
}

function matchRoute(routes: RouteTable, path: string) {
  try {
    return routes.match(path);
  } catch (error) {
    throw new HttpError(400, `Cannot decode ${path}: % is followed by two hexadecimal digits, of UTF-8`, {
      cause: error,
    });
  }
}

/** Calls the route's function for the method, behind the middleware of its folders. */
function handle(ctx: Context, route: Route): RouteResult | Promise<RouteResult> {
  const { method } = ctx.request;
  const handler = route.handlers.get(method) ?? (method === "HEAD" ? route.handlers.get("GET") : undefined);
  if (handler === undefined) {
    if (method === "OPTIONS") return allowing(route.allow);
    throw methodNotAllowed(method, route.allow);
  }
  const run = (index: number): RouteResult | Promise<RouteResult> => {
    const middleware = route.middleware[index];
    return middleware === undefined ? handler(ctx) : middleware(ctx, async () => await run(index + 1));
  };
  return run(0);
}

/** Goes on at once where nothing is to be waited for: a promise costs more than many a route. */
function andThen<A, B>(value: A | Promise<A>, next: (value: A) => B | Promise<B>): B | Promise<B> {
  return value instanceof Promise ? value.then(next) : next(value);
}

/** The reply to a method that a file does not answer with its content; `undefined` if it does. */
function refuseMethod({ request: { method } }: Context): Response | undefined {
  if (method === "GET" || method === "HEAD") return undefined;
  if (method === "OPTIONS") return allowing(FILE_METHODS);
  throw methodNotAllowed(method, FILE_METHODS);
}

function methodNotAllowed(method: string, allow: string): HttpError {
  return new HttpError(405, `This address does not answer ${method}; it answers ${allow}`, { headers: { allow } });
}
