/**
 * A message for the next page: kept in the browser, for a minute at most, and shown as text.
 *
 * @module
 */
import { deleteCookie, getCookies, setCookie } from "@std/http/cookie";
import { decodeBase64Url, encodeBase64Url } from "@std/encoding/base64url";

/** Whether something went wrong, or well. */
export type FlashKind = "problem" | "done";

/** What one page leaves for the next. */
export interface Flash {
  /** Text, at most 500 characters. */
  readonly message: string;
  /** Whether something went wrong, or well. @default "problem" */
  readonly kind?: FlashKind;
  /** The id of the form beside which it stands; absent: it stands above all. */
  readonly beside?: string;
  /** What was typed and is to stand in the form again, at most 128 characters; never a password. */
  readonly typed?: string;
}

const COOKIE = "flash";
const MAX_AGE_S = 60;
const MAX_CHARACTERS = 500;
const MAX_TYPED = 128;

/**
 * Leaves a message.
 *
 * @param headers The reply's headers.
 * @param flash The message, and what belongs to it.
 */
export function setFlash(headers: Headers, { message, kind = "problem", beside = "", typed = "" }: Flash): void {
  const texts = [message.slice(0, MAX_CHARACTERS), kind, beside, typed.slice(0, MAX_TYPED)];
  const value = texts.map((text) => encodeBase64Url(text)).join(".");
  setCookie(headers, { name: COOKIE, value, path: "/", httpOnly: true, sameSite: "Lax", maxAge: MAX_AGE_S });
}

/**
 * Reads the message that was left, and leaves it there.
 *
 * @param request The request.
 */
export function readFlash({ headers }: Request): Required<Flash> | undefined {
  const value = headers.has("cookie") ? getCookies(headers)[COOKIE] : undefined;
  if (value === undefined) return undefined;
  try {
    const [message, kind, beside = "", typed = ""] = value.split(".")
      .map((part) => new TextDecoder().decode(decodeBase64Url(part)));
    return {
      message: message.slice(0, MAX_CHARACTERS),
      kind: kind === "done" ? kind : "problem",
      beside,
      typed: typed.slice(0, MAX_TYPED),
    };
  } catch {
    return undefined;
  }
}

/**
 * Takes the message that was left.
 *
 * @param exchange The request, and the headers of its reply.
 */
export function takeFlash(
  { request, headers }: { readonly request: Request; readonly headers: Headers },
): Required<Flash> | undefined {
  if (!request.headers.has("cookie") || getCookies(request.headers)[COOKIE] === undefined) return undefined;
  deleteCookie(headers, COOKIE, { path: "/" });
  return readFlash(request);
}
