/**
 * How long a body is: RFC 9112 §6, RFC 9110 §8.6.
 *
 * @module
 */
import { accepted, allowed, get, type HttpCase, post, refusedAll } from "./case.ts";

const CODING = [400, 501];
const FIVE = "5\r\nhello\r\n0\r\n\r\n";

const LENGTHS: readonly HttpCase[] = [
  ...([
    ["a Content-Length", "Content-Length: 5", "hello"],
    ["a Content-Length of 0", "Content-Length: 0", ""],
    ["a Content-Length in lower case", "content-length:5", "hello"],
    ["a Content-Length with spaces and tabs around it", "Content-Length: \t 5 \t ", "hello"],
    ["no Content-Length: no body", "X: a", ""],
    ["a body of every kind of line end", "Content-Length: 6", "\r\n\n\r\r\n"],
    ["a body with NUL and high bytes", "Content-Length: 4", "\0\x80\xff\x1b"],
    ["a body that looks like a request", "Content-Length: 38", "GET /smuggled HTTP/1.1\r\nHost: abcd\r\n\r\n"],
    ["a body that looks like chunks", "Content-Length: 15", FIVE],
    ["a body with a type", "Content-Type: text/plain\r\nContent-Length: 2", "hi"],
  ] as const).map(([name, line, body]) => accepted(name, post(`${line}\r\n`, body), { body, method: "POST" })),
  accepted("a body of 100,000 bytes", post("Content-Length: 100000\r\n", "x".repeat(100_000)), {
    body: "x".repeat(100_000),
  }),
  accepted("a body of 1 MiB, the limit", post("Content-Length: 1048576\r\n", "x".repeat(1_048_576))),
  accepted("a GET with a body", get("Content-Length: 5\r\n") + "hello"),
  accepted("a DELETE with a body", `DELETE / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello`, { body: "hello" }),
  accepted("a GET with a chunked body", get("Transfer-Encoding: chunked\r\n") + FIVE),
  // RFC 9110 §8.6: 1*DIGIT, so zeros before the number are allowed.
  allowed("a Content-Length with zeros before it", post("Content-Length: 0005\r\n", "hello"), {
    seen: { body: "hello" },
  }),
  {
    name: "a HEAD with a body",
    send: "HEAD / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello",
    replies: [{ status: 200, toHead: true }],
    then: "open",
  },
  {
    name: "a body on HTTP/1.0",
    send: "POST / HTTP/1.0\r\nContent-Length: 5\r\n\r\nhello",
    replies: [{ status: 200, seen: { body: "hello" } }],
    then: "closed",
    isUnsaid: true,
  },
];

const BAD_LENGTHS: readonly HttpCase[] = [
  ...refusedAll([
    "+5",
    "-5",
    "+0",
    "-0",
    "-1",
    "0x5",
    "0x10",
    "0b101",
    "5h",
    "h5",
    "5.0",
    "5.",
    ".5",
    "5e0",
    "1e1",
    "1_0",
    "1'0",
    "5 5",
    "5\t5",
    "5,",
    ",5",
    "5,6",
    "5, 6",
    "5;",
    "5; a=b",
    '"5"',
    "(5)",
    "five",
    "NaN",
    "Infinity",
    "null",
    "true",
    "",
    "   ",
    "\x0b5",
    "5\x0b",
    "5\x0c",
    "5\0",
    "\xa05",
    "5\x85",
    "\xb2",
    "\xd9\xa5",
    "\xef\xbc\x95",
    // Several equal values may be taken for one by RFC 9112 §6.3, or refused; the issue says "one value".
    "5, 5",
    "5,5",
    "0, 0",
  ].map((value) => [`the Content-Length "${value}"`, post(`Content-Length: ${value}\r\n`, "hello")] as const)),
  ...refusedAll([
    ["two Content-Length, different", post("Content-Length: 5\r\nContent-Length: 6\r\n", "hello!")],
    ["two Content-Length, the same", post("Content-Length: 5\r\nContent-Length: 5\r\n", "hello")],
    ["two Content-Length, one in lower case", post("Content-Length: 5\r\ncontent-length: 0\r\n", "hello")],
    ["two Content-Length, one empty", post("Content-Length: 5\r\nContent-Length:\r\n", "hello")],
    ["two Content-Length, one with zeros", post("Content-Length: 5\r\nContent-Length: 05\r\n", "hello")],
    ["two Content-Length on a GET", get("Content-Length: 0\r\nContent-Length: 5\r\n") + "hello"],
    ["a bad Content-Length on a GET", get("Content-Length: x\r\n")],
    ["a bad Content-Length on HTTP/1.0", "POST / HTTP/1.0\r\nContent-Length: 5x\r\n\r\nhello"],
  ]),
  {
    name: "a bad Content-Length on a HEAD",
    send: "HEAD / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n",
    replies: [{ status: 400, toHead: true }],
    then: "closed",
  },
  // The number is one, but no server can mean it: too large, or malformed because it does not fit.
  ...refusedAll(
    [
      "1048577",
      "4294967296",
      "4294967301",
      "9007199254740992",
      "9007199254740993",
      "9223372036854775807",
      "9223372036854775808",
      "18446744073709551615",
      "18446744073709551616",
      "18446744073709551621",
      "100000000000000000000000000000000",
      "9".repeat(400),
    ].map((value) =>
      [`the Content-Length ${value.slice(0, 40)}`, post(`Content-Length: ${value}\r\n`, "hello")] as const
    ),
    [413, 400],
  ),
];

