import { assertEquals } from "@std/assert";
import { assertSpyCalls, spy } from "@std/testing/mock";
import { setImmediate } from "node:timers";
import { Turn } from "../lib/turn.ts";

/** A defect that a test does not expect ends it. */
const raise = (error: unknown) => {
  throw error;
};
const nextTurn = () => new Promise<void>((resolve) => setImmediate(resolve));

Deno.test("Turn flushes once at the end of a turn, however often something was added in it", async () => {
  const turn = new Turn(raise);
  const flush = spy(() => {});
  const flushable = { flush };
  for (let i = 0; i < 5; i++) turn.add(flushable);
  await Promise.resolve();
  assertSpyCalls(flush, 0);
  await nextTurn();
  assertSpyCalls(flush, 1);
  await nextTurn();
  assertSpyCalls(flush, 1);
  turn.add(flushable);
  await nextTurn();
  assertSpyCalls(flush, 2);
});

Deno.test("Turn flushes what is added while it flushes at the end of the next turn", async () => {
  const turn = new Turn(raise);
  const second = spy(() => {});
  turn.add({ flush: () => turn.add({ flush: second }) });
  await nextTurn();
  assertSpyCalls(second, 0);
  await nextTurn();
  assertSpyCalls(second, 1);
});

Deno.test("Turn reports a flush() that throws, and flushes the others all the same", async () => {
  const defects: unknown[] = [];
  const turn = new Turn((error) => void defects.push(error));
  const broken = new RangeError("a defect");
  const failing = {
    flush() {
      throw broken;
    },
  };
  const [first, last] = [spy(() => {}), spy(() => {})];
  for (let round = 1; round <= 2; round++) {
    for (const flushable of [{ flush: first }, failing, { flush: last }]) turn.add(flushable);
    await nextTurn();
    assertSpyCalls(first, round);
    assertSpyCalls(last, round);
    assertEquals(defects, Array(round).fill(broken));
  }
});
