/**
 * What every reply has in common.
 *
 * @module
 */
import type { HttpError } from "./errors.ts";
import { lazyResponse, type ReplyFields, withFields } from "./lazy_response.ts";

/** Every reply says how it is to be taken: as the type that it declares, and telling other sites nothing of its address. */
export const COMMON_HEADERS: ReplyFields = Object.freeze({
  "x-content-type-options": "nosniff",
  "referrer-policy": "same-origin",
});

/** JSON is made for one request: it is not kept. */
const JSON_HEADERS: ReplyFields = Object.freeze({
  ...COMMON_HEADERS,
  "content-type": "application/json; charset=utf-8",
  "cache-control": "no-store",
});

/** A text that a route returns is shown as it is, never as HTML. */
const TEXT_HEADERS: ReplyFields = Object.freeze({ ...COMMON_HEADERS, "content-type": "text/plain; charset=utf-8" });

/** Answers with a text. */
export function textReply(text: string): Response {
  return lazyResponse(text, { headers: TEXT_HEADERS });
}

/**
 * Answers with JSON.
 *
 * @param value What becomes JSON.
 * @param status The status of the reply.
 */
export function jsonReply(value: object, status: number = 200): Response {
  return lazyResponse(JSON.stringify(value), { status, headers: JSON_HEADERS });
}

/**
 * Adds what every reply has in common to one that was made without.
 *
 * @param response A reply.
 */
export function withCommonHeaders(response: Response): Response {
  return response.status === 101 ? response : withFields(response, COMMON_HEADERS);
}

/** Answers OPTIONS: says which methods there are. */
export function allowing(allow: string): Response {
  return lazyResponse(null, { status: 204, headers: { ...COMMON_HEADERS, allow } });
}

/**
 * An error as JSON: `{"error":{"status","message","requestId"}}`.
 *
 * @param error What is answered.
 * @param requestId Under which the log tells more.
 */
export function errorJson({ status, message }: HttpError, requestId: string): Response {
  return jsonReply({ error: { status, message, requestId } }, status);
}
