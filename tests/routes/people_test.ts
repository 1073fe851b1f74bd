import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import type { Role } from "../../lib/store/entries.ts";
import { jsonOf, type Member, PASSWORD, type TestApp, testApp } from "../testing.ts";

const HTML = { accept: "text/html" };
const ROLES: readonly Role[] = ["member", "moderator", "administrator"];
type Actor = Role | "nobody";

async function team(it: TestApp): Promise<Record<Actor, Member | undefined> & { target: Member }> {
  return {
    nobody: undefined,
    member: await it.member("mia"),
    moderator: await it.member("max", "moderator"),
    administrator: await it.member("amy", "administrator"),
    target: await it.member("tim"),
  };
}

Deno.test("who may ask what: every request of people, by everybody", async () => {
  const cases: ReadonlyArray<readonly [string, path: string, body: object | undefined, expected: readonly number[]]> = [
    // In the order nobody, member, moderator, administrator.
    ["GET", "/api/people", undefined, [401, 200, 200, 200]],
    ["GET", "/api/people/tim", undefined, [401, 200, 200, 200]],
    ["GET", "/api/people/nobody", undefined, [401, 404, 404, 404]],
    ["POST", "/api/people/tim", { mutedMinutes: 5 }, [401, 403, 200, 200]],
    ["POST", "/api/people/tim", { banned: true }, [401, 403, 200, 200]],
    ["POST", "/api/people/tim", { role: "moderator" }, [401, 403, 403, 200]],
    ["POST", "/api/people/tim", {}, [401, 422, 422, 422]],
    ["POST", "/api/people/tim", { role: "king" }, [401, 422, 422, 422]],
    ["POST", "/api/people/tim", { banned: "perhaps" }, [401, 422, 422, 422]],
    ["POST", "/api/people/nobody", { banned: true }, [401, 404, 404, 404]],
    ["POST", "/api/people/tim/reset", {}, [401, 403, 403, 201]],
    ["POST", "/api/people/tim/remove", {}, [401, 403, 403, 204]],
    ["GET", "/api/moderation", undefined, [401, 403, 200, 200]],
    ["GET", "/api/invitations", undefined, [401, 200, 200, 200]],
    ["POST", "/api/invitations", { expiresInHours: 1, maxUses: 1 }, [401, 201, 201, 201]],
    ["POST", "/api/invitations/none/revoke", {}, [401, 404, 404, 404]],
    ["GET", "/api/me/sessions", undefined, [401, 200, 200, 200]],
    ["DELETE", "/api/me/sessions/none", undefined, [401, 404, 404, 404]],
    ["POST", "/api/me/sessions/none/end", {}, [401, 404, 404, 404]],
    ["POST", "/api/me/profile", { displayName: "New" }, [401, 200, 200, 200]],
    ["POST", "/api/me/password", { current: "wrong", password: "long enough, surely" }, [401, 403, 403, 403]],
    ["POST", "/api/me/delete", { password: "wrong" }, [401, 403, 403, 403]],
    ["GET", "/api/me/export", undefined, [401, 200, 200, 200]],
    ["POST", "/api/reset", { token: "wrong", password: "long enough, surely" }, [403, 403, 403, 403]],
    ["GET", "/people", undefined, [303, 200, 200, 200]],
    ["GET", "/people/tim", undefined, [303, 200, 200, 200]],
    ["GET", "/people/nobody", undefined, [303, 404, 404, 404]],
    ["GET", "/account", undefined, [303, 200, 200, 200]],
    ["GET", "/invitations", undefined, [303, 200, 200, 200]],
    ["GET", "/moderation", undefined, [303, 403, 200, 200]],
    ["GET", "/reset?token=wrong", undefined, [403, 403, 403, 403]],
  ];
  for (const [method, path, body, expected] of cases) {
    for (const [index, actor] of (["nobody", ...ROLES] as const).entries()) {
      await using it = await testApp();
      const { [actor]: as } = await team(it);
      const headers: Record<string, string> = path.startsWith("/api/") ? {} : HTML;
      if (body !== undefined) headers["content-type"] = "application/json";
      const response = await it.request(path, { method, headers, body: body && JSON.stringify(body), as });
      assertEquals(response.status, expected[index], `${actor} ${method} ${path} ${JSON.stringify(body)}`);
      await response.body?.cancel();
    }
  }
});

Deno.test("the directory tells moderators more", async () => {
  await using it = await testApp();
  const { member, moderator } = await team(it);
  await it.post("/api/people/tim", { mutedMinutes: 60, banned: true, reason: "spam" }, moderator);
  const people = async (as?: Member) =>
    (await jsonOf(await it.request("/api/people?prefix=T&limit=1", { as }))).people[0];
  assertEquals(await people(member), { name: "tim", role: "member", isOnline: false });
  const { mutedUntil, ...rest } = await people(moderator);
  assert(mutedUntil > Date.now());
  assertEquals(rest, { name: "tim", role: "member", isOnline: false, isBanned: true, banReason: "spam" });
  for (const query of ["limit=0", "limit=201", "limit=x", `prefix=${"x".repeat(129)}`]) {
    const response = await it.request(`/api/people?${query}`, { as: member });
    assertEquals(response.status, 422, query);
    await response.body?.cancel();
  }
});

