import { assert, assertEquals, assertRejects } from "@std/assert";
import { Removals, RETRY_MS } from "../../lib/auth/removals.ts";
import { encodeFact, keyOf } from "../../lib/store/entries.ts";
import { openStore } from "../../lib/store/mod.ts";
import { openDatabase } from "../../lib/store/database.ts";
import { fakeTimers, jsonOf, type Member, PASSWORD, tempDir, type TestApp, testApp, testServer } from "../testing.ts";

async function say(it: TestApp, text: string, as: Member): Promise<void> {
  const response = await it.post("/api/rooms/common/messages", { key: crypto.randomUUID(), text }, as);
  assertEquals(response.status, 201);
}

Deno.test("whoever is removed leaves nothing behind: not in the log, not in the views", async () => {
  await using it = await testApp();
  const { services: { profiles, moderation, accounts }, store } = it;
  const [root, ada, bob] = [await it.member("root", "administrator"), await it.member("ada"), await it.member("bob")];
  await profiles.set(ada.account, { displayName: "Countess of Lovelace", colour: 2 });
  await moderation.change(root.account, ada.account, { mutedMinutes: 1, reason: "poetical science" });
  await moderation.change(root.account, ada.account, { mutedMinutes: 0, reason: "calmed down" });
  await say(it, "engine secrets", ada);
  await say(it, "what is left", bob);
  await moderation.leave(ada.account);

  const { id } = ada.account;
  assertEquals(accounts.byId(id), undefined);
  assertEquals(store.accounts.passwordHash(id), undefined);
  assertEquals(store.accounts.removals(), []);
  const bodies = JSON.stringify(await store.log.read(0, 1_000));
  for (const gone of ["Lovelace", "poetical", "calmed", "engine secrets", '\\"ada\\"']) {
    assert(!bodies.includes(gone), gone);
  }
  assert(bodies.includes("what is left"));
  assertEquals(await store.log.list(`sessions-of/${id}/`), []);
  assertEquals((await it.request("/api/me", { as: ada })).status, 401);
  assertEquals((await it.post("/api/login", { name: "ada", password: PASSWORD })).status, 401);
  const { messages } = await jsonOf(await it.request("/api/rooms/common/messages", { as: bob }));
  assertEquals(messages.map((message: Record<string, unknown>) => [message.seq, message.author, message.text]), [
    [1, "", ""],
    [2, "bob", "what is left"],
  ]);
});

Deno.test("the name of whoever is gone is free, and so is what looks like it", async () => {
  await using it = await testApp();
  const [root, ada] = [await it.member("root", "administrator"), await it.member("ada")];
  await it.services.moderation.remove(root.account, ada.account);
  const other = await it.services.accounts.make({ name: "аdа", password: PASSWORD, role: "member" });
  assert(other.id !== ada.account.id);
  await it.services.moderation.remove(root.account, other);
  assertEquals((await it.member("ada")).account.name, "ada");
  assertEquals(it.services.moderation.list(root.account, { limit: 9 }).map(({ what, account }) => [what, account]), [
    ["removed", ""],
    ["removed", ""],
  ]);
});

Deno.test("after a replay everything is as it was: names, uses, what moderators did", async () => {
  await using dir = await tempDir();
  const show = (store: ReturnType<typeof openStore>) => ({
    people: store.accounts.search({ prefix: "", limit: 99 }),
    removals: store.accounts.removals(),
    moderation: store.moderation.list({ reader: store.accounts.byFoldedName("root")!.id, limit: 99 }),
    invitations: store.invitations.list({ limit: 99 }),
    messages: store.messages.range("common", { limit: 99 }).map(({ seq, author, text }) => [seq, author, text]),
  });
  const before = await (async () => {
    await using it = await testServer({ dataDir: dir.path, isRegistrationOpen: true });
    const post = async (path: string, body: object, cookie = "") => {
      const headers = { "content-type": "application/json", cookie };
      const response = await fetch(new URL(path, it.url), { method: "POST", headers, body: JSON.stringify(body) });
      const session = response.headers.getSetCookie()[0]?.split(";")[0] ?? "";
      return { session, status: response.status, body: response.status === 204 ? "" : await response.json() };
    };
    const setup = new URL(it.server.setupUrl!).searchParams.get("invitation");
    const root = await post("/api/register", { name: "root", password: PASSWORD, invitation: setup });
    const made = await post("/api/invitations", { expiresInHours: 1, maxUses: 2 }, root.session);
    const invitation = new URL(made.body.url).searchParams.get("invitation");
    const ada = await post("/api/register", { name: "ada", password: PASSWORD, invitation });
    await post("/api/register", { name: "bob", password: PASSWORD, invitation });
    assertEquals((await post("/api/register", { name: "eve", password: PASSWORD, invitation })).status, 403);
    await post("/api/rooms/common/messages", { key: "1", text: "hello" }, ada.session);
    await post("/api/rooms/common/messages", { key: "2", text: "to be deleted" }, ada.session);
    await fetch(new URL("/api/rooms/common/messages/2", it.url), {
      method: "DELETE",
      headers: { cookie: root.session },
    }).then((response) => response.body?.cancel());
    await post("/api/people/bob", { role: "moderator" }, root.session);
    await post("/api/people/ada", { mutedMinutes: 5, reason: "why not" }, root.session);
    assertEquals((await post("/api/me/delete", { password: PASSWORD }, ada.session)).status, 204);
    await it.server.close();
    const store = openStore(dir.path);
    const shown = show(store);
    await store.log.close();
    return shown;
  })();
  assertEquals(before.people.map(({ name, role }) => [name, role]), [["bob", "moderator"], ["root", "administrator"]]);
  assertEquals(before.moderation.map(({ what }) => what), ["role-moderator", "invitation-made"]);
  assertEquals(before.invitations.map(({ uses }) => uses), [2], "whoever is gone gives no use back");

  const db = openDatabase(dir.path);
  db.exec("UPDATE views SET version = 0");
  db.close();
  const after = openStore(dir.path);
  assertEquals(show(after), before);
  await after.log.close();
});

