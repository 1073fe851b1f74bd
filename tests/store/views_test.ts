import { assert, assertEquals, assertThrows } from "@std/assert";
import { openDatabase } from "../../lib/store/database.ts";
import { encodeFact, keyOf } from "../../lib/store/entries.ts";
import { openStore, type Store } from "../../lib/store/mod.ts";
import { tempDir } from "../testing.ts";

const VIEW_TABLES = [
  "accounts",
  "passwords",
  "rooms",
  "room_members",
  "messages",
  "reactions",
  "message_versions",
  "reads",
  "mentions",
  "message_search",
  "message_search_position",
  "moderation",
  "removals",
  "invitations",
  "invitation_uses",
  "views",
];

async function fill({ log }: Store): Promise<void> {
  await log.append(keyOf.password("id-ada"), encodeFact({ type: "password-set", account: "id-ada", hash: "scrypt$1" }));
  await log.append(
    keyOf.account("ada"),
    encodeFact({ type: "account-made", id: "id-ada", name: "Ada", role: "administrator" }),
  );
  for (const id of ["common", "other"]) {
    await log.append(keyOf.room(id), encodeFact({ type: "room-made", id, name: `Room ${id}` }));
  }
  const send = (room: string, text: string, replyTo?: number) =>
    log.append(
      keyOf.messages(room),
      encodeFact({ type: "message-sent", room, author: "id-ada", key: text, text, replyTo }),
    );
  await Promise.all([send("common", "one"), send("other", "uno"), send("common", "two", 1), send("other", "due")]);
}

/** Everything that the views show. */
function show({ accounts, rooms, messages, messageSearch }: Store) {
  return {
    account: accounts.byFoldedName("ada"),
    hash: accounts.passwordHash("id-ada"),
    hasAdministrator: accounts.hasAdministrator(),
    rooms: rooms.rowsFor("id-ada"),
    common: messages.range("common", { limit: 10 }),
    other: messages.range("other", { limit: 10 }),
    byKey: messages.byKey("id-ada", "two"),
    found: messageSearch.find('"two"', { reader: "id-ada", sort: "best", limit: 10, marks: ["[", "]"] }).map((
      { snippet },
    ) => snippet),
  };
}

Deno.test("views count the messages of each room 1, 2, 3", async () => {
  const store = openStore(":memory:");
  await fill(store);
  assertEquals(store.messages.range("common", { limit: 10 }).map(({ seq, text }) => [seq, text]), [
    [1, "one"],
    [2, "two"],
  ]);
  assertEquals(store.messages.range("other", { limit: 10 }).map(({ seq, text }) => [seq, text]), [
    [1, "uno"],
    [2, "due"],
  ]);
  assertEquals(store.rooms.rowsFor("id-ada").map(({ id, lastSeq }) => [id, lastSeq]), [["common", 2], ["other", 2]]);
  await store.log.close();
});

Deno.test("views that were dropped come back the same from the log alone", async () => {
  await using dir = await tempDir();
  const before = openStore(dir.path);
  await fill(before);
  const shown = show(before);
  await before.log.close();

  const db = openDatabase(dir.path);
  for (const table of VIEW_TABLES) db.exec(`DROP TABLE ${table}`);
  const left = db.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'").all();
  assertEquals(left.map(({ name }) => name).toSorted(), ["kept", "log"]);
  db.close();

  const after = openStore(dir.path);
  assertEquals(show(after), shown);
  assertEquals(shown.byKey, { room: "common", seq: 2 });
  assertEquals(shown.common[1].replyTo, 1);
  await after.log.close();
});

Deno.test("a view of another version is replayed, and those that read it with it", async () => {
  await using dir = await tempDir();
  const before = openStore(dir.path);
  await fill(before);
  const shown = show(before);
  await before.log.close();

  const db = openDatabase(dir.path);
  db.exec("UPDATE views SET version = 0 WHERE name = 'rooms'; UPDATE rooms SET name = 'wrong', last_seq = 99");
  db.close();

  const after = openStore(dir.path);
  assertEquals(show(after), shown);
  await after.log.close();
});

Deno.test("encodeFact() refuses what its schema does not allow", () => {
  const cases: unknown[] = [
    { type: "message-sent", room: "common", author: "a", key: "k" },
    { type: "message-sent", room: "../x", author: "a", key: "k", text: "" },
    { type: "account-made", id: "a", name: "ada", role: "king" },
    { type: "account-made", id: "a", name: "ada", role: "member", extra: 1 },
    { type: "unheard-of" },
  ];
  for (const fact of cases) assertThrows(() => encodeFact(fact as never), Error);
});

Deno.test("messages are read by their indexes", () => {
  const db = openDatabase(":memory:");
  const store = openStore(":memory:");
  assert(store.messages.schema.includes("UNIQUE (room, seq)"));
  db.exec(`${store.rooms.schema} ${store.accounts.schema} ${store.messages.schema}`);
  const plan = db.prepare("EXPLAIN QUERY PLAN SELECT * FROM messages WHERE room = ? AND seq > ? ORDER BY seq LIMIT 10")
    .all("common", 1).map(({ detail }) => detail).join("\n");
  assertEquals(plan, "SEARCH messages USING INDEX sqlite_autoindex_messages_1 (room=? AND seq>?)");
  db.close();
  return store.log.close();
});
