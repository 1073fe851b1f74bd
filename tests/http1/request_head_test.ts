import { assert, assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { Buffer } from "node:buffer";
import { ProtocolError } from "../../lib/http1/protocol_error.ts";
import { HEAD_LIMITS, RequestHead } from "../../lib/http1/request_head.ts";
import { bytesOf, feed, lines, parseHead, say } from "./heads.ts";

const HOST = "Host: a";

Deno.test("a head tells its method, target, version and fields, as they came", () => {
  const text = lines("PATCH /a/b?c=d%20e HTTP/1.1", "HOST: a:80", "x-Empty:", "X-Blank: \t a \t b\t ", "x:y");
  const head = parseHead(`${text}body`);
  assertEquals(say(head), {
    method: "PATCH",
    target: "/a/b?c=d%20e",
    minorVersion: 1,
    start: 0,
    end: text.length,
    fields: [["HOST", "a:80"], ["x-Empty", ""], ["X-Blank", "a \t b"], ["x", "y"]],
  });
  assert(!head.isHead);
});

Deno.test("heads that are read", () => {
  const cases: ReadonlyArray<readonly [text: string, method: string, target: string, minorVersion: number]> = [
    [lines("GET / HTTP/1.1", HOST), "GET", "/", 1],
    [lines("GET / HTTP/1.0"), "GET", "/", 0],
    [lines("GET / HTTP/1.2", HOST), "GET", "/", 2],
    [lines("GET / HTTP/1.9", HOST), "GET", "/", 9],
    [lines("OPTIONS * HTTP/1.1", HOST), "OPTIONS", "*", 1],
    [lines("GET http://b/c HTTP/1.1", HOST), "GET", "http://b/c", 1],
    [lines("CONNECT a:80 HTTP/1.1", HOST), "CONNECT", "a:80", 1],
    [lines("!#$%&'*+.^_`|~09azAZ- / HTTP/1.1", HOST), "!#$%&'*+.^_`|~09azAZ-", "/", 1],
    [lines(`${"M".repeat(64)} / HTTP/1.1`, HOST), "M".repeat(64), "/", 1],
    [lines('GET /"<>\\^`{|} HTTP/1.1', HOST), "GET", '/"<>\\^`{|}', 1],
    ["\r\n".repeat(4) + lines("GET / HTTP/1.1", HOST), "GET", "/", 1],
    [lines("GET / HTTP/1.1", "host:[::1]:8000"), "GET", "/", 1],
    [lines(`GET /${"x".repeat(7_999)} HTTP/1.1`, HOST), "GET", `/${"x".repeat(7_999)}`, 1],
  ];
  for (const [text, method, target, minorVersion] of cases) {
    const head = parseHead(text);
    assertEquals([head.method, head.target], [method, target]);
    // All above 1.0 is read as 1.1.
    assertEquals(head.minorVersion, Math.min(minorVersion, 1), text);
  }
});

Deno.test("heads that are refused, each with its status", () => {
  const cases: ReadonlyArray<readonly [text: string, status: number]> = [
    [lines("GET / HTTP/1.1"), 400],
    [lines("GET / HTTP/1.1", HOST, HOST), 400],
    [lines("GET / HTTP/1.1", "Host: a b"), 400],
    [lines("GET / HTTP/1.1", "Host: a,b/"), 400],
    [lines("GET / HTTP/1.1", "Host: [::1"), 400],
    [lines("GET / HTTP/1.1", "Host: a:x"), 400],
    [lines("GET / HTTP/1.0", "Host: a b"), 400],
    [lines("GET  / HTTP/1.1", HOST), 400],
    [lines("GET /  HTTP/1.1", HOST), 400],
    [lines(" GET / HTTP/1.1", HOST), 400],
    [lines("GET / HTTP/1.1 ", HOST), 400],
    [lines("GET /", HOST), 400],
    [lines("G\xe9T / HTTP/1.1", HOST), 400],
    [lines("GET /\xe9 HTTP/1.1", HOST), 400],
    [lines("GET /#a HTTP/1.1", HOST), 400],
    [lines("GET / http/1.1", HOST), 400],
    [lines("GET / HTTP/1", HOST), 400],
    [lines("GET / HTTP/11", HOST), 400],
    [lines("GET / HTTP/2.0", HOST), 505],
    [lines("GET / HTTP/0.9", HOST), 505],
    [lines(`${"M".repeat(65)} / HTTP/1.1`, HOST), 501],
    [lines("GET / HTTP/1.1", HOST, " folded"), 400],
    [lines("GET / HTTP/1.1", HOST, "x : a"), 400],
    [lines("GET / HTTP/1.1", HOST, ": a"), 400],
    [lines("GET / HTTP/1.1", HOST, "x"), 400],
    [lines("GET / HTTP/1.1", HOST, "x\xe9: a"), 400],
    [lines("GET / HTTP/1.1", HOST, "x: a\0b"), 400],
    [lines("GET / HTTP/1.1", HOST, "x: a\x7f"), 400],
    [lines("GET / HTTP/1.1", HOST, "x: a\rb"), 400],
    [lines("GET / HTTP/1.1", HOST, "x: a\nb: c"), 400],
    ["GET / HTTP/1.1\nHost: a\n\n", 400],
    ["\n" + lines("GET / HTTP/1.1", HOST), 400],
    ["\r\n".repeat(5) + lines("GET / HTTP/1.1", HOST), 400],
    ["\rGET / HTTP/1.1\r\n", 400],
  ];
  for (const [text, status] of cases) {
    assertEquals(feed(text, [text.length]), status, JSON.stringify(text));
  }
});

/** Heads whose every split point is tried. */
const CORPUS: readonly string[] = [
  lines("GET / HTTP/1.1", HOST),
  "\r\n\r\n" + lines("POST /a HTTP/1.0", "Content-Length: 0", "X-Empty:", "x:\t y \t"),
  lines("OPTIONS * HTTP/1.1", "host:[::1]:80", "X: \xe9\xff", "Cookie: a=b", "cookie: c=d"),
  lines("GET / HTTP/1.1", HOST, " folded"),
  lines("GET / HTTP/1.1", HOST, "x : y"),
  lines("GET / HTTP/1.1", HOST, "x: a\rb"),
  lines("GET / HTTP/3.0", HOST),
  lines("GET / HTTP/1.1"),
  "GET / HTTP/1.1\nHost: a\n\n",
  lines("GE\0T / HTTP/1.1", HOST),
];

Deno.test("a head in two pieces, split at every point, and byte by byte, says what the whole says", () => {
  for (const text of CORPUS) {
    const { length } = text;
    const whole = feed(text, [length]);
    assert(whole !== undefined);
    for (let at = 0; at < length; at++) assertEquals(feed(text, [at, length]), whole, JSON.stringify([text, at]));
    assertEquals(feed(text, Array(length).fill(0).map((_, at) => at + 1)), whole, JSON.stringify(text));
  }
});

Deno.test("a head that has not come whole needs more bytes, wherever it ends", () => {
  for (const text of CORPUS.slice(0, 3)) {
    for (let end = 0; end < text.length; end++) assertStrictEquals(feed(text.slice(0, end), [end]), undefined);
  }
});

Deno.test("the empty lines before a request are counted together, however they are split", () => {
  for (const [count, isRead] of [[4, true], [5, false], [40, false]] as const) {
    const text = "\r\n".repeat(count) + lines("GET / HTTP/1.1", HOST);
    const { length } = text;
    const all = Array.from(text, (_, at) => at + 1);
    const ways = [
      ...all.map((at) => [at, length]),
      ...[1, 2, 3, 4, 8].map((step) => all.filter((at) => at % step === 0)),
    ];
    for (const ends of ways) {
      const said = feed(text, [...ends, length]);
      assertEquals(typeof said === "object" ? 200 : said, isRead ? 200 : 400, JSON.stringify([count, ends]));
    }
  }
  assertEquals(feed("\r\n".repeat(5), [2, 4, 6, 8, 10]), 400, "and nothing else has to come for that");
});

Deno.test("each request may have its empty lines, also where the bytes move between them", () => {
  const text = "\r\n".repeat(4) + lines("GET / HTTP/1.1", HOST);
  const bytes = bytesOf(text + text + text);
  const head = new RequestHead(bytes);
  for (let round = 0; round < 3; round++) {
    head.reset(round * text.length);
    assert(!head.parse(round * text.length + 5));
    head.moveBy(bytes, 0);
    assert(head.parse((round + 1) * text.length), `request ${round}`);
  }
});

Deno.test("what stands behind the bytes that have come is never read", () => {
  const text = lines("GET / HTTP/1.1", HOST);
  const bytes = bytesOf(text + text);
  const head = new RequestHead(bytes);
  head.reset(0);
  for (let end = 0; end < text.length; end++) assert(!head.parse(end));
  assert(head.parse(text.length + 5));
  assertEquals(head.end, text.length);
});

Deno.test("limits: what is as long as it may be is read, one byte more is refused, also before its line has ended", () => {
  const limits = { maxTargetBytes: 20, maxFieldsBytes: 50, maxFields: 3 };
  const target = (bytes: number) => lines(`GET /${"x".repeat(bytes - 1)} HTTP/1.1`, HOST);
  // "Host: a", "x: ", and two line ends.
  const fields = (bytes: number) => lines("GET / HTTP/1.1", HOST, `x: ${"y".repeat(bytes - 14)}`);
  const count = (fields: number) => lines("GET / HTTP/1.1", HOST, ...Array(fields - 1).fill("x:"));
  const cases: ReadonlyArray<readonly [make: (size: number) => string, limit: number, status: number]> = [
    [target, 20, 414],
    [fields, 50, 431],
    [count, 3, 431],
  ];
  for (const [make, limit, status] of cases) {
    const [good, bad] = [make(limit), make(limit + 1)];
    assert(typeof feed(good, [good.length], limits) === "object", good);
    assertEquals(feed(bad, [bad.length], limits), status);
    for (let at = 0; at < bad.length; at++) assertEquals(feed(bad, [at, bad.length], limits), status);
  }
  const endless = (text: string) => feed(text, Array.from(text, (_, at) => at + 1), limits);
  assertEquals(endless(`GET /${"x".repeat(200)}`), 414);
  assertEquals(endless(`GET / HTTP/1.1\r\nx: ${"y".repeat(200)}`), 431);
  assertEquals(endless(`GET / HTTP/1.1\r\n${"y".repeat(200)}`), 431);
  assertEquals(endless("M".repeat(200)), 414);
  assertEquals(feed(lines(`GET /${"x".repeat(8_000)} HTTP/1.1`, HOST), [9_000]), 414);
  assertEquals(HEAD_LIMITS.maxTargetBytes, 8_000);
});

Deno.test("fields are found by name in whichever case, and joined if there are more", () => {
  const { fields } = parseHead(
    lines(
      "GET / HTTP/1.1",
      HOST,
      "ACCEPT: a",
      "x: \xe9",
      "accept: b",
      "Cookie: c=1",
      "COOKIE: d=2",
      "accep: no",
      "|: no",
    ),
  );
  const cases: ReadonlyArray<readonly [name: string, value: string | undefined]> = [
    ["accept", "a, b"],
    ["cookie", "c=1; d=2"],
    ["host", "a"],
    ["x", "\xe9"],
    ["accep", "no"],
    ["accepts", undefined],
    ["", undefined],
    ["|", "no"],
  ];
  for (const [name, value] of cases) {
    assertEquals(fields.get(name), value, name);
    assertEquals(fields.has(name), value !== undefined, name);
  }
  assertEquals(fields.count, 8);
});

Deno.test("a name with other signs is not taken for one that differs from it in one bit", () => {
  const { fields } = parseHead(lines("GET / HTTP/1.1", HOST, "a^b: 1", "x_y: 2"));
  assertEquals(fields.get("a~b"), undefined, "^ and ~ are two signs, not two cases of one letter");
  assertEquals(fields.get("a^b"), "1");
  assertEquals(fields.get("x_y"), "2");
});

Deno.test("fields that decide over the connection are noted", () => {
  const { fields } = parseHead(
    lines(
      "GET / HTTP/1.1",
      "Content-Length: 1",
      "Connection: a",
      "HoSt: a",
      "connection: b",
      "content-length: 2",
      "Expect: x",
      "Transfer-Encoding: y",
    ),
  );
  const { host, connection, contentLength, contentLengths, hasExpect, hasTransferEncoding } = fields;
  assertEquals({ host, connection, contentLength, contentLengths, hasExpect, hasTransferEncoding }, {
    host: 2,
    connection: 1,
    contentLength: 0,
    contentLengths: 2,
    hasExpect: true,
    hasTransferEncoding: true,
  });
});

Deno.test("a head is used again for the next request, and forgets the one before", () => {
  const first = lines("POST /first HTTP/1.0", HOST, "Content-Length: 0", "Expect: x", "Connection: close");
  const second = lines("GET /2 HTTP/1.1", "Host: b");
  const head = new RequestHead(bytesOf(first + second));
  head.reset(0);
  assert(head.parse(first.length + second.length));
  head.reset(head.end);
  assert(head.parse(first.length + second.length));
  const expected = { ...say(parseHead(second)), start: first.length, end: first.length + second.length };
  assertEquals(say(head), expected);
  const { contentLength, contentLengths, connection, hasExpect } = head.fields;
  assertEquals([contentLength, contentLengths, connection, hasExpect], [-1, 0, -1, false]);
  assertEquals(head.fields.get("content-length"), undefined);
});

Deno.test("bytes that move while a head comes, at any point, are found again", () => {
  const text = lines("POST /a?b HTTP/1.1", "X: y", "Host: a", "Content-Length: 5");
  for (let at = 0; at < text.length; at++) {
    const first = bytesOf("##" + text);
    const head = new RequestHead(first);
    head.reset(2);
    assert(!head.parse(2 + at));
    const distance = [-2, 3, 40][at % 3];
    const moved = Buffer.alloc(200, 0x23);
    first.copy(moved, 2 + distance, 2);
    first.fill(0x23);
    head.moveBy(moved, distance);
    assert(head.parse(2 + distance + text.length), `split at ${at}`);
    const { fields, method, target } = say(head);
    assertEquals([method, target, head.start, head.end], ["POST", "/a?b", 2 + distance, 2 + distance + text.length]);
    assertEquals(fields, [["X", "y"], ["Host", "a"], ["Content-Length", "5"]]);
  }
});

Deno.test("a HEAD is known even of a request that is refused, and of half a one", () => {
  for (const [text, isHead] of [["HEAD /\x01", true], ["HEAD / HTTP/9.9\r\n", true], ["GET /\x01", false]] as const) {
    const head = new RequestHead(bytesOf(text.padEnd(20)));
    head.reset(0);
    assertThrows(() => head.parse(text.length), ProtocolError);
    assertEquals(head.isHead, isHead);
  }
});
