/**
 * Conditional requests (RFC 9110 §13).
 *
 * @module
 */
import { HttpError } from "../errors.ts";
import { parseHttpDate } from "./http_date.ts";

/** What tells one version of a file from another. */
export interface Validators {
  /** The entity tag, a strong one, with its quotes. */
  readonly etag: string;
  /** When it was last changed, in whole seconds since 1970; `undefined` if nobody knows: then conditions by date do not count. */
  readonly modifiedAtS: number | undefined;
}

/** What is read of a request's fields. */
export type FieldReader = Pick<Headers, "get">;

/**
 * Evaluates the conditions of a GET or HEAD, in the order of RFC 9110 §13.2.2.
 *
 * @param headers The request's.
 * @param validators Those of what would be sent.
 * @returns Whether the client has it already: then the reply is 304.
 * @throws {HttpError} 412 if the request asks for another version than there is.
 * @example
 * ```ts
 * import { isUnchanged } from "./conditions.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const file = { etag: '"a1"', modifiedAtS: 784111777 };
 * assertEquals(isUnchanged(new Headers({ "if-none-match": '"a0", W/"a1"' }), file), true);
 * assertEquals(isUnchanged(new Headers({ "if-modified-since": "Sun, 06 Nov 1994 08:49:36 GMT" }), file), false);
 * ```
 */
export function isUnchanged(headers: FieldReader, validators: Validators): boolean {
  checkPreconditions(headers, validators);
  const { etag, modifiedAtS } = validators;
  const ifNoneMatch = headers.get("if-none-match");
  if (ifNoneMatch !== null) return ifNoneMatch === etag || hasEtag(ifNoneMatch, { etag, isWeakAllowed: true });
  const since = dateOf(headers, "if-modified-since");
  return since !== undefined && modifiedAtS !== undefined && modifiedAtS <= since;
}

/** Steps 1 and 2. */
function checkPreconditions(headers: FieldReader, { etag, modifiedAtS }: Validators): void {
  const ifMatch = headers.get("if-match");
  let holds: boolean;
  if (ifMatch !== null) {
    holds = hasEtag(ifMatch, { etag, isWeakAllowed: false });
  } else {
    const since = dateOf(headers, "if-unmodified-since");
    holds = since === undefined || modifiedAtS === undefined || modifiedAtS <= since;
  }
  if (!holds) throw new HttpError(412, "The file has changed since; fetch it again", { headers: { etag } });
}

function hasEtag(list: string, { etag, isWeakAllowed }: { etag: string; isWeakAllowed: boolean }): boolean {
  if (list.trim() === "*") return true;
  const tags = list.match(/(?:W\/)?"[\x21\x23-\x7e\x80-\xff]*"/g) ?? [];
  return tags.some((tag) => tag === etag || (isWeakAllowed && tag === `W/${etag}`));
}

function dateOf(headers: FieldReader, name: string): number | undefined {
  const value = headers.get(name);
  return value === null ? undefined : parseHttpDate(value);
}

/**
 * Whether a range may be sent, for the client has the other parts of just this version (RFC 9110 §13.1.5).
 *
 * @param headers The request's.
 * @param validators Those of what would be sent.
 */
export function isSameVersion(headers: FieldReader, { etag, modifiedAtS }: Validators): boolean {
  const ifRange = headers.get("if-range");
  if (ifRange === null || ifRange.trim() === etag) return true;
  // Of a file that has just changed the date does not tell the versions of one second apart (RFC 9110 §8.8.2.2).
  return modifiedAtS !== undefined && parseHttpDate(ifRange) === modifiedAtS &&
    modifiedAtS < Math.floor(Date.now() / 1_000);
}
