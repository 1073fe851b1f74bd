import { assertEquals } from "@std/assert";
import { toFrames } from "../../lib/chat/frames.ts";

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
