import { assertEquals } from "@std/assert";
import { openDatabase } from "../../lib/store/database.ts";
import { encodeFact, type Fact, keyOf } from "../../lib/store/entries.ts";
import { openStore, type Store } from "../../lib/store/mod.ts";
import { nextTurn } from "../../lib/turn.ts";
import { tempDir } from "../testing.ts";

const ADA = "id-ada";

async function openRoom(dataDir: string): Promise<Store> {
  const store = openStore(dataDir);
  await store.log.append(
    keyOf.account("ada"),
    encodeFact({ type: "account-made", id: ADA, name: "Ada", role: "member" }),
  );
  await store.log.append(keyOf.room("common"), encodeFact({ type: "room-made", id: "common", name: "Common room" }));
  return store;
}

function say({ log }: Store, text: string): Promise<number> {
  const fact: Fact = { type: "message-sent", room: "common", author: ADA, key: text, text };
  return log.append(keyOf.messages("common"), encodeFact(fact), { id: `${ADA}/${text}` });
}

function change({ log }: Store, fact: Fact): Promise<number> {
  return log.append(keyOf.changes("common"), encodeFact(fact));
}

function find({ messageSearch }: Store, word: string): number[] {
  return messageSearch.find(`"${word}"`, { reader: ADA, sort: "newest", limit: 10, marks: ["[", "]"] })
    .map(({ seq }) => seq);
}

/** The position up to which messages are indexed on the disk. */
function indexedOnDisk(dataDir: string): number {
  const db = openDatabase(dataDir);
  db.exec("INSERT INTO message_search (message_search) VALUES ('integrity-check')");
  const { position } = db.prepare("SELECT log_seq AS position FROM message_search_position").get()!;
  db.close();
  return position as number;
}

Deno.test("MessageSearchView finds a message as soon as it is acknowledged", async () => {
  const store = await openRoom(":memory:");
  await say(store, "first words");
  assertEquals(find(store, "words"), [1]);
  await Promise.all([say(store, "more words"), say(store, "others")]);
  assertEquals(find(store, "words"), [2, 1]);
  assertEquals(store.messageSearch.count('"others"', { reader: ADA }), 1);
  await store.log.close();
});

Deno.test("MessageSearchView indexes by itself a moment later, without a search", async () => {
  await using dir = await tempDir();
  const store = await openRoom(dir.path);
  const last = Math.max(...await Promise.all(Array.from({ length: 300 }, (_, n) => say(store, `word ${n}`))));
  assertEquals(indexedOnDisk(dir.path) < last, true);
  while (indexedOnDisk(dir.path) < last) await nextTurn();
  await store.log.close();
});

Deno.test("MessageSearchView makes up at the start for what a crash left out", async () => {
  await using dir = await tempDir();
  await using copy = await tempDir();
  const store = await openRoom(dir.path);
  await say(store, "before the crash");
  for (const file of ["commonroom.db", "commonroom.db-wal"]) {
    await Deno.copyFile(`${dir.path}/${file}`, `${copy.path}/${file}`);
  }
  await store.log.close();
  const again = openStore(copy.path);
  assertEquals(find(again, "crash"), [1]);
  await again.log.close();
  indexedOnDisk(copy.path);
});

Deno.test("MessageSearchView follows changes, whether they come before a message is indexed or after", async () => {
  for (const isIndexed of [false, true]) {
    await using dir = await tempDir();
    const store = await openRoom(dir.path);
    const erased = await say(store, "erased");
    for (const text of ["edited", "deleted", "kept"]) await say(store, text);
    if (isIndexed) assertEquals(find(store, "edited"), [2]);
    await change(store, { type: "message-edited", room: "common", seq: 2, text: "changed", by: ADA });
    await change(store, { type: "message-deleted", room: "common", seq: 3, by: ADA });
    await store.log.erase([erased]);
    const found = ["erased", "edited", "changed", "deleted", "kept"].map((word) => find(store, word));
    assertEquals(found, [[], [], [2], [], [4]], `indexed before: ${isIndexed}`);
    await store.log.close();
    indexedOnDisk(dir.path);
  }
});

