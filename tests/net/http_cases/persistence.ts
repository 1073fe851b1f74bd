/**
 * One connection, several requests: RFC 9112 §9, and Expect: RFC 9110 §10.1.1.
 *
 * @module
 */
import { accepted, chunked, type ExpectedReply, get, type HttpCase, post, refused, refusedAll } from "./case.ts";

const CLOSE = /^close$/i;
const KEEP = /^keep-alive$/i;
const path = (name: string, lines = "") => `GET ${name} HTTP/1.1\r\nHost: a\r\n${lines}\r\n`;
const saw = (name: string): ExpectedReply => ({ status: 200, seen: { url: `http://a${name}` } });

const CLOSING: readonly HttpCase[] = [
  ...[
    "Connection: close",
    "connection:close",
    "Connection: Close",
    "Connection: CLOSE",
    "Connection:   close  ",
    "Connection: close, x",
    "Connection: x, close",
    "Connection: x,close,y",
    "Connection: x ,\tclose\t, y",
    "Connection: ,close",
    "Connection: keep-alive, close",
    "Connection: close, keep-alive",
    "Connection: keep-alive\r\nConnection: close",
    "Connection: close\r\nConnection: keep-alive",
    "Connection: x\r\nX: y\r\nConnection: close",
  ].map((line): HttpCase => ({
    name: `the connection is closed after "${line.replaceAll("\r\n", " / ")}"`,
    send: get(`${line}\r\n`),
    replies: [{ status: 200, headers: { connection: CLOSE } }],
    then: "closed",
  })),
  ...[
    "Connection: keep-alive",
    "Connection: Keep-Alive",
    "Connection: x",
    "Connection: closed",
    "Connection: xclose",
    "Connection: close-not",
    "Connection: not close",
    "Connection:",
    "Connection: TE\r\nTE: trailers",
    "Keep-Alive: timeout=5",
    "Proxy-Connection: close",
    "X: close",
  ].map((line) => accepted(`the connection stays after "${line.replaceAll("\r\n", " / ")}"`, get(`${line}\r\n`))),
  {
    name: "a handler that says close has the connection closed",
    send: path("/says-close"),
    replies: [{ status: 200, body: "hello", headers: { connection: CLOSE } }],
    then: "closed",
  },
];

/** A request of HTTP/1.0, and whether its connection stays. */
function old(name: string, { lines, stays }: { lines: string; stays: boolean }): HttpCase {
  return {
    name,
    send: `GET /text HTTP/1.0\r\n${lines}\r\n`,
    // RFC 9112 §9.3: a client of HTTP/1.0 has to be told that the connection stays.
    replies: [{ status: 200, body: "hello", headers: stays ? { connection: KEEP } : {} }],
    then: stays ? "open" : "closed",
    isUnsaid: true,
  };
}

const OLD: readonly HttpCase[] = [
  old("HTTP/1.0 is closed", { lines: "", stays: false }),
  old("HTTP/1.0 with close is closed", { lines: "Connection: close\r\n", stays: false }),
  old("HTTP/1.0 with something else is closed", { lines: "Connection: x\r\n", stays: false }),
  old("HTTP/1.0 with Keep-Alive alone is closed", { lines: "Keep-Alive: timeout=5\r\n", stays: false }),
  old("HTTP/1.0 with Proxy-Connection is closed", { lines: "Proxy-Connection: keep-alive\r\n", stays: false }),
  old("HTTP/1.0 with keep-alive stays", { lines: "Connection: keep-alive\r\n", stays: true }),
  old("HTTP/1.0 with Keep-Alive stays", { lines: "Host: a\r\nConnection: Keep-Alive\r\n", stays: true }),
  old("HTTP/1.0 with keep-alive in a list stays", { lines: "Connection: x, keep-alive\r\n", stays: true }),
  old("HTTP/1.0 with keep-alive and close is closed", { lines: "Connection: keep-alive, close\r\n", stays: false }),
  {
    name: "HTTP/1.0 is not sent chunks, so the end of the connection ends a stream",
    send: "GET /stream HTTP/1.0\r\nConnection: keep-alive\r\n\r\n",
    replies: [{ status: 200, headers: { "transfer-encoding": null, connection: /^(?!.*keep-alive)/ } }],
    then: "closed",
  },
  {
    name: "HTTP/1.0 with keep-alive may send a body",
    send: "POST / HTTP/1.0\r\nConnection: keep-alive\r\nContent-Length: 5\r\n\r\nhello",
    replies: [{ status: 200, seen: { body: "hello" }, headers: { connection: KEEP } }],
    then: "open",
  },
];

