import { assert, assertEquals, assertLess } from "@std/assert";
import { toBytes, until, Wire } from "./http_cases/wire.ts";
import { listen } from "./raw_listener.ts";

const GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
const POST = "POST / HTTP/1.1\r\nHost: a\r\n";
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** A stream that says when it is cancelled, and how much was asked of it. */
function endless(piece: Uint8Array<ArrayBuffer>) {
  const cancelled = Promise.withResolvers<void>();
  const count = { bytes: 0 };
  const body = () =>
    new ReadableStream<Uint8Array<ArrayBuffer>>({
      pull(controller) {
        count.bytes += piece.length;
        controller.enqueue(piece);
      },
      cancel: () => cancelled.resolve(),
    });
  return { body, count, cancelled: cancelled.promise };
}

/** More than this no two buffers of the system hold: a server that is asked for more by nobody has no bound. */
const MAX_HELD_BYTES = 64 * 1_048_576;

Deno.test("a client that reads nothing of a stream is cut, and the stream is told", async () => {
  const { body, count, cancelled } = endless(new Uint8Array(65_536));
  await using it = listen({ writeStallMs: 100 }, () => new Response(body()));
  using wire = await Wire.open(it.port);
  await wire.write(GET);
  await cancelled;
  assertLess(count.bytes, MAX_HELD_BYTES);
  await until("the connection is gone", () => it.listener.connections === 0);
  wire[Symbol.dispose]();
});

Deno.test("a client that reads nothing of a large reply is cut", async () => {
  await using it = listen({ writeStallMs: 100 }, () => new Response(new Uint8Array(MAX_HELD_BYTES)));
  using wire = await Wire.open(it.port);
  await wire.write(GET);
  await until("it is connected", () => it.listener.connections === 1);
  await until("the connection is gone", () => it.listener.connections === 0);
  wire[Symbol.dispose]();
});

Deno.test("a client that sends requests and reads no reply is not listened to without end", async () => {
  let answered = 0;
  await using it = listen({ writeStallMs: 100 }, () => {
    answered += 1;
    return new Response("y".repeat(10_000));
  });
  const connection = await Deno.connect({ hostname: "127.0.0.1", port: it.port });
  const requests = toBytes(GET.repeat(500));
  await assertEnds(async () => {
    for (;;) await connection.write(requests);
  });
  connection.close();
  assertLess(answered * 10_000, MAX_HELD_BYTES);
});

/** Runs what has to fail sooner or later because the other side closes. */
async function assertEnds(work: () => Promise<never>): Promise<void> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new TypeError("The other side does not close")), 8_000);
  const error = await Promise.race([work(), late.promise]).catch((error) => error);
  clearTimeout(timer);
  assert(error instanceof Deno.errors.ConnectionReset || error instanceof Deno.errors.BrokenPipe, String(error));
}

Deno.test("a client that goes on sending after it was refused is cut", async () => {
  await using it = listen({ lingerMs: 100 });
  const connection = await Deno.connect({ hostname: "127.0.0.1", port: it.port });
  await connection.write(toBytes(`${POST}Content-Length: 99999999\r\n\r\n`));
  const piece = new Uint8Array(16_384);
  await assertEnds(async () => {
    for (;;) {
      await connection.write(piece);
      await pause(1);
    }
  });
  connection.close();
});

Deno.test("a client that goes away in the middle of a stream has it cancelled", async () => {
  const { body, cancelled } = endless(new Uint8Array(1_024));
  await using it = listen({}, () => new Response(body()));
  const wire = await Wire.open(it.port);
  await wire.write(GET);
  await wire.read();
  wire[Symbol.dispose]();
  await cancelled;
});

Deno.test("a client that goes away in the middle of its body has the handler told", async () => {
  let told = Promise.withResolvers<unknown>();
  await using it = listen({}, async (request) => {
    await request.text().then(told.resolve, told.resolve);
    return new Response("x");
  });
  for (const head of ["Content-Length: 9\r\n\r\nhell", "Transfer-Encoding: chunked\r\n\r\n9\r\nhell"]) {
    told = Promise.withResolvers<unknown>();
    const wire = await Wire.open(it.port);
    await wire.write(POST + head);
    await until("it is connected", () => it.listener.connections === 1);
    wire[Symbol.dispose]();
    assert(await told.promise instanceof Error);
    await until("the connection is gone", () => it.listener.connections === 0);
  }
});

