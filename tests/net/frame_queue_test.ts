import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import { FrameQueue } from "../../lib/net/frame_queue.ts";
import { toBytes } from "./http_cases/wire.ts";
import { FakeStream, turns } from "./fake_stream.ts";

function open(stream = new FakeStream()) {
  let drained = 0;
  const failures: unknown[] = [];
  const queue = new FrameQueue(stream, {
    drained: () => void (drained += 1),
    failed: (error) => void failures.push(error),
  });
  return { stream, queue, failures, drained: () => drained };
}

/** What a frame that waits is said to cost besides its bytes. */
const OVERHEAD = 256;

const frame = (text: string) => toBytes(text);

Deno.test("frames wait to be flushed, and leave in one write", async () => {
  const { stream, queue, drained } = open();
  for (const text of ["one,", "two,", "three"]) queue.add(frame(text));
  assertEquals(queue.bytes, 13 + 3 * OVERHEAD);
  await turns();
  assertEquals(stream.writes, []);
  queue.flush();
  assertEquals(queue.bytes, 13, "the system has taken nothing yet");
  await turns();
  assertEquals(stream.writes, ["one,two,three"]);
  assertEquals([queue.bytes, drained()], [0, 1]);
  queue.flush();
  await turns();
  assertEquals([stream.writes.length, drained()], [1, 1], "nothing waits, nothing happens");
});

Deno.test("a frame alone is written as it is, without a copy", async () => {
  const { stream, queue } = open();
  const alone = frame("alone");
  queue.add(alone);
  queue.flush();
  await turns();
  assertStrictEquals(stream.written[0], alone);
});

Deno.test("frames that come while a write is under way leave with the next, in order, and it is told once that all is gone", async () => {
  const { stream, queue, drained } = open();
  stream.stall();
  queue.add(frame("first"));
  queue.flush();
  for (const text of ["second,", "third"]) {
    queue.add(frame(text));
    queue.flush();
  }
  await turns();
  assertEquals([stream.writes, queue.bytes, drained()], [[], 17 + 2 * OVERHEAD, 0]);
  stream.resume();
  await turns();
  assertEquals(stream.writes, ["first", "second,third"]);
  assertEquals([queue.bytes, drained()], [0, 1]);
});

Deno.test("a write that takes only a part is gone on with", async () => {
  const { stream, queue, drained } = open(new FakeStream({ maxBytes: 3 }));
  queue.add(frame("0123"));
  queue.add(frame("456"));
  queue.flush();
  await turns();
  assertEquals(stream.writes, ["012", "345", "6"]);
  assertEquals([queue.bytes, drained()], [0, 1]);
});

Deno.test("the sockets of a room share the bytes of the frames that they are all sent", async () => {
  const sockets = [open(), open(), open()];
  const shared = [frame("to "), frame("all")];
  for (const { queue } of sockets) {
    for (const it of shared) queue.add(it);
  }
  // What only this one is sent is nobody else's.
  sockets[2].queue.add(frame("!"));
  for (const { queue } of sockets) queue.flush();
  await turns();
  const [a, b, c] = sockets.map(({ stream }) => stream.written[0]);
  assertStrictEquals(a, b);
  assertEquals(sockets.map(({ stream }) => stream.writes), [["to all"], ["to all"], ["to all!"]]);
  assert(c !== a);
});

Deno.test("frames that only look the same, or come in another order, are joined anew", async () => {
  const [one, two] = [frame("1"), frame("2")];
  const orders = [[one, two], [two, one], [one, frame("2")], [one, two, two]];
  for (const order of orders) {
    const { stream, queue } = open();
    for (const it of order) queue.add(it);
    queue.flush();
    await turns();
    assertEquals(stream.writes, [order.map((it) => String.fromCharCode(...it)).join("")]);
  }
});

Deno.test("empty() waits until all is written, by itself, and at once where nothing waits", async () => {
  const { stream, queue } = open();
  await queue.empty();
  stream.stall();
  queue.add(frame("one"));
  let isEmpty = false;
  const emptied = Promise.all([queue.empty(), queue.empty()]).then(() => isEmpty = true);
  await turns();
  assert(!isEmpty);
  stream.resume();
  await emptied;
  assertEquals([stream.writes, queue.bytes], [["one"], 0]);
});

Deno.test("frames of hardly a byte do not pile up unseen: each that waits has a cost", async () => {
  const { stream, queue } = open();
  stream.stall();
  queue.add(frame("first"));
  queue.flush();
  for (let i = 0; i < 1_000; i++) {
    queue.add(frame(""));
    queue.flush();
  }
  assertEquals(queue.bytes, 5 + 1_000 * OVERHEAD);
  stream.resume();
  await turns();
  assertEquals(queue.bytes, 0);
});

Deno.test("a write that fails, for whatever reason, is told once, and drops what waits", async () => {
  for (const error of [new Error("No route to host (os error 113)"), new Deno.errors.ConnectionReset("gone")]) {
    const { stream, queue, failures, drained } = open();
    stream.write = () => Promise.reject(error);
    queue.add(frame("one"));
    queue.flush();
    queue.add(frame("two"));
    await queue.empty();
    await turns();
    assertEquals([failures, queue.bytes, drained()], [[error], 0, 0]);
  }
});

Deno.test("a connection that is lost loses what waits, and nobody waits for it any more", async () => {
  const { stream, queue, drained } = open();
  stream.stall();
  queue.add(frame("one"));
  queue.flush();
  queue.add(frame("two"));
  const emptied = queue.empty();
  stream.close();
  await emptied;
  assertEquals([queue.bytes, stream.writes, drained()], [0, [], 0]);
  // What is sent to it all the same costs nothing for long.
  queue.add(frame("three"));
  queue.drop();
  await queue.empty();
  assertEquals(queue.bytes, 0);
});

Deno.test("stalledMs() tells how long a write has been taken nothing of", async () => {
  const { stream, queue } = open();
  assertEquals(queue.stalledMs(100), 0);
  stream.stall();
  queue.add(frame("one"));
  assertEquals(queue.stalledMs(100), 0, "nothing is being written yet");
  queue.flush();
  assertEquals([queue.stalledMs(100), queue.stalledMs(50)], [100, 150]);
  stream.resume();
  await turns();
  assertEquals(queue.stalledMs(100), 0);
});
