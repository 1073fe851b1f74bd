/**
 * What every reply has in common.
 *
 * @module
 */
import type { HttpError } from "./errors.ts";

/** Headers of a reply. */
export type ReplyHeaders = Readonly<Record<string, string>>;

/** Every reply says how it is to be taken: as the type that it declares, and telling other sites nothing of its address. */
const COMMON_HEADERS: ReplyHeaders = { "x-content-type-options": "nosniff", "referrer-policy": "same-origin" };

/** JSON is made for one request: it is not kept. */
export const JSON_HEADERS: ReplyHeaders = {
  ...COMMON_HEADERS,
  "content-type": "application/json; charset=utf-8",
  "cache-control": "no-store",
};

/** A text that a route returns is shown as it is, never as HTML. */
export const TEXT_HEADERS: ReplyHeaders = { ...COMMON_HEADERS, "content-type": "text/plain; charset=utf-8" };

/**
 * Adds what every reply has in common to one that was made without.
 *
 * @param response A reply; one whose headers cannot be changed, such as `Response.redirect()` makes, is copied.
 */
export function withCommonHeaders(response: Response): Response {
  if (response.status === 101) return response;
  try {
    for (const [name, value] of Object.entries(COMMON_HEADERS)) response.headers.set(name, value);
    return response;
  } catch {
    return withCommonHeaders(new Response(response.body, response));
  }
}

/** Answers OPTIONS: says which methods there are. */
export function allowing(allow: string): Response {
  return new Response(null, { status: 204, headers: { ...COMMON_HEADERS, allow } });
}

/**
 * An error as JSON: `{"error":{"status","message","requestId"}}`.
 *
 * @param error What is answered.
 * @param requestId Under which the log tells more.
 */
export function errorJson({ status, message }: HttpError, requestId: string): Response {
  return Response.json({ error: { status, message, requestId } }, { status, headers: JSON_HEADERS });
}
