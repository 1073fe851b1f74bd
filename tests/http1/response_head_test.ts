import { assert, assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { Buffer } from "node:buffer";
import {
  encodeEntries,
  encodeFields,
  HEAD_ROOM_BYTES,
  type HeadOptions,
  writeHead,
} from "../../lib/http1/response_head.ts";
import { fakeClock } from "../testing.ts";

const NOW = Date.UTC(2026, 0, 2, 3, 4, 5, 678);
const DATE = "date: Fri, 02 Jan 2026 03:04:05 GMT\r\n";

/** A head as text. */
function headOf(options: Partial<HeadOptions>, start = 0): string {
  const head = { status: 200, block: encodeFields({}), length: undefined, connection: undefined, ...options };
  const out = Buffer.alloc(start + head.block.bytes.length + HEAD_ROOM_BYTES, 0x23);
  const end = writeHead(out, start, head);
  assert(end <= out.length);
  assertEquals(out.toString("latin1", 0, start), "#".repeat(start), "nothing before the start is touched");
  return out.toString("latin1", start, end);
}

Deno.test("a head is a status line, the date, the fields, and what the transport says", () => {
  using _clock = fakeClock(NOW);
  const block = encodeFields({ "content-type": "text/plain", "X-Odd": "\xe9\t y" });
  const fields = "content-type: text/plain\r\nx-odd: \xe9\t y\r\n";
  const cases: ReadonlyArray<readonly [options: Partial<HeadOptions>, text: string]> = [
    [{}, `HTTP/1.1 200 OK\r\n${DATE}\r\n`],
    [{ block }, `HTTP/1.1 200 OK\r\n${DATE}${fields}\r\n`],
    [{ status: 404, length: 0 }, `HTTP/1.1 404 Not Found\r\n${DATE}content-length: 0\r\n\r\n`],
    [{ status: 413, length: 9 }, `HTTP/1.1 413 Content Too Large\r\n${DATE}content-length: 9\r\n\r\n`],
    [{ length: 10 }, `HTTP/1.1 200 OK\r\n${DATE}content-length: 10\r\n\r\n`],
    [{ length: 1_048_576 }, `HTTP/1.1 200 OK\r\n${DATE}content-length: 1048576\r\n\r\n`],
    [{ length: 9_007_199_254_740_991 }, `HTTP/1.1 200 OK\r\n${DATE}content-length: 9007199254740991\r\n\r\n`],
    [{ length: "chunked" }, `HTTP/1.1 200 OK\r\n${DATE}transfer-encoding: chunked\r\n\r\n`],
    [{ connection: "close" }, `HTTP/1.1 200 OK\r\n${DATE}connection: close\r\n\r\n`],
    [{ connection: "keep-alive" }, `HTTP/1.1 200 OK\r\n${DATE}connection: keep-alive\r\n\r\n`],
    [{ status: 299 }, `HTTP/1.1 299 \r\n${DATE}\r\n`],
  ];
  for (const [options, text] of cases) {
    assertEquals(headOf(options), text);
    assertEquals(headOf(options, 7), text);
  }
});

Deno.test("the date is of the second in which it is sent, and left out where the fields have one", () => {
  using clock = fakeClock(NOW);
  assert(headOf({}).includes(DATE));
  clock.tick(1_000);
  assert(headOf({}).includes(DATE.replace("05 GMT", "06 GMT")));
  const block = encodeFields({ Date: "yesterday" });
  assertEquals(headOf({ block }), "HTTP/1.1 200 OK\r\ndate: yesterday\r\n\r\n");
});

Deno.test("a name or a value that could end a line is refused: no reply is split in two", () => {
  const names = ["", "a b", "a:", "a\r\nb", "a\n", "\xe9", "a\0", "a\u010a"];
  const values = ["a\r\nb: c", "a\nb", "a\r", "\0", "a\x7f", "a\u010d\u010ab", "\u{1f600}"];
  for (const name of names) {
    assertThrows(() => encodeFields({ [name]: "x" }), TypeError, "Cannot send the header");
  }
  for (const value of values) {
    assertThrows(() => encodeFields({ x: value }), TypeError, "Cannot send the header");
    assertThrows(() => encodeEntries([["x", value]]), TypeError);
    assertThrows(() => encodeEntries([["connection", value]]), TypeError);
  }
});

Deno.test("fields that are the transport's are read, and not sent", () => {
  const cases: ReadonlyArray<
    readonly [fields: Record<string, string>, length: number | undefined, closes: boolean, sent?: string]
  > = [
    [{ "Content-Length": "12" }, 12, false],
    [{ "content-length": "x" }, undefined, false],
    [{ "content-length": "-1" }, undefined, false],
    [{ "transfer-encoding": "chunked", "keep-alive": "timeout=5" }, undefined, false],
    [{ connection: "close" }, undefined, true],
    [{ Connection: "x , CLOSE" }, undefined, true, "connection: x\r\n"],
    [{ connection: "Upgrade" }, undefined, false, "connection: Upgrade\r\n"],
    [{ connection: "closed" }, undefined, false, "connection: closed\r\n"],
    [{ connection: "keep-alive" }, undefined, false],
  ];
  for (const [fields, contentLength, closes, sent = ""] of cases) {
    const block = encodeFields(fields);
    assertEquals(
      [block.contentLength, block.closes, new TextDecoder().decode(block.bytes)],
      [contentLength, closes, sent],
      JSON.stringify(fields),
    );
  }
});

Deno.test("a field that comes twice is sent twice, in order", () => {
  const headers = new Headers([["set-cookie", "a=1"], ["x", "y"], ["set-cookie", "b=2"]]);
  const text = new TextDecoder().decode(encodeEntries(headers).bytes);
  assertEquals(text, "set-cookie: a=1\r\nset-cookie: b=2\r\nx: y\r\n");
});

Deno.test("a frozen record is encoded once, any other each time", () => {
  const frozen = Object.freeze({ a: "b" });
  assertStrictEquals(encodeFields(frozen), encodeFields(frozen));
  const loose: Record<string, string> = { a: "b" };
  assertEquals(encodeFields(loose), { ...encodeFields(frozen), isKept: false });
  loose.a = "c";
  assertEquals(new TextDecoder().decode(encodeFields(loose).bytes), "a: c\r\n");
});

Deno.test("nothing but the fields needs more room than there is, whatever the head says", () => {
  using _clock = fakeClock(NOW);
  for (let status = 100; status < 600; status++) {
    const text = headOf({ status, length: Number.MAX_SAFE_INTEGER, connection: "keep-alive" });
    assert(text.length <= HEAD_ROOM_BYTES, text);
  }
});
