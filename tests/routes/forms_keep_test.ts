import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { type Member, PASSWORD, type TestApp, testApp } from "../testing.ts";

/** The page that a form's reply leads to. */
async function follow(it: TestApp, response: Response, as?: Member): Promise<string> {
  assertEquals(response.status, 303);
  const left = response.headers.getSetCookie().map((cookie) => cookie.split(";")[0]);
  const cookie = [...as === undefined ? [] : [as.cookie], ...left].join("; ");
  const headers = { accept: "text/html", cookie };
  return await (await it.request(response.headers.get("location")!, { headers })).text();
}

Deno.test("after an error the name that was typed stands in the form again, and never the password", async () => {
  await using it = await testApp({ isRegistrationOpen: true });
  await it.member("ada");
  for (const path of ["/api/login", "/api/register"]) {
    const reply = await it.submit(path, { name: '"Ada>', password: "secret secret" });
    assert(!JSON.stringify([...reply.headers]).includes("secret"));
    const html = await follow(it, reply);
    assertMatch(html, /<input name="name" [^>]*value="&quot;Ada>"/, path);
    assert(!html.includes("secret"), path);
    assertStringIncludes(html, 'role="alert"');
  }
});

Deno.test("what succeeded looks like it: saved, muted, changed", async () => {
  await using it = await testApp();
  const [mod, ada] = [await it.member("mod", "administrator"), await it.member("ada")];
  const cases: ReadonlyArray<readonly [path: string, fields: Record<string, string>, as: Member, said: RegExp]> = [
    ["/api/me/profile", { displayName: "Ada L." }, ada, /Your profile is saved/],
    ["/api/people/ada", { mutedMinutes: "5" }, mod, /ada is muted until \d{4}-\d\d-\d\d \d\d:\d\d UTC/],
    ["/api/people/ada", { mutedMinutes: "0" }, mod, /ada may write again/],
    ["/api/people/ada", { banned: "true" }, mod, /ada is banned/],
    ["/api/people/ada", { banned: "false" }, mod, /ada may log in again/],
    ["/api/people/ada", { role: "moderator" }, mod, /ada is moderator now/],
    ["/api/me/password", { current: PASSWORD, password: "another long one" }, mod, /Your password is changed/],
  ];
  for (const [path, fields, as, said] of cases) {
    const html = await follow(it, await it.submit(path, fields, as), as);
    const [, shown] = /<p class="flash done" role="status">([^<]+)</.exec(html)!;
    assertMatch(shown, said);
  }
});

Deno.test("somebody is brought into a room by the display name, and a name that is wrong stands there again", async () => {
  await using it = await testApp();
  const [ada, bob] = [await it.member("ada"), await it.member("bob")];
  await it.services.profiles.set(bob.account, { displayName: "Bob Builder" });
  const { id } = await it.services.chat.rooms.make(ada.account, { name: "Private", open: false });
  const bring = async (name: string) => follow(it, await it.submit(`/api/rooms/${id}/members`, { name }, ada), ada);
  const wrong = await bring("Bob Bilder");
  assertStringIncludes(wrong, '<input name="name" value="Bob Bilder"');
  assertStringIncludes(wrong, 'value="bob" label="Bob Builder">');
  assertMatch(await bring("bob builder"), /<span>bob<\/span>/);
});

Deno.test("who is banned is told so at the login", async () => {
  await using it = await testApp();
  const page = async (path: string) => await (await it.request(path, { headers: { accept: "text/html" } })).text();
  assertStringIncludes(await page("/login?reason=banned"), "You are banned; ask a moderator");
  assert(!(await page("/login?reason=other")).includes("banned"));
});
