import { setImmediate } from "node:timers";
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { fakeClock, jsonOf, type Member, PASSWORD, tempDir, type TestApp, testApp, testServer } from "../testing.ts";

const HTML = { accept: "text/html" };
const FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0";
const HOUR_MS = 60 * 60 * 1_000;

/** Logs somebody in with a browser of its own. */
async function logIn(it: TestApp, name: string, agent = FIREFOX): Promise<Member> {
  const response = await it.request("/api/login", {
    method: "POST",
    headers: { "content-type": "application/json", "user-agent": agent },
    body: JSON.stringify({ name, password: PASSWORD }),
  });
  assertEquals(response.status, 200);
  await response.body?.cancel();
  return { account: it.services.accounts.byName(name), cookie: response.headers.getSetCookie()[0].split(";")[0] };
}

const sessionsOf = async (it: TestApp, as: Member) =>
  (await jsonOf(await it.request("/api/me/sessions", { as }))).sessions;

Deno.test("sessions are listed: where, since when, last used when", async () => {
  await using it = await testApp();
  using clock = fakeClock();
  const began = Date.now();
  await it.member("ada");
  const [laptop, phone] = [await logIn(it, "ada"), await logIn(it, "ada", "curl/8.5.0")];
  clock.tick(2 * HOUR_MS);
  const sessions = await sessionsOf(it, laptop);
  assertEquals(sessions.length, 3);
  const { id, ...mine } = sessions[0];
  assertMatch(id, /^[\w-]{43}$/);
  assert(!laptop.cookie.includes(id), "the id is no token");
  assertEquals(mine, {
    beganAt: began,
    lastSeenAt: began + 2 * HOUR_MS,
    agent: "Firefox on Linux",
    address: "127.0.0.1",
    isCurrent: true,
  });
  clock.tick(HOUR_MS - 1);
  assertEquals((await sessionsOf(it, laptop))[0].lastSeenAt, began + 2 * HOUR_MS, "written once an hour");
  const seen = await sessionsOf(it, phone);
  assertEquals(seen[0].lastSeenAt, began + 3 * HOUR_MS - 1);
  assertEquals(seen.map(({ isCurrent }: { isCurrent: boolean }) => isCurrent), [true, false, false]);
});

Deno.test("one ends one of one's sessions, and nobody else's", async () => {
  await using it = await testApp();
  await it.member("ada");
  const [one, two, bob] = [await logIn(it, "ada"), await logIn(it, "ada"), await it.member("bob")];
  const ended: string[][] = [];
  const { entrance } = it.services.chat;
  entrance.endSessions = (keys) => void ended.push([...keys]);
  const { id } = (await sessionsOf(it, two)).find(({ isCurrent }: { isCurrent: boolean }) => isCurrent);
  const end = (as: Member) => it.request(`/api/me/sessions/${id}`, { method: "DELETE", as });
  assertEquals((await end(bob)).status, 404);
  assertEquals((await it.request("/api/me", { as: two })).status, 200);
  assertEquals((await end(one)).status, 204);
  assertEquals(ended, [[`session/${id}`]], "its sockets are closed");
  assertEquals((await it.request("/api/me", { as: two })).status, 401);
  assertEquals((await end(one)).status, 404);
  assertEquals((await it.request("/api/me", { as: one })).status, 200);
  const own = (await sessionsOf(it, one)).find(({ isCurrent }: { isCurrent: boolean }) => isCurrent);
  const byForm = await it.submit(`/api/me/sessions/${own.id}/end`, {}, one);
  assertEquals([byForm.status, byForm.headers.get("location")], [303, "/login"]);
  assertEquals((await it.request("/api/me", { as: one })).status, 401);
});

Deno.test("a request that was under way does not bring an ended session back", async () => {
  await using it = await testApp();
  using clock = fakeClock();
  const { account } = await it.member("ada");
  const token = await it.services.sessions.begin(account);
  clock.tick(2 * 24 * HOUR_MS);
  const { log } = it.store;
  const get = log.get.bind(log);
  log.get = async (key) => {
    const found = await get(key);
    log.get = get;
    // Between what the request reads and what it writes.
    await it.services.sessions.endAll(account);
    return found;
  };
  assertEquals(await it.services.sessions.find(token), undefined);
  assertEquals(await it.services.sessions.find(token), undefined);
  assertEquals(await it.services.sessions.list(account.id), []);
});

Deno.test("a password is changed by whoever knows it, and the other sessions end", async () => {
  await using it = await testApp();
  await it.member("ada");
  const [one, two] = [await logIn(it, "ada"), await logIn(it, "ada")];
  const change = (current: string, password: string) => it.post("/api/me/password", { current, password }, one);
  assertEquals((await change("wrong password", "long enough, surely")).status, 403);
  assertEquals((await change(PASSWORD, "short")).status, 422);
  assertEquals((await it.request("/api/me", { as: two })).status, 200);
  assertEquals((await change(PASSWORD, "long enough, surely")).status, 204);
  assertEquals((await it.request("/api/me", { as: one })).status, 200);
  assertEquals((await it.request("/api/me", { as: two })).status, 401);
  assertEquals((await it.post("/api/login", { name: "ada", password: PASSWORD })).status, 401);
  assertEquals((await it.post("/api/login", { name: "ada", password: "long enough, surely" })).status, 200);
});

