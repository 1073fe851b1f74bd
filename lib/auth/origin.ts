/**
 * Keeps other sites from acting in a member's name (cross-site request forgery, cross-site WebSocket hijacking).
 *
 * Browsers say where a request comes from, in `Sec-Fetch-Site` and in `Origin`, and a page cannot forge either. A request
 * with neither is no browser's: it carries no cookie that its sender does not hold, and passes.
 *
 * @module
 */
import { HttpError } from "../errors.ts";

/**
 * Refuses a request that another site's page makes.
 *
 * @param headers The request's headers.
 * @param host The host and port that the request is addressed to, as a URL gives them.
 * @throws {HttpError} 403 if it comes from another origin.
 */
export function checkSameOrigin(headers: Headers, host: string): void {
  const site = headers.get("sec-fetch-site");
  const origin = headers.get("origin");
  // "none" is the person's own doing: the address bar, a bookmark.
  const isForeign = site !== null && site !== "same-origin" && site !== "none";
  if (isForeign || (origin !== null && !isOwn(origin, host))) {
    throw new HttpError(403, "This request comes from another site's page, and was not carried out");
  }
}

/** The scheme is not compared: a proxy may add TLS, and a host that speaks both is one host. */
function isOwn(origin: string, host: string): boolean {
  return URL.canParse(origin) && new URL(origin).host === host;
}