Deno.test("an erasing that a crash broke off goes on at the next start", async () => {
  await using dir = await tempDir();
  const before = openStore(dir.path);
  const { log } = before;
  const [id, by] = ["id-ada", "id-ada"];
  await log.append(keyOf.password(id), encodeFact({ type: "password-set", account: id, hash: "scrypt$1" }));
  await log.append(
    keyOf.account("ada"),
    encodeFact({ type: "account-made", id, name: "ada", role: "member", invitation: "inv" }),
  );
  await log.append(keyOf.profile(id), encodeFact({ type: "profile-set", account: id, displayName: "Countess" }));
  const made = { type: "invitation-made", id: "inv", hash: "h", by: "id-root", expiresAtMs: 9, maxUses: 9 } as const;
  await log.append(keyOf.invitation("inv"), encodeFact(made));
  await log.append(keyOf.accountChange(id), encodeFact({ type: "account-removed", account: id, by }));
  assertEquals(before.accounts.removals(), [{ account: id, name: "ada", madeSeq: 2 }]);
  assertEquals(before.accounts.byFoldedName("ada"), undefined, "gone for everybody from the first step on");
  await log.close();

  for (const isReplayed of [true, false]) {
    if (isReplayed) {
      const db = openDatabase(dir.path);
      db.exec("UPDATE views SET version = 0");
      db.close();
    }
    const store = openStore(dir.path);
    assertEquals(store.accounts.removals().length, 1, isReplayed ? "after a replay" : "without");
    await store.log.close();
  }

  const store = openStore(dir.path);
  const erased: unknown[] = [];
  const removals = new Removals({
    log: store.log,
    accounts: store.accounts,
    moderation: store.moderation,
    sessions: { endAll: () => Promise.resolve() } as never,
    resets: { drop: () => Promise.resolve() } as never,
    sockets: { endAccount: () => {} },
    eraseMessages: (account) => {
      erased.push(account);
      return Promise.resolve();
    },
    reportDefect: () => {},
  });
  const { erase } = store.log;
  store.log.erase = () => Promise.reject(new Error("a crash"));
  await assertRejects(() => removals.resume(), Error, "a crash");
  store.log.erase = erase;
  await removals.resume();
  await removals.resume();
  assertEquals(erased, Array(2).fill({ id, name: "ada" }));
  assertEquals(store.invitations.byId("inv")?.uses, 1, "counted once, however often it began");
  const bodies = JSON.stringify(await store.log.read(0, 100));
  for (const gone of ["scrypt", "Countess", '\\"ada\\"']) assert(!bodies.includes(gone), gone);
  assertEquals(await store.log.last(keyOf.account("ada")), undefined);
  removals.close();
  await store.log.close();
});

Deno.test("what was written goes first, whatever else fails; and what failed is tried again", async () => {
  await using it = await testApp();
  const { services: { moderation, sessions }, store } = it;
  const [root, ada] = [await it.member("root", "administrator"), await it.member("ada")];
  await say(it, "engine secrets", ada);
  it.logger.flush();
  using timers = fakeTimers();
  const endAll = sessions.endAll.bind(sessions);
  sessions.endAll = () => Promise.reject(new Error("the disk is full"));
  await assertRejects(() => moderation.remove(root.account, ada.account), Error, "the disk is full");
  assert(!JSON.stringify(await store.log.read(0, 1_000)).includes("engine secrets"));
  assertEquals(store.accounts.removals().length, 1, "it is not forgotten");
  timers.tick(RETRY_MS);
  while (!it.lines.join().includes("the disk is full")) {
    it.logger.flush();
    await new Promise((resolve) => setImmediate(resolve));
  }
  sessions.endAll = endAll;
  timers.tick(RETRY_MS);
  while (store.accounts.removals().length > 0) await new Promise((resolve) => setImmediate(resolve));
  assertEquals(await store.log.list(`sessions-of/${ada.account.id}/`), []);
});

Deno.test("after a close nothing is tried again", async () => {
  const it = await testApp();
  const { services: { moderation, sessions } } = it;
  const [root, ada] = [await it.member("root", "administrator"), await it.member("ada")];
  let tries = 0;
  sessions.endAll = () => Promise.reject(new Error(`try ${++tries}`));
  using timers = fakeTimers();
  await assertRejects(() => moderation.remove(root.account, ada.account), Error, "try 1");
  moderation.close();
  timers.tick(RETRY_MS);
  assertEquals(tries, 1);
  timers[Symbol.dispose]();
  await it[Symbol.asyncDispose]();
});
