import { assertEquals } from "@std/assert";
import { Utf8Scanner } from "../../lib/websocket/utf8_scanner.ts";
import { byteByByte, concat } from "./frames.ts";

/** The bounds of every range that RFC 3629 §4 names, and their neighbours. */
const EDGES = [
  ...[0x00, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xc1, 0xc2, 0xdf, 0xe0, 0xe1, 0xec, 0xed, 0xee, 0xef],
  ...[0xf0, 0xf1, 0xf3, 0xf4, 0xf5, 0xfe, 0xff],
];

/** The built-in decoder. */
function isUtf8(bytes: Uint8Array): boolean {
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return true;
  } catch {
    return false;
  }
}

/** Where the built-in decoder gives up when it is fed byte by byte, or -1. */
function failsAt(bytes: Uint8Array): number {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  for (let at = 0; at < bytes.length; at++) {
    try {
      decoder.decode(bytes.subarray(at, at + 1), { stream: true });
    } catch {
      return at;
    }
  }
  return -1;
}

function scan(pieces: Iterable<Uint8Array>): boolean {
  const scanner = new Utf8Scanner();
  for (const piece of pieces) if (!scanner.scan(piece)) return false;
  return scanner.isComplete;
}

Deno.test("Utf8Scanner takes what the built-in decoder takes: all of two bytes, the edges of three and four", () => {
  const differing: Uint8Array[] = [];
  const compare = (bytes: Uint8Array) => {
    if (scan([bytes]) !== isUtf8(bytes)) differing.push(bytes);
  };
  for (let word = 0; word < 65_536; word++) compare(Uint8Array.of(word >> 8, word & 0xff));
  for (const a of EDGES) {
    for (const b of EDGES) {
      for (const c of EDGES) {
        compare(Uint8Array.of(a, b, c));
        if (a >= 0xf0 && b >= 0x80) { for (const d of EDGES) compare(Uint8Array.of(a, b, c, d)); }
      }
    }
  }
  assertEquals(differing, []);
});

Deno.test("Utf8Scanner fails at the very byte that cannot be, wherever the bytes are split", () => {
  const good = new TextEncoder().encode("aß€🙂");
  for (const a of EDGES) {
    for (const b of EDGES) {
      const bytes = concat([good, Uint8Array.of(a, b, 0x80), good]);
      const expected = failsAt(bytes);
      const scanner = new Utf8Scanner();
      const found = [...byteByByte(bytes)].findIndex((byte) => !scanner.scan(byte));
      assertEquals(found, expected, bytes.join());
      const end = expected < 0 ? bytes.length : expected;
      for (let at = 0; at <= end; at++) {
        const halves = new Utf8Scanner();
        assertEquals(halves.scan(bytes.subarray(0, at)) && halves.scan(bytes.subarray(at, end)), true);
        assertEquals(halves.scan(bytes.subarray(end, end + 1)), expected < 0);
      }
    }
  }
});

Deno.test("Utf8Scanner forgets a character begun, and a failure, when it is reset", () => {
  const scanner = new Utf8Scanner();
  for (const bytes of [[0xe2, 0x82], [0xf0], [0xed], [0xff]]) {
    scanner.scan(Uint8Array.from(bytes));
    scanner.reset();
    assertEquals([scanner.isComplete, scanner.scan(Uint8Array.of(0xc2, 0xbf)), scanner.isComplete], [true, true, true]);
  }
});
