import { assert, assertEquals, assertGreater } from "@std/assert";
import { fuzz } from "./fuzz.ts";
import { makeSession, Random } from "./fuzz_traffic.ts";

const ITERATIONS = 6_400;

Deno.test("no mutation of valid traffic ends the process, leaks a connection, or is answered by another's bytes", async () => {
  const { statuses, frames } = await fuzz({ seed: 1, goesOn: (iterations) => iterations < ITERATIONS });
  // It would be no test of much if it did not get far.
  for (const status of [101, 200, 204, 400]) assertGreater(statuses.get(status) ?? 0, 100, `status ${status}`);
  assertGreater(frames, 1_000);
});

Deno.test("the fuzzer sends the same bytes for the same seed, and others for another", () => {
  const sessions = (seed: number) => Array.from({ length: 20 }, (_, index) => makeSession(new Random(seed + index)));
  assertEquals(sessions(1), sessions(1));
  assert(JSON.stringify(sessions(1)) !== JSON.stringify(sessions(100)));
});