Deno.test("moderators work without script: a form for each thing, back to the person", async () => {
  await using it = await testApp();
  const { administrator, moderator } = await team(it);
  const forms = async (as?: Member) => {
    const html = await (await it.request("/people/tim", { as, headers: HTML })).text();
    return { html, actions: [...html.matchAll(/action="([^"]+)"/g)].map(([, action]) => action) };
  };
  const seen = await forms(moderator);
  assert(seen.actions.includes("/api/people/tim") && !seen.actions.includes("/api/people/tim/remove"));
  const muted = await it.submit("/api/people/tim", { mutedMinutes: "60", reason: "" }, moderator);
  assertEquals([muted.status, muted.headers.get("location")], [303, "/people/tim"]);
  assertStringIncludes((await forms(moderator)).html, "is muted until");
  await it.submit("/api/people/tim", { mutedMinutes: "0" }, moderator);
  assert(!(await forms(moderator)).html.includes("is muted until"));
  await it.submit("/api/people/tim", { banned: "true", reason: "spam" }, moderator);
  assertStringIncludes((await forms(moderator)).html, "The reason: spam");
  await it.submit("/api/people/tim", { banned: "false" }, moderator);
  await it.submit("/api/people/tim", { role: "moderator" }, administrator);
  assertEquals(it.services.accounts.byName("tim").role, "moderator");
  const refused = await it.submit("/api/people/tim", { banned: "true" }, moderator);
  assertEquals([refused.status, refused.headers.get("location")], [303, "/people/tim"], "with the reason as a flash");
  const removed = await it.submit("/api/people/tim/remove", {}, administrator);
  assertEquals([removed.status, removed.headers.get("location")], [303, "/people"]);
  assertEquals((await it.request("/people/tim", { as: moderator, headers: HTML })).status, 404);
});

Deno.test("a reset link goes from the administrator's page to a new session, once", async () => {
  await using it = await testApp();
  const { administrator, target } = await team(it);
  const page = await it.submit("/api/people/tim/reset", {}, administrator);
  assertEquals(page.status, 201);
  const [, url] = /value="(http:\/\/localhost\/reset\?token=[\w-]{43})"/.exec(await page.text())!;
  const form = await it.request(url, { headers: HTML });
  const html = await form.text();
  assertEquals(form.status, 200);
  assertStringIncludes(html, "<strong>tim</strong>");
  const [, action] = /action="([^"]+)"/.exec(html)!;
  const short = await it.submit(action, { password: "short" });
  assertEquals(short.headers.get("location"), new URL(url).pathname + new URL(url).search, "back to the form");
  const set = await it.submit(action, { password: "a password of his own" });
  assertEquals([set.status, set.headers.get("location")], [303, "/rooms/common"]);
  assertMatch(set.headers.getSetCookie().join(), /session=[\w-]{43}/);
  assertEquals((await it.request("/api/me", { as: target })).status, 401);
  assertEquals((await it.request(url, { headers: HTML })).status, 403);
  const token = new URL(url).searchParams.get("token");
  assertEquals((await it.post("/api/reset", { token, password: "another password" })).status, 403);
  assertEquals((await it.post("/api/login", { name: "tim", password: PASSWORD })).status, 401);
});

Deno.test("what moderators did is paged", async () => {
  await using it = await testApp();
  const { moderator } = await team(it);
  for (const mutedMinutes of [1, 2, 3]) await it.post("/api/people/tim", { mutedMinutes, reason: "why" }, moderator);
  const first = await jsonOf(await it.request("/api/moderation?limit=2", { as: moderator }));
  assertEquals([first.entries.length, first.more], [2, true]);
  assertEquals(Object.keys(first.entries[0]).toSorted(), [
    "account",
    "at",
    "by",
    "position",
    "reason",
    "until",
    "what",
  ]);
  const rest = await jsonOf(
    await it.request(`/api/moderation?before=${first.entries[1].position}`, { as: moderator }),
  );
  assertEquals([rest.entries.length, rest.more], [1, false]);
  for (const query of ["limit=0", "limit=201", "before=x"]) {
    const response = await it.request(`/api/moderation?${query}`, { as: moderator });
    assertEquals(response.status, 422, query);
    await response.body?.cancel();
  }
});

Deno.test("profiles, invitations and reset links have their rates", async () => {
  await using it = await testApp({ hasRateLimits: true });
  const { administrator } = await team(it);
  const asked: ReadonlyArray<readonly [path: string, body: object, burst: number]> = [
    ["/api/me/profile", { colour: 1 }, 10],
    ["/api/invitations", { expiresInHours: 1, maxUses: 1 }, 20],
    ["/api/people/tim/reset", {}, 20],
  ];
  for (const [path, body, burst] of asked) {
    for (let count = 0; count < burst; count++) {
      const response = await it.post(path, body, administrator);
      assert(response.ok, `${path} ${count} ${response.status}`);
      await response.body?.cancel();
    }
    const refused = await it.post(path, body, administrator);
    assertEquals(refused.status, 429, path);
    assertMatch(refused.headers.get("retry-after")!, /^\d+$/);
    await refused.body?.cancel();
  }
});
