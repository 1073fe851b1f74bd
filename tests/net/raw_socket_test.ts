import { assert, assertEquals, assertGreater, assertStrictEquals } from "@std/assert";
import { SharedText } from "../../lib/net/socket.ts";
import { masked, wire } from "../websocket/frames.ts";
import { FakeStream, turns } from "./fake_stream.ts";
import { closeOf, inputOf, open, text } from "./open_socket.ts";

Deno.test("messages are delivered, and what is sent in a turn leaves in one write", async () => {
  const { stream, socket, events, sent, end } = open();
  stream.feed(text("one"));
  stream.feed(masked(0x82, Uint8Array.of(1, 2)));
  await turns();
  assertEquals(events, ["one", "bytes 0102"]);
  socket.send("a");
  socket.send(Uint8Array.of(7));
  assertEquals(sent(), "");
  assertGreater(socket.bufferedAmount, 6 - 1);
  await turns();
  assertEquals([sent(), socket.bufferedAmount], ["810161820107", 0]);
  assertEquals(events.slice(2), ["drained"]);
  await end();
  assertEquals(events.slice(3), ["closed"]);
});

Deno.test("the frame of a text that many share is made once", async () => {
  const shared = new SharedText("for all");
  const sockets = [open(), open()];
  for (const { socket } of sockets) socket.send(shared);
  await turns();
  const [a, b] = sockets.map(({ stream }) => stream.written[0]);
  assertStrictEquals(a, b);
  for (const { end } of sockets) await end();
});

Deno.test("what came behind the handshake is read first", async () => {
  const stream = new FakeStream();
  const input = inputOf(stream);
  stream.feed(text("early"));
  await input.fill(0);
  const { events, end } = open({ stream, input });
  await end();
  assertEquals(events, ["early", "closed"]);
});

Deno.test("pings are answered with what they carry, pongs are not", async () => {
  const { stream, sent, end, events } = open();
  stream.feed(wire("89: 89:010203 8a:09"));
  await turns();
  assertEquals(sent(), "8a00" + "8a03010203");
  assertEquals(events, ["drained"]);
  await end();
});

Deno.test("a close is answered with its code, and the connection ended for the client to close", async () => {
  const cases: ReadonlyArray<readonly [frame: string, answer: string]> = [
    ["88:", "8800"],
    ["88:03e8", "880203e8"],
    ["88:03e9676f6e65", "880203e9"],
    ["88:0fa0", "88020fa0"],
  ];
  for (const [frame, answer] of cases) {
    const { stream, socket, events, sent, end } = open();
    stream.feed(wire(frame));
    stream.feed(text("too late"));
    await turns();
    assertEquals([sent(), stream.isWriteClosed], [answer, true]);
    socket.send("into the void");
    socket.close(1000, "again");
    await end();
    assertEquals(sent(), "");
    assertEquals(events.filter((event) => event !== "drained"), ["closed"]);
    assert(stream.isClosed);
  }
});

Deno.test("what breaks the protocol, or is too long, is closed with its code", async () => {
  const cases: ReadonlyArray<readonly [bytes: Uint8Array, code: number]> = [
    [wire("=810161"), 1002],
    [wire("c1:61"), 1002],
    [wire("83:"), 1002],
    [wire("80:61"), 1002],
    [wire("88:00"), 1002],
    [wire("81:ff"), 1007],
    [text("x".repeat(101)), 1009],
  ];
  for (const [bytes, code] of cases) {
    const { stream, events, sent, end } = open();
    stream.feed(bytes);
    stream.feed(text("too late"));
    await turns();
    assertEquals(parseInt(closeOf(sent())!, 16), code);
    await end();
    assertEquals(events.filter((event) => event !== "drained"), ["closed"]);
  }
});

Deno.test("our close goes behind what waits, and delivers nothing any more", async () => {
  const { stream, socket, events, sent, end } = open();
  socket.send("last");
  socket.close(4000, "why");
  socket.close(1000, "again");
  socket.send("more");
  await turns();
  assertEquals(sent(), "81046c617374" + "88050fa0776879");
  assert(!stream.isWriteClosed, "the other's close is awaited");
  stream.feed(text("heard no more"));
  stream.feed(wire("89:01 88:0fa0"));
  await turns();
  assertEquals([sent(), stream.isWriteClosed], ["", true]);
  await end();
  assertEquals(events.filter((event) => event !== "drained"), ["closed"]);
});

Deno.test("a closing handshake that is not answered is cut after its deadline", async () => {
  const { stream, socket, events, served } = open({ limits: { closeTimeoutMs: 1_000 } });
  socket.tick(10_000);
  socket.close(1000, "");
  await turns();
  socket.tick(1_000);
  assert(!stream.isClosed);
  socket.tick(1);
  assert(stream.isClosed);
  await served;
  assertEquals(events.at(-1), "closed");
});

Deno.test("a client that answers the close but keeps the connection is cut too", async () => {
  const { stream, socket, served } = open({ limits: { closeTimeoutMs: 1_000 } });
  stream.feed(wire("88:03e8"));
  await turns();
  assert(stream.isWriteClosed);
  socket.tick(1_001);
  assert(stream.isClosed);
  await served;
});
