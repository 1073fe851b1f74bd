/**
 * Request smuggling: whatever two servers could read in two ways is refused, and nothing behind it is read. The names of the
 * kinds say which length the server in front goes by, and which the one behind: CL is Content-Length, TE Transfer-Encoding,
 * 0 none.
 *
 * @module
 */
import { accepted, get, type HttpCase, post, refusedAll, SMUGGLED } from "./case.ts";

const CODING = [400, 501];
const LAST = "0\r\n\r\n";
const length = (body: string) => `Content-Length: ${body.length}\r\n`;
const TE = "Transfer-Encoding: chunked\r\n";

/** A head with both lengths, of which one is written in some way that hides it from a server. */
const both = (coding: string, body = LAST) => post(`${length(body)}${coding}`, body);

const TWO_LENGTHS = refusedAll([
  ["CL.TE", post(`${length(LAST + SMUGGLED)}${TE}`, LAST + SMUGGLED)],
  ["TE.CL", post(`${TE}Content-Length: 4\r\n`, `23\r\n${SMUGGLED}\r\n${LAST}`)],
  ["CL.TE in the other order", post(`${TE}${length(LAST + SMUGGLED)}`, LAST + SMUGGLED)],
  ["CL and TE that agree", post(`Content-Length: 15\r\n${TE}`, `5\r\nhello\r\n${LAST}`)],
  ["CL of 0 and TE", post(`Content-Length: 0\r\n${TE}`, LAST)],
  ["CL and TE on a GET", get(`${length(LAST)}${TE}`) + LAST],
  ["CL and TE on HTTP/1.0", `POST / HTTP/1.0\r\nHost: a\r\n${length(LAST)}${TE}\r\n${LAST}`],
  [
    "CL and TE on a kept-alive HTTP/1.0",
    `POST / HTTP/1.0\r\nConnection: keep-alive\r\n${length(LAST)}${TE}\r\n${LAST}`,
  ],
  ["CL and TE: identity", both("Transfer-Encoding: identity\r\n")],
  ["CL and TE: gzip, chunked", both("Transfer-Encoding: gzip, chunked\r\n")],
  ["two CL and TE", post(`Content-Length: 5\r\nContent-Length: 5\r\n${TE}`, LAST)],
  ["CL.CL, the first shorter", post(`Content-Length: 0\r\nContent-Length: ${SMUGGLED.length}\r\n`, SMUGGLED)],
  ["CL.CL, the second shorter", post(`Content-Length: ${SMUGGLED.length}\r\nContent-Length: 0\r\n`, SMUGGLED)],
  ["CL.CL in one field", post(`Content-Length: 0, ${SMUGGLED.length}\r\n`, SMUGGLED)],
  ["TE.TE, one hidden", post(`${TE}Transfer-Encoding: cow\r\nContent-Length: 4\r\n`, `23\r\n${SMUGGLED}\r\n${LAST}`)],
  ["TE.TE, one with another case", post(`${TE}transfer-encoding: identity\r\nContent-Length: 4\r\n`, LAST)],
  ["TE and CL by Connection", post(`Connection: Transfer-Encoding\r\n${TE}${length(LAST)}`, LAST)],
  ["TE and CL by Connection, the other way", post(`Connection: Content-Length\r\n${TE}${length(LAST)}`, LAST)],
], CODING);

