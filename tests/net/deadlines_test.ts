import { assertEquals } from "@std/assert";
import { mock } from "node:test";
import { Deadlines, type Waiting } from "../../lib/net/deadlines.ts";
import { fakeClock } from "../testing.ts";

/** Stops the clock and `setInterval`: its timers run when the clock is moved. */
function fakeIntervals() {
  const clock = fakeClock();
  mock.timers.enable({ apis: ["setInterval"] });
  return {
    /** Time passes, and all that is due happens at its time. */
    tick(ms: number) {
      for (let passed = 0; passed < ms; passed++) {
        clock.tick(1);
        mock.timers.tick(1);
      }
    },
    /** Time passes in which the event loop is held up: what was due happens afterwards, once. */
    hold(ms: number) {
      clock.tick(ms);
    },
    [Symbol.dispose]() {
      mock.timers.reset();
      clock[Symbol.dispose]();
    },
  };
}

/** A defect that a test does not expect ends it. */
const raise = (error: unknown) => {
  throw error;
};

/** Somebody who writes down how much time has passed. */
function waiting(): Waiting & { readonly ticks: number[] } {
  const ticks: number[] = [];
  return { ticks, tick: (ms) => void ticks.push(ms) };
}

Deno.test("all who wait are told of the time, each tick", () => {
  using clock = fakeIntervals();
  const deadlines = new Deadlines(250, raise);
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
  const deadlines = new Deadlines(10, raise);
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
  const deadlines = new Deadlines(10, raise);
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
  const deadlines = new Deadlines(60_000, raise);
  const a = waiting();
  deadlines.add(a);
  deadlines.delete(a);
});

Deno.test("a tick that comes late tells how much time has really passed", () => {
  using clock = fakeIntervals();
  const deadlines = new Deadlines(250, raise);
  const a = waiting();
  deadlines.add(a);
  clock.tick(250);
  clock.hold(4_000);
  clock.tick(250);
  clock.tick(250);
  assertEquals(a.ticks, [250, 4_250, 250]);
  deadlines.delete(a);
});

Deno.test("time in which nobody waited is nobody's", () => {
  using clock = fakeIntervals();
  const deadlines = new Deadlines(250, raise);
  const a = waiting();
  clock.hold(60_000);
  for (const _ of [1, 2]) {
    deadlines.add(a);
    clock.tick(250);
    deadlines.delete(a);
    clock.hold(60_000);
  }
  assertEquals(a.ticks, [250, 250]);
});

Deno.test("a tick() that throws is reported, and the others are told of the time all the same", () => {
  using clock = fakeIntervals();
  const defects: unknown[] = [];
  const deadlines = new Deadlines(250, (error) => void defects.push(error));
  const broken = new RangeError("a defect");
  const [first, last] = [waiting(), waiting()];
  const failing: Waiting = {
    tick() {
      throw broken;
    },
  };
  for (const it of [first, failing, last]) deadlines.add(it);
  clock.tick(500);
  assertEquals([first.ticks, last.ticks], [[250, 250], [250, 250]]);
  assertEquals(defects, [broken, broken]);
  for (const it of [first, failing, last]) deadlines.delete(it);
});
