import { assertEquals } from "@std/assert";
import { mock } from "node:test";
import { Deadlines, type Waiting } from "../../lib/net/deadlines.ts";

/** Stops `setInterval`: its timers run when the clock is moved. */
function fakeIntervals() {
  mock.timers.enable({ apis: ["setInterval"] });
  return { tick: (ms: number) => mock.timers.tick(ms), [Symbol.dispose]: () => mock.timers.reset() };
}

/** Somebody who writes down how much time has passed. */
function waiting(): Waiting & { readonly ticks: number[] } {
  const ticks: number[] = [];
  return { ticks, tick: (ms) => void ticks.push(ms) };
}

Deno.test("all who wait are told of the time, each tick", () => {
  using clock = fakeIntervals();
  const deadlines = new Deadlines(250);
  const [a, b] = [waiting(), waiting()];
  deadlines.add(a);
  clock.tick(249);
  assertEquals(a.ticks, []);
  clock.tick(1);
  deadlines.add(b);
  clock.tick(500);
  assertEquals([a.ticks, b.ticks], [[250, 250, 250], [250, 250]]);
  deadlines.delete(a);
  clock.tick(250);
  assertEquals([a.ticks.length, b.ticks.length], [3, 3]);
  deadlines.delete(b);
});

Deno.test("no timer runs while nobody waits, and one again when somebody does", () => {
  using clock = fakeIntervals();
  const deadlines = new Deadlines(10);
  const a = waiting();
  deadlines.delete(a);
  for (let round = 1; round <= 3; round++) {
    deadlines.add(a);
    deadlines.add(a);
    clock.tick(10);
    assertEquals(a.ticks.length, round);
    deadlines.delete(a);
    deadlines.delete(a);
    clock.tick(100);
    assertEquals(a.ticks.length, round);
  }
});

Deno.test("who is deleted in a tick, by itself or by another, is told no more", () => {
  using clock = fakeIntervals();
  const deadlines = new Deadlines(10);
  const last = waiting();
  const self: Waiting = { tick: () => deadlines.delete(self) };
  const killer: Waiting = {
    tick() {
      for (const it of [killer, last]) deadlines.delete(it);
    },
  };
  for (const it of [self, killer, last]) deadlines.add(it);
  clock.tick(100);
  assertEquals(last.ticks, []);
});

Deno.test("a timer of nobody keeps no process, nor a test, alive", () => {
  const deadlines = new Deadlines(60_000);
  const a = waiting();
  deadlines.add(a);
  deadlines.delete(a);
});
