import { assertEquals, assertStrictEquals } from "@std/assert";
import { Buffer } from "node:buffer";
import { Interner } from "../../lib/http1/interner.ts";
import { bytesOf } from "./heads.ts";

Deno.test("a text says what its bytes say, however many others share its slot", () => {
  const interner = new Interner();
  // 20 times as many as there are slots: every slot is fought for.
  for (let round = 0; round < 2; round++) {
    for (let i = 0; i < 20_000; i++) {
      const text = `/path/${(i * 7_919) % 20_000}`;
      assertStrictEquals(interner.text(bytesOf(text), { start: 0, end: text.length }), text);
    }
  }
});

Deno.test("texts with the same hash are told apart", () => {
  const interner = new Interner();
  // In a hash that multiplies by 31, "Aa" and "BB" weigh the same, and so does whatever is made of them.
  const texts = ["AaAa", "BBBB", "AaBB", "BBAa"];
  for (const text of [...texts, ...texts.toReversed(), ...texts]) {
    assertStrictEquals(interner.text(bytesOf(text), { start: 0, end: 4 }), text);
  }
});

Deno.test("a text stays what it was when its bytes are overwritten", () => {
  const interner = new Interner();
  const bytes = bytesOf("GET");
  const range = { start: 0, end: 3 };
  assertEquals(interner.text(bytes, range), "GET");
  bytes.write("PUT");
  assertEquals(interner.text(bytes, range), "PUT");
  assertEquals(interner.text(bytesOf("GET"), range), "GET");
});

Deno.test("bytes are Latin-1, of any length, from anywhere in a buffer", () => {
  const interner = new Interner();
  const bytes = Buffer.from(Array.from({ length: 512 }, (_, at) => at & 255));
  for (const [start, end] of [[0, 0], [7, 7], [0, 1], [100, 164], [100, 165], [128, 256], [0, 512], [511, 512]]) {
    const text = String.fromCharCode(...bytes.subarray(start, end));
    for (let round = 0; round < 2; round++) assertStrictEquals(interner.text(bytes, { start, end }), text);
  }
});

Deno.test("a part of a text that is kept is another text", () => {
  const interner = new Interner();
  const bytes = bytesOf("aaaaaaaa\0\0\0\0");
  for (let end = 0; end <= 12; end++) {
    assertEquals(interner.text(bytes, { start: 0, end }), "aaaaaaaa\0\0\0\0".slice(0, end));
  }
});