const PIPELINED: readonly HttpCase[] = [
  { name: "two requests at once", send: path("/1") + path("/2"), replies: [saw("/1"), saw("/2")], then: "open" },
  {
    name: "thirty requests at once",
    send: Array.from({ length: 30 }, (_, index) => path(`/${index}`)).join(""),
    replies: Array.from({ length: 30 }, (_, index) => saw(`/${index}`)),
    then: "open",
  },
  {
    name: "two thousand requests at once",
    send: Array.from({ length: 2_000 }, (_, index) => path(`/${index}`)).join(""),
    replies: Array.from({ length: 2_000 }, (_, index) => saw(`/${index}`)),
    then: "open",
  },
  {
    name: "the replies come in order, though the first takes longer",
    send: path("/slow") + path("/2") + path("/slow?3") + path("/4"),
    replies: [saw("/slow"), saw("/2"), saw("/slow?3"), saw("/4")],
    then: "open",
    isWholeOnly: true,
  },
  {
    name: "bodies between requests, with a length and in chunks",
    send: post("Content-Length: 2\r\n", "hi") + chunked("3\r\nyou\r\n0\r\n\r\n") + path("/3") +
      post("Content-Length: 0\r\n", ""),
    replies: [{ status: 200, seen: { body: "hi" } }, { status: 200, seen: { body: "you" } }, saw("/3"), {
      status: 200,
      seen: { body: "" },
    }],
    then: "open",
  },
  {
    name: "a stream, and a request behind it",
    send: path("/stream") + path("/2"),
    replies: [{ status: 200, headers: { "transfer-encoding": "chunked" } }, saw("/2")],
    then: "open",
  },
  {
    name: "HEAD and GET mixed",
    send: `HEAD /text HTTP/1.1\r\nHost: a\r\n\r\n${path("/text")}HEAD /text HTTP/1.1\r\nHost: a\r\n\r\n`,
    replies: [{ status: 200, toHead: true }, { status: 200, body: "hello" }, { status: 200, toHead: true }],
    then: "open",
  },
  {
    name: "an empty line between requests is ignored",
    send: `${post("Content-Length: 2\r\n", "hi")}\r\n${path("/2")}`,
    replies: [{ status: 200, seen: { body: "hi" } }, saw("/2")],
    then: "open",
  },
  {
    name: "nothing is answered behind a request that closes",
    send: path("/1", "Connection: close\r\n") + path("/smuggled"),
    replies: [saw("/1")],
    then: "closed",
  },
  {
    name: "nothing is answered behind an error",
    send: path("/1") + get("X : a\r\n") + path("/smuggled"),
    replies: [saw("/1"), { status: 400 }],
    then: "closed",
  },
  {
    name: "an error waits for the reply before it",
    send: path("/slow") + "GARBAGE\r\n\r\n" + path("/smuggled"),
    replies: [saw("/slow"), { status: [400, 505] }],
    then: "closed",
  },
  {
    name: "a body that is longer than its length is the next request",
    send: post("Content-Length: 2\r\n", "hiyou") + "\r\n\r\n",
    replies: [{ status: 200, seen: { body: "hi" } }, { status: [400, 505] }],
    then: "closed",
  },
];

const HALF_CLOSED: readonly HttpCase[] = ([
  ["a request", path("/1"), [saw("/1")]],
  ["a request that takes longer", path("/slow"), [saw("/slow")]],
  ["several requests", path("/1") + path("/slow") + path("/3"), [saw("/1"), saw("/slow"), saw("/3")]],
  ["a request with a body", post("Content-Length: 2\r\n", "hi"), [{ status: 200, seen: { body: "hi" } }]],
  ["a request for a stream", path("/stream"), [{ status: 200 }]],
  ["a request for a megabyte", path("/large"), [{ status: 200, body: "y".repeat(1_048_576) }]],
] as ReadonlyArray<readonly [string, string, ExpectedReply[]]>).map(([name, send, replies]) => ({
  name: `a client that ends its side behind ${name} is answered`,
  send,
  replies,
  then: "closed",
  isHalfClosed: true,
  isUnsaid: true,
}));