const HIDDEN_CODINGS = refusedAll(
  [
    ["a space before the colon", "Transfer-Encoding : chunked\r\n"],
    ["a tab before the colon", "Transfer-Encoding\t: chunked\r\n"],
    ["a NUL before the colon", "Transfer-Encoding\0: chunked\r\n"],
    ["a vertical tab before the colon", "Transfer-Encoding\x0b: chunked\r\n"],
    ["a DEL before the colon", "Transfer-Encoding\x7f: chunked\r\n"],
    ["a high byte before the colon", "Transfer-Encoding\xff: chunked\r\n"],
    ["a CR before the colon", "Transfer-Encoding\r: chunked\r\n"],
    ["an LF before the colon", "Transfer-Encoding\n: chunked\r\n"],
    ["a line end before the colon", "Transfer-Encoding\r\n: chunked\r\n"],
    ["a space before the name", " Transfer-Encoding: chunked\r\n"],
    ["a tab before the name", "\tTransfer-Encoding: chunked\r\n"],
    ["a NUL before the name", "\0Transfer-Encoding: chunked\r\n"],
    ["a CR before the name", "\rTransfer-Encoding: chunked\r\n"],
    ["an LF before the name", "\nTransfer-Encoding: chunked\r\n"],
    ["a space in the name", "Transfer Encoding: chunked\r\n"],
    ["a folded value", "Transfer-Encoding:\r\n chunked\r\n"],
    ["a value folded by a tab", "Transfer-Encoding:\r\n\tchunked\r\n"],
    ["a value folded in a list", "Transfer-Encoding: x,\r\n chunked\r\n"],
    ["a bare LF before it", "X: a\nTransfer-Encoding: chunked\r\n"],
    ["a bare CR before it", "X: a\rTransfer-Encoding: chunked\r\n"],
    ["a bare CR and a space before it", "X: a\r Transfer-Encoding: chunked\r\n"],
    ["a bare CR behind it", "Transfer-Encoding: chunked\r\r\n"],
    ["a bare LF behind it", "Transfer-Encoding: chunked\n"],
    ["a vertical tab in the value", "Transfer-Encoding:\x0bchunked\r\n"],
    ["a form feed in the value", "Transfer-Encoding:\x0cchunked\r\n"],
    ["a NUL in the value", "Transfer-Encoding: \0chunked\r\n"],
    ["a no-break space in the value", "Transfer-Encoding: \xa0chunked\r\n"],
    ["a value in quotes", 'Transfer-Encoding: "chunked"\r\n'],
    ["a value with a prefix", "Transfer-Encoding: xchunked\r\n"],
    ["a value with a parameter", "Transfer-Encoding: chunked;q=0.5\r\n"],
    ["a value that is empty", "Transfer-Encoding:\r\n"],
    ["a value with a colon", "Transfer-Encoding:: chunked\r\n"],
    ["an equals sign", "Transfer-Encoding= chunked\r\n"],
    ["no colon", "Transfer-Encoding chunked\r\n"],
  ].map(([name, line]) => [`a Transfer-Encoding hidden by ${name}, with a Content-Length`, both(line)] as const),
  CODING,
);

const HIDDEN_LENGTHS = refusedAll([
  ["a space before the colon", "Content-Length : "],
  ["a tab before the colon", "Content-Length\t: "],
  ["a NUL before the colon", "Content-Length\0: "],
  ["a space before the name", " Content-Length: "],
  ["a bare LF before it", "X: a\nContent-Length: "],
  ["a bare CR before it", "X: a\rContent-Length: "],
  ["a folded value", "Content-Length:\r\n "],
  ["a plus", "Content-Length: +"],
  ["a comma", "Content-Length: ,"],
  ["a vertical tab", "Content-Length: \x0b"],
  ["a hexadecimal number", "Content-Length: 0x"],
].map(([name, line]) =>
  [`a Content-Length hidden by ${name}`, post(`${line}${SMUGGLED.length}\r\n`, SMUGGLED)] as const
));

