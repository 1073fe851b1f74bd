import { assertEquals, assertRejects } from "@std/assert";
import { assertSpyCalls, spy } from "@std/testing/mock";
import { openDatabase } from "../../lib/store/database.ts";
import { Unavailable } from "../../lib/store/log.ts";
import { SqliteLog } from "../../lib/store/sqlite_log.ts";
import type { View } from "../../lib/store/views.ts";
import { Views } from "../../lib/store/views.ts";
import { tempDir } from "../testing.ts";
import { type LogUnderTest, testLog } from "./log_conformance.ts";

function openLog(dataDir: string, views: View[] = []): LogUnderTest {
  const db = openDatabase(dataDir);
  const log = new SqliteLog(db, new Views(db, views));
  return { log, [Symbol.asyncDispose]: () => log.close() };
}

testLog("SqliteLog in memory", () => Promise.resolve(openLog(":memory:")));

testLog("SqliteLog in a folder", async () => {
  const dir = await tempDir();
  const opened = openLog(dir.path);
  return {
    log: opened.log,
    async [Symbol.asyncDispose]() {
      await opened[Symbol.asyncDispose]();
      await dir[Symbol.asyncDispose]();
    },
  };
});

Deno.test("SqliteLog: what was appended is there after closing and opening again", async () => {
  await using dir = await tempDir();
  {
    await using first = openLog(dir.path);
    await first.log.append("k", '"kept"', { id: "once" });
    await first.log.put("session", "kept too", 60_000);
  }
  await using second = openLog(dir.path);
  assertEquals((await second.log.read(0, 10)).map(({ body }) => body), ['"kept"']);
  assertEquals(await second.log.append("k", '"again"', { id: "once" }), 1);
  assertEquals(await second.log.get("session"), "kept too");
});

Deno.test("SqliteLog: entries of another process are followed too", async () => {
  await using dir = await tempDir();
  await using ours = openLog(dir.path);
  await using theirs = openLog(dir.path);
  const seen: string[] = [];
  using _ = stopping(ours.log.follow(0, ({ body }) => seen.push(body)));
  await ours.log.append("k", "1");
  await theirs.log.append("k", "2");
  await ours.log.append("k", "3");
  assertEquals(seen, ["1", "2", "3"]);
});

Deno.test("SqliteLog: a view that breaks refuses the append, and nothing of it stays", async () => {
  const breaking: View = {
    name: "breaking",
    version: 1,
    tables: ["seen"],
    schema: "CREATE TABLE seen (seq INTEGER)",
    open() {},
    apply() {
      throw new RangeError("a defect");
    },
  };
  await using opened = openLog(":memory:", [breaking]);
  await assertRejects(() => opened.log.append("k", '{"type":"any"}'), RangeError, "a defect");
  assertEquals(await opened.log.head(), 0);
});

Deno.test("SqliteLog: an append that a view refuses does not harm those beside it", async () => {
  const picky: View = {
    name: "picky",
    version: 1,
    tables: ["seen"],
    schema: "CREATE TABLE seen (seq INTEGER)",
    open() {},
    apply(_, { key }) {
      if (key === "bad") throw new RangeError("a defect");
    },
  };
  await using opened = openLog(":memory:", [picky]);
  const outcomes = await Promise.allSettled(["a", "bad", "b"].map((key) => opened.log.append(key, "1")));
  assertEquals(outcomes.map(({ status }) => status), ["fulfilled", "rejected", "fulfilled"]);
  assertEquals((await opened.log.read(0, 10)).map(({ seq, key }) => [seq, key]), [[1, "a"], [2, "b"]]);
});

Deno.test("SqliteLog: more appends than it can hold are refused, those before are kept", async () => {
  await using opened = openLog(":memory:");
  const outcomes = await Promise.allSettled(Array.from({ length: 50_001 }, () => opened.log.append("k", "")));
  const refused = outcomes.filter((outcome) => outcome.status === "rejected");
  assertEquals(refused.map(({ reason }) => reason instanceof Unavailable), [true]);
  assertEquals(outcomes.at(-1)?.status, "rejected");
  assertEquals(await opened.log.head(), 50_000);
});

function stopping(stop: () => void): Disposable {
  return { [Symbol.dispose]: stop };
}

Deno.test("SqliteLog: appends that find the database locked wait for it once, all together", async () => {
  const db = openDatabase(":memory:");
  const log = new SqliteLog(db, new Views(db, []));
  const exec = db.exec.bind(db);
  const begin = spy((_sql: string): void => {
    throw new Error("database is locked");
  });
  db.exec = (sql) => sql.startsWith("BEGIN") ? begin(sql) : exec(sql);
  const outcomes = await Promise.allSettled(Array.from({ length: 100 }, () => log.append("k", "1")));
  assertEquals(outcomes.map(({ status }) => status), Array(100).fill("rejected"));
  assertSpyCalls(begin, 1);
  db.exec = exec;
  assertEquals(await log.append("k", "1"), 1);
  await log.close();
});
