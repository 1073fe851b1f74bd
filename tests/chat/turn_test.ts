import { assertEquals } from "@std/assert";
import { assertSpyCalls, spy } from "@std/testing/mock";
import { setImmediate } from "node:timers";
import { toFrames, Turn } from "../../lib/chat/turn.ts";

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

Deno.test("toFrames() keeps every message, in order, in as few frames as are not too long", () => {
  const message = (n: number, length: number) => JSON.stringify({ n, text: "x".repeat(length) });
  const cases: ReadonlyArray<readonly [lengths: number[], perFrame: number[]]> = [
    [[], []],
    [[10], [1]],
    [[10, 10, 10], [3]],
    [[40_000, 40_000], [1, 1]],
    [[40_000, 10_000, 10_000, 40_000], [3, 1]],
    [[10, 100_000, 10], [1, 1, 1]],
  ];
  for (const [lengths, perFrame] of cases) {
    const messages = lengths.map((length, n) => message(n, length));
    const frames = toFrames(messages).map((frame) => [JSON.parse(frame)].flat());
    assertEquals(frames.map((frame) => frame.length), perFrame, String(lengths));
    assertEquals(frames.flat().map(({ n }) => n), lengths.map((_, n) => n));
  }
});
