/**
 * Bodies in chunks: RFC 9112 §7.1.
 *
 * @module
 */
import { accepted, allowed, chunked, type HttpCase, refused, refusedAll } from "./case.ts";

const sixteen = "0123456789abcdef";

const ACCEPTED: readonly HttpCase[] = ([
  ["one chunk", "5\r\nhello\r\n0\r\n\r\n", "hello"],
  ["two chunks", "3\r\nhel\r\n2\r\nlo\r\n0\r\n\r\n", "hello"],
  ["a chunk for each byte", "1\r\nh\r\n1\r\ne\r\n1\r\nl\r\n1\r\nl\r\n1\r\no\r\n0\r\n\r\n", "hello"],
  ["no chunk", "0\r\n\r\n", ""],
  ["a size in upper case", `A\r\n0123456789\r\n0\r\n\r\n`, "0123456789"],
  ["a size in lower case", `a\r\n0123456789\r\n0\r\n\r\n`, "0123456789"],
  ["a size of two digits", `10\r\n${sixteen}\r\n0\r\n\r\n`, sixteen],
  ["line ends in the data", "8\r\n\r\n0\r\n\r\n\r\r\n0\r\n\r\n", "\r\n0\r\n\r\n\r"],
  [
    "data that looks like a request",
    "26\r\nGET /smuggled HTTP/1.1\r\nHost: abcd\r\n\r\n\r\n0\r\n\r\n",
    "GET /smuggled HTTP/1.1\r\nHost: abcd\r\n\r\n",
  ],
  ["NUL and high bytes", "4\r\n\0\x80\xff\x1b\r\n0\r\n\r\n", "\0\x80\xff\x1b"],
  ["an extension", "5;a\r\nhello\r\n0\r\n\r\n", "hello"],
  ["an extension with a value", "5;a=b\r\nhello\r\n0\r\n\r\n", "hello"],
  ["an extension with a quoted value", '5;a="b c"\r\nhello\r\n0\r\n\r\n', "hello"],
  ["an extension with quotes in quotes", '5;a="b\\"c"\r\nhello\r\n0\r\n\r\n', "hello"],
  ["several extensions", "5;a;b=c;d\r\nhello\r\n0\r\n\r\n", "hello"],
  ["an extension of the last chunk", "5\r\nhello\r\n0;a=b\r\n\r\n", "hello"],
  ["a trailer", "5\r\nhello\r\n0\r\nX: a\r\n\r\n", "hello"],
  ["several trailers", "5\r\nhello\r\n0\r\nX: a\r\nY: b\r\nX: c\r\n\r\n", "hello"],
  ["a trailer without a value", "5\r\nhello\r\n0\r\nX:\r\n\r\n", "hello"],
] as const).map(([name, body, seen]) => accepted(`in chunks: ${name}`, chunked(body), { body: seen, method: "POST" }));

const LARGE: readonly HttpCase[] = [
  accepted("a chunk of 100,000 bytes", chunked(`186a0\r\n${"x".repeat(100_000)}\r\n0\r\n\r\n`), {
    body: "x".repeat(100_000),
  }),
  accepted("a thousand chunks", chunked(`${"3\r\nabc\r\n".repeat(1_000)}0\r\n\r\n`), { body: "abc".repeat(1_000) }),
  accepted(
    "ten chunks with extensions of fifty bytes",
    chunked(`${`3;${"e".repeat(50)}\r\nabc\r\n`.repeat(10)}0\r\n\r\n`),
    {
      body: "abc".repeat(10),
    },
  ),
  // 16 digits hold any 64-bit length; more of them are no size that anybody has.
  allowed("a size with a zero before it", chunked("05\r\nhello\r\n0\r\n\r\n"), { seen: { body: "hello" } }),
  allowed("a size with seven zeros before it", chunked("00000005\r\nhello\r\n0\r\n\r\n"), { seen: { body: "hello" } }),
  allowed("a last chunk of several zeros", chunked("5\r\nhello\r\n000\r\n\r\n"), { seen: { body: "hello" } }),
  refused("a size with a thousand zeros before it", chunked(`${"0".repeat(1_000)}5\r\nhello\r\n0\r\n\r\n`), [
    400,
    413,
    431,
  ]),
];

