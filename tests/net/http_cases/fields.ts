/**
 * Header fields: RFC 9112 §5, RFC 9110 §5.
 *
 * @module
 */
import { accepted, allowed, get, type HttpCase, refused, refusedAll } from "./case.ts";

const fields = (count: number) => Array.from({ length: count }, (_, index) => `X-${index}: v\r\n`).join("");

const ACCEPTED: readonly HttpCase[] = ([
  ["a field without a space behind the colon", "X:v", "v"],
  ["spaces around a value", "X:   v   ", "v"],
  ["tabs around a value", "X:\t\tv\t\t", "v"],
  ["spaces and tabs around a value", "X: \t v \t ", "v"],
  ["spaces and tabs inside a value", "X: a \t b", "a \t b"],
  ["an empty value", "X:", ""],
  ["a value of spaces", "X:    ", ""],
  ["a colon in a value", "X: a:b: c", "a:b: c"],
  ["a value that begins with a colon", "X:: v", ": v"],
  ["quotes in a value", 'X: "a,b"; c', '"a,b"; c'],
  [
    "every visible character in a value",
    "X: !\"#$%&'()*+,-./09:;<=>?@AZ[\\]^_`az{|}~",
    "!\"#$%&'()*+,-./09:;<=>?@AZ[\\]^_`az{|}~",
  ],
  ["Latin-1 in a value", "X: caf\xe9", "caf\xe9"],
  ["UTF-8 in a value, a character a byte", "X: \xe2\x82\xac", "\xe2\x82\xac"],
  ["the bytes 80 to 9f in a value", "X: \x80\x85\x9f\xa0\xff.", "\x80\x85\x9f\xa0\xff."],
  ["a name in lower case", "x: v", "v"],
  ["two fields of one name", "X: a\r\nx: b", "a, b"],
  ["two fields of one name, apart", "X: a\r\nY: c\r\nX: b", "a, b"],
  ["a comma in one of two fields", "X: a, b\r\nX: c", "a, b, c"],
] as const).map(([name, line, x]) =>
  accepted(`${name}: it reaches the handler`, get(`${line}\r\n`), { headers: { x } })
);

const NAMES: readonly HttpCase[] = [
  accepted("every character of a token may stand in a field name", get("!#$%&'*+-.^_`|~09azAZ: v\r\n"), {
    headers: { "!#$%&'*+-.^_`|~09azaz": "v" },
  }),
  accepted("a name with an underscore is another name", get("Content_Length: 5\r\nTransfer_Encoding: chunked\r\n"), {
    headers: { "content-length": null, "content_length": "5", "transfer_encoding": "chunked" },
  }),
  accepted("names that objects have are fields like any", get("__proto__: a\r\nconstructor: b\r\ntoString: c\r\n"), {
    headers: { constructor: "b", tostring: "c" },
  }),
  accepted("a name of a thousand letters", get(`${"x".repeat(1_000)}: v\r\n`), {
    headers: { ["x".repeat(1_000)]: "v" },
  }),
  accepted("several fields reach the handler", get("A: 1\r\nB: 2\r\nAccept-Language: de\r\nCookie: a=b; c=d\r\n"), {
    headers: { a: "1", b: "2", "accept-language": "de", cookie: "a=b; c=d", "content-type": null },
  }),
  accepted("a Date of the client is a field like any", get("Date: yesterday\r\n"), { headers: { date: "yesterday" } }),
];