for (const limits of [{ maxConnections: 4 }, { maxConnectionsPerAddress: 4 }]) {
  Deno.test(`a connection beyond ${Object.keys(limits)[0]} is refused, and the others go on`, async () => {
    await using it = listen(limits);
    const wires = await Promise.all(Array.from({ length: 4 }, () => Wire.open(it.port)));
    await Promise.all(wires.map(assertAnswers));
    for (let turn = 0; turn < 3; turn++) await assertRefused(it.port);
    await Promise.all(wires.map(assertAnswers));
    wires.pop()?.[Symbol.dispose]();
    await until("there is room", () => it.listener.connections <= 3);
    const next = await Wire.open(it.port);
    await assertAnswers(next);
    for (const wire of [...wires, next]) wire[Symbol.dispose]();
  });
}

async function assertAnswers(wire: Wire): Promise<void> {
  await wire.write(GET);
  assertEquals((await wire.nextReply())?.status, 200);
}

/** It gets a 503, or nothing at all. */
async function assertRefused(port: number): Promise<void> {
  using wire = await Wire.open(port);
  await wire.write(GET);
  const reply = await wire.nextReply();
  if (reply !== undefined) assertEquals([reply.status, reply.headers.get("connection")], [503, "close"]);
  await wire.readToEnd();
  assert(wire.state !== "late");
}

Deno.test("a shutdown closes what is idle, and answers what is under way", async () => {
  const begun = Promise.withResolvers<void>();
  const gate = Promise.withResolvers<void>();
  const it = listen({}, async (request) => {
    if (request.url.endsWith("/slow")) {
      begun.resolve();
      await gate.promise;
    }
    return new Response("done");
  });
  using idle = await Wire.open(it.port);
  using silent = await Wire.open(it.port);
  using busy = await Wire.open(it.port);
  await assertAnswers(idle);
  await busy.write("GET /slow HTTP/1.1\r\nHost: a\r\n\r\n");
  await begun.promise;
  assertEquals(it.listener.connections, 3);
  const shutdown = it.listener.shutdown();
  await Promise.all([idle.readToEnd(), silent.readToEnd()]);
  gate.resolve();
  assertEquals((await busy.nextReply())?.body, "done");
  await busy.readToEnd();
  assertEquals([idle.state, silent.state, busy.state], ["closed", "closed", "closed"]);
  await shutdown;
  assertEquals(it.listener.connections, 0);
});

const UPGRADE = "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n" +
  "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
/** A text message of 100 bytes, masked with zeros. */
const MESSAGE = `\x81\xe4\0\0\0\0${"m".repeat(100)}`;
const SHORT = { pingAfterMs: 60, closeTimeoutMs: 60, writeStallMs: 100 };

for (
  const { name, sends, says } of [
    { name: "that is silent", sends: "", says: "" },
    { name: "that does not answer a close frame", sends: MESSAGE, says: "close" },
    { name: "that reads nothing", sends: MESSAGE, says: "y".repeat(4 * 1_048_576) },
  ]
) {
  Deno.test(`a WebSocket client ${name} is cut, and its socket told once`, async () => {
    let closed = 0;
    await using it = listen(SHORT, (request, peer) =>
      peer.upgrade(request, {
        protocols: [],
        maxMessageBytes: 1_000,
        accept: (socket) => ({
          message: () => says === "close" ? socket.close(1000, "") : socket.send(says),
          closed: () => void (closed += 1),
        }),
      }));
    const wires = await Promise.all(Array.from({ length: 8 }, () => Wire.open(it.port)));
    await Promise.all(
      wires.map((wire) => wire.write(`GET / HTTP/1.1\r\nHost: a\r\n${UPGRADE}\r\n${sends.repeat(20)}`)),
    );
    await until("all are cut", () => closed === 8 && it.listener.connections === 0);
    for (const wire of wires) wire[Symbol.dispose]();
  });
}
