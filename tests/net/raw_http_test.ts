import { assertEquals, AssertionError } from "@std/assert";
import type { Handler } from "../../lib/context.ts";
import { listenRaw } from "../../lib/net/raw.ts";
import { corpus } from "./http_cases/handler.ts";
import type { HttpCase } from "./http_cases/case.ts";
import { SUBJECTS } from "./http_cases/mod.ts";
import { runSplit, runWhole } from "./http_cases/run.ts";
import { Wire } from "./http_cases/wire.ts";
import { exchange, statusOf } from "../testing.ts";

const MAX_SHOWN = 25;

/** The raw transport around a handler; what breaks in it is written down. */
function listen(handler: Handler) {
  const defects: unknown[] = [];
  const listener = listenRaw(handler, {
    hostname: "127.0.0.1",
    port: 0,
    reportDefect: (error) => void defects.push(error),
  });
  return { port: listener.port, defects, [Symbol.asyncDispose]: () => listener.shutdown() };
}

function fail(failures: readonly string[]): void {
  if (failures.length === 0) return;
  const rest = failures.length > MAX_SHOWN ? `\n\n… and ${failures.length - MAX_SHOWN} more` : "";
  throw new AssertionError(`${failures.length} failures\n\n${failures.slice(0, MAX_SHOWN).join("\n\n")}${rest}`);
}

for (const [subject, cases] of Object.entries(SUBJECTS)) {
  Deno.test(`the raw transport and ${subject}: ${cases.length} cases`, async () => {
    const { handler, smuggled } = corpus();
    await using it = listen(handler);
    fail(await runWhole(it.port, cases));
    assertEquals(smuggled, [], "no smuggled request reaches the handler");
    assertEquals(it.defects.filter((error) => !isOnPurpose(error)), []);
  });
}

function isOnPurpose(error: unknown): boolean {
  return error instanceof Error && error.message === "broke on purpose";
}

Deno.test("the raw transport reads what comes in two pieces, split at every point, as it reads the whole", async () => {
  const { handler, smuggled } = corpus();
  await using it = listen(handler);
  const cases: HttpCase[] = Object.values(SUBJECTS).flat();
  fail(await runSplit(it.port, cases));
  assertEquals(smuggled, []);
});

Deno.test("a handler that throws costs its own connection a 500, or its end, and is reported", async () => {
  const broken = new RangeError("a defect");
  await using it = listen((request) => {
    if (request.url.endsWith("/good")) return new Response("good");
    throw broken;
  });
  const bad = await exchange(it.port, "GET /bad HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
  assertEquals(bad === "" ? 500 : statusOf(bad), 500);
  const good = await exchange(it.port, "GET /good HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
  assertEquals(statusOf(good), 200);
  assertEquals(it.defects, [broken]);
});

Deno.test("a stream of a length other than it says is cut at its length, or breaks off", async () => {
  const { handler } = corpus();
  await using it = listen(handler);
  for (const [path, whole] of [["/stream-short", "hel"], ["/stream-long", "hello"]]) {
    using wire = await Wire.open(it.port);
    await wire.write(`GET ${path} HTTP/1.1\r\nHost: a\r\n\r\nGET /text HTTP/1.1\r\nHost: a\r\n\r\n`);
    const reply = await wire.nextReply();
    // A transport that frames every stream in chunks need not believe the length.
    if (reply?.headers.has("transfer-encoding")) continue;
    assertEquals(reply?.body, whole, path);
    if (path === "/stream-short") assertEquals(reply?.isComplete, false);
    await wire.readToEnd();
    assertEquals(wire.received, "", "nothing follows a reply that is in doubt");
  }
});
