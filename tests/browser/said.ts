/**
 * What the tests of the room say without a browser.
 *
 * @module
 */
import { assertEquals } from "@std/assert";

/** A session, as {@linkcode TestServer.register} gives it. */
export interface Cookie {
  readonly name: string;
  readonly value: string;
  readonly url: string;
}

/** So many are on their way at once. */
const AT_ONCE = 50;

/** Calls the API. */
export async function call(
  { name, value, url }: Cookie,
  { path, body, method = body === undefined ? "GET" : "POST" }: { path: string; body?: object; method?: string },
  // deno-lint-ignore no-explicit-any
): Promise<any> {
  const response = await fetch(new URL(`/api/${path}`, url), {
    method,
    headers: { "content-type": "application/json", cookie: `${name}=${value}` },
    body: body && JSON.stringify(body),
  });
  const text = await response.text();
  assertEquals(response.ok, true, `${path}: ${response.status} ${text}`);
  return text === "" ? {} : JSON.parse(text);
}

/** Says something in a room. @returns Its sequence. */
export async function say(cookie: Cookie, text: string, { room = "common" } = {}): Promise<number> {
  return (await call(cookie, { path: `rooms/${room}/messages`, body: { text } })).seq;
}

/** Says much: each text ends with its number. */
export async function fill(
  cookie: Cookie,
  { messages, text = "Message number", replyTo }: { messages: number; text?: string; replyTo?: number },
): Promise<void> {
  for (let from = 1; from <= messages; from += AT_ONCE) {
    const length = Math.min(AT_ONCE, messages - from + 1);
    await Promise.all(Array.from({ length }, (_, index) => {
      const number = from + index;
      const more = number % 7 === 0 ? `\n${"and more of it ".repeat(number % 23)}` : "";
      return call(cookie, { path: "rooms/common/messages", body: { text: `${text} ${number}.${more}`, replyTo } });
    }));
  }
}
