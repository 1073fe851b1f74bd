import { assertEquals, assertRejects } from "@std/assert";
import { Gate } from "../lib/gate.ts";

Deno.test("a gate lets so many through at once, in the order of their coming", async () => {
  const gate = new Gate(2);
  const inside: number[] = [];
  const ends = Array.from({ length: 5 }, () => Promise.withResolvers<void>());
  const all = ends.map(({ promise }, index) =>
    gate.through(async () => {
      inside.push(index);
      await promise;
      return index;
    })
  );
  assertEquals(inside, [0, 1]);
  ends[1].resolve();
  await all[1];
  assertEquals(inside, [0, 1, 2]);
  for (const { resolve } of ends) resolve();
  assertEquals(await Promise.all(all), [0, 1, 2, 3, 4]);
});

Deno.test("work that fails gives its place to the next", async () => {
  const gate = new Gate(1);
  const failing = gate.through(() => Promise.reject(new RangeError("no")));
  const next = gate.through(() => Promise.resolve("yes"));
  await assertRejects(() => failing, RangeError);
  assertEquals(await next, "yes");
  assertEquals(await gate.through(() => Promise.resolve("again")), "again");
});