const CODINGS: readonly HttpCase[] = [
  ...["chunked", "Chunked", "CHUNKED", "cHuNkEd", "  chunked", "chunked \t", "\tchunked"].map((value) =>
    accepted(`the Transfer-Encoding "${value}"`, post(`Transfer-Encoding: ${value}\r\n`, FIVE), { body: "hello" })
  ),
  accepted("a Transfer-Encoding in lower case", post("transfer-encoding:chunked\r\n", FIVE), { body: "hello" }),
  // RFC 9110 §5.6.1.2: a recipient of a list ignores empty elements; a strict one may refuse them.
  ...[", chunked", "chunked,", "chunked, ,"].map((value) =>
    allowed(`the Transfer-Encoding "${value}"`, post(`Transfer-Encoding: ${value}\r\n`, FIVE), {
      seen: { body: "hello" },
      refusals: CODING,
    })
  ),
  ...refusedAll(
    [
      "xchunked",
      "chunkedx",
      "x-chunked",
      "chunk",
      "chun ked",
      "chunked chunked",
      "chunkedchunked",
      "chunked, chunked",
      "chunked,chunked",
      "identity",
      "chunked, identity",
      "identity, chunked",
      "gzip",
      "gzip, chunked",
      "chunked, gzip",
      "deflate, gzip, chunked",
      "x, chunked",
      "br,chunked",
      "chunked;x",
      "chunked;x=y",
      "chunked; q=1",
      ";chunked",
      '"chunked"',
      "'chunked'",
      "(chunked)",
      "[chunked]",
      "chunked\x0b",
      "\x0bchunked",
      "\x0cchunked",
      "\x00chunked",
      "chunked\x00",
      "chunked\x1f",
      "\xa0chunked",
      "chunked\xa0",
      "chun\xe9ked",
      "\xef\xbb\xbfchunked",
      "chu\xe2\x84\xaaed",
      "chunked\\",
      "=chunked",
      "chunked:",
      ": chunked",
      "chunked/1.0",
      "*",
      "",
      " ",
      ",",
      "0",
      "trailers",
      "close",
    ].map((value) => [`the Transfer-Encoding "${value}"`, post(`Transfer-Encoding: ${value}\r\n`, FIVE)] as const),
    CODING,
  ),
  ...refusedAll([
    ["two Transfer-Encoding, both chunked", post("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", FIVE)],
    [
      "two Transfer-Encoding, identity first",
      post("Transfer-Encoding: identity\r\nTransfer-Encoding: chunked\r\n", FIVE),
    ],
    [
      "two Transfer-Encoding, identity last",
      post("Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n", FIVE),
    ],
    ["two Transfer-Encoding, gzip first", post("Transfer-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n", FIVE)],
    ["two Transfer-Encoding, one unknown", post("Transfer-Encoding: chunked\r\nTransfer-Encoding: cow\r\n", FIVE)],
    ["two Transfer-Encoding, one empty", post("Transfer-Encoding: chunked\r\nTransfer-Encoding:\r\n", FIVE)],
    ["two Transfer-Encoding in two cases", post("Transfer-Encoding: chunked\r\ntransfer-encoding: x\r\n", FIVE)],
    ["a Transfer-Encoding on HTTP/1.0", `POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n${FIVE}`],
    [
      "a Transfer-Encoding on a kept-alive HTTP/1.0",
      `POST / HTTP/1.0\r\nConnection: keep-alive\r\nTransfer-Encoding: chunked\r\n\r\n${FIVE}`,
    ],
    ["identity on HTTP/1.0", "POST / HTTP/1.0\r\nTransfer-Encoding: identity\r\n\r\n"],
    ["gzip alone on a GET", get("Transfer-Encoding: gzip\r\n")],
  ], CODING),
  accepted("TE is no Transfer-Encoding", post("TE: trailers, chunked\r\nContent-Length: 5\r\n", "hello"), {
    body: "hello",
  }),
  accepted(
    "a Content-Encoding is the application's",
    post("Content-Encoding: chunked\r\nContent-Length: 5\r\n", "hello"),
    {
      body: "hello",
    },
  ),
];

/** All cases of the framing of bodies. */
export const FRAMING: readonly HttpCase[] = [...LENGTHS, ...BAD_LENGTHS, ...CODINGS];