/** What breaks off is not answered, or with an error. */
const BROKEN_OFF: readonly HttpCase[] = [
  { name: "a client that ends at once", send: "", replies: [], then: "closed", isHalfClosed: true },
  {
    name: "a client that ends behind a reply",
    send: [path("/1"), ""],
    replies: [saw("/1")],
    then: "closed",
    isHalfClosed: true,
    isUnsaid: true,
  },
];

const expecting = (lines: string, name = "/") => `POST ${name} HTTP/1.1\r\nHost: a\r\n${lines}\r\n`;
const FIVE = "Content-Length: 5\r\n";
const CONTINUE: ExpectedReply = { status: 100, headers: { "content-length": null } };
const HELLO: ExpectedReply = { status: 200, seen: { body: "hello" } };

const EXPECT: readonly HttpCase[] = [
  ...["Expect: 100-continue", "expect: 100-Continue", "EXPECT:100-CONTINUE", "Expect:  100-continue "].map((
    line,
  ): HttpCase => ({
    name: `"${line}" is told to go on`,
    send: [expecting(`${line}\r\n${FIVE}`), "hello"],
    replies: [CONTINUE, HELLO],
    then: "open",
  })),
  {
    name: "a body in chunks is told to come",
    send: [expecting("Expect: 100-continue\r\nTransfer-Encoding: chunked\r\n"), "5\r\nhello\r\n0\r\n\r\n"],
    replies: [CONTINUE, HELLO],
    then: "open",
  },
  {
    // RFC 9110 §10.1.1: a server may omit the 100 if it has received some of the content.
    name: "a body that comes without waiting is taken",
    send: `${expecting(`Expect: 100-continue\r\n${FIVE}`)}hello`,
    replies: [{ ...CONTINUE, isOptional: true }, HELLO],
    then: "open",
  },
  {
    // RFC 9110 §10.1.1: a final status may come in place of the 100; the client may send the body or not.
    name: "a handler that does not read the body does not ask for it",
    send: [expecting(`Expect: 100-continue\r\n${FIVE}`, "/ignore"), "hello"],
    replies: [{ status: 200, body: "ignored" }],
    then: "either",
  },
  {
    name: "a body that is too long is not asked for",
    send: expecting("Expect: 100-continue\r\nContent-Length: 1048577\r\n"),
    replies: [{ status: 413 }],
    then: "closed",
  },
  {
    name: "a body whose length is in doubt is not asked for",
    send: expecting("Expect: 100-continue\r\nContent-Length: 5, 5\r\n"),
    replies: [{ status: 400 }],
    then: "closed",
  },
  {
    // RFC 9110 §10.1.1: without content there is nothing to wait for, so a 100 does no good, nor harm.
    name: "an expectation without a body",
    send: get("Expect: 100-continue\r\n"),
    replies: [{ ...CONTINUE, isOptional: true }, { status: 200 }],
    then: "open",
  },
  {
    name: "an expectation with a body of no bytes",
    send: expecting("Expect: 100-continue\r\nContent-Length: 0\r\n"),
    replies: [{ ...CONTINUE, isOptional: true }, { status: 200, seen: { body: "" } }],
    then: "open",
  },
  {
    // RFC 9110 §10.1.1: a server that gets it in an HTTP/1.0 request MUST ignore it.
    name: "an expectation of HTTP/1.0 is ignored",
    send: `POST / HTTP/1.0\r\nExpect: 100-continue\r\n${FIVE}\r\nhello`,
    replies: [HELLO],
    then: "closed",
    isUnsaid: true,
  },
  accepted(
    "another expectation of HTTP/1.0 is ignored",
    "POST / HTTP/1.0\r\nConnection: keep-alive\r\nExpect: x\r\n\r\n",
  ),
  ...["Expect: x", "Expect: 200-ok", "Expect: 100-continue-not", "Expect: 100-continue, x", "Expect: 100-continue=1"]
    .map((line) => ({
      ...refused(`"${line}" is not met`, get(`${line}\r\n`), 417),
      // Without a body nothing is in doubt: the connection may stay.
      then: "either" as const,
    })),
  ...refusedAll([["another expectation with a body that waits", expecting(`Expect: x\r\n${FIVE}`)]], 417),
];

/** All cases of connections that stay. */
export const PERSISTENCE: readonly HttpCase[] = [
  ...CLOSING,
  ...OLD,
  ...PIPELINED,
  ...HALF_CLOSED,
  ...BROKEN_OFF,
  ...EXPECT,
];
