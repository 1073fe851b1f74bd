import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { jsonOf, type Member, PASSWORD, type TestApp, testApp, type TestAppOptions } from "../testing.ts";

const HTML = { accept: "text/html" };
const OPEN: TestAppOptions = { isRegistrationOpen: true };

/** The member whose session a reply begins. */
function memberOf(response: Response): Pick<Member, "cookie"> {
  const session = response.headers.getSetCookie().find((cookie) => cookie.startsWith("session="));
  assert(session !== undefined, "the reply begins a session");
  return { cookie: session.split(";")[0] };
}

async function nameOf(it: TestApp, { cookie }: Pick<Member, "cookie">): Promise<string | undefined> {
  const response = await it.request("/api/me", { headers: { cookie } });
  return (await jsonOf(response)).user?.name;
}

/** The page that a form's reply leads to, asked for with the cookies that the reply gave. */
async function follow(it: TestApp, response: Response): Promise<Response> {
  assertEquals(response.status, 303);
  const cookie = response.headers.getSetCookie().map((cookie) => cookie.split(";")[0]).join("; ");
  return await it.request(response.headers.get("location")!, { headers: { ...HTML, cookie } });
}

const invitationOf = (it: TestApp) =>
  new URL(it.services.setup.path()!, "http://localhost").searchParams.get("invitation")!;

Deno.test("one registers and is logged in, by JSON", async () => {
  await using it = await testApp(OPEN);
  const response = await it.post("/api/register", { name: "Ada", password: PASSWORD });
  assertEquals(response.status, 201);
  assertEquals(await jsonOf(response), { user: { name: "Ada", role: "member" } });
  assertEquals(response.headers.get("cache-control"), "no-store");
  assertEquals(await nameOf(it, memberOf(response)), "Ada");
});

Deno.test("one registers and is logged in, by a form", async () => {
  await using it = await testApp(OPEN);
  const response = await it.submit("/api/register", { name: "Ada", password: PASSWORD });
  assertEquals([response.status, response.headers.get("location")], [303, "/rooms/common"]);
  assertEquals(await nameOf(it, memberOf(response)), "Ada");
});

Deno.test("a name is taken in every case and width", async () => {
  await using it = await testApp(OPEN);
  assertEquals((await it.post("/api/register", { name: "Straße", password: PASSWORD })).status, 201);
  for (const name of ["Straße", "STRASSE", " strasse ", "ｓｔｒａｓｓｅ"]) {
    const response = await it.post("/api/register", { name, password: PASSWORD });
    assertEquals([response.status, (await jsonOf(response)).error.message], [
      409,
      "This name is taken; choose another",
    ], name);
    assertEquals(response.headers.get("set-cookie"), null);
  }
});

Deno.test("a registration that is wrong is told what is wrong", async () => {
  await using it = await testApp(OPEN);
  const cases: ReadonlyArray<readonly [body: unknown, status: number]> = [
    [{}, 422],
    [{ name: "ada" }, 422],
    [{ name: 7, password: PASSWORD }, 422],
    [{ name: "a", password: PASSWORD }, 422],
    [{ name: "a b", password: PASSWORD }, 422],
    [{ name: "ada", password: "short" }, 422],
    [{ name: "ada", password: "x".repeat(1_025) }, 422],
    [{ name: "x".repeat(129), password: PASSWORD }, 422],
    [{ name: "ada", password: "x".repeat(20_000) }, 413],
    [null, 422],
    [[], 422],
  ];
  for (const [body, status] of cases) {
    const response = await it.post("/api/register", body);
    assertEquals(response.status, status, JSON.stringify(body).slice(0, 80));
    assertEquals(response.headers.get("set-cookie"), null);
    await response.body?.cancel();
  }
  assertEquals((await it.request("/api/register", { method: "POST", body: "{}" })).status, 415);
  assertEquals((await it.request("/api/register")).status, 405);
});

Deno.test("without an invitation one registers only where that is open", async () => {
  await using it = await testApp();
  const cases: ReadonlyArray<readonly [body: Record<string, string>, message: RegExp]> = [
    [{ name: "ada", password: PASSWORD }, /by invitation/],
    [{ name: "ada", password: PASSWORD, invitation: "" }, /by invitation/],
    [{ name: "ada", password: PASSWORD, invitation: "wrong" }, /not valid/],
  ];
  for (const [body, message] of cases) {
    const response = await it.post("/api/register", body);
    assertEquals(response.status, 403);
    assertMatch((await jsonOf(response)).error.message, message);
  }
  assertEquals((await it.request("/register", { headers: HTML })).status, 403);
  assertEquals(it.store.accounts.byFoldedName("ada"), undefined);
});

Deno.test("nobody chooses a role", async () => {
  await using it = await testApp(OPEN);
  const response = await it.post("/api/register", { name: "ada", password: PASSWORD, role: "administrator" });
  assertEquals((await jsonOf(response)).user.role, "member");
});

