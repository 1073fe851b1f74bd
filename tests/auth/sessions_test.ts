import { assert, assertEquals, assertMatch, assertNotEquals, assertRejects } from "@std/assert";
import { getCookies } from "@std/http/cookie";
import { deleteSessionCookie, sessionToken, setSessionCookie } from "../../lib/auth/sessions.ts";
import { HttpError } from "../../lib/errors.ts";
import { fakeClock, PASSWORD, testApp } from "../testing.ts";

const DAY_MS = 24 * 60 * 60 * 1_000;

async function room() {
  const it = await testApp();
  const account = await it.services.accounts.make({ name: "ada", password: PASSWORD, role: "member" });
  return { ...it, account, sessions: it.services.sessions };
}

Deno.test("a session is found by its token until it is ended", async () => {
  await using it = await room();
  const [first, second] = [await it.sessions.begin(it.account), await it.sessions.begin(it.account)];
  assertMatch(first, /^[\w-]{43}$/);
  assertNotEquals(first, second);
  const session = await it.sessions.find(first);
  assertEquals(session?.user, it.account);
  await it.sessions.end(session!);
  assertEquals(await it.sessions.find(first), undefined);
  assertEquals((await it.sessions.find(second))?.user, it.account, "another session of the same member stays");
});

Deno.test("a token that was never given finds nothing", async () => {
  await using it = await room();
  const token = await it.sessions.begin(it.account);
  const cases = [
    "",
    "x",
    "a".repeat(43),
    `${token}x`,
    token.slice(1),
    `${token} `,
    token.toUpperCase(),
    "%00",
    "ü".repeat(43),
  ];
  for (const wrong of cases) assertEquals(await it.sessions.find(wrong), undefined, wrong);
});

Deno.test("the store knows a session by the hash of its token, never by the token", async () => {
  await using it = await room();
  const token = await it.sessions.begin(it.account);
  const { key } = (await it.sessions.find(token))!;
  assertMatch(key, /^session\/[\w-]{43}$/);
  assert(!key.includes(token));
  assert(await it.store.log.get(key) !== undefined);
  assert(!(await it.store.log.get(key))!.includes(token));
});

Deno.test("a session ends 30 days after it was last used, and slides at most once a day", async () => {
  await using it = await room();
  using clock = fakeClock();
  const beganAtMs = Date.now();
  const token = await it.sessions.begin(it.account);
  const expiresAt = async () => ((await it.sessions.find(token))?.expiresAtMs ?? NaN) - beganAtMs;
  assertEquals(await expiresAt(), 30 * DAY_MS);
  clock.tick(DAY_MS - 1);
  assertEquals(await expiresAt(), 30 * DAY_MS, "not a day old yet: nothing is written");
  clock.tick(1);
  assertEquals(await expiresAt(), 31 * DAY_MS);
  clock.tick(29 * DAY_MS);
  assertEquals(await expiresAt(), 60 * DAY_MS);
  clock.tick(30 * DAY_MS - 1);
  assertEquals(await expiresAt(), 90 * DAY_MS - 1);
  clock.tick(30 * DAY_MS);
  assertEquals(await expiresAt(), NaN, "it has expired");
});

Deno.test("a session that slides gives the browser a cookie that lasts as long", async () => {
  await using it = await room();
  using clock = fakeClock();
  const cookie = `session=${await it.sessions.begin(it.account)}`;
  const me = () => it.request("/api/me", { headers: { cookie } });
  assertEquals((await me()).headers.get("set-cookie"), null, "a fresh session writes nothing");
  clock.tick(2 * DAY_MS);
  const renewed = await me();
  assertEquals(renewed.status, 200);
  assertMatch(renewed.headers.get("set-cookie") ?? "none", /^session=[\w-]{43}; .*Max-Age=2592000/);
});

Deno.test("the session's cookie is out of reach of scripts and other sites, and bound to TLS where there is TLS", () => {
  const cases = [
    { isSecure: false, name: "session", attributes: ["HttpOnly", "Max-Age=2592000", "Path=/", "SameSite=Lax"] },
    {
      isSecure: true,
      name: "__Host-session",
      attributes: ["HttpOnly", "Max-Age=2592000", "Path=/", "SameSite=Lax", "Secure"],
    },
  ];
  for (const { isSecure, name, attributes } of cases) {
    const headers = new Headers();
    setSessionCookie(headers, { token: "token", isSecure });
    const [pair, ...rest] = headers.get("set-cookie")!.split("; ");
    assertEquals(pair, `${name}=token`);
    assertEquals(rest.toSorted(), attributes);
  }
});