Deno.test("guessing the password of an open session gets slow", async () => {
  await using it = await testApp({ hasRateLimits: true });
  const ada = await it.member("ada");
  const guess = () => it.post("/api/me/delete", { password: "wrong password" }, ada);
  for (let tries = 0; tries < 10; tries++) assertEquals((await guess()).status, 403);
  assertEquals((await guess()).status, 429);
});

Deno.test("a profile is shown to oneself and to others", async () => {
  await using it = await testApp();
  const ada = await it.member("ada");
  const saved = await it.post("/api/me/profile", { displayName: "Ada L.", colour: 3 }, ada);
  const user = { name: "ada", role: "member", displayName: "Ada L.", colour: 3 };
  assertEquals(await jsonOf(saved), { user });
  assertEquals(await jsonOf(await it.request("/api/me", { as: ada })), { user });
  const byForm = await it.submit("/api/me/profile", { displayName: "", colour: "" }, ada);
  assertEquals([byForm.status, byForm.headers.get("location")], [303, "/account"]);
  assertEquals(await jsonOf(await it.request("/api/me", { as: ada })), { user: { name: "ada", role: "member" } });
  for (const body of [{ colour: 8 }, { colour: "red" }, { displayName: 7 }, { displayName: "a\nb" }]) {
    assertEquals((await it.post("/api/me/profile", body, ada)).status, 422, JSON.stringify(body));
  }
});

Deno.test("an export holds all that is one's own, and nothing of others", async () => {
  await using it = await testApp();
  const [ada, bob] = [await it.member("ada"), await it.member("bob")];
  const say = (text: string, as: Member) =>
    it.post("/api/rooms/common/messages", { key: crypto.randomUUID(), text }, as);
  for (let count = 0; count < 1_200; count++) {
    const { status } = await it.services.chat.posting.post(ada.account, {
      room: "common",
      key: `k${count}`,
      text: `message ${count}`,
    }).then(() => ({ status: 201 }));
    assertEquals(status, 201);
  }
  await say("a secret of bob", bob);
  await it.post("/api/rooms/common/messages/1/reactions", { emoji: "👍", on: true }, ada);
  await it.post("/api/me/profile", { displayName: "Ada L.", colour: 3 }, ada);
  await it.post("/api/invitations", { expiresInHours: 1, maxUses: 1 }, ada);
  const response = await it.request("/api/me/export", { as: ada });
  assertEquals(response.headers.get("content-disposition"), 'attachment; filename="commonroom.json"');
  const exported = await jsonOf(response);
  assertEquals(Object.keys(exported), [
    "exportedAt",
    "account",
    "sessions",
    "rooms",
    "invitations",
    "reactions",
    "messages",
  ]);
  assertEquals({ ...exported.account, madeAt: 0 }, {
    name: "ada",
    role: "member",
    displayName: "Ada L.",
    colour: 3,
    madeAt: 0,
  });
  assertEquals(exported.messages.map(({ seq, text }: { seq: number; text: string }) => [seq, text]), [
    ...Array.from({ length: 1_200 }, (_, index) => [index + 1, `message ${index}`]),
  ]);
  assertEquals(exported.reactions, [{ room: "common", seq: 1, emoji: "👍" }]);
  assertEquals([exported.sessions.length, exported.invitations.length, exported.rooms[0].id], [1, 1, "common"]);
  assert(!JSON.stringify(exported).includes("secret of bob"));
});

Deno.test("an export tells of a message what its author did, and of nobody else's words or reactions", async () => {
  await using it = await testApp();
  const [ada, bob] = [await it.member("ada"), await it.member("bob")];
  const { rooms, posting } = it.services.chat;
  const { id: room } = await rooms.make(ada.account, { name: "Private", open: false });
  await rooms.bring(ada.account, room, "bob");
  await posting.post(ada.account, { room, key: "1", text: "innocent" });
  await posting.post(bob.account, { room, key: "2", text: "hello @ada", replyTo: 1 });
  await posting.react(ada.account, { room, seq: 2 }, { emoji: "👎", on: true });
  await rooms.sendOut(ada.account, room, "bob");
  await posting.edit(ada.account, { room, seq: 1 }, "said when bob was out");
  const { messages } = await jsonOf(await it.request("/api/me/export", { as: bob }));
  assertEquals(messages.map(({ at: _, ...message }: Record<string, unknown>) => message), [
    { room, seq: 2, text: "hello @ada", key: "2", replyTo: 1 },
  ]);
});