Deno.test("the setup link makes one administrator, and then no other", async () => {
  await using it = await testApp();
  const invitation = invitationOf(it);
  const page = await it.request(it.services.setup.path()!, { headers: HTML });
  const html = await page.text();
  assertEquals(page.status, 200);
  assertStringIncludes(html, "administrator");
  assertStringIncludes(html, `/api/register?invitation=${invitation}`);

  const made = await it.submit(`/api/register?invitation=${invitation}`, { name: "root", password: PASSWORD });
  assertEquals(made.headers.get("location"), "/rooms/common");
  assertEquals(it.services.accounts.hasAdministrator(), true);
  assertEquals(it.services.setup.path(), undefined);

  const again = await it.post("/api/register", { name: "second", password: PASSWORD, invitation });
  assertEquals(again.status, 403);
  assertEquals((await it.request(`/register?invitation=${invitation}`, { headers: HTML })).status, 403);
});

Deno.test("a setup link that is used up makes no member either, though registration is open", async () => {
  await using it = await testApp(OPEN);
  const invitation = invitationOf(it);
  assertEquals((await it.post("/api/register", { name: "root", password: PASSWORD, invitation })).status, 201);
  assertEquals((await it.post("/api/register", { name: "two", password: PASSWORD, invitation })).status, 403);
  const open = await it.post("/api/register", { name: "three", password: PASSWORD });
  assertEquals((await jsonOf(open)).user.role, "member");
});

Deno.test("two who use the setup link at the same moment do not both become administrators", async () => {
  await using it = await testApp();
  const invitation = invitationOf(it);
  const replies = await Promise.all(
    ["one", "two", "three"].map((name) => it.post("/api/register", { name, password: PASSWORD, invitation })),
  );
  assertEquals(replies.map(({ status }) => status).toSorted(), [201, 403, 403]);
});

Deno.test("a registration that fails leaves the setup link as it was", async () => {
  await using it = await testApp();
  const invitation = invitationOf(it);
  assertEquals((await it.post("/api/register", { name: "a", password: PASSWORD, invitation })).status, 422);
  assertEquals((await it.post("/api/register", { name: "root", password: "short", invitation })).status, 422);
  const made = await it.post("/api/register", { name: "root", password: PASSWORD, invitation });
  assertEquals((await jsonOf(made)).user.role, "administrator");
});

Deno.test("one logs in by JSON, and is told nothing of whether the name or the password was wrong", async () => {
  await using it = await testApp();
  await it.member("Ada");
  const right = await it.post("/api/login", { name: "ADA", password: PASSWORD });
  assertEquals([right.status, await jsonOf(right)], [200, { user: { name: "Ada", role: "member" } }]);
  assertEquals(await nameOf(it, memberOf(right)), "Ada");
  const refusals = [];
  for (const [name, password] of [["ada", "wrong password"], ["nobody", PASSWORD], ["ada", ""], ["", PASSWORD]]) {
    const response = await it.post("/api/login", { name, password });
    assertEquals(response.headers.get("set-cookie"), null);
    refusals.push([response.status, (await jsonOf(response)).error.message]);
  }
  assertEquals(refusals, Array(4).fill([401, "The name or the password is wrong"]));
});

Deno.test("a login by a form leads on, or back with a message that is shown once and escaped", async () => {
  await using it = await testApp();
  await it.member("Ada");
  const right = await it.submit("/api/login", { name: "ada", password: PASSWORD });
  assertEquals([right.status, right.headers.get("location")], [303, "/rooms/common"]);

  const wrong = await it.submit("/api/login", { name: "ada", password: "wrong password" });
  assertEquals(wrong.headers.get("location"), "/login");
  const shown = await follow(it, wrong);
  assertStringIncludes(await shown.text(), "The name or the password is wrong");
  const flash = shown.headers.getSetCookie().find((cookie) => cookie.startsWith("flash="));
  assertMatch(flash!, /Expires=Thu, 01 Jan 1970/);
  assert(!(await (await it.request("/login", { headers: HTML })).text()).includes("is wrong"));

  const hostile = `flash=${btoa("<script>alert(1)</script>").replaceAll("=", "")}`;
  const html = await (await it.request("/login", { headers: { ...HTML, cookie: hostile } })).text();
  assertStringIncludes(html, "&lt;script>alert(1)&lt;/script>");
  assert(!html.includes("<script>alert"));
});

