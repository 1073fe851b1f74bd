/**
 * A message for the next page: kept in the browser, for a minute at most, and shown as text.
 *
 * @module
 */
import { deleteCookie, getCookies, setCookie } from "@std/http/cookie";
import { decodeBase64Url, encodeBase64Url } from "@std/encoding/base64url";

const COOKIE = "flash";
const MAX_AGE_S = 60;
const MAX_CHARACTERS = 500;

/**
 * Leaves a message.
 *
 * @param headers The reply's headers.
 * @param message Text, at most 500 characters.
 */
export function setFlash(headers: Headers, message: string): void {
  const value = encodeBase64Url(message.slice(0, MAX_CHARACTERS));
  setCookie(headers, { name: COOKIE, value, path: "/", httpOnly: true, sameSite: "Lax", maxAge: MAX_AGE_S });
}

/**
 * Takes the message that was left.
 *
 * @param exchange The request, and the headers of its reply.
 */
export function takeFlash(exchange: { readonly request: Request; readonly headers: Headers }): string | undefined {
  const value = exchange.request.headers.has("cookie") ? getCookies(exchange.request.headers)[COOKIE] : undefined;
  if (value === undefined) return undefined;
  deleteCookie(exchange.headers, COOKIE, { path: "/" });
  try {
    return new TextDecoder().decode(decodeBase64Url(value)).slice(0, MAX_CHARACTERS);
  } catch {
    return undefined;
  }
}
