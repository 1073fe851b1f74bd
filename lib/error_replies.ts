/**
 * What was thrown → a reply: a page or JSON, whichever is asked for.
 *
 * @module
 */
import { accepts } from "@std/http/negotiation";
import type { Context } from "./context.ts";
import { developmentPage, developmentText, isFromHere } from "./dev_error.tsx";
import { HttpError } from "./errors.ts";
import type { RouteTable } from "./file_routes.ts";
import type { Logger } from "./log.ts";
import { errorJson, textReply, withCommonHeaders } from "./replies.ts";
import { renderPage } from "./render.ts";

/** What error replies are made with. */
export interface ErrorRepliesDeps {
  /** Where the error pages of the folders are. */
  readonly routes: RouteTable;
  /** Told of each defect. */
  readonly logger: Logger;
  /** Whether this machine is shown the code of what broke. */
  readonly isDevelopment?: boolean;
}

/** A session is begun at /api/login, and carried by a cookie (RFC 9110 §11.6.1 asks for a challenge). */
const CHALLENGE = 'Cookie realm="Commonroom", form-action="/api/login"';

/** Makes the replies to what was thrown. */
export class ErrorReplies {
  readonly #deps: ErrorRepliesDeps;

  /**
   * Makes them with these.
   *
   * @param deps Pages and log.
   */
  constructor(deps: ErrorRepliesDeps) {
    this.#deps = deps;
  }

  /**
   * The reply to what was thrown. Only the message of an {@linkcode HttpError} is told; the log is told all.
   *
   * @param ctx The request.
   * @param thrown Whatever it was.
   */
  replyTo(ctx: Context, thrown: unknown): Response {
    const { requestId } = ctx;
    const error = toHttpError(thrown);
    if (error.status >= 500 && error.cause !== undefined) this.#deps.logger.error(error.cause, requestId);
    const page = this.#developmentReply(ctx, error) ?? (wantsPage(ctx) ? this.#errorPage(ctx, error) : undefined);
    const response = page === undefined ? errorJson(error, requestId) : withCommonHeaders(page);
    for (const [name, value] of Object.entries(error.headers)) response.headers.set(name, value);
    if (error.status === 401) response.headers.set("www-authenticate", CHALLENGE);
    response.headers.append("vary", "accept");
    response.headers.set("x-request-id", requestId);
    return response;
  }

  /** What broke, with its code: for defects alone, and for nobody but who develops. */
  #developmentReply(ctx: Context, { status, cause }: HttpError): Response | undefined {
    if (!this.#deps.isDevelopment || status < 500 || cause === undefined || !isFromHere(ctx)) return undefined;
    try {
      if (wantsPage(ctx)) {
        ctx.folder = undefined; // its layouts may be what broke
        return renderPage(ctx, developmentPage(ctx, cause), { status });
      }
      if (ctx.request.headers.get("accept")?.includes("json")) return undefined;
      return new Response(textReply(developmentText(ctx, cause)).body, {
        status,
        headers: { "content-type": "text/plain; charset=utf-8", "cache-control": "no-store" },
      });
    } catch (broken) {
      this.#deps.logger.error(broken, ctx.requestId);
      return undefined;
    }
  }

  /** A person who is not logged in is led to the login; other errors get their page. */
  #errorPage(ctx: Context, error: HttpError): Response | undefined {
    const { method } = ctx.request;
    if (error.status === 401 && (method === "GET" || method === "HEAD") && !ctx.path.startsWith("/api/")) {
      const next = encodeURIComponent(ctx.path + ctx.url.search);
      return ctx.redirect(`/login?next=${next}`);
    }
    if (ctx.route === undefined) ctx.folder = this.#deps.routes.errorFolderOf(ctx.path);
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

/** What is told to whoever asked; its cause is for the log. */
function toHttpError(thrown: unknown): HttpError {
  const isOurs = thrown instanceof HttpError;
  if (isOurs && thrown.status >= 400 && thrown.status <= 599) return thrown;
  const cause = isOurs
    ? new RangeError(`An error has a status from 400 to 599, and not ${thrown.status}`, { cause: thrown })
    // Without a cause nobody would be told that something broke.
    : thrown ?? new Error(`${thrown} was thrown, which is no Error: it does not say where`);
  return new HttpError(500, "Something went wrong here", { cause });
}

function wantsPage(ctx: Context): boolean {
  if (ctx.path === "-" || (ctx.path.startsWith("/api/") && !ctx.isForm)) return false;
  return accepts(ctx.request, "application/json", "text/html") === "text/html";
}