Deno.test("between the pages of an export others have their turn", async () => {
  await using it = await testApp();
  const ada = await it.member("ada");
  const post = (key: number) =>
    it.services.chat.posting.post(ada.account, { room: "common", key: `${key}`, text: "x" });
  await Promise.all(Array.from({ length: 1_001 }, (_, key) => post(key)));
  const steps: string[] = [];
  const { messages } = it.store;
  const byAuthor = messages.byAuthor.bind(messages);
  messages.byAuthor = (...args) => {
    steps.push("page");
    setImmediate(() => steps.push("turn"));
    return byAuthor(...args);
  };
  await (await it.request("/api/me/export", { as: ada })).text();
  assertEquals(steps.slice(0, 5), ["page", "turn", "page", "turn", "page"]);
});

Deno.test("an export is read from the store only as fast as it is taken", async () => {
  await using it = await testApp();
  const ada = await it.member("ada");
  const reads: number[] = [];
  const { messages } = it.store;
  const byAuthor = messages.byAuthor.bind(messages);
  messages.byAuthor = (author, range) => {
    reads.push(range.afterLogSeq);
    return byAuthor(author, range);
  };
  const response = await it.request("/api/me/export", { as: ada });
  const reader = response.body!.getReader();
  await reader.read();
  assertEquals(reads, []);
  await reader.cancel();
  assertEquals(reads, [], "whoever goes away costs nothing more");
});

Deno.test("one deletes one's account by the password, and the cookie goes", async () => {
  await using it = await testApp();
  const ada = await it.member("ada");
  const wrong = await it.submit("/api/me/delete", { password: "wrong password" }, ada);
  assertEquals([wrong.status, wrong.headers.get("location")], [303, "/account#delete"]);
  const left = wrong.headers.getSetCookie().map((cookie) => cookie.split(";")[0]).join("; ");
  const page = await it.request("/account", { headers: { ...HTML, cookie: `${ada.cookie}; ${left}` } });
  assertMatch(
    await page.text(),
    /<details id="delete" open><summary>[^<]+<\/summary><p class="flash" role="alert">Your c/,
  );
  const gone = await it.submit("/api/me/delete", { password: PASSWORD }, ada);
  assertEquals([gone.status, gone.headers.get("location")], [303, "/login"]);
  assertMatch(gone.headers.getSetCookie().join("\n"), /^session=;.*Expires=Thu, 01 Jan 1970/m);
  assertEquals((await it.request("/api/me", { as: ada })).status, 401);
  assertEquals(it.store.accounts.byFoldedName("ada"), undefined);
});

Deno.test("the page of one's account is made of forms that need no script", async () => {
  await using it = await testApp();
  const ada = await it.member("ada");
  const html = await (await it.request("/account", { as: ada, headers: HTML })).text();
  for (const action of ["/api/me/profile", "/api/me/password", "/api/me/delete"]) {
    assertStringIncludes(html, `<form method="post" action="${action}"`);
  }
  assertMatch(html, /action="\/api\/me\/sessions\/[\w-]{43}\/end"/);
  assertStringIncludes(html, 'href="/api/me/export"');
  assert(!/ style="/.test(html), "the policy allows no inline styles");
});

Deno.test("accounts, sessions, roles and bans outlive a restart", async () => {
  await using dir = await tempDir();
  const config = { dataDir: dir.path, isRegistrationOpen: true };
  const call = async (url: string, body?: object, cookie = "") => {
    const method = body === undefined ? "GET" : "POST";
    const headers = { cookie, ...body !== undefined && { "content-type": "application/json" } };
    const response = await fetch(url, { method, headers, body: body && JSON.stringify(body) });
    return {
      status: response.status,
      json: await jsonOf(response),
      cookie: response.headers.getSetCookie()[0]?.split(";")[0],
    };
  };
  let [root, eve] = ["", ""];
  {
    await using it = await testServer(config);
    const invitation = new URL(it.server.setupUrl!).searchParams.get("invitation");
    root = (await call(`${it.url}api/register`, { name: "root", password: PASSWORD, invitation })).cookie;
    eve = (await call(`${it.url}api/register`, { name: "eve", password: PASSWORD })).cookie;
    await call(`${it.url}api/register`, { name: "bob", password: PASSWORD });
    await call(`${it.url}api/me/profile`, { displayName: "Bobby", colour: 5 }, eve);
    await call(`${it.url}api/people/eve`, { banned: true, reason: "spam" }, root);
    await call(`${it.url}api/people/bob`, { role: "moderator", mutedMinutes: 60 }, root);
  }
  await using it = await testServer(config);
  assertEquals((await call(`${it.url}api/me`, undefined, eve)).status, 401);
  assertEquals((await call(`${it.url}api/login`, { name: "eve", password: PASSWORD })).status, 403);
  const { people } = (await call(`${it.url}api/people`, undefined, root)).json;
  assertEquals(people.map(({ mutedUntil, ...person }: Record<string, unknown>) => [person, mutedUntil !== undefined]), [
    [{ name: "bob", role: "moderator", isOnline: false }, true],
    [{
      name: "eve",
      role: "member",
      displayName: "Bobby",
      colour: 5,
      isOnline: false,
      isBanned: true,
      banReason: "spam",
    }, false],
    [{ name: "root", role: "administrator", isOnline: false }, false],
  ]);
});
