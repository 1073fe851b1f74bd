import { assert, assertEquals, assertStrictEquals, assertStringIncludes } from "@std/assert";
import { encodeFields, type HeadOptions } from "../../lib/http1/response_head.ts";
import { RawWriter } from "../../lib/net/raw_writer.ts";
import { takeReply, toBytes } from "./http_cases/wire.ts";
import { fakeClock } from "../testing.ts";
import { FakeStream, turns } from "./fake_stream.ts";

/** A head, anew for each reply. */
function head(fields: Readonly<Record<string, string>> = {}): HeadOptions {
  return { status: 200, block: encodeFields(fields), length: undefined, connection: undefined };
}

function open(stream = new FakeStream()) {
  const writer = new RawWriter(stream);
  /** The bodies of the replies that were written. */
  const bodies = () => {
    let bytes = stream.writes.join("");
    const all = [];
    for (let reply = takeReply(bytes); reply !== undefined; reply = takeReply(bytes)) {
      all.push(reply.body);
      bytes = bytes.slice(reply.length);
    }
    assertEquals(bytes, "");
    return all;
  };
  return { stream, writer, bodies };
}

const utf8 = (text: string) => String.fromCharCode(...new TextEncoder().encode(text));

Deno.test("short replies are gathered, and leave in one write, in order", async () => {
  const { stream, writer, bodies } = open();
  assertStrictEquals(writer.addReply(head(), "one"), undefined, "nothing has to be waited for");
  assertStrictEquals(writer.addReply(head({ x: "y" }), toBytes("two")), undefined);
  assertStrictEquals(writer.addReply(head(), ""), undefined);
  await turns();
  assertEquals(stream.writes, []);
  const { length } = writer;
  await writer.flush();
  assertEquals(bodies(), ["one", "two", ""]);
  assertEquals([stream.writes.length, stream.writes[0].length, writer.length], [1, length, 0]);
  await writer.flush();
  assertEquals(stream.writes.length, 1, "nothing is written where nothing waits");
});

Deno.test("the length of a text is counted in bytes, whatever it holds", async () => {
  const texts = [
    "é",
    "€uro",
    "🙂",
    "\ud800",
    "a\0b",
    "é".repeat(99),
    "x".repeat(999) + "é",
    "€".repeat(2_700),
    "€".repeat(9_000),
  ];
  const { writer, bodies } = open();
  for (const text of texts) await writer.addReply(head(), text);
  await writer.flush();
  assertEquals(bodies(), texts.map(utf8));
});

Deno.test("bodies of every length arrive whole, gathered or not, whole writes or not", async () => {
  for (const maxBytes of [Infinity, 1_000, 7]) {
    const { writer, bodies } = open(new FakeStream({ maxBytes }));
    const sizes = maxBytes === 7
      ? [0, 3, 9_000]
      : [0, 1, 2_730, 2_731, 8_191, 8_192, 8_193, 16_384, 16_385, 32_768, 100_000];
    const texts = sizes.map((size) =>
      Array.from({ length: size }, (_, at) => String.fromCharCode(97 + at % 26)).join("")
    );
    for (const text of texts) {
      await writer.addReply(head(), text);
      await writer.addReply(head(), toBytes(text));
    }
    await writer.flush();
    assertEquals(bodies().map((body) => body.length), sizes.flatMap((size) => [size, size]));
    assertEquals(bodies(), texts.flatMap((text) => [text, text]));
  }
});

Deno.test("texts of a length that is encoded first have room looked for, behind whatever was gathered", async () => {
  for (const size of [2_800, 7_000, 8_192]) {
    const { writer, bodies } = open();
    const text = "x".repeat(size);
    for (let i = 0; i < 8; i++) await writer.addReply(head(), text);
    await writer.flush();
    assertEquals(bodies(), Array(8).fill(text));
  }
});

Deno.test("what does not fit behind what was gathered has that written first", async () => {
  const { stream, writer, bodies } = open();
  const text = "x".repeat(2_000);
  let added: void | Promise<void>;
  let count = 0;
  while ((added = writer.addReply(head(), text)) === undefined) count++;
  assert(count > 1 && count < 10, `${count} replies were gathered`);
  await added;
  assertEquals([stream.writes.length, bodies().length], [1, count]);
  await writer.flush();
  assertEquals(bodies(), Array(count + 1).fill(text));
});

Deno.test("a head that is larger than the buffer is written all the same", async () => {
  const value = "v".repeat(40_000);
  const { stream, writer, bodies } = open();
  await writer.addReply(head(), "first");
  await writer.addReply(head({ x: value }), "text");
  await writer.addReply(head({ x: value }), "x".repeat(10_000));
  await writer.addHead({ ...head({ x: value }), length: 0 });
  await writer.flush();
  assertEquals(bodies(), ["first", "text", "x".repeat(10_000), ""]);
  assertEquals(stream.writes.join("").split(`x: ${value}\r\n`).length, 4);
});

Deno.test("bytes are gathered behind a head if they are short, and leave by themselves if not", async () => {
  const { stream, writer } = open();
  await writer.addHead({ ...head(), length: 3 });
  await writer.write(toBytes("abc"));
  assertEquals(stream.writes, []);
  const long = toBytes("x".repeat(20_000));
  await writer.write(long);
  assertEquals(stream.writes.length, 2);
  assert(stream.writes[0].endsWith("\r\n\r\nabc"));
  assertStrictEquals(stream.written[1], long, "without a copy");
  assertEquals(writer.length, 0);
});

