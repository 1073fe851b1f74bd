import { assert, assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import type { Buffer } from "node:buffer";
import { ProtocolError } from "../../lib/http1/protocol_error.ts";
import { ReadBuffer } from "../../lib/net/read_buffer.ts";
import { FakeStream } from "./fake_stream.ts";

const INITIAL_BYTES = 1024;
const MAX_KEPT_BYTES = 4 * 1024;
const MAX_BYTES = 48 * 1024;

/** A text in which every place is another. */
function textOf(length: number): string {
  let text = "";
  for (let at = 0; text.length < length; at++) text += `${at},`;
  return text.slice(0, length);
}

function open(stream = new FakeStream()) {
  const moves: Array<readonly [bytes: Buffer<ArrayBuffer>, distance: number]> = [];
  const onMoved = (...move: (typeof moves)[number]) => void moves.push(move);
  const input = new ReadBuffer(stream, { maxBytes: MAX_BYTES, onMoved });
  const text = (from = input.start) => input.bytes.toString("latin1", from, input.end);
  return { stream, input, moves, text };
}

Deno.test("what comes is put behind what has come, until the end", async () => {
  const { stream, input, moves, text } = open();
  assertEquals([input.length, input.bytes.length], [0, INITIAL_BYTES]);
  stream.feed("one,");
  stream.feed("two");
  assert(await input.fill(0));
  assertEquals([text(), input.length], ["one,", 4]);
  input.start = 2;
  assert(await input.fill(2));
  assertEquals([text(), input.length], ["e,two", 5]);
  stream.end();
  assert(!await input.fill(2));
  assertEquals(text(), "e,two", "the end takes nothing away");
  assertEquals(moves, []);
});

Deno.test("a full buffer moves what is kept to its start, and doubles where that is more than half", async () => {
  const cases: ReadonlyArray<readonly [keptFrom: number, bytes: number]> = [
    [INITIAL_BYTES - 1, INITIAL_BYTES],
    [INITIAL_BYTES / 2, INITIAL_BYTES],
    [INITIAL_BYTES / 2 - 1, 2 * INITIAL_BYTES],
    [1, 2 * INITIAL_BYTES],
    [0, 2 * INITIAL_BYTES],
  ];
  for (const [keptFrom, bytes] of cases) {
    const { stream, input, moves, text } = open();
    const whole = textOf(INITIAL_BYTES + 10);
    stream.feed(whole.slice(0, INITIAL_BYTES));
    stream.feed(whole.slice(INITIAL_BYTES));
    await input.fill(0);
    const before = input.bytes;
    input.start = keptFrom + 1;
    await input.fill(keptFrom);
    assertEquals(input.bytes.length, bytes);
    assertEquals(input.start, 1, "the start moves along");
    assertEquals(text(0), whole.slice(keptFrom));
    if (bytes === INITIAL_BYTES) assertStrictEquals(input.bytes, before);
    assertEquals(moves.length, 1);
    assertStrictEquals(moves[0][0], input.bytes);
    assertEquals(moves[0][1], -keptFrom);
  }
});

Deno.test("a buffer grows to its bound and not beyond, and keeps every byte", async () => {
  const { stream, input, text } = open(new FakeStream({ maxBytes: 1_000 }));
  const whole = textOf(MAX_BYTES);
  stream.feed(whole);
  while (input.end < MAX_BYTES) assert(await input.fill(0));
  assertEquals(input.bytes.length, MAX_BYTES);
  assertEquals(text(), whole);
  stream.feed("more");
  input.start = 5_000;
  assert(await input.fill(5_000));
  assertEquals(input.bytes.length, MAX_BYTES);
  assertEquals(text(), whole.slice(5_000) + "more");
});

Deno.test("a buffer that is full of what is kept is read into no more, and 431 is what its connection is told", async () => {
  const { stream, input, text } = open();
  const whole = textOf(MAX_BYTES);
  stream.feed(whole);
  while (input.end < MAX_BYTES) {
    assert(input.room(0).length > 0);
    await input.fill(0);
  }
  for (const _ of ["once", "and again"]) {
    const error = assertThrows(() => input.room(0), ProtocolError);
    assertEquals(error.status, 431);
  }
  assertEquals(text(0), whole, "nothing is lost");
  assertEquals(input.room(1).length, 1, "one byte less is kept, and one more can come");
});

Deno.test("there is room behind whatever is kept, however full the buffer is", async () => {
  for (const size of [INITIAL_BYTES, MAX_KEPT_BYTES, 32 * 1024, MAX_BYTES]) {
    for (const kept of [0, 1, size / 2, size - 1]) {
      const { stream, input } = open();
      stream.feed(textOf(size));
      while (input.end < size) await input.fill(0);
      assert(input.room(size - kept).length > 0, `${kept} of ${size} are kept`);
    }
  }
});

Deno.test("a buffer that grew large shrinks where what has come fits in, and keeps it", async () => {
  const large = 32 * 1024;
  const cases: ReadonlyArray<readonly [left: number, bytes: number]> = [
    [0, MAX_KEPT_BYTES],
    [1, MAX_KEPT_BYTES],
    [MAX_KEPT_BYTES - 1, MAX_KEPT_BYTES],
    [MAX_KEPT_BYTES, large],
  ];
  for (const [left, bytes] of cases) {
    const { stream, input, moves, text } = open();
    const whole = textOf(20 * INITIAL_BYTES);
    stream.feed(whole);
    while (input.end < whole.length) await input.fill(0);
    moves.length = 0;
    input.start = whole.length - left;
    input.shrink();
    assertEquals(input.bytes.length, bytes, `${left} left`);
    assertEquals(text(), whole.slice(whole.length - left));
    if (left === 0) assertEquals([input.start, input.end], [0, 0]);
    if (left > 0 && bytes < large) assertEquals(moves, [[input.bytes, left - whole.length]]);
    stream.feed("more");
    while (input.length < left + 4) await input.fill(input.start);
    assertEquals(text(), whole.slice(whole.length - left) + "more");
  }
});

Deno.test("a small buffer is not exchanged when it shrinks", async () => {
  const { stream, input, moves, text } = open();
  const before = input.bytes;
  stream.feed("one,two");
  await input.fill(0);
  input.start = 4;
  input.shrink();
  assertStrictEquals(input.bytes, before);
  assertEquals([text(), moves.length], ["two", 0]);
});

Deno.test("clear() takes all as read, and what is kept before stays", async () => {
  const { stream, input, text } = open();
  stream.feed("head body");
  await input.fill(0);
  input.clear(5);
  assertEquals(input.length, 0);
  stream.feed("BODY");
  await input.fill(0);
  assertEquals([text(), text(0)], ["BODY", "head BODY"]);
});

Deno.test("view() shows the bytes themselves, and is no Buffer", async () => {
  const { stream, input } = open();
  stream.feed("0123456789");
  await input.fill(0);
  const view = input.view(2, 5);
  assertStrictEquals(view.constructor, Uint8Array);
  assertEquals(view, Uint8Array.of(0x32, 0x33, 0x34));
  assertStrictEquals(view.buffer, input.bytes.buffer);
  assertEquals(input.view(3, 3).length, 0);
});
