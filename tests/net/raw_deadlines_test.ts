import { assertEquals } from "@std/assert";
import type { RawLimits } from "../../lib/net/raw_limits.ts";
import { toBytes, Wire } from "./http_cases/wire.ts";
import { listen } from "./raw_listener.ts";

const GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
const POST = "POST / HTTP/1.1\r\nHost: a\r\n";
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** What a client does, and the statuses that it gets before it is closed. */
interface Slow {
  readonly name: string;
  readonly limits: Partial<RawLimits>;
  /** What is sent at once. */
  readonly send: string;
  /** What is then sent, byte by byte and again and again. */
  readonly drip?: string;
  readonly statuses: readonly number[];
}

const BODY_LIMITS = { bodyGraceMs: 60, minBodyBytesPerS: 1_000 };

const SLOW: readonly Slow[] = [
  { name: "says nothing", limits: { headTimeoutMs: 60, idleTimeoutMs: 60 }, send: "", statuses: [] },
  { name: "begins a head", limits: { headTimeoutMs: 60 }, send: "GET / HT", statuses: [408] },
  {
    name: "does not end a head",
    limits: { headTimeoutMs: 60 },
    send: "GET / HTTP/1.1\r\nHost: a\r\n",
    statuses: [408],
  },
  {
    name: "sends a head byte by byte",
    limits: { headTimeoutMs: 150 },
    send: "GET / HTTP/1.1\r\nX:",
    drip: "x",
    statuses: [408],
  },
  {
    name: "sends fields without end",
    limits: { headTimeoutMs: 150 },
    send: "GET / HTTP/1.1\r\n",
    drip: "X: y\r\n",
    statuses: [408],
  },
  { name: "is idle after a reply", limits: { idleTimeoutMs: 60 }, send: GET, statuses: [200] },
  { name: "is idle after two replies", limits: { idleTimeoutMs: 60 }, send: GET + GET, statuses: [200, 200] },
  { name: "begins a second head", limits: { headTimeoutMs: 60 }, send: `${GET}GET`, statuses: [200, 408] },
  { name: "sends no body", limits: BODY_LIMITS, send: `${POST}Content-Length: 9\r\n\r\n`, statuses: [408] },
  { name: "sends half a body", limits: BODY_LIMITS, send: `${POST}Content-Length: 9\r\n\r\nhell`, statuses: [408] },
  {
    name: "sends a body byte by byte",
    limits: BODY_LIMITS,
    send: `${POST}Content-Length: 900000\r\n\r\n`,
    drip: "x",
    statuses: [408],
  },
  {
    name: "sends half a chunk",
    limits: BODY_LIMITS,
    send: `${POST}Transfer-Encoding: chunked\r\n\r\n9\r\nhe`,
    statuses: [408],
  },
  {
    name: "sends an extension without end",
    limits: BODY_LIMITS,
    send: `${POST}Transfer-Encoding: chunked\r\n\r\n9;`,
    drip: "x",
    statuses: [408],
  },
  {
    name: "is told to go on, and does not",
    limits: BODY_LIMITS,
    send: `${POST}Expect: 100-continue\r\nContent-Length: 9\r\n\r\n`,
    statuses: [100, 408],
  },
];

/** Sends as a slow client does, until the other side closes. */
async function runSlow(port: number, { send, drip = "", statuses }: Slow): Promise<void> {
  using wire = await Wire.open(port);
  await wire.write(send);
  const dripping = (async () => {
    for (let at = 0; drip !== "" && wire.state === "open" && wire.received === ""; at = (at + 1) % drip.length) {
      await wire.write(drip[at]);
      await pause(5);
    }
  })();
  for (const status of statuses) {
    const reply = await wire.nextReply();
    assertEquals(reply?.status, status, wire.state);
    if (status === 408) assertEquals(reply?.headers.get("connection"), "close");
  }
  await wire.readToEnd();
  assertEquals([wire.state, wire.received], ["closed", ""]);
  await dripping;
}

for (const slow of SLOW) {
  const outcome = slow.statuses.includes(408) ? "told so and closed" : "closed without a word";
  Deno.test(`a client that ${slow.name} is ${outcome}`, async () => {
    await using it = listen(slow.limits);
    await runSlow(it.port, slow);
  });
}

Deno.test("two hundred slow clients are all told so, and the others are answered meanwhile", async () => {
  await using it = listen({ headTimeoutMs: 200, bodyGraceMs: 200 });
  const clients = Array.from({ length: 200 }, (_, index) => runSlow(it.port, SLOW[index % 2 === 0 ? 2 : 9]));
  using other = await Wire.open(it.port);
  await other.write(GET);
  assertEquals((await other.nextReply())?.status, 200);
  await Promise.all(clients);
});

Deno.test("a body that comes fast enough may take longer than its grace", async () => {
  await using it = listen(BODY_LIMITS);
  using wire = await Wire.open(it.port);
  await wire.write(`${POST}Content-Length: 20000\r\n\r\n`);
  for (let sent = 0; sent < 20_000; sent += 1_000) {
    await wire.write("x".repeat(1_000));
    await pause(10);
  }
  assertEquals((await wire.nextReply())?.status, 200);
});

Deno.test("a handler may take its time, and so may its stream", async () => {
  const short = { headTimeoutMs: 60, idleTimeoutMs: 60, bodyGraceMs: 60, writeStallMs: 60, lingerMs: 60 };
  const stream = () =>
    new ReadableStream<Uint8Array<ArrayBuffer>>({
      async start(controller) {
        for (const piece of ["one", "two"]) {
          await pause(400);
          controller.enqueue(toBytes(piece));
        }
        controller.close();
      },
    });
  await using it = listen(short, () => pause(400).then(() => new Response(stream())));
  using wire = await Wire.open(it.port);
  await wire.write(`${POST}Content-Length: 2\r\n\r\nhi`);
  assertEquals((await wire.nextReply())?.body, "onetwo");
});