Deno.test("a buffer is another's only once it is written", async () => {
  const slow = open();
  slow.stream.stall();
  await slow.writer.addReply(head(), "slow");
  const flushed = slow.writer.flush();
  const fast = open();
  await fast.writer.addReply(head(), "fast");
  await fast.writer.flush();
  await slow.writer.addReply(head(), "next");
  slow.stream.resume();
  await flushed;
  await slow.writer.flush();
  assertEquals([slow.bodies(), fast.bodies()], [["slow", "next"], ["fast"]]);
});

Deno.test("stalledMs() tells how long a write has been taken nothing of", async () => {
  const { stream, writer } = open();
  assertEquals(writer.stalledMs(100), 0);
  stream.stall();
  await writer.addReply(head(), "one");
  assertEquals(writer.stalledMs(100), 0, "nothing is being written yet");
  const flushed = writer.flush();
  assertEquals([writer.stalledMs(100), writer.stalledMs(50)], [100, 150]);
  stream.resume();
  await flushed;
  assertEquals(writer.stalledMs(100), 0);
});

Deno.test("stalledMs() begins anew with each write, so that who takes whole writes steadily is never late", async () => {
  const { stream, writer } = open();
  for (let round = 0; round < 5; round++) {
    stream.stall();
    const written = writer.write(toBytes("x".repeat(20_000)));
    await turns();
    assertEquals([writer.stalledMs(400), writer.stalledMs(200)], [400, 600], `write ${round}`);
    stream.resume();
    await written;
    await writer.addReply(head(), "gathered");
    stream.stall();
    const flushed = writer.flush();
    assertEquals(writer.stalledMs(600), 600, `flush ${round}`);
    stream.resume();
    await flushed;
  }
});

Deno.test("what is written while a write is under way comes behind all of it, though its parts are taken one by one", async () => {
  const { stream, writer } = open(new FakeStream({ maxBytes: 10 }));
  stream.stall();
  await writer.write(toBytes("a".repeat(25)));
  const first = writer.flush();
  await writer.write(toBytes("b".repeat(15)));
  const second = writer.flush();
  await writer.write(toBytes("c".repeat(5)));
  stream.resume();
  await Promise.all([first, second, writer.flush()]);
  assertEquals(stream.writes.join(""), "a".repeat(25) + "b".repeat(15) + "c".repeat(5));
});

Deno.test("stalledMs() begins anew with each part that is taken of a write", async () => {
  const { stream, writer } = open(new FakeStream({ maxBytes: 9_000 }));
  stream.stall();
  const written = writer.write(toBytes("x".repeat(30_000)));
  for (let part = 0; part < 3; part++) {
    await turns();
    assertEquals(writer.stalledMs(600), 600, `part ${part}`);
    stream.resume();
    stream.stall();
  }
  stream.resume();
  await written;
});

/** A head whose fields are kept, as those of a cached file are. */
function keptHead(fields: Readonly<Record<string, string>>): HeadOptions {
  return { status: 200, block: encodeFields(fields), length: undefined, connection: undefined };
}

Deno.test("a reply that comes again and again leaves whole in one write, and its Date is never changed in place", async () => {
  using clock = fakeClock(Date.UTC(2026, 0, 2, 3, 4, 5));
  const stream = new FakeStream();
  const { written } = stream;
  const writer = new RawWriter(stream);
  const fields = Object.freeze({ etag: '"1"' });
  const body = toBytes("x".repeat(10 * 1024));
  for (let round = 0; round < 3; round++) {
    await writer.addReply(keptHead(fields), body);
    await writer.flush();
    if (round === 1) clock.tick(1_000);
  }
  assertEquals(written.length, 3);
  assertStrictEquals(written[0].buffer, written[1].buffer, "nothing was copied");
  assert(written[2].buffer !== written[1].buffer, "the one of the second before may still be on its way");
  const dates = stream.writes.map((text) => /date: (.*)\r\n/.exec(text)![1]);
  assertEquals(dates, [
    "Fri, 02 Jan 2026 03:04:05 GMT",
    "Fri, 02 Jan 2026 03:04:05 GMT",
    "Fri, 02 Jan 2026 03:04:06 GMT",
  ]);
  assertStringIncludes(new TextDecoder().decode(written[0]), "03:04:05");
});

Deno.test("replies that come again go between others in their order, whatever their lengths", async () => {
  const { stream, writer, bodies } = open();
  const kept = [0, 10, 3_000, 9_000, 20_000, 64 * 1024, 64 * 1024 + 1].map((length) => ({
    fields: Object.freeze({ "x-length": String(length) }),
    body: toBytes("k".repeat(length)),
  }));
  const expected: string[] = [];
  for (const { fields, body } of [...kept, ...kept.toReversed()]) {
    await writer.addReply(keptHead(fields), body);
    await writer.addReply(head(), "text");
    await writer.addReply(keptHead(fields), body);
    await writer.addReply({ ...keptHead(fields), connection: "keep-alive" }, body);
    const text = "k".repeat(body.length);
    expected.push(text, "text", text, text);
  }
  await writer.flush();
  assertEquals(bodies().map((body) => body.length), expected.map((text) => text.length));
  assertEquals(bodies(), expected);
  assertEquals(stream.writes.join("").split("connection: keep-alive").length - 1, 2 * kept.length);
});

Deno.test("a record of fields with another body sends the other body", async () => {
  const { writer, bodies } = open();
  const fields = Object.freeze({ a: "b" });
  for (const text of ["one", "two", "one"]) {
    await writer.addReply(keptHead(fields), toBytes(text));
    await writer.flush();
  }
  assertEquals(bodies(), ["one", "two", "one"]);
});
