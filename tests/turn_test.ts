import { assertSpyCalls, spy } from "@std/testing/mock";
import { setImmediate } from "node:timers";
import { Turn } from "../lib/turn.ts";

const nextTurn = () => new Promise<void>((resolve) => setImmediate(resolve));

Deno.test("Turn flushes once at the end of a turn, however often something was added in it", async () => {
  const turn = new Turn();
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
  const turn = new Turn();
  const second = spy(() => {});
  turn.add({ flush: () => turn.add({ flush: second }) });
  await nextTurn();
  assertSpyCalls(second, 0);
  await nextTurn();
  assertSpyCalls(second, 1);
});