const CHUNK_TRICKS = refusedAll([
  // TERM.EXT and EXT.TERM, TERM.SPILL and SPILL.TERM: "Funky chunks", 2025.
  ["LF ends an extension", post(TE, `2;\nxx\r\n23\r\n${SMUGGLED}\r\n${LAST}`)],
  ["LF ends a size", post(TE, `2\nxx\r\n23\r\n${SMUGGLED}\r\n${LAST}`)],
  ["CR ends an extension", post(TE, `2;\rxx\r\n23\r\n${SMUGGLED}\r\n${LAST}`)],
  ["LF in a quoted extension hides a chunk", post(TE, `2;x="\n23\r\n${SMUGGLED}"\r\nxx\r\n${LAST}`)],
  ["data runs over into its line end", post(TE, `5\r\nhelloAA23\r\n${SMUGGLED}\r\n${LAST}`)],
  ["LF and a letter for the line end of data", post(TE, `5\r\nhello\nA23\r\n${SMUGGLED}\r\n${LAST}`)],
  ["LF for the line end of data", post(TE, `5\r\nhello\n23\r\n${SMUGGLED}\r\n${LAST}`)],
  ["a last chunk of 0x0", post(TE, `0x0\r\n\r\n${SMUGGLED}`)],
  ["a last chunk of -0", post(TE, `-0\r\n\r\n${SMUGGLED}`)],
  ["a last chunk of nothing", post(TE, `\r\n\r\n${SMUGGLED}`)],
  ["a last chunk that LF ends", post(TE, `0\n\n${SMUGGLED}`)],
  ["a last chunk with LF in its trailers", post(TE, `0\r\nX: a\n\r\n${SMUGGLED}`)],
  ["a last chunk without its empty line", post(TE, `0\r\n${SMUGGLED}`)],
  ["a size that overflows to 0", post(TE, `10000000000000000\r\n\r\n${SMUGGLED}`)],
  ["a size that overflows 32 bits to 0", post(TE, `100000000\r\n\r\n${SMUGGLED}`)],
], [400, 413]);

const NO_LENGTH: readonly HttpCase[] = [
  accepted("CL.0: the body of a GET is its body", get(length(SMUGGLED)) + SMUGGLED),
  accepted("CL.0: the body of a POST is its body", post(length(SMUGGLED), SMUGGLED), { body: SMUGGLED }),
  accepted(
    "CL.0: the body of an OPTIONS is its body",
    `OPTIONS / HTTP/1.1\r\nHost: a\r\n${length(SMUGGLED)}\r\n${SMUGGLED}`,
  ),
  {
    name: "CL.0: the body of a HEAD is its body",
    send: `HEAD / HTTP/1.1\r\nHost: a\r\n${length(SMUGGLED)}\r\n${SMUGGLED}`,
    replies: [{ status: 200, toHead: true }],
    then: "open",
  },
  {
    name: "CL.0: the body that a handler does not read is no request",
    send: `POST /ignore HTTP/1.1\r\nHost: a\r\n${length(SMUGGLED)}\r\n${SMUGGLED}`,
    replies: [{ status: 200, body: "ignored" }],
    then: "either",
  },
  {
    name: "TE.0: the chunks that a handler does not read are no request",
    send: `POST /ignore HTTP/1.1\r\nHost: a\r\n${TE}\r\n23\r\n${SMUGGLED}\r\n${LAST}`,
    replies: [{ status: 200, body: "ignored" }],
    then: "either",
  },
  accepted(
    "TE.0: the chunks of an OPTIONS are its body",
    `OPTIONS / HTTP/1.1\r\nHost: a\r\n${TE}\r\n23\r\n${SMUGGLED}\r\n${LAST}`,
    {
      body: SMUGGLED,
    },
  ),
  accepted(
    "an upgrade to h2c is ignored",
    get("Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n"),
  ),
  accepted("a method in a field changes nothing", post("X-HTTP-Method-Override: DELETE\r\nContent-Length: 0\r\n", ""), {
    method: "POST",
  }),
  accepted(
    "a Connection that names Content-Length takes no body away",
    post(`Connection: Content-Length\r\n${length(SMUGGLED)}`, SMUGGLED),
    {
      body: SMUGGLED,
    },
  ),
  accepted("a Connection that names Host takes no host away", get("Connection: Host\r\n"), { url: "http://a/" }),
  accepted("Keep-Alive and Proxy-Connection change nothing", get("Keep-Alive: max=0\r\nProxy-Connection: close\r\n")),
];

/** All cases of smuggling. */
export const SMUGGLING: readonly HttpCase[] = [
  ...TWO_LENGTHS,
  ...HIDDEN_CODINGS,
  ...HIDDEN_LENGTHS,
  ...CHUNK_TRICKS,
  ...NO_LENGTH,
];