/** What a server may take or not, if it takes it for the same. */
const LENIENT: readonly HttpCase[] = ([
  // RFC 9112 §7.1.1 has "BWS" about the semicolon and the equals sign.
  ["a space before an extension", "5 ;a=b\r\nhello\r\n0\r\n\r\n"],
  ["spaces in an extension", "5; a = b\r\nhello\r\n0\r\n\r\n"],
  ["a tab before an extension", "5\t;a\r\nhello\r\n0\r\n\r\n"],
  // Some senders fill the size with spaces, which no grammar allows.
  ["a space behind a size", "5 \r\nhello\r\n0\r\n\r\n"],
  ["an extension without a name", "5;\r\nhello\r\n0\r\n\r\n"],
  ["an extension with a quote that does not end", '5;a="b\r\nhello\r\n0\r\n\r\n'],
  // RFC 9110 §6.5.1 forbids the sender these trailers; a recipient ignores them, or refuses.
  ["a Content-Length for a trailer", "5\r\nhello\r\n0\r\nContent-Length: 50\r\n\r\n"],
  ["a Transfer-Encoding for a trailer", "5\r\nhello\r\n0\r\nTransfer-Encoding: chunked\r\n\r\n"],
  ["a Host for a trailer", "5\r\nhello\r\n0\r\nHost: evil\r\n\r\n"],
  ["an Expect for a trailer", "5\r\nhello\r\n0\r\nExpect: 100-continue\r\n\r\n"],
  ["a Connection for a trailer", "5\r\nhello\r\n0\r\nConnection: close\r\n\r\n"],
] as const).map(([name, body]) => allowed(`in chunks: ${name}`, chunked(body), { seen: { body: "hello" } }));

const MALFORMED: readonly HttpCase[] = refusedAll(
  ([
    ["no size", "\r\nhello\r\n0\r\n\r\n"],
    ["a size of letters", "xyz\r\nhello\r\n0\r\n\r\n"],
    ["a size with 0x", "0x5\r\nhello\r\n0\r\n\r\n"],
    ["a size with a plus", "+5\r\nhello\r\n0\r\n\r\n"],
    ["a size with a minus", "-5\r\nhello\r\n0\r\n\r\n"],
    ["a size with an underscore", "1_0\r\n0123456789abcdef\r\n0\r\n\r\n"],
    ["a size with a point", "5.0\r\nhello\r\n0\r\n\r\n"],
    ["a size with an h", "5h\r\nhello\r\n0\r\n\r\n"],
    ["a size in quotes", '"5"\r\nhello\r\n0\r\n\r\n'],
    ["a size and a letter behind a space", "5 x\r\nhello\r\n0\r\n\r\n"],
    ["a size and another", "5 5\r\nhello\r\n0\r\n\r\n"],
    ["a size and a comma", "5,\r\nhello\r\n0\r\n\r\n"],
    ["a space before a size", " 5\r\nhello\r\n0\r\n\r\n"],
    ["a tab before a size", "\t5\r\nhello\r\n0\r\n\r\n"],
    ["a vertical tab before a size", "\x0b5\r\nhello\r\n0\r\n\r\n"],
    ["a NUL behind a size", "5\0\r\nhello\r\n0\r\n\r\n"],
    ["a semicolon for a size", ";a\r\nhello\r\n0\r\n\r\n"],
    ["a size of 2^32 + 5 bytes, cut", "100000005\r\nhello\r\n0\r\n\r\n"],
    ["a size of 2^53", "20000000000000\r\nhello\r\n0\r\n\r\n"],
    ["a size of 2^64 - 1", "ffffffffffffffff\r\nhello\r\n0\r\n\r\n"],
    ["a size of 2^64 + 5, that is 5 if cut", "10000000000000005\r\nhello\r\n0\r\n\r\n"],
    ["a size of 17 digits", "fffffffffffffffff\r\nhello\r\n0\r\n\r\n"],
    ["a size of 1,000 digits", `${"f".repeat(1_000)}\r\nhello\r\n0\r\n\r\n`],
    ["no line end behind the data", "5\r\nhello0\r\n\r\n"],
    ["LF behind the data", "5\r\nhello\n0\r\n\r\n"],
    ["CR behind the data", "5\r\nhello\r0\r\n\r\n"],
    ["two letters for a line end behind the data", "5\r\nhelloXX0\r\n\r\n"],
    ["CR and a letter behind the data", "5\r\nhello\rX0\r\n\r\n"],
    ["a letter and LF behind the data", "5\r\nhelloX\n0\r\n\r\n"],
    ["two line ends behind the data", "5\r\nhello\r\n\r\n0\r\n\r\n"],
    ["data shorter than its size", "6\r\nhello\r\n0\r\n\r\n"],
    ["data longer than its size", "4\r\nhello\r\n0\r\n\r\n"],
    ["LF behind a size", "5\nhello\r\n0\r\n\r\n"],
    ["LF everywhere", "5\nhello\n0\n\n"],
    ["CR behind a size", "5\rhello\r\n0\r\n\r\n"],
    ["CR CR LF behind a size", "5\r\r\nhello\r\n0\r\n\r\n"],
    ["LF behind an extension", "5;a\nhello\r\n0\r\n\r\n"],
    ["CR in an extension", "5;a\rb\r\nhello\r\n0\r\n\r\n"],
    ["LF in an extension", "5;a\nb\r\nhello\r\n0\r\n\r\n"],
    ["LF in a quoted extension", '5;a="\n"\r\nhello\r\n0\r\n\r\n'],
    ["CR in a quoted extension", '5;a="\r"\r\nhello\r\n0\r\n\r\n'],
    ["NUL in an extension", "5;a\0\r\nhello\r\n0\r\n\r\n"],
    ["LF behind the last chunk", "5\r\nhello\r\n0\n\r\n"],
    ["LF at the end", "5\r\nhello\r\n0\r\n\n"],
    ["CR and a letter at the end", "5\r\nhello\r\n0\r\n\rX"],
    ["a line without a colon at the end", "5\r\nhello\r\n0\r\nX\r\n\r\n"],
    ["a trailer with LF", "5\r\nhello\r\n0\r\nX: a\n\r\n"],
    ["a trailer with a bare CR", "5\r\nhello\r\n0\r\nX: a\rb\r\n\r\n"],
    ["a trailer with NUL", "5\r\nhello\r\n0\r\nX: a\0\r\n\r\n"],
    ["a trailer with a space before the colon", "5\r\nhello\r\n0\r\nX : a\r\n\r\n"],
    ["a trailer without a name", "5\r\nhello\r\n0\r\n: a\r\n\r\n"],
    ["a folded trailer", "5\r\nhello\r\n0\r\nX: a\r\n b\r\n\r\n"],
    ["a folded first trailer", "5\r\nhello\r\n0\r\n X: a\r\n\r\n"],
    ["a request for a trailer", "5\r\nhello\r\n0\r\nGET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n"],
    ["a body that is not in chunks", "hello, this is not in chunks\r\n\r\n"],
  ] as const).map(([name, body]) => [`in chunks: ${name}`, chunked(body)] as const),
  [400, 413],
);

