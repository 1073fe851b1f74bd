import { assert, assertEquals, assertLess, assertThrows } from "@std/assert";
import { masked, wire } from "../websocket/frames.ts";
import { until } from "./http_cases/wire.ts";
import { FakeStream, turns } from "./fake_stream.ts";
import { closeOf, open, type Options, text } from "./open_socket.ts";

Deno.test("a silent client is sent a ping, once, and cut after twice the time", async () => {
  const { stream, socket, events, sent, served } = open({ limits: { pingAfterMs: 1_000 } });
  socket.tick(1_000);
  await turns();
  assertEquals(sent(), "");
  for (const _ of [1, 2, 3]) {
    socket.tick(100);
    await turns();
  }
  assertEquals(sent(), "8900");
  socket.tick(700);
  assert(!stream.isClosed);
  socket.tick(1);
  assert(stream.isClosed);
  await served;
  assertEquals(events.at(-1), "closed");
});

Deno.test("a client that answers the ping, or says anything, is there", async () => {
  for (const frame of ["8a:", "81:61", "89:"]) {
    const { stream, socket, sent, end } = open({ limits: { pingAfterMs: 1_000 } });
    for (let round = 0; round < 5; round++) {
      socket.tick(1_001);
      await turns();
      assert(sent().includes("8900"));
      stream.feed(wire(frame));
      await turns();
    }
    assert(!stream.isClosed);
    await end();
  }
});

Deno.test("a client that does not read is not read from, beyond a bound, and read again once it does", async () => {
  const { stream, socket, events, end } = open({ limits: { maxPendingBytes: 1_000 } });
  stream.stall();
  socket.send("x".repeat(1_200));
  await turns();
  stream.feed(text("one"));
  await turns();
  const { reads } = stream;
  stream.feed(text("two"));
  await turns();
  assertEquals([events, stream.reads], [["one"], reads], "one read was under way");
  assert(socket.bufferedAmount > 1_000);
  stream.resume();
  await turns();
  assertEquals(events, ["one", "drained", "two"]);
  await end();
});

Deno.test("a client for which twice the bound waits is cut, and what waits is free", async () => {
  const { stream, socket, events, served } = open({ limits: { maxPendingBytes: 1_000 } });
  stream.stall();
  for (let i = 0; i < 100; i++) socket.send("x".repeat(100));
  assert(stream.isClosed);
  await served;
  await turns();
  assertEquals([socket.bufferedAmount, events], [0, ["closed"]]);
});

Deno.test("a client that pings without end and reads nothing is not read from, and holds few pongs", async () => {
  const { stream, socket, events, sent, end } = open({ limits: { maxPendingBytes: 10_000 } });
  stream.stall();
  for (let i = 0; i < 1_000; i++) stream.feed(masked(0x89, Uint8Array.of(i >> 8, i & 0xff)));
  await turns(1_000);
  assertLess(stream.reads, 100);
  assertLess(socket.bufferedAmount, 12_000);
  stream.resume();
  await until("all pings are read", () => stream.reads > 1_000);
  await turns();
  const pongs = sent().replaceAll(" ", "").match(/8a02..../g) ?? [];
  assertEquals([pongs.at(0), pongs.at(-1)], ["8a020000", "8a0203e7"], "the first, and the newest of all");
  await end();
  assertEquals(events.at(-1), "closed");
});

Deno.test("a client for which many messages of hardly a byte wait is cut like one for which a long one waits", async () => {
  const { stream, socket, served } = open({ limits: { maxPendingBytes: 10_000 } });
  stream.stall();
  for (let i = 0; i < 1_000 && !stream.isClosed; i++) socket.send("");
  assert(stream.isClosed);
  await served;
});

