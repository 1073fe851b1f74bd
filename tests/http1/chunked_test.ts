import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import { ChunkedDecoder, encodeChunk, LAST_CHUNK } from "../../lib/http1/chunked.ts";
import { ProtocolError } from "../../lib/http1/protocol_error.ts";
import { bytesOf } from "./heads.ts";

/** What becomes of a body in pieces: its data, where it ends (`undefined`: not yet), or the status it is refused with. */
interface Decoded {
  readonly data: string;
  readonly end: number | undefined;
  readonly status?: number;
}

function decode(text: string, ends: readonly number[] = [text.length]): Decoded {
  const bytes = bytesOf(text);
  const decoder = new ChunkedDecoder();
  let data = "";
  let at = 0;
  try {
    for (const end of ends) {
      while (at < end && !decoder.isDone) {
        const next = decoder.decode(bytes, { start: at, end });
        assert(next > at, "every call goes on");
        assert(decoder.dataStart >= at && decoder.dataEnd <= next && decoder.dataStart <= decoder.dataEnd);
        data += bytes.toString("latin1", decoder.dataStart, decoder.dataEnd);
        at = next;
      }
    }
    return { data, end: decoder.isDone ? at : undefined };
  } catch (error) {
    if (error instanceof ProtocolError) return { data, end: undefined, status: error.status };
    throw error;
  }
}

const GOOD: ReadonlyArray<readonly [text: string, data: string]> = [
  ["0\r\n\r\n", ""],
  ["5\r\nhello\r\n0\r\n\r\n", "hello"],
  ["1\r\na\r\n2\r\nbc\r\n000\r\n\r\n", "abc"],
  ["A\r\n0123456789\r\na\r\nabcdefghij\r\n0\r\n\r\n", "0123456789abcdefghij"],
  ["0000000000000005\r\nhello\r\n0\r\n\r\n", "hello"],
  ['5;a=b;c="d"\r\nhello\r\n0;x\r\n\r\n', "hello"],
  ["5 \t;a\r\nhello\r\n0\r\n\r\n", "hello"],
  ["4\r\n\r\n\r\n\r\n0\r\n\r\n", "\r\n\r\n"],
  ["5\r\n\x00\xff0\r\n\r\n0\r\n\r\n", "\x00\xff0\r\n"],
  ["0\r\nX-Trailer: a\r\nY:\r\n\r\n", ""],
];

const BAD: readonly string[] = [
  "\r\n0\r\n\r\n",
  " 5\r\nhello\r\n0\r\n\r\n",
  "5 \r\nhello\r\n0\r\n\r\n",
  "-5\r\n",
  "+5\r\n",
  "0x5\r\n",
  "g\r\n",
  "5,\r\n",
  ";a\r\n",
  "5\nhello\r\n",
  "5\r\r",
  "5\r\nhello\n0\r\n\r\n",
  "5\r\nhelloX0\r\n\r\n",
  "5\r\nhello\rX",
  "5\r\nhello0\r\n\r\n",
  "5;a\nb\r\n",
  "5;a\0b\r\n",
  "5;a\rb\r\n",
  "0\r\n X: a\r\n\r\n",
  "0\r\nX : a\r\n\r\n",
  "0\r\n: a\r\n\r\n",
  "0\r\nX\r\n\r\n",
  "0\r\nX: a\n\r\n",
  "0\r\nX: a\0\r\n\r\n",
  "0\r\n\rX",
  "0\r\n\n",
];

Deno.test("a body in chunks is decoded, whole, split at every point, and byte by byte", () => {
  for (const [text, data] of GOOD) {
    const { length } = text;
    const expected = { data, end: length };
    assertEquals(decode(text), expected, JSON.stringify(text));
    assertEquals(decode(`${text}GET / HTTP/1.1`), expected, "what follows is not touched");
    for (let at = 0; at < length; at++) {
      assertEquals(decode(text, [at, length]), expected);
      assertStrictEquals(decode(text, [at]).end, undefined, "the end has not come");
    }
    assertEquals(decode(text, Array.from({ length }, (_, at) => at + 1)), expected);
  }
});

Deno.test("what breaks the coding is refused with 400, wherever it is split", () => {
  for (const text of BAD) {
    assertEquals(decode(text).status, 400, JSON.stringify(text));
    for (let at = 0; at < text.length; at++) assertEquals(decode(text, [at, text.length]).status, 400);
  }
});

Deno.test("sizes, extensions and trailers are bounded", () => {
  const cases: ReadonlyArray<readonly [text: string, status: number | undefined]> = [
    ["ffffffffffff\r\n", undefined],
    ["1000000000000\r\n", 400],
    ["0".repeat(16), undefined],
    ["0".repeat(17), 400],
    ["f".repeat(17), 400],
    [`5;${"a".repeat(4_000)}`, undefined],
    [`5;${"a".repeat(4_100)}`, 400],
    [`5 ${" ".repeat(4_100)}`, 400],
    ["1;aaaaaaaa\r\nx\r\n".repeat(500), 400],
    [`0\r\nX: ${"a".repeat(4_000)}`, undefined],
    [`0\r\nX: ${"a".repeat(4_100)}`, 431],
    [`0\r\n${"X:\r\n".repeat(1_100)}`, 431],
  ];
  for (const [text, status] of cases) assertEquals(decode(text).status, status, text.slice(0, 40));
});

Deno.test("how much of a chunk is to come is known before it comes", () => {
  const decoder = new ChunkedDecoder();
  const bytes = bytesOf("ff\r\nabc");
  assertEquals(decoder.decode(bytes, { start: 0, end: 4 }), 4);
  assertEquals([decoder.remaining, decoder.dataEnd - decoder.dataStart], [255, 0]);
  assertEquals(decoder.decode(bytes, { start: 4, end: 7 }), 7);
  assertEquals([decoder.remaining, decoder.dataStart, decoder.dataEnd], [252, 4, 7]);
});

Deno.test("encodeChunk() and LAST_CHUNK make what the decoder reads", () => {
  for (const length of [1, 15, 16, 255, 256, 4_095, 65_536, 100_000]) {
    const data = Uint8Array.from({ length }, (_, at) => at * 7);
    const text = Array.from(
      [...encodeChunk(data), ...encodeChunk(data), ...LAST_CHUNK],
      (byte) => String.fromCharCode(byte),
    ).join("");
    const once = Array.from(data, (byte) => String.fromCharCode(byte)).join("");
    assertEquals(decode(text), { data: once + once, end: text.length });
  }
});