const BOUNDS: readonly HttpCase[] = [
  // What is bounded has no status of its own.
  ...refusedAll(
    ([
      ["an extension of 100,000 bytes", `5;${"e".repeat(100_000)}\r\nhello\r\n0\r\n\r\n`],
      ["an extension of 100,000 bytes in quotes", `5;a="${"e".repeat(100_000)}"\r\nhello\r\n0\r\n\r\n`],
      ["an extension that does not end", `5;${"e".repeat(40_000)}`],
      ["a trailer of 100,000 bytes", `5\r\nhello\r\n0\r\nX: ${"t".repeat(100_000)}\r\n\r\n`],
      ["a trailer that does not end", `5\r\nhello\r\n0\r\nX: ${"t".repeat(40_000)}`],
      ["a hundred thousand bytes of trailers", `5\r\nhello\r\n0\r\n${"X: aaaa\r\n".repeat(11_111)}\r\n`],
      ["a thousand trailers", `5\r\nhello\r\n0\r\n${"X: a\r\n".repeat(1_000)}\r\n`],
    ] as const).map(([name, body]) => [`in chunks: ${name}`, chunked(body)] as const),
    [400, 413, 431],
  ),
  // What is over the limit may be dropped, if it is little enough.
  ...([
    ["one byte over the limit", `100001\r\n${"x".repeat(1_048_577)}\r\n0\r\n\r\n`],
    ["over the limit, in pieces", `${`4000\r\n${"x".repeat(0x4000)}\r\n`.repeat(65)}0\r\n\r\n`],
  ] as const).map(([name, body]): HttpCase => ({
    name: `in chunks: ${name}`,
    send: chunked(body),
    replies: [{ status: 413 }],
    then: "either",
  })),
  accepted("in chunks: 1 MiB, the limit", chunked(`${`4000\r\n${"x".repeat(0x4000)}\r\n`.repeat(64)}0\r\n\r\n`)),
];

const TRAILERS: readonly HttpCase[] = [
  accepted("a trailer is no header", chunked("0\r\nX-Trailer: a\r\n\r\n"), { headers: { "x-trailer": null } }),
  accepted(
    "a trailer does not add to a header",
    `POST / HTTP/1.1\r\nHost: a\r\nX: 1\r\nTransfer-Encoding: chunked\r\nTrailer: X\r\n\r\n0\r\nX: 2\r\n\r\n`,
    { headers: { x: "1" } },
  ),
  allowed("a Cookie in a trailer is no header", chunked("0\r\nCookie: a=b\r\nAuthorization: x\r\n\r\n"), {
    seen: { headers: { cookie: null, authorization: null } },
  }),
];

/** All cases of chunks. */
export const CHUNKS: readonly HttpCase[] = [...ACCEPTED, ...LARGE, ...LENIENT, ...MALFORMED, ...BOUNDS, ...TRAILERS];