Deno.test("a login that fails at first leads in the end to where it was to lead", async () => {
  await using it = await testApp();
  await it.member("Ada");
  let page = await it.request("/login?next=%2Fpage.html", { headers: HTML });
  const replies: Response[] = [];
  for (const password of ["wrong password", PASSWORD]) {
    const html = await page.text();
    const [, action] = /<form method="post" action="([^"]+)"/.exec(html)!;
    const hidden = [...html.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)"/g)];
    const fields = Object.fromEntries(hidden.map(([, name, value]) => [name, value]));
    const reply = await it.submit(action, { ...fields, name: "ada", password });
    replies.push(reply);
    page = await follow(it, reply);
  }
  await page.body?.cancel();
  assertEquals(replies.map(({ status }) => status), [303, 303]);
  assertEquals(replies[1].headers.get("location"), "/page.html");
});

Deno.test("a login leads to a path on this server, and nowhere else", async () => {
  await using it = await testApp();
  const ada = await it.member("Ada");
  const fallback = "/rooms/common";
  const cases: ReadonlyArray<readonly [next: string, location: string]> = [
    ["/page.html?a=1#b", "/page.html?a=1#b"],
    ["/", "/"],
    ["", fallback],
    ["page.html", fallback],
    ["//evil.example", fallback],
    ["///evil.example", fallback],
    ["/\\evil.example", fallback],
    ["\\\\evil.example", fallback],
    ["http://evil.example", fallback],
    ["https:evil.example", fallback],
    ["javascript:alert(1)", fallback],
    ["data:text/html,x", fallback],
    ["/\t/evil.example", fallback],
    ["/\n/evil.example", fallback],
    ["\t//evil.example", fallback],
    [" /page", fallback],
    ["/page\r\nset-cookie: a=b", fallback],
    ["/\u2028", fallback],
    ["/ü", fallback],
    ["@evil.example", fallback],
  ];
  for (const [next, location] of cases) {
    const posted = await it.submit(`/api/login?next=${encodeURIComponent(next)}`, { name: "ada", password: PASSWORD });
    assertEquals(posted.headers.get("location"), location, JSON.stringify(next));
    const seen = await it.request(`/login?next=${encodeURIComponent(next)}`, { as: ada, headers: HTML });
    assertEquals(seen.headers.get("location"), location, JSON.stringify(next));
    assertEquals(new URL(location, "http://localhost").host, "localhost");
  }
  const form = await it.request(`/login?next=${encodeURIComponent('/"><script>')}`, { headers: HTML });
  assert(!(await form.text()).includes('"><script>'));
});

Deno.test("one logs out, and the session is over though the browser kept its cookie", async () => {
  await using it = await testApp();
  const [ada, again] = [await it.member("Ada"), await it.member("Bob")];
  const byForm = await it.submit("/api/logout", {}, ada);
  assertEquals([byForm.status, byForm.headers.get("location")], [303, "/"]);
  assertMatch(byForm.headers.get("set-cookie")!, /^session=;.*Expires=Thu, 01 Jan 1970/);
  assertEquals((await it.request("/api/me", { as: ada })).status, 401);
  const byJson = await it.post("/api/logout", {}, again);
  assertEquals([byJson.status, await byJson.text()], [204, ""]);
  assertEquals((await it.request("/api/me", { as: again })).status, 401);
  assertEquals((await it.post("/api/logout", {})).status, 204, "whoever is not logged in may log out");
  assertEquals((await it.request("/api/logout", { as: ada })).status, 405, "no link can log one out");
});

Deno.test("who is not logged in is told so by the API, and led to the login by pages", async () => {
  await using it = await testApp();
  for (const path of ["/api/me", "/api/rooms", "/api/rooms/common/messages", "/api/chat"]) {
    const response = await it.request(path, { headers: HTML });
    assertEquals(response.status, 401, path);
    assertEquals((await jsonOf(response)).error.message, "Log in first");
  }
  const page = await it.request("/rooms/common?before=7", { headers: HTML });
  assertEquals(page.headers.get("location"), "/login?next=%2Frooms%2Fcommon%3Fbefore%3D7");
});

Deno.test("guessing a password gets slow, for each name apart", async () => {
  await using it = await testApp({ hasRateLimits: true });
  await it.member("Ada");
  const guess = (name: string) => it.post("/api/login", { name, password: "wrong password" });
  for (let tries = 0; tries < 10; tries++) assertEquals((await guess("ada")).status, 401);
  for (const name of ["ada", "ADA", " Ａda "]) {
    const refused = await guess(name);
    assertEquals(refused.status, 429, name);
    assertMatch(refused.headers.get("retry-after")!, /^\d+$/);
  }
  assertEquals((await guess("bob")).status, 401);
});

Deno.test("the pages of login and registration are forms that need no script", async () => {
  await using it = await testApp(OPEN);
  for (const [path, action] of [["/login", "/api/login"], ["/register", "/api/register"]]) {
    const response = await it.request(path, { headers: HTML });
    const html = await response.text();
    assertEquals(response.status, 200);
    assertStringIncludes(html, `<form method="post" action="${action}`);
    for (const name of ["name", "password"]) assertStringIncludes(html, `name="${name}"`);
    assert(!html.includes("<script"));
  }
});
