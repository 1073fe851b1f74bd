import { assert, assertEquals } from "@std/assert";
import { skeletonOf } from "../../lib/auth/names.ts";
import { openDatabase } from "../../lib/store/database.ts";
import { encodeFact, type Fact, keyOf } from "../../lib/store/entries.ts";
import { openStore, type Store } from "../../lib/store/mod.ts";
import { tempDir } from "../testing.ts";

const id = "id-ada";
const by = "id-root";
const change = (store: Store, fact: Fact) => store.log.append(keyOf.accountChange(id), encodeFact(fact));
const make = (store: Store, name: string, made: string) =>
  store.log.append(keyOf.account(name), encodeFact({ type: "account-made", id: made, name, role: "member" }));

function memory() {
  const store = openStore(":memory:");
  return { store, [Symbol.asyncDispose]: () => store.log.close() };
}

Deno.test("what moderators decide is known at once, and without SQL", async () => {
  await using it = memory();
  const { accounts } = it.store;
  await make(it.store, "ada", id);
  assertEquals(accounts.standing(id), { mutedUntilMs: 0, isBanned: false });
  await change(it.store, { type: "account-muted", account: id, untilMs: 5_000, by });
  await change(it.store, { type: "account-banned", account: id, isBanned: true, by, reason: "spam" });
  assertEquals(accounts.standing(id), { mutedUntilMs: 5_000, isBanned: true, banReason: "spam" });
  assertEquals([accounts.mutedUntilMs(id), accounts.isBanned(id)], [5_000, true]);
  assert(accounts.standing(id) === accounts.standing(id), "it is kept in memory");
  await change(it.store, { type: "account-muted", account: id, untilMs: 0, by });
  await change(it.store, { type: "account-banned", account: id, isBanned: false, by });
  assertEquals(accounts.standing(id), { mutedUntilMs: 0, isBanned: false });
  assertEquals([accounts.mutedUntilMs("nobody"), accounts.isBanned("nobody")], [0, false]);
});

Deno.test("a change that could not be written is not remembered either", async () => {
  await using dir = await tempDir();
  const store = openStore(dir.path);
  await make(store, "ada", id);
  assertEquals(store.accounts.isBanned(id), false);
  const other = openDatabase(dir.path);
  other.exec("CREATE TRIGGER full BEFORE INSERT ON moderation BEGIN SELECT raise(ABORT, 'disk full'); END");
  other.close();
  const banned = change(store, { type: "account-banned", account: id, isBanned: true, by });
  assertEquals(await banned.then(() => "written", () => "refused"), "refused");
  assertEquals(store.accounts.isBanned(id), false);
  await store.log.close();
});

Deno.test("search() finds by the beginning of name or display name, in the order of names, page by page", async () => {
  await using it = memory();
  const { accounts, log } = it.store;
  for (const name of ["carl", "ada", "zoe", "adam", "élan"]) {
    await make(it.store, name, `id-${name.codePointAt(0)}${name.length}`);
  }
  const zoe = accounts.byFoldedName("zoe")!;
  await log.append(
    keyOf.profile(zoe.id),
    encodeFact({ type: "profile-set", account: zoe.id, displayName: "Ada’s friend" }),
  );
  const names = (prefix: string, limit = 9, after?: string) =>
    accounts.search({ prefix, limit, after }).map(({ name }) => name);
  assertEquals(names(""), ["ada", "adam", "carl", "zoe", "élan"]);
  assertEquals(names("ada"), ["ada", "adam", "zoe"]);
  assertEquals(names("ada", 1), ["ada"]);
  assertEquals(names("ada", 9, "ada"), ["adam", "zoe"]);
  assertEquals(names("%"), []);
  assertEquals(names("_"), []);
  assertEquals(names("'; DROP TABLE accounts"), []);
});

Deno.test("byLook() finds names and display names that look alike", async () => {
  await using it = memory();
  const { accounts, log } = it.store;
  await make(it.store, "ada", id);
  await make(it.store, "bob", "id-bob");
  const account = "id-bob";
  await log.append(keyOf.profile(account), encodeFact({ type: "profile-set", account, displayName: "Grace" }));
  const names = (text: string) => accounts.byLook(skeletonOf(text)).map(({ name }) => name);
  assertEquals([names("аdа"), names("Gгасе"), names("grace"), names("eve")], [["ada"], ["bob"], ["bob"], []]);
  await log.append(keyOf.profile(account), encodeFact({ type: "profile-set", account, displayName: "" }));
  assertEquals(names("grace"), []);
});

Deno.test("accounts that look alike in an old log stop no start", async () => {
  await using dir = await tempDir();
  const before = openStore(dir.path);
  await make(before, "ada", id);
  await make(before, "аdа", "id-other");
  await before.log.close();
  const db = openDatabase(dir.path);
  db.exec("UPDATE views SET version = 0");
  db.close();
  const after = openStore(dir.path);
  assertEquals(after.accounts.search({ prefix: "", limit: 9 }).length, 2);
  await after.log.close();
});

Deno.test("accounts are looked up by their indexes", async () => {
  await using it = memory();
  const db = openDatabase(":memory:");
  db.exec(it.store.accounts.schema);
  const plan = (sql: string) =>
    db.prepare(`EXPLAIN QUERY PLAN ${sql}`).all().map(({ detail }) => String(detail)).join("; ");
  assert(!plan("SELECT * FROM accounts WHERE look = 'a' OR display_look = 'a'").includes("SCAN"));
  assert(!plan("SELECT * FROM accounts WHERE folded > 'a' ORDER BY folded LIMIT 9").includes("TEMP B-TREE"));
  assert(!plan("SELECT 1 FROM accounts WHERE role = 'administrator' LIMIT 2").includes("SCAN"));
  db.close();
});
