/**
 * Bodies that are too long, and bodies that nobody reads: RFC 9110 §15.5.14, RFC 9112 §9.3 and §9.6.
 *
 * @module
 */
import { chunked, type HttpCase, post, refused } from "./case.ts";

const LIMIT = 1_048_576;
const ignored = (lines: string, body: string) => `POST /ignore HTTP/1.1\r\nHost: a\r\n${lines}\r\n${body}`;
const chunks = (count: number) => `${`4000\r\n${"x".repeat(0x4000)}\r\n`.repeat(count)}0\r\n\r\n`;

const TOO_LONG: readonly HttpCase[] = [
  refused(
    "a length over the limit is refused before any of it comes",
    post(`Content-Length: ${LIMIT + 1}\r\n`, ""),
    413,
  ),
  refused("a length of a terabyte is refused", post("Content-Length: 1099511627776\r\n", "hello"), 413),
  // The limit is the route's: one that reads no body may answer, but nobody reads so much to keep the connection.
  ...["GET /", "POST /ignore", "DELETE /ignore"].map((line): HttpCase => ({
    name: `a body over the limit, that ${line} does not read, costs the connection`,
    send: `${line} HTTP/1.1\r\nHost: a\r\nContent-Length: ${LIMIT + 1}\r\n\r\n`,
    replies: [{ status: [200, 413] }],
    then: "closed",
  })),
  refused(
    "a body over the limit on HTTP/1.0 is refused",
    `POST / HTTP/1.0\r\nContent-Length: ${LIMIT + 1}\r\n\r\n`,
    413,
  ),
  // The client writes all of it before it reads: a connection reset by unread bytes would lose the reply.
  refused(
    "a client that still sends a body over the limit gets its reply whole",
    post(`Content-Length: ${LIMIT + 1}\r\n`, "x".repeat(LIMIT + 1)),
    413,
  ),
  refused(
    "a client that sends more than it said gets its reply whole",
    post(`Content-Length: ${LIMIT + 1}\r\n`, "x".repeat(LIMIT * 2)),
    413,
  ),
  {
    name: "a client that still sends chunks over the limit gets its reply whole",
    send: chunked(chunks(100)),
    replies: [{ status: 413 }],
    then: "either",
  },
  refused(
    "a client that still sends behind a bad head gets its reply whole",
    `POST / HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\n${"x".repeat(LIMIT)}`,
  ),
  refused("a client that still sends behind a bad chunk gets its reply whole", chunked(`x\r\n${"x".repeat(LIMIT)}`)),
];

/** What a handler leaves unread is read up to a bound, or the connection is closed: each server has its own bound. */
const UNREAD: readonly HttpCase[] = [
  ...([
    ["five bytes", ignored("Content-Length: 5\r\n", "hello"), "open"],
    ["a thousand bytes", ignored("Content-Length: 1000\r\n", "x".repeat(1_000)), "open"],
    ["a chunk", ignored("Transfer-Encoding: chunked\r\n", "5\r\nhello\r\n0\r\n\r\n"), "open"],
    ["ten thousand bytes", ignored("Content-Length: 10000\r\n", "x".repeat(10_000)), "either"],
    ["a megabyte", ignored(`Content-Length: ${LIMIT}\r\n`, "x".repeat(LIMIT)), "either"],
    ["a megabyte in chunks", ignored("Transfer-Encoding: chunked\r\n", chunks(64)), "either"],
    ["more than the limit in chunks", ignored("Transfer-Encoding: chunked\r\n", chunks(100)), "either"],
  ] as const).map(([name, send, then]): HttpCase => ({
    name: `a handler that does not read ${name} is no hindrance`,
    send,
    replies: [{ status: name.startsWith("more") ? [200, 413] : 200 }],
    then,
  })),
  {
    // The reply need not wait for the body; it must not take what follows for a request, nor wait for ever.
    name: "a handler that does not read a body is answered before the body comes",
    send: [ignored("Content-Length: 5\r\n", ""), "hello"],
    replies: [{ status: 200, body: "ignored" }],
    then: "either",
  },
  {
    name: "chunks that break the protocol while nobody reads them end the connection",
    send: ignored(
      "Transfer-Encoding: chunked\r\n",
      "5\r\nhelloX\r\n0\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n",
    ),
    replies: [{ status: [200, 400] }],
    then: "closed",
    isUnsaid: true,
  },
];

/** All cases of bodies too long or unread. */
export const BODIES: readonly HttpCase[] = [...TOO_LONG, ...UNREAD];