for (const says of ["something", "nothing"]) {
  Deno.test(`a client that takes what is sent slowly but steadily, and says ${says}, is not cut as silent`, async () => {
    const limits = { maxPendingBytes: 1_000, pingAfterMs: 1_000, writeStallMs: 1_000 };
    const { stream, socket, events, end } = open({ limits, stream: new FakeStream({ maxBytes: 100 }) });
    stream.stall();
    socket.send("x".repeat(1_600));
    if (says === "something") stream.feed(text("one"));
    await turns();
    while (socket.bufferedAmount > 0) {
      const waiting = socket.bufferedAmount;
      socket.tick(600);
      assert(!stream.isClosed, `${waiting} bytes waited`);
      stream.resume();
      stream.stall();
      await turns();
    }
    stream.resume();
    stream.feed(text("two"));
    await turns();
    assertEquals(events.filter((event) => event !== "one"), ["drained", "two"]);
    // Only then the time counts in which it says nothing.
    socket.tick(1_000);
    socket.tick(900);
    assert(!stream.isClosed);
    await end();
  });
}

Deno.test("a client that takes what is sent steadily, however much it is, may still be silent for too long", async () => {
  const { stream, socket, served } = open({ limits: { pingAfterMs: 1_000 } });
  for (let round = 0; round < 4; round++) {
    socket.send("x".repeat(1_000));
    await turns();
    assert(!stream.isClosed);
    socket.tick(600);
  }
  assert(stream.isClosed);
  await served;
});

Deno.test("a write that fails for a reason that nobody knows is reported, and ends that socket", async () => {
  const error = new Error("No route to host (os error 113)");
  const { stream, socket, events, defects, served } = open();
  stream.write = () => Promise.reject(error);
  socket.send("a");
  socket.send("b");
  await until("it has ended", () => stream.isClosed);
  await served;
  socket.send("c");
  await turns();
  assertEquals([defects, events, socket.bufferedAmount], [[error], ["closed"], 0]);
});

Deno.test("a code that must not be sent is refused, and the socket stays as it is", async () => {
  for (const code of [0, 999, 1004, 1005, 1006, 1015, 2999, 5000, NaN, 1000.5]) {
    const { stream, socket, events, sent, end } = open();
    assertThrows(() => socket.close(code, ""), RangeError);
    socket.send("a");
    stream.feed(text("hello"));
    await turns();
    assertEquals([sent(), events], ["810161", ["hello", "drained"]], `${code}`);
    socket.close(1000, "");
    await turns();
    assertEquals(sent(), "880203e8");
    await end();
  }
});

Deno.test("a handler that closes with such a code has made an error, and its socket is closed with 1011", async () => {
  const { stream, sent, defects, end } = open({ accept: (socket) => ({ message: () => socket.close(1005, "") }) });
  stream.feed(text("hello"));
  await turns();
  assertEquals([closeOf(sent()), defects.length], ["03f3", 1]);
  stream.feed(wire("88:03f3"));
  await end();
});

Deno.test("a client that takes nothing of what is sent is cut after its deadline", async () => {
  const { stream, socket, served } = open({ limits: { writeStallMs: 1_000 } });
  stream.stall();
  socket.send("one");
  await turns();
  socket.tick(1_000);
  assert(!stream.isClosed);
  socket.tick(1);
  assert(stream.isClosed);
  await served;
});

Deno.test("an error in the handling closes that socket with 1011, and is reported", async () => {
  const broken = new RangeError("a defect");
  const cases: ReadonlyArray<(failOnce: () => void) => Options["accept"]> = [
    (failOnce) => failOnce,
    (failOnce) => () => ({ message: failOnce }),
    (failOnce) => () => ({ drained: failOnce }),
  ];
  for (const accept of cases) {
    let failures = 0;
    const failOnce = () => {
      if (failures++ === 0) throw broken;
    };
    const { stream, socket, sent, defects, end } = open({ accept: accept(failOnce) });
    stream.feed(text("hello"));
    await turns();
    socket.send("a");
    await turns();
    assertEquals(defects, [broken]);
    assertEquals(closeOf(sent().replace("810161 ", "")), "03f3");
    stream.feed(wire("88:03f3"));
    await end();
  }
});

Deno.test("an error in closed() is reported, and ends nothing else", async () => {
  const broken = new RangeError("a defect");
  const accept = () => ({
    closed() {
      throw broken;
    },
  });
  const { defects, end } = open({ accept });
  await end();
  assertEquals(defects, [broken]);
});
