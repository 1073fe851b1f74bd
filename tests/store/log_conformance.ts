import { assert, assertEquals, assertRejects } from "@std/assert";
import { Conflict, type Entry, type Log, Unavailable } from "../../lib/store/log.ts";

/** A log to test, thrown away afterwards. */
export interface LogUnderTest extends AsyncDisposable {
  readonly log: Log;
}

/** What every implementation of the log must do. */
export function testLog(implementation: string, open: () => Promise<LogUnderTest>): void {
  const test = (name: string, body: (log: Log) => Promise<void>) =>
    Deno.test(`${implementation}: ${name}`, async () => {
      await using opened = await open();
      await body(opened.log);
    });

  test("append() numbers entries 1, 2, 3 in the order of the calls", async (log) => {
    const seqs = await Promise.all(["a", "b", "c"].map((key) => log.append(`key/${key}`, json(key))));
    assertEquals(seqs, [1, 2, 3]);
    assertEquals((await log.read(0, 10)).map(({ key, body }) => [key, text(body)]), [
      ["key/a", "a"],
      ["key/b", "b"],
      ["key/c", "c"],
    ]);
    assertEquals(await log.head(), 3);
  });

  test("append() with an id that is known returns the first position and appends nothing", async (log) => {
    const [first, second] = await Promise.all([
      log.append("k", json("1"), { id: "x" }),
      log.append("k", json("2"), { id: "x" }),
    ]);
    const third = await log.append("other", json("3"), { id: "x" });
    assertEquals([first, second, third], [1, 1, 1]);
    assertEquals((await log.read(0, 10)).map(({ body }) => text(body)), ["1"]);
  });

  test("append() with expect lets one of many through", async (log) => {
    const outcomes = await Promise.allSettled(
      Array.from({ length: 20 }, (_, i) => log.append("name/ada", json(String(i)), { expect: 0 })),
    );
    assertEquals(outcomes.filter(({ status }) => status === "fulfilled").length, 1);
    for (const outcome of outcomes) {
      if (outcome.status === "rejected") assert(outcome.reason instanceof Conflict);
    }
    await assertRejects(() => log.append("name/ada", json("late"), { expect: 0 }), Conflict);
    assertEquals(await log.append("name/ada", json("next"), { expect: 1 }), 2);
  });

  test("append() that conflicts does not harm those beside it", async (log) => {
    await log.append("taken", json(""));
    const [before, conflict, after] = await Promise.allSettled([
      log.append("a", json("before")),
      log.append("taken", json("x"), { expect: 0 }),
      log.append("b", json("after")),
    ]);
    assertEquals([before.status, conflict.status, after.status], ["fulfilled", "rejected", "fulfilled"]);
    assertEquals((await log.read(1, 10)).map(({ body }) => text(body)), ["before", "after"]);
  });

  test("append() keeps bodies as they are", async (log) => {
    const bodies = ["", '{"a":1}', "Ünïcödé 日本語 👩‍👩‍👧", "x".repeat(100_000), "line\nbreak\ttab"];
    for (const body of bodies) await log.append("k", json(body));
    assertEquals((await log.read(0, 10)).map(({ body }) => text(body)), bodies);
  });

  test("read() returns at most what is asked for, after a position", async (log) => {
    await fill(log, 10);
    assertEquals((await log.read(3, 4)).map(({ seq }) => seq), [4, 5, 6, 7]);
    assertEquals(await log.read(10, 4), []);
  });

  test("entries bear times that never go back", async (log) => {
    const before = Date.now();
    await fill(log, 50);
    const times = (await log.read(0, 50)).map(({ atMs }) => atMs);
    assert(times[0] >= before - 1);
    assertEquals(times, times.toSorted((a, b) => a - b));
  });

  test("follow() gives what was and what comes, in order and once", async (log) => {
    await fill(log, 2_500);
    const seen: number[] = [];
    const { promise, resolve } = Promise.withResolvers<void>();
    const stop = log.follow(100, ({ seq }) => {
      seen.push(seq);
      if (seq === 3_000) resolve();
    });
    await fill(log, 500);
    await promise;
    stop();
    assertEquals(seen, Array.from({ length: 2_900 }, (_, i) => i + 101));
  });

  test("follow() has shown an entry when its append resolves, or shows it soon; after stop() nothing", async (log) => {
    const { promise, resolve } = Promise.withResolvers<Entry>();
    const stop = log.follow(0, resolve);
    const seq = await log.append("k", json("first"));
    assertEquals((await promise).seq, seq);
    stop();
    const seen: number[] = [];
    const stopAgain = log.follow(seq, (entry) => seen.push(entry.seq));
    stopAgain();
    stopAgain();
    await log.append("k", json("second"));
    assertEquals(seen, []);
  });

  test("last() gives the newest entry of a key", async (log) => {
    await log.append("a", json("1"));
    await log.append("b", json("2"));
    await log.append("a", json("3"));
    assertEquals(text((await log.last("a"))!.body), "3");
    assertEquals(await log.last("c"), undefined);
  });

  test("of a secret only the newest body is kept", async (log) => {
    await log.append("secret/ada", json("old"));
    await log.append("plain", json("stays"));
    await log.append("secret/ada", json("new"));
    assertEquals((await log.read(0, 10)).map(({ body }) => text(body)), [undefined, "stays", "new"]);
  });

  test("put(), get() and drop() keep a value until it expires", async (log) => {
    await log.put("session/1", "one", 60_000);
    await log.put("session/1", "two", 60_000);
    await log.put("session/2", "gone", -1);
    assertEquals(await log.get("session/1"), "two");
    assertEquals(await log.get("session/2"), undefined);
    await log.drop("session/1");
    await log.drop("session/1");
    assertEquals(await log.get("session/1"), undefined);
    assertEquals(await log.head(), 0);
  });

  test("dropAll() drops all that it is told, and nothing else", async (log) => {
    const keys = Array.from({ length: 1_500 }, (_, i) => `session/${i}`);
    for (const key of keys) await log.put(key, "kept", 60_000);
    await log.put("other", "stays", 60_000);
    await log.dropAll([]);
    assertEquals(await log.get(keys[0]), "kept");
    await log.dropAll([...keys, "never there"]);
    assertEquals([await log.list("session/"), await log.get("other")], [[], "stays"]);
  });

  test("say() reaches those who hear the topic, and nobody after they stopped", async (log) => {
    const heard: string[] = [];
    const { promise, resolve } = Promise.withResolvers<void>();
    const stop = log.hear("typing", (body) => {
      heard.push(body);
      if (body === "last") resolve();
    });
    const stopOther = log.hear("other", () => heard.push("wrong topic"));
    log.say("typing", "first");
    log.say("typing", "last");
    await promise;
    stop();
    log.say("typing", "too late");
    await log.append("k", json("a turn passes"));
    stopOther();
    assertEquals(heard, ["first", "last"]);
  });

  test("close() writes what waits, and then appends are refused", async (log) => {
    const waiting = Array.from({ length: 1_000 }, (_, i) => log.append("k", json(String(i))));
    await log.close();
    assertEquals(await Promise.all(waiting), Array.from({ length: 1_000 }, (_, i) => i + 1));
    await assertRejects(() => log.append("k", json("late")), Unavailable);
    await log.close();
  });
}

async function fill(log: Log, count: number): Promise<void> {
  await Promise.all(Array.from({ length: count }, (_, i) => log.append("fill", json(String(i)))));
}

/** Bodies are JSON. */
const json = JSON.stringify;

/** What a body says; `undefined` if it was erased. */
function text(body: string): unknown {
  return body === "" ? undefined : JSON.parse(body);
}
