import { assert, assertEquals } from "@std/assert";
import type { Handler } from "../../lib/context.ts";
import { lazyResponse } from "../../lib/lazy_response.ts";
import { RawConnection } from "../../lib/net/raw_connection.ts";
import { RAW_LIMITS } from "../../lib/net/raw_limits.ts";
import { Turn } from "../../lib/turn.ts";
import { takeReply, toBytes, until, Wire } from "./http_cases/wire.ts";
import { FakeStream, turns } from "./fake_stream.ts";
import { listen } from "./raw_listener.ts";

const GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
const UPGRADE = "GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n" +
  "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
/** How long a client waits for what has to come at once. */
const PATIENCE_MS = 3_000;

/** Begins to shut down, and comes back when that is under way. */
async function beginShutdown({ listener }: ReturnType<typeof listen>): Promise<{ readonly ended: Promise<void> }> {
  const ended = listener.shutdown();
  await turns();
  return { ended };
}

Deno.test("a stream under way at the shutdown ends whole, and the connection with it", async () => {
  for (const isPipelined of [false, true]) {
    const gate = Promise.withResolvers<void>();
    let requests = 0;
    const body = () =>
      new ReadableStream<Uint8Array<ArrayBuffer>>({
        async start(controller) {
          controller.enqueue(toBytes("begin;"));
          await gate.promise;
          controller.enqueue(toBytes("end"));
          controller.close();
        },
      });
    await using it = listen({}, () => {
      requests += 1;
      return new Response(body());
    });
    using wire = await Wire.open(it.port, PATIENCE_MS);
    await wire.write(isPipelined ? GET + GET : GET);
    await until("the stream has begun", () => requests === 1);
    while (!wire.received.includes("begin;")) await wire.read();
    const { ended } = await beginShutdown(it);
    if (!isPipelined) await wire.write(GET);
    gate.resolve();
    assertEquals((await wire.nextReply())?.body, "begin;end");
    await wire.readToEnd();
    assertEquals([wire.received, wire.state, requests], ["", "closed", 1]);
    await ended;
  }
});

Deno.test("a handler that upgrades when the shutdown has begun has its socket closed with 1001, or is answered 503", async () => {
  const begun = Promise.withResolvers<void>();
  const gate = Promise.withResolvers<void>();
  let [accepted, closed] = [0, 0];
  await using it = listen({ closeTimeoutMs: 100 }, async (request, peer) => {
    begun.resolve();
    await gate.promise;
    return peer.upgrade(request, {
      protocols: [],
      maxMessageBytes: 100,
      accept() {
        accepted += 1;
        return { message() {}, closed: () => void (closed += 1) };
      },
    });
  });
  using wire = await Wire.open(it.port, PATIENCE_MS);
  await wire.write(UPGRADE);
  await begun.promise;
  const { ended } = await beginShutdown(it);
  gate.resolve();
  const reply = await wire.nextReply();
  if (reply?.status === 101) {
    while (wire.state === "open" && wire.received.length < 4) await wire.read();
    assertEquals([wire.received[0], wire.received.slice(2, 4)], ["\x88", "\x03\xe9"]);
    await wire.write("\x88\x82\0\0\0\0\x03\xe9");
    wire.received = "";
  } else {
    assertEquals([reply?.status, reply?.headers.get("connection")], [503, "close"]);
  }
  await wire.readToEnd();
  assertEquals([wire.state, wire.received, accepted], ["closed", "", closed]);
  await ended;
});

/** A connection that the test holds the other end of; a write takes a part only. */
function open(handler: Handler, maxWrittenBytes: number) {
  const reportDefect = (error: unknown) => {
    throw error;
  };
  const stream = new FakeStream();
  const { write } = stream;
  stream.write = (bytes) => write.call(stream, bytes.subarray(0, maxWrittenBytes));
  const origin = { scheme: "http", fallbackHost: "a" } as const;
  const host = { handler, limits: RAW_LIMITS, turn: new Turn(reportDefect), origin, reportDefect };
  const connection = new RawConnection(host, { stream, address: "127.0.0.1" });
  return { stream, connection, served: connection.serve() };
}

Deno.test("a reply that is being written when its connection is to stop is written whole, whatever a write takes", async () => {
  for (const maxWrittenBytes of [Infinity, 7]) {
    const { stream, connection, served } = open(() => lazyResponse("hello"), maxWrittenBytes);
    stream.stall();
    stream.feed(GET + GET);
    await turns();
    assertEquals(stream.writes, [], "it is under way");
    connection.stop();
    await turns();
    assert(!stream.isClosed);
    stream.resume();
    await until("its end is reached", () => stream.isWriteClosed || stream.isClosed);
    const sent = stream.writes.join("");
    const first = takeReply(sent)!;
    const second = takeReply(sent.slice(first.length))!;
    assertEquals([first.body, second.body, sent.length], ["hello", "hello", first.length + second.length]);
    stream.feed(GET);
    stream.end();
    await served;
    assertEquals([stream.isClosed, stream.writes.join("")], [true, sent], "nothing more is answered");
  }
});

Deno.test("a socket whose handshake is being answered when its connection is to stop is closed behind the answer", async () => {
  for (const maxWrittenBytes of [Infinity, 7]) {
    const events = { message() {}, closed() {} };
    const { stream, connection, served } = open(
      (request, peer) =>
        request.headers.has("upgrade")
          ? peer.upgrade(request, { protocols: [], maxMessageBytes: 100, accept: () => events })
          : lazyResponse("hello"),
      maxWrittenBytes,
    );
    stream.stall();
    stream.feed(GET + UPGRADE);
    await turns();
    assertEquals(stream.writes, [], "it is under way");
    connection.stop();
    await turns();
    stream.resume();
    const sent = () => stream.writes.join("");
    await until("its end is reached", () => stream.isClosed || sent().includes("\x03\xe9The server stops"));
    const first = takeReply(sent())!;
    const second = takeReply(sent().slice(first.length))!;
    assertEquals([first.status, first.body, second.status], [200, "hello", 101]);
    assertEquals(sent().slice(first.length + second.length), "\x88\x12\x03\xe9The server stops");
    stream.feed("\x88\x82\0\0\0\0\x03\xe9");
    stream.end();
    await served;
  }
});

Deno.test("connections that wait for a request, or for the rest of one, are closed at the shutdown at once", async () => {
  await using it = listen({});
  using idle = await Wire.open(it.port, PATIENCE_MS);
  using half = await Wire.open(it.port, PATIENCE_MS);
  await idle.write(GET);
  assertEquals((await idle.nextReply())?.status, 200);
  await half.write("GET / HTTP/1.1\r\nHo");
  await until("both are connected", () => it.listener.connections === 2);
  const { ended } = await beginShutdown(it);
  await Promise.all([idle.readToEnd(), half.readToEnd()]);
  assert(idle.state !== "late" && half.state !== "late");
  await ended;
});
