import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { HttpError } from "../../lib/errors.ts";
import { CHUNKED } from "../../lib/http1/framing.ts";
import { type BodySource, RawBody, type RawBodyInit } from "../../lib/net/raw_body.ts";
import { ReadBuffer } from "../../lib/net/read_buffer.ts";
import { FakeStream } from "./fake_stream.ts";

/**
 * A body of which some has come with the head, and the rest comes in pieces, then the end.
 *
 * @param pieces What comes, the first with the head.
 */
async function open(pieces: readonly string[], init: Partial<RawBodyInit> = {}) {
  const stream = new FakeStream();
  const input = new ReadBuffer(stream, { maxBytes: 65_536, onMoved() {} });
  const log: string[] = [];
  const source: BodySource = {
    input,
    receiveBody() {
      log.push("receive");
      if (input.length === 0) input.clear(0);
      return input.fill(0);
    },
    sendContinue() {
      log.push("continue");
      return Promise.resolve();
    },
  };
  const [first, ...rest] = pieces;
  if (first !== "") {
    stream.feed(first);
    await input.fill(0);
  }
  for (const piece of rest) stream.feed(piece);
  stream.end();
  const length = pieces.join("").length;
  return { body: new RawBody(source, { length, isAwaited: false, maxBytes: 1_000, ...init }), input, log };
}

const text = (bytes: Uint8Array) => String.fromCharCode(...bytes);

async function textOf(body: RawBody, limits?: { maxBytes?: number }): Promise<string> {
  return text(await body.readWhole(limits));
}

/** A text in chunks of so many bytes. */
function chunked(whole: string, size: number): string {
  const chunks = whole.match(new RegExp(`.{1,${size}}`, "gs")) ?? [];
  return [...chunks, ""].map((chunk) => `${chunk.length.toString(16)}\r\n${chunk}\r\n`).join("");
}

Deno.test("a body that has come with the head is read at once, and leaves what follows", async () => {
  const { body, input, log } = await open(["hello GET /"], { length: 5 });
  const whole = body.readWhole();
  assert(whole instanceof Uint8Array);
  assertEquals([text(whole), body.isDone, input.length, log], ["hello", true, 6, []]);
});

Deno.test("a body in pieces is put together, wherever it is split", async () => {
  const whole = "the quick brown fox";
  for (let at = 0; at <= whole.length; at++) {
    const { body, input } = await open([whole.slice(0, at), `${whole.slice(at)}next`], { length: whole.length });
    assertEquals(await textOf(body), whole);
    assert(body.isDone);
    if (at < whole.length) assertEquals(input.length, 4, "what follows is left");
  }
  const { body } = await open(["", ...whole], { length: whole.length });
  assertEquals(await textOf(body), whole);
});

Deno.test("a body in chunks is put together, wherever it is split", async () => {
  const whole = "the quick brown fox";
  for (const size of [1, 7, 100]) {
    const coded = chunked(whole, size);
    for (let at = 0; at <= coded.length; at++) {
      const { body, input } = await open([coded.slice(0, at), `${coded.slice(at)}next`], { length: CHUNKED });
      assertEquals(await textOf(body), whole);
      assert(body.isDone);
      if (at < coded.length) assertEquals(input.length, 4);
    }
  }
});

Deno.test("a body that is longer than the read buffer is put together", async () => {
  const whole = Array.from({ length: 200_000 }, (_, at) => String.fromCharCode(at % 251)).join("");
  for (const [sent, length] of [[whole, whole.length], [chunked(whole, 10_000), CHUNKED]] as const) {
    const { body } = await open(["", sent], { length, maxBytes: 200_000 });
    const read = await body.readWhole();
    assert(text(read.subarray(0, 50_000)) === whole.slice(0, 50_000) && read.length === whole.length);
    assert(text(read.subarray(150_000)) === whole.slice(150_000));
  }
});

Deno.test("a body that is too large fails with 413, as soon as it is known", async () => {
  const cases: ReadonlyArray<readonly [pieces: string[], length: number, reads: number]> = [
    [["", "hello!"], 6, 0],
    [["hello!"], 6, 0],
    [["", "3\r\nabc\r\n3\r\nd"], CHUNKED, 1],
    [["1\r\na\r\n".repeat(6)], CHUNKED, 0],
  ];
  for (const [pieces, length, reads] of cases) {
    const { body, log } = await open(pieces, { length });
    const error = await assertRejects(async () => await body.readWhole({ maxBytes: 5 }), HttpError);
    assertEquals([error.status, log.length], [413, reads], JSON.stringify(pieces));
    assert(!body.canDrop(1_000), "it is not worth the connection");
  }
  const { body } = await open(["hello"]);
  assertEquals(await textOf(body, { maxBytes: 5 }), "hello", "as large as it may be");
});

