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
import { accepts } from "@std/http/negotiation";
import { isValidElement } from "preact";
import { checkSameOrigin } from "./auth/origin.ts";
import { sessionToken, setSessionCookie } from "./auth/sessions.ts";
import { checkDeclaredLength } from "./body.ts";
import { Context, type Handler, type Peer, type Services } from "./context.ts";
import { HttpError } from "./errors.ts";
import type { Route, RouteResult, RouteTable } from "./file_routes.ts";
import { withFields } from "./lazy_response.ts";
import type { Logger } from "./log.ts";
import { OwnAssets } from "./own_assets.ts";
import { OWN_ASSETS } from "./pages/site.ts";
import { CONTENT_SECURITY_POLICY, type Page } from "./render.ts";
import { PathReader } from "./request_path.ts";
import { allowing, errorJson, jsonReply, textReply, withCommonHeaders } from "./replies.ts";
import { findFile, serveFile } from "./static_files.ts";

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
}

const SAFE_METHODS: ReadonlySet<string> = new Set(["GET", "HEAD", "OPTIONS", "TRACE"]);
const FILE_METHODS = "GET, HEAD, OPTIONS";
/** Only these are answered at all; anything else is 501 (RFC 9110 §9.1). */
const KNOWN_METHODS: ReadonlySet<string> = new Set(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]);
/** A session is begun at /api/login, and carried by a cookie (RFC 9110 §11.6.1 asks for a challenge). */
const CHALLENGE = 'Cookie realm="Commonroom", form-action="/api/login"';

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
  return Object.assign(app, { request });
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
  readonly #assets = new OwnAssets();
  readonly #serveFile = (path: string, ctx: Context) => this.#file(ctx, path);
  #requests = 0;

  constructor(deps: AppDeps) {
    this.#deps = deps;
  }

  enter(request: Request, peer: Peer): Response | Promise<Response> {
    const ctx = new Context({
      request,
      peer,
      requestNumber: ++this.#requests,
      services: this.#deps.services,
      serveFile: this.#serveFile,
    });
    const beganAtMs = this.#deps.logger.isOn ? performance.now() : 0;
    try {
      const response = andThen(this.#guard(ctx), () => this.#respond(ctx));
      if (!(response instanceof Promise)) return this.#settle(ctx, { response, beganAtMs });
      return response.catch((error) => this.#refuse(ctx, error))
        .then((response) => this.#settle(ctx, { response, beganAtMs }));
    } catch (error) {
      return this.#settle(ctx, { response: this.#refuse(ctx, error), beganAtMs });
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
    const match = matchRoute(this.#deps.routes, path);
    if (match !== undefined) ctx.maxBodyBytes = match.route.maxBodyBytes;
    if (!SAFE_METHODS.has(request.method)) checkDeclaredLength(request.headers, ctx.maxBodyBytes);
    if (match === undefined) return this.#respondWithFile(ctx);
    ctx.params = match.params;
    ctx.folder = match.route.folder;
    return andThen(handle(ctx, match.route), (result) => toResponse(ctx, result));
  }

  async #respondWithFile(ctx: Context): Promise<Response> {
    const file = await this.#file(ctx, ctx.path);
    if (file !== undefined) return withCommonHeaders(file);
    const path = ctx.path.slice(0, -1);
    if (ctx.path.endsWith("/") && matchRoute(this.#deps.routes, path) !== undefined) {
      return withCommonHeaders(ctx.redirect(`${path}${ctx.url.search}`, 308));
    }
    throw new HttpError(404, `There is nothing at ${ctx.path}`);
  }

  /** A file of the site, or of our own assets, which no site can shadow. */
  async #file(ctx: Context, path: string): Promise<Response | undefined> {
    const { staticDir, services: { site } } = this.#deps;
    const isOwn = path.startsWith(`/${OWN_ASSETS}/`);
    // Before the look: who may not read is not told what there is.
    if (!isOwn && !site.mayRead(ctx.user)) throw new HttpError(401, "This site is for members; log in first");
    const found = await findFile(isOwn ? { dir: staticDir } : site, path);
    if (found === undefined) return undefined;
    const { method } = ctx.request;
    if (method === "OPTIONS") return allowing(FILE_METHODS);
    if (method !== "GET" && method !== "HEAD") throw methodNotAllowed(method, FILE_METHODS);
    if ("redirect" in found) return ctx.redirect(`${found.redirect}${ctx.url.search}`, 301);
    const reply = isOwn ? await this.#assets.serve(found, ctx.request) : await serveFile(found, ctx.request);
    return withFields(reply, {
      ...!isOwn && !site.isPublic && { "cache-control": "private, no-cache" },
      ...(isOwn || site.dir === staticDir) && { "content-security-policy": CONTENT_SECURITY_POLICY },
    });
  }

  /** What was thrown → a reply, as a page or as JSON, whichever is asked for. */
  #refuse(ctx: Context, thrown: unknown): Response {
    const { requestId } = ctx;
    const error = thrown instanceof HttpError ? thrown : new HttpError(500, "Something went wrong here", {
      cause: thrown,
    });
    if (error.status >= 500 && error.cause !== undefined) this.#deps.logger.error(error.cause, requestId);
    const page = wantsPage(ctx) ? this.#errorPage(ctx, error) : undefined;
    const response = page === undefined ? errorJson(error, requestId) : withCommonHeaders(page);
    for (const [name, value] of Object.entries(error.headers)) response.headers.set(name, value);
    if (error.status === 401) response.headers.set("www-authenticate", CHALLENGE);
    response.headers.append("vary", "accept");
    response.headers.set("x-request-id", requestId);
    return response;
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

  /** A person who is not logged in is led to the login; other errors get their page. */
  #errorPage(ctx: Context, error: HttpError): Response | undefined {
    const { method } = ctx.request;
    if (error.status === 401 && (method === "GET" || method === "HEAD") && !ctx.path.startsWith("/api/")) {
      const next = encodeURIComponent(ctx.path + ctx.url.search);
      return ctx.redirect(`/login?next=${next}`);
    }
    ctx.folder ??= this.#deps.routes.folderOf(ctx.path);
    const page = error.status === 404 ? ctx.folder?.notFound ?? ctx.folder?.error : ctx.folder?.error;
    if (page === undefined) return undefined;
    try {
      return ctx.render(page({ ctx, error }), { title: error.message, status: error.status });
    } catch (broken) {
      this.#deps.logger.error(broken, ctx.requestId);
      return undefined;
    }
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

function toResponse(ctx: Context, result: RouteResult): Response {
  if (result instanceof Response) return withCommonHeaders(result);
  if (typeof result === "string") return textReply(result);
  if (isValidElement(result)) return withCommonHeaders(ctx.render(result as Page));
  if (typeof result === "object" && result !== null) return jsonReply(result);
  throw new TypeError(`The route ${ctx.path} returned ${result}: return a Response, string, page or object`);
}

/** Goes on at once where nothing is to be waited for: a promise costs more than many a route. */
function andThen<A, B>(value: A | Promise<A>, next: (value: A) => B | Promise<B>): B | Promise<B> {
  return value instanceof Promise ? value.then(next) : next(value);
}

function wantsPage(ctx: Context): boolean {
  if (ctx.path === "-" || (ctx.path.startsWith("/api/") && !ctx.isForm)) return false;
  return accepts(ctx.request, "application/json", "text/html") === "text/html";
}

function methodNotAllowed(method: string, allow: string): HttpError {
  return new HttpError(405, `This address does not answer ${method}; it answers ${allow}`, { headers: { allow } });
}
