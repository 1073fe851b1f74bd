/**
 * What goes out: RFC 9110 §6 and §15, RFC 9112 §4 to §7. Every reply of every case is parsed strictly besides: see `wire.ts`.
 *
 * @module
 */
import type { ExpectedReply, HttpCase } from "./case.ts";
import { PIECES } from "./handler.ts";

const request = (method: string, path: string) => `${method} ${path} HTTP/1.1\r\nHost: a\r\n\r\n`;
const IMF_FIXDATE = /^(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d [A-Z][a-z][a-z] 20\d\d \d\d:\d\d:\d\d GMT$/;
const UNFRAMED = { "content-length": null, "transfer-encoding": null };

/** A path, what it answers, and the connection stays. */
function answers(name: string, path: string, reply: ExpectedReply): HttpCase {
  return { name, send: request("GET", path), replies: [reply], then: "open" };
}

/** The same path asked for with HEAD: the head is the same, and no byte more. */
function head(path: string, reply: ExpectedReply): HttpCase {
  return {
    name: `the reply to HEAD ${path} is a head`,
    send: request("HEAD", path),
    replies: [{ ...reply, toHead: true }],
    then: "open",
  };
}

const BODIES: readonly HttpCase[] = [
  answers("a text has its length and type", "/text", {
    status: 200,
    reason: "OK",
    body: "hello",
    headers: { "content-length": "5", "content-type": /^text\/plain; ?charset=utf-8$/i, date: IMF_FIXDATE },
  }),
  answers("a text is measured in bytes", "/utf8", {
    status: 200,
    body: "h\xc3\xa9",
    headers: { "content-length": "3" },
  }),
  answers("bytes go out as they are", "/bytes", {
    status: 200,
    body: "\0\xff\r\n",
    headers: { "content-length": "4", "content-type": null },
  }),
  answers("a blob has its type", "/blob", { status: 200, body: "hello", headers: { "content-type": "a/b" } }),
  answers("an empty text has a length of 0", "/empty", { status: 200, body: "", headers: { "content-length": "0" } }),
  answers("no body has a length of 0", "/null", { status: 200, body: "", headers: { "content-length": "0" } }),
  answers("a megabyte", "/large", {
    status: 200,
    body: "y".repeat(1_048_576),
    headers: { "content-length": "1048576" },
  }),
  answers("two cookies are two fields", "/cookies", { status: 200, headers: { "set-cookie": "a=1, b=2" } }),
  answers("a field cannot be split", "/split", {
    status: 200,
    body: "No way",
    headers: { a: "b\xe9\x80", "x-split": null },
  }),
  answers("a redirect without a body", "/redirect", {
    status: 303,
    reason: "See Other",
    body: "",
    headers: { location: "/x", date: IMF_FIXDATE, "content-length": "0" },
  }),
];

const STATUSES: readonly HttpCase[] = [
  ...([
    [200, "OK"],
    [201, "Created"],
    [202, "Accepted"],
    [301, "Moved Permanently"],
    [400, "Bad Request"],
    [401, "Unauthorized"],
    [403, "Forbidden"],
    [404, "Not Found"],
    [405, "Method Not Allowed"],
    [409, "Conflict"],
    [413, /^(Content|Payload|Request Entity) Too Large$/],
    [429, "Too Many Requests"],
    [500, "Internal Server Error"],
    [503, "Service Unavailable"],
  ] as const).map(([status, reason]) =>
    answers(`the status ${status} has its phrase`, `/status/${status}`, {
      status,
      ...(typeof reason === "string" ? { reason } : {}),
      body: "",
      headers: { "content-length": "0", etag: '"x"', ...(status < 500 ? { date: IMF_FIXDATE } : {}) },
    })
  ),
  ...[299, 499, 599].map((status) =>
    answers(`the status ${status}, that nobody knows, goes out`, `/status/${status}`, { status, body: "" })
  ),
  answers("204 has no body and no length", "/status/204", {
    status: 204,
    reason: "No Content",
    headers: { ...UNFRAMED, date: IMF_FIXDATE, etag: '"x"' },
  }),
  answers("304 has no body and no length", "/status/304", {
    status: 304,
    reason: "Not Modified",
    headers: { ...UNFRAMED, date: IMF_FIXDATE, etag: '"x"' },
  }),
  // RFC 9110 §15.3.6: no content, which has to be said by a length of 0 or by no chunk.
  answers("205 has no body", "/status/205", { status: 205, body: "" }),
  {
    name: "204 and 304 leave the connection in step",
    send: request("GET", "/status/204") + request("POST", "/status/304") + request("GET", "/text"),
    replies: [{ status: 204 }, { status: 304 }, { status: 200, body: "hello" }],
    then: "open",
  },
];

const HEADS: readonly HttpCase[] = [
  head("/text", { status: 200, headers: { "content-length": "5", "content-type": /^text\/plain/, date: IMF_FIXDATE } }),
  head("/utf8", { status: 200, headers: { "content-length": "3" } }),
  head("/bytes", { status: 200, headers: { "content-length": "4" } }),
  head("/large", { status: 200, headers: { "content-length": "1048576" } }),
  head("/empty", { status: 200, headers: { "content-length": "0" } }),
  // What a HEAD is answered without a body says the length that a GET would have.
  head("/head-length", { status: 200, headers: { "content-length": "1234" } }),
  head("/stream", { status: 200, headers: { "content-length": null } }),
  head("/stream-length", { status: 200, headers: { "content-length": /^5$/, "transfer-encoding": null } }),
  head("/stream-error", { status: 200 }),
  head("/status/204", { status: 204, headers: UNFRAMED }),
  head("/status/304", { status: 304, headers: UNFRAMED }),
  head("/status/404", { status: 404 }),
  head("/redirect", { status: 303, headers: { location: "/x" } }),
];

const STREAMS: readonly HttpCase[] = [
  answers("a stream goes out in chunks, and an empty piece does not end it", "/stream", {
    status: 200,
    body: PIECES.join(""),
    headers: { "transfer-encoding": "chunked", "content-length": null },
  }),
  answers("a stream of nothing ends at once", "/stream-nothing", { status: 200, body: "" }),
  answers("a stream whose length is known", "/stream-length", { status: 200, body: "hello" }),
  {
    name: "a stream that errors breaks the connection off",
    send: request("GET", "/stream-error"),
    replies: [{ status: 200, isBroken: true }],
    then: "closed",
  },
  {
    name: "nothing is answered behind a stream that errors",
    send: request("GET", "/stream-error") + request("GET", "/smuggled"),
    replies: [{ status: 200, isBroken: true }],
    then: "closed",
  },
  {
    name: "a stream on HTTP/1.0 ends with the connection",
    send: "GET /stream HTTP/1.0\r\n\r\n",
    replies: [{ status: 200, body: PIECES.join(""), headers: UNFRAMED }],
    then: "closed",
    isUnsaid: true,
  },
  {
    name: "a stream whose connection is to close still has its end",
    send: "GET /stream HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
    replies: [{ status: 200, body: PIECES.join(""), headers: { "transfer-encoding": "chunked" } }],
    then: "closed",
  },
];

/** The framing is the transport's, whatever the handler says. */
const FRAMES: readonly HttpCase[] = [
  answers("a length that a handler got wrong is put right", "/wrong-length", { status: 200, body: "hello" }),
  answers("a coding that a handler names is not sent without chunks", "/wrong-coding", { status: 200, body: "hello" }),
];

/** All cases of replies. */
export const REPLIES: readonly HttpCase[] = [...BODIES, ...STATUSES, ...HEADS, ...STREAMS, ...FRAMES];