Deno.test("a chunk that is too large fails with 413 when its size has come, and not only when its data comes", async () => {
  for (const pieces of [["6\r\n"], ["ffffffff\r\n"], ["", "3\r\nabc\r\n3\r\n"]]) {
    const { body } = await open(pieces, { length: CHUNKED });
    const error = await assertRejects(async () => await body.readWhole({ maxBytes: 5 }), HttpError);
    assertEquals(error.status, 413, JSON.stringify(pieces));
  }
});

Deno.test("a body that breaks off, or whose coding is broken, fails with 400", async () => {
  const cases: ReadonlyArray<readonly [pieces: string[], length: number]> = [
    [["", "hell"], 5],
    [["hell"], 5],
    [["5\r\nhell"], CHUNKED],
    [["5\r\nhello\r\n0\r\n"], CHUNKED],
    [["nonsense"], CHUNKED],
    [["5\r\nhello", "!"], CHUNKED],
  ];
  for (const [pieces, length] of cases) {
    const { body } = await open(pieces, { length });
    assertEquals((await assertRejects(async () => await body.readWhole(), HttpError)).status, 400);
    assert(!body.canDrop(1_000));
    assert(!await body.drop(1_000));
  }
});

Deno.test("a client that waits for leave gets it once, when the body is read, and not if it has come", async () => {
  const waiting = await open(["", "he", "llo"], { length: 5, isAwaited: true });
  assertEquals(waiting.log, []);
  assertEquals(await textOf(waiting.body), "hello");
  assertEquals(waiting.log, ["continue", "receive", "receive"]);
  const hasty = await open(["hello"], { isAwaited: true });
  assertEquals([await textOf(hasty.body), hasty.log], ["hello", []]);
  const large = await open(["", "hello"], { length: 5, isAwaited: true });
  await assertRejects(async () => await large.body.readWhole({ maxBytes: 4 }), HttpError);
  assertEquals(large.log, [], "nobody is asked for what is too large");
});

Deno.test("what nobody read is dropped up to a bound, or not worth the connection", async () => {
  const cases: ReadonlyArray<readonly [pieces: string[], init: Partial<RawBodyInit>, isDropped: boolean]> = [
    [["", "he", "llo next"], { length: 5 }, true],
    [["hello"], { length: 5 }, true],
    [["", "hello!"], { length: 6 }, false],
    [["", "hello"], { length: 5, isAwaited: true }, false],
    [["", "hell"], { length: 5 }, false],
    [[chunked("hello", 2)], { length: CHUNKED }, true],
    [["", chunked("hello", 2)], { length: CHUNKED }, true],
    [[chunked("x".repeat(40), 1)], { length: CHUNKED }, false],
    [["nonsense"], { length: CHUNKED }, false],
    // The bound of a body that is read does not count.
    [["hello"], { length: 5, maxBytes: 1 }, true],
  ];
  for (const [pieces, init, isDropped] of cases) {
    const { body } = await open(pieces, init);
    assertEquals(await body.drop(5), isDropped, JSON.stringify(pieces));
    if (isDropped) assert(body.isDone);
  }
});

Deno.test("the rest of a body that was read half is dropped", async () => {
  const { body, input } = await open(["he", "llo", " next"], { length: 5 });
  const reader = body.stream().getReader();
  assertEquals(text((await reader.read()).value!), "he");
  assert(await body.drop(100));
  assert(body.isDone);
  assertEquals(input.length, 0);
});

Deno.test("a stream has the pieces as they come, in bytes of their own, and only when they are asked for", async () => {
  const { body, log, input } = await open(["he", "l", "lo"], { length: 5 });
  const reader = body.stream().getReader();
  assertEquals(log, []);
  const first = await reader.read();
  input.bytes.fill(0x21, 0, input.start);
  assertEquals(text(first.value!), "he", "what is read stays as it is");
  assertEquals(text((await reader.read()).value!) + text((await reader.read()).value!), "llo");
  assert((await reader.read()).done);
  const large = await open(["hello"], { maxBytes: 4 });
  const error = await assertRejects(() => large.body.stream().getReader().read(), HttpError);
  assertEquals(error.status, 413);
});

Deno.test("a body is read once", async () => {
  const { body } = await open(["hello"]);
  await body.readWhole();
  assertThrows(() => body.readWhole(), TypeError, "can be read once");
  await assertRejects(async () => await body.stream().getReader().read(), TypeError, "can be read once");
});

Deno.test("a body is late when it comes more slowly than it has to, or takes too long in all", async () => {
  const limits = { bodyGraceMs: 5_000, minBodyBytesPerS: 1 };
  const { body } = await open(["he", "llo"], { length: 5 });
  assertEquals(body.isLate(5_000, limits), false, "any pace will do at first");
  assertEquals(body.isLate(1, limits), true);
  const whole = body.readWhole({ maxBytes: 10, timeoutMs: 6_500 });
  assertEquals(body.isLate(1_000, limits), false, "two bytes have come");
  await whole;
  assertEquals(body.isLate(499, limits), false);
  assertEquals(body.isLate(1, limits), true, "6.5 s are all it has");
});
