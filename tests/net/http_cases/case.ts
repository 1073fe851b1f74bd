/**
 * What a case of the corpus is, and short ways to write one.
 *
 * The bytes of a case are a string in which every character is one byte (Latin-1): `\xe9` is the byte E9.
 *
 * @module
 */

/** What the handler of the corpus tells of a request: see `handler.ts`. */
export interface Seen {
  /** The method, as it was sent. */
  readonly method: string;
  /** The URL. */
  readonly url: string;
  /** The fields, names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** The body, one character a byte. */
  readonly body: string;
}

/** What the handler has to have seen; what is left out does not matter. */
export interface ExpectedRequest {
  /** The method. */
  readonly method?: string;
  /** The URL, compared as URLs are. */
  readonly url?: string;
  /** The value of a field, or `null` if it must not be there. */
  readonly headers?: Readonly<Record<string, string | null>>;
  /** The body, one character a byte. */
  readonly body?: string;
}

/** What a reply has to be. */
export interface ExpectedReply {
  /** The status, or those of which any will do. */
  readonly status: number | readonly number[];
  /** The phrase behind it. */
  readonly reason?: string;
  /** The value of a field, a pattern for it, or `null` if it must not be there. */
  readonly headers?: Readonly<Record<string, string | RegExp | null>>;
  /** The body, one character a byte. */
  readonly body?: string;
  /** What the handler saw, if the status is 200. */
  readonly seen?: ExpectedRequest;
  /** It answers a HEAD, so it has no body. */
  readonly toHead?: true;
  /** It need not come: a 100 whose body has come already. */
  readonly isOptional?: true;
  /** Its body breaks off: no end of it may be sent. */
  readonly isBroken?: true;
}

/** One exchange. */
export interface HttpCase {
  /** A sentence. */
  readonly name: string;
  /** The bytes; of several pieces, each is sent when as many replies have come as it has predecessors. */
  readonly send: string | readonly string[];
  /** What comes back. */
  readonly replies: readonly ExpectedReply[];
  /** Whether the connection then goes on to answer, or is closed; `either` where a server may choose. */
  readonly then: "open" | "closed" | "either";
  /** The client ends its side when it has sent all. */
  readonly isHalfClosed?: true;
  /** The reply need not say that the connection closes: to HTTP/1.0, or where that is decided later. */
  readonly isUnsaid?: true;
  /** Not to be split: one of a family that differs in one byte, or a long one. */
  readonly isWholeOnly?: true;
}

/** A case whose request is refused, and whose connection closes. */
export function refused(name: string, send: string, status: number | readonly number[] = 400): HttpCase {
  return { name, send, replies: [{ status }], then: "closed" };
}

/** A case whose one request is answered by the handler, and whose connection stays open. */
export function accepted(name: string, send: string, seen: ExpectedRequest = {}): HttpCase {
  return { name, send, replies: [{ status: 200, seen }], then: "open" };
}

/**
 * A case in which the standard leaves the choice: the request is refused and its connection closed, or answered, and then
 * the handler saw this.
 */
export function allowed(
  name: string,
  send: string,
  { seen = {}, refusals = [400] }: { seen?: ExpectedRequest; refusals?: readonly number[] } = {},
): HttpCase {
  return { name, send, replies: [{ status: [200, ...refusals], seen }], then: "either" };
}

/** Many cases of one kind, from a table of names and bytes. */
export function refusedAll(
  table: ReadonlyArray<readonly [name: string, send: string]>,
  status: number | readonly number[] = 400,
): HttpCase[] {
  return table.map(([name, send]) => refused(name, send, status));
}

/** A GET of `/` to the host `a`, with these lines in its head besides. */
export function get(lines: string): string {
  return `GET / HTTP/1.1\r\nHost: a\r\n${lines}\r\n`;
}

/** A POST to `/` of the host `a`: the lines of its head, and what follows the head. */
export function post(lines: string, body: string): string {
  return `POST / HTTP/1.1\r\nHost: a\r\n${lines}\r\n${body}`;
}

/** What follows the head of a POST in chunks. */
export function chunked(body: string): string {
  return post("Transfer-Encoding: chunked\r\n", body);
}

/** A request that must not be answered. */
export const SMUGGLED = "GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n";

/** Bytes as they can be read, and pasted into a case. */
export function escapeBytes(bytes: string, maxLength = 2_000): string {
  const shown = bytes.length <= maxLength ? bytes : `${bytes.slice(0, maxLength / 2)}…${bytes.slice(-maxLength / 2)}`;
  return shown.replaceAll("\\", "\\\\").replaceAll("\r", "\\r").replaceAll("\n", "\\n")
    // deno-lint-ignore no-control-regex
    .replaceAll(/[\x00-\x1f\x7f-\xff]/g, (char) => `\\x${char.charCodeAt(0).toString(16).padStart(2, "0")}`);
}