const MALFORMED: readonly HttpCase[] = refusedAll([
  ["a space before the colon", get("X : v\r\n")],
  ["a tab before the colon", get("X\t: v\r\n")],
  ["a space before the colon of Host", "GET / HTTP/1.1\r\nHost : a\r\n\r\n"],
  ["a space in a name", get("X Y: v\r\n")],
  ["an empty name", get(": v\r\n")],
  ["a colon alone", get(":\r\n")],
  ["a name alone", get("X\r\n")],
  ["a line without a colon", get("X v\r\n")],
  ["a field folded by a space", get("X: a\r\n b\r\n")],
  ["a field folded by a tab", get("X: a\r\n\tb\r\n")],
  ["a folded field that looks like another", get("X: a\r\n Y: b\r\n")],
  ["a field folded into an empty line", get("X: a\r\n \r\n")],
  ["a folded Host", "GET / HTTP/1.1\r\nHost:\r\n a\r\n\r\n"],
  ["a space before the first field", "GET / HTTP/1.1\r\n X: v\r\nHost: a\r\n\r\n"],
  ["a tab before the first field", "GET / HTTP/1.1\r\n\tHost: a\r\n\r\n"],
  ["a space before Host, that is the first field", "GET / HTTP/1.1\r\n Host: a\r\n\r\n"],
  ["a line of a space before the first field", "GET / HTTP/1.1\r\n \r\nHost: a\r\n\r\n"],
  ["a bare CR in a value", get("X: a\rb\r\n")],
  ["a bare CR at the end of a value", get("X: a\r\r\n")],
  ["a bare CR before a name", get("\rX: a\r\n")],
  ["a bare CR in a name", get("X\rY: a\r\n")],
  ["a bare CR for a line end", "GET / HTTP/1.1\r\nHost: a\rX: b\r\n\r\n"],
  ["a bare LF for a line end", "GET / HTTP/1.1\r\nHost: a\nX: b\r\n\r\n"],
  ["a bare LF at the end of the head", "GET / HTTP/1.1\r\nHost: a\r\n\n"],
  ["two bare LF at the end of the head", "GET / HTTP/1.1\r\nHost: a\n\n"],
  ["LF CR at the end of the head", "GET / HTTP/1.1\r\nHost: a\r\n\n\r\n"],
  ["CR and something else at the end of the head", "GET / HTTP/1.1\r\nHost: a\r\n\rX\r\n\r\n"],
  ["a NUL in a value", get("X: a\0b\r\n")],
  ["a NUL in a name", get("X\0: a\r\n")],
  ["a NUL in a Host", "GET / HTTP/1.1\r\nHost: a\0b\r\n\r\n"],
  ["a NUL behind a value", get("X: a\0\r\n")],
  ["a name in UTF-8", get("N\xc3\xa4me: a\r\n")],
  ["a name in quotes", get('"X": a\r\n')],
  ["a name in brackets", get("[X]: a\r\n")],
  ["a name with a slash", get("X/Y: a\r\n")],
  ["an at sign in a name", get("X@Y: a\r\n")],
  ["a semicolon in a name", get("X;Y: a\r\n")],
  ["an equals sign in a name", get("X=Y: a\r\n")],
  ["a DEL in a name", get("X\x7f: a\r\n")],
  ["a request line for a field", get("GET / HTTP/1.1\r\n")],
]);

/** A head of so many bytes in all, in lines of 1,000. */
function headOf(bytes: number): string {
  const line = `X: ${"v".repeat(995)}\r\n`;
  const lines = line.repeat(Math.floor((bytes - 60) / 1_000));
  const rest = bytes - get(lines).length;
  return get(`${lines}Y:${"v".repeat(rest - 4)}\r\n`);
}

const TOO_LARGE: readonly HttpCase[] = [
  accepted("a hundred fields", `GET / HTTP/1.1\r\nHost: a\r\n${fields(99)}\r\n`, { headers: { "x-98": "v" } }),
  refused("a hundred and one fields", `GET / HTTP/1.1\r\nHost: a\r\n${fields(100)}\r\n`, 431),
  refused("a thousand fields", get(fields(1_000)), 431),
  refused("a thousand fields of one name", get("X: v\r\n".repeat(1_000)), 431),
  accepted("a head of 32 KiB in all", headOf(32_768)),
  accepted("a field of 30,000 bytes", get(`X: ${"v".repeat(30_000)}\r\n`), { headers: { x: "v".repeat(30_000) } }),
  accepted("a name of 30,000 bytes", get(`${"x".repeat(30_000)}: v\r\n`)),
  // Whether the request line is counted with the fields is left open here: the fields alone are too many.
  refused("fields of 33,000 bytes", headOf(33_100), 431),
  refused("a field of 33,000 bytes", get(`X: ${"v".repeat(33_000)}\r\n`), 431),
  refused("a name of 33,000 bytes", get(`${"x".repeat(33_000)}: v\r\n`), 431),
  refused("a field of 33,000 spaces", get(`X: ${" ".repeat(33_000)}v\r\n`), 431),
  refused("a field of 33,000 bytes that does not end", `GET / HTTP/1.1\r\nHost: a\r\nX: ${"v".repeat(33_000)}`, 431),
  // The client writes all of it before it reads: a connection reset by unread bytes would lose the reply.
  refused("fields of a megabyte, while the client still sends", get(`X: ${"v".repeat(995)}\r\n`.repeat(1_000)), 431),
  refused("a field of a megabyte, while the client still sends", get(`X: ${"v".repeat(1_000_000)}\r\n`), 431),
  allowed("a Host of 300 characters", `GET / HTTP/1.1\r\nHost: ${"a".repeat(300)}\r\n\r\n`),
];

/** All cases of header fields. */
export const FIELDS: readonly HttpCase[] = [...ACCEPTED, ...NAMES, ...MALFORMED, ...TOO_LARGE];