Deno.test("deleteSessionCookie() takes away just the cookie that setSessionCookie() gave", () => {
  for (const isSecure of [false, true]) {
    const headers = new Headers();
    deleteSessionCookie(headers, isSecure);
    const [pair, ...rest] = headers.get("set-cookie")!.split("; ");
    assertEquals(pair, isSecure ? "__Host-session=" : "session=");
    assert(rest.includes("Path=/"));
    assertEquals(rest.includes("Secure"), isSecure, "without it a browser keeps a __Host- cookie");
    assertMatch(headers.get("set-cookie")!, /Expires=Thu, 01 Jan 1970|Max-Age=0/);
  }
});

Deno.test("sessionToken() reads the cookie that belongs to the transport", () => {
  const cases: ReadonlyArray<readonly [cookie: string | undefined, plain?: string, secure?: string]> = [
    [undefined],
    [""],
    ["other=1"],
    ["session=a", "a"],
    ["flash=1; session=a; x=y", "a"],
    ["__Host-session=b", undefined, "b"],
    ["session=a; __Host-session=b", "a", "b"],
    ["xsession=a"],
  ];
  for (const [cookie, plain, secure] of cases) {
    const headers = new Headers(cookie === undefined ? {} : { cookie });
    assertEquals([sessionToken(headers, false), sessionToken(headers, true)], [plain, secure], cookie);
  }
});

Deno.test("a login renews the token: the session that the browser had is over", async () => {
  await using it = await room();
  const before = `session=${await it.sessions.begin(it.account)}`;
  const response = await it.request("/api/login", {
    method: "POST",
    headers: { "content-type": "application/json", cookie: before },
    body: JSON.stringify({ name: "ada", password: PASSWORD }),
  });
  assertEquals(response.status, 200);
  const after = `session=${
    getCookies(new Headers({ cookie: response.headers.get("set-cookie")!.split(";")[0] })).session
  }`;
  assertNotEquals(after, before);
  assertEquals((await it.request("/api/me", { headers: { cookie: before } })).status, 401);
  assertEquals((await it.request("/api/me", { headers: { cookie: after } })).status, 200);
});

Deno.test("all sessions of an account end but the one that goes on: in one write, and one walk over the sockets", async () => {
  await using it = await room();
  const tokens = [];
  for (let count = 0; count < 100; count++) tokens.push(await it.sessions.begin(it.account));
  const current = (await it.sessions.find(tokens[70]))!;
  const writes: number[] = [];
  const { log } = it.store;
  const dropAll = log.dropAll.bind(log);
  log.dropAll = (keys) => {
    writes.push(keys.length);
    return dropAll(keys);
  };
  const walks: number[] = [];
  it.services.chat.entrance.endSessions = (keys) => void walks.push(keys.size);
  await it.sessions.endAll(it.account, current);
  assertEquals([writes, walks], [[198], [99]]);
  const found = await Promise.all(tokens.map((token) => it.sessions.find(token)));
  assertEquals(found.flatMap((session, index) => session === undefined ? [] : [index]), [70]);
  assertEquals((await it.sessions.list(it.account.id, current)).map(({ isCurrent }) => isCurrent), [true]);
});

Deno.test("an account has at most 100 sessions: the one that was used longest ago ends", async () => {
  await using it = await room();
  using clock = fakeClock();
  const other = await it.member("bob");
  const tokens = [];
  for (let count = 0; count < 100; count++, clock.tick(2 * 60_000)) tokens.push(await it.sessions.begin(it.account));
  assert(await it.sessions.find(tokens[0]), "it is used, and so is not the next to end");
  for (let count = 0; count < 10; count++) tokens.push(await it.sessions.begin(it.account));
  const found = await Promise.all(tokens.map((token) => it.sessions.find(token)));
  const ended = found.flatMap((session, index) => session === undefined ? [index] : []);
  assertEquals(ended, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  assertEquals((await it.sessions.list(it.account.id)).length, 100);
  assertEquals((await it.request("/api/me", { as: other })).status, 200, "each account's are counted apart");
  const more = await Promise.all(Array.from({ length: 50 }, () => it.sessions.begin(it.account)));
  assertEquals((await it.sessions.list(it.account.id)).length, 100, "also of many that begin at once");
  assert(await it.sessions.find(more[0]));
});

Deno.test("no session begins for somebody who was banned, or has gone, while the password was checked", async () => {
  await using it = await room();
  const root = await it.member("root", "administrator");
  const status = async () => (await assertRejects(() => it.sessions.begin(it.account), HttpError)).status;
  await it.services.moderation.change(root.account, it.account, { banned: true });
  assertEquals(await status(), 403);
  await it.services.moderation.remove(root.account, it.account);
  assertEquals([await status(), await it.sessions.list(it.account.id)], [401, []]);
});

Deno.test("a session that was not listed, as by a program before this one, opens nothing", async () => {
  await using it = await room();
  const token = await it.sessions.begin(it.account);
  const { key, expiresAtMs } = (await it.sessions.find(token))!;
  await it.store.log.put(key, JSON.stringify({ account: it.account.id, expiresAtMs }), DAY_MS);
  assertEquals(await it.sessions.find(token), undefined);
});