Deno.test("MessageSearchView leaves nothing to do when it is closed", async () => {
  await using dir = await tempDir();
  const store = await openRoom(dir.path);
  const last = await say(store, "last words");
  await store.log.close();
  assertEquals(indexedOnDisk(dir.path), last);
});

/** Whether a word stands in the index on the disk. */
function isInIndex(dataDir: string, word: string): boolean {
  const db = openDatabase(dataDir);
  const { count } = db.prepare(
    "SELECT count(*) AS count FROM message_search_data WHERE instr(block, CAST(? AS BLOB))",
  ).get(word)!;
  db.close();
  return count as number > 0;
}

Deno.test("MessageSearchView leaves no word on the disk of what was erased, and in the index none of what was changed", async () => {
  await using dir = await tempDir();
  const store = await openRoom(dir.path);
  const erased: number[] = [];
  for (let round = 0; round < 100; round++) erased.push(await say(store, `zanzibar${round}`));
  for (const text of ["quokka", "walrus", "kept"]) await say(store, text);
  assertEquals(find(store, "kept").length, 1);
  assertEquals([isInIndex(dir.path, "quokka"), isInIndex(dir.path, "walru")], [true, true]);
  await change(store, { type: "message-edited", room: "common", seq: 101, text: "changed", by: ADA });
  await change(store, { type: "message-deleted", room: "common", seq: 102, by: ADA });
  await store.log.erase(erased);
  const files = ["commonroom.db", "commonroom.db-wal"].map((file) => `${dir.path}/${file}`);
  const isLeft = () => files.some((file) => Deno.readTextFileSync(file).includes("zanzibar"));
  for (let turn = 0; turn < 2_000 && isLeft(); turn++) await nextTurn();
  assertEquals(isLeft(), false, "while it runs");
  await store.log.close();
  assertEquals(Deno.readTextFileSync(files[0]).includes("zanzibar"), false);
  assertEquals([isInIndex(dir.path, "quokka"), isInIndex(dir.path, "walru")], [false, false]);
  indexedOnDisk(dir.path);
});

Deno.test("MessageSearchView counts and ranks the newest 5000 matches, and finds by a filter or a rare word older ones", async () => {
  const store = await openRoom(":memory:");
  await store.log.append(
    keyOf.account("bob"),
    encodeFact({ type: "account-made", id: "id-bob", name: "Bob", role: "member" }),
  );
  const bobs: Fact = { type: "message-sent", room: "common", author: "id-bob", key: "1", text: "the word zebra" };
  await store.log.append(keyOf.messages("common"), encodeFact(bobs), { id: "id-bob/1" });
  await Promise.all(Array.from({ length: 5_100 }, (_, number) => say(store, `the word ${number}`)));
  const { messageSearch } = store;
  const filter = { reader: ADA };
  const rank = (match: string, options: Partial<Parameters<typeof messageSearch.rank>[1]> = {}) =>
    messageSearch.rank(match, { ...filter, sort: "best", limit: 3, ...options });
  const first = (found: ReturnType<typeof rank>) =>
    messageSearch.show('"the"', found.ranked, { reader: ADA, marks: ["", ""] }).map(({ seq }) => seq);
  assertEquals(messageSearch.count('"the"', filter), 5_000);
  assertEquals(first(rank('"the"')), [5_101, 5_100, 5_099]);
  assertEquals(first(rank('"the"', { sort: "newest" })), [5_101, 5_100, 5_099]);
  assertEquals(first(rank('"the" OR "zebra"', { parts: ['"the"', '"zebra"'] })), [1, 5_101, 5_100]);
  assertEquals([rank('"the"', { from: "bob" }).total, first(rank('"the"', { from: "bob" }))], [1, [1]]);
  assertEquals(rank('"the"', { room: "elsewhere" }).total, 0);
  const now = Date.now() + 1_000;
  const times = [{ beforeMs: 0 }, { beforeMs: now }, { afterMs: now }, { afterMs: 0 }].map((time) =>
    rank('"the"', time).total
  );
  assertEquals(times, [0, 5_000, 0, 5_000]);
  await store.log.close();
});
