import { assertEquals } from "@std/assert";
import { encodeFact, type Fact, keyOf } from "../../lib/store/entries.ts";
import { openStore, type Store } from "../../lib/store/mod.ts";

const room = "common";
/** Reads both rooms. */
const reader = "id-ada";

async function scene() {
  const store = openStore(":memory:");
  for (const name of ["mod", "ada", "bob"]) {
    const fact = encodeFact({ type: "account-made", id: `id-${name}`, name, role: "member" });
    await store.log.append(keyOf.account(name), fact);
  }
  await store.log.append(keyOf.room(room), encodeFact({ type: "room-made", id: room, name: "Common room" }));
  const hers = encodeFact({ type: "room-made", id: "hers", name: "Hers", by: "id-ada", access: "invited" });
  await store.log.append(keyOf.room("hers"), hers);
  const sent = (seq: number) =>
    encodeFact({ type: "message-sent", room, author: "id-ada", key: `k${seq}`, text: "text" });
  for (const seq of [1, 2]) await store.log.append(keyOf.messages(room), sent(seq));
  return { store, [Symbol.asyncDispose]: () => store.log.close() };
}

const did = (store: Store, key: string, fact: Fact) => store.log.append(key, encodeFact(fact));

Deno.test("what is done to others is listed, what one does to one's own is not", async () => {
  await using it = await scene();
  const { store } = it;
  const [mod, ada, bob] = ["id-mod", "id-ada", "id-bob"];
  const listed: ReadonlyArray<readonly [key: string, fact: Fact]> = [
    [keyOf.accountChange(ada), { type: "role-set", account: ada, role: "moderator", by: mod }],
    [keyOf.accountChange(ada), { type: "account-muted", account: ada, untilMs: 7, by: mod, reason: "loud" }],
    [keyOf.accountChange(ada), { type: "account-muted", account: ada, untilMs: 0, by: mod }],
    [keyOf.accountChange(ada), { type: "account-banned", account: ada, isBanned: true, by: mod, reason: "spam" }],
    [keyOf.accountChange(ada), { type: "account-banned", account: ada, isBanned: false, by: mod }],
    [keyOf.accountChange(ada), { type: "reset-offered", account: ada, by: mod }],
    [keyOf.invitation("i"), { type: "invitation-made", id: "i", hash: "h", by: mod, expiresAtMs: 9, maxUses: 1 }],
    [keyOf.invitation("i"), { type: "invitation-revoked", id: "i", by: mod }],
    [keyOf.room("hers"), { type: "room-renamed", room: "hers", name: "New", by: mod }],
    [keyOf.room("hers"), { type: "room-archived", room: "hers", isArchived: true, by: mod }],
    [keyOf.room("hers"), { type: "room-archived", room: "hers", isArchived: false, by: mod }],
    [keyOf.room("hers"), { type: "room-left", room: "hers", account: bob, by: mod }],
    [keyOf.changes(room), { type: "message-deleted", room, seq: 1, by: mod }],
  ];
  const ordinary: ReadonlyArray<readonly [key: string, fact: Fact]> = [
    [keyOf.accountChange(mod), { type: "role-set", account: mod, role: "member", by: mod }],
    [keyOf.room("hers"), { type: "room-renamed", room: "hers", name: "Old", by: ada }],
    [keyOf.room("hers"), { type: "room-joined", room: "hers", account: bob, by: ada }],
    [keyOf.room("hers"), { type: "room-left", room: "hers", account: bob, by: bob }],
    [keyOf.room("hers"), { type: "room-left", room: "hers", account: bob, by: ada }],
    [keyOf.changes(room), { type: "message-deleted", room, seq: 2, by: ada }],
    [keyOf.changes(room), { type: "message-deleted", room, seq: 99, by: mod }],
    [keyOf.profile(ada), { type: "profile-set", account: ada, displayName: "A" }],
  ];
  for (const [key, fact] of [...listed, ...ordinary]) await did(store, key, fact);
  const entries = store.moderation.list({ reader, limit: 99 }).toReversed();
  assertEquals(entries.map(({ at: _, position: __, ...entry }) => entry), [
    { by: "mod", what: "role-moderator", account: "ada" },
    { by: "mod", what: "muted", account: "ada", until: 7, reason: "loud" },
    { by: "mod", what: "unmuted", account: "ada" },
    { by: "mod", what: "banned", account: "ada", reason: "spam" },
    { by: "mod", what: "unbanned", account: "ada" },
    { by: "mod", what: "reset-offered", account: "ada" },
    { by: "mod", what: "invitation-made" },
    { by: "mod", what: "invitation-revoked" },
    { by: "mod", what: "room-renamed", room: "hers" },
    { by: "mod", what: "room-archived", room: "hers" },
    { by: "mod", what: "room-reopened", room: "hers" },
    { by: "mod", what: "sent-out", account: "bob", room: "hers" },
    { by: "mod", what: "message-deleted", account: "ada", room, seq: 1 },
  ]);
  const [newest, next] = store.moderation.list({ reader, limit: 2 });
  assertEquals(store.moderation.list({ reader, before: newest.position, limit: 1 }), [next]);
});

Deno.test("an entry that was erased is not listed any more", async () => {
  await using it = await scene();
  const seq = await did(it.store, keyOf.accountChange("id-ada"), {
    type: "account-muted",
    account: "id-ada",
    untilMs: 7,
    by: "id-mod",
    reason: "loud",
  });
  assertEquals(it.store.moderation.entriesAbout("id-ada", 9), [seq]);
  await it.store.log.erase([seq]);
  assertEquals([it.store.moderation.list({ reader, limit: 9 }), it.store.moderation.entriesAbout("id-ada", 9)], [
    [],
    [],
  ]);
});

Deno.test("what was done in a room is listed only to those who may read it", async () => {
  await using it = await scene();
  const mod = "id-mod";
  await did(it.store, keyOf.room("hers"), { type: "room-renamed", room: "hers", name: "New", by: mod });
  await did(it.store, keyOf.changes(room), { type: "message-deleted", room, seq: 1, by: mod });
  const roomsFor = (reader: string) => it.store.moderation.list({ reader, limit: 9 }).map(({ room }) => room);
  assertEquals([roomsFor("id-ada"), roomsFor("id-bob"), roomsFor(mod)], [[room, "hers"], [room], [room]]);
  await did(it.store, keyOf.room("hers"), { type: "room-joined", room: "hers", account: mod, by: "id-ada" });
  assertEquals(roomsFor(mod), [room, "hers"]);
  assertEquals(it.store.moderation.list({ reader: mod, limit: 1 }).length, 1, "a page is filled");
});
