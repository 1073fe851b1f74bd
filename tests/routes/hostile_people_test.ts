import { assert, assertEquals } from "@std/assert";
import { Parser } from "htmlparser2";
import { jsonOf, PASSWORD, testApp } from "../testing.ts";

const HTML = { accept: "text/html" };
const TRICKS = ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "' onmouseover='alert(1)"];

/** What a browser would run in a page, but for our own scripts. */
function dangerIn(html: string): string[] {
  const found: string[] = [];
  const parser = new Parser({
    onopentag(name, attributes) {
      const isOurs = attributes.src?.startsWith("/_ui/") || attributes.type === "application/json";
      if (name === "script" && !isOurs) found.push("script");
      if (name === "img" && attributes.src === "x") found.push("img");
      found.push(...Object.keys(attributes).filter((attribute) => attribute.startsWith("on")));
    },
  });
  parser.end(html);
  // What stands in a script is no element: there it must not even look like one.
  if (/<script>alert|<img src=x/.test(html)) found.push("raw");
  return found;
}

Deno.test("script in every field about people is shown as text, on every page", async () => {
  for (const trick of TRICKS) {
    await using it = await testApp();
    const [root, mod, ada] = [
      await it.member("root", "administrator"),
      await it.member("mod", "moderator"),
      await it.member("ada"),
    ];
    const login = await it.request("/api/login", {
      method: "POST",
      headers: { "content-type": "application/json", "user-agent": trick },
      body: JSON.stringify({ name: "ada", password: PASSWORD }),
    });
    const here = { account: ada.account, cookie: login.headers.getSetCookie()[0].split(";")[0] };
    assertEquals((await it.post("/api/me/profile", { displayName: trick }, here)).status, 200);
    assertEquals((await it.post("/api/people/ada", { mutedMinutes: 5, reason: trick }, mod)).status, 200);
    const pages = [
      ["/account", here],
      ["/people", mod],
      [`/people?prefix=${encodeURIComponent(trick)}`, mod],
      [`/people?after=${encodeURIComponent(trick)}`, mod],
      ["/people/ada", root],
      ["/people/ada", mod],
      ["/moderation", mod],
      ["/invitations", mod],
      [`/reset?token=${encodeURIComponent(trick)}`, undefined],
      [`/register?invitation=${encodeURIComponent(trick)}`, undefined],
      [`/people/${encodeURIComponent(trick)}`, mod],
      ["/rooms/common", mod],
    ] as const;
    const shown = [];
    for (const [path, as] of pages) {
      const response = await it.request(path, { as, headers: HTML });
      const html = await response.text();
      assert(response.status < 500, `${path} ${response.status}`);
      assertEquals(dangerIn(html), [], `${path} ${trick}`);
      if (/alert\(1\)/.test(html)) shown.push(path);
    }
    for (const path of ["/account", "/people", "/people/ada", "/moderation"]) {
      assert(shown.includes(path as never), path);
    }
    const exported = await it.request("/api/me/export", { as: here });
    assertEquals(exported.headers.get("content-type"), "application/json; charset=utf-8");
    assertEquals(exported.headers.get("x-content-type-options"), "nosniff");
    const { account, sessions } = await jsonOf(exported);
    assertEquals(account.displayName, trick);
    assert(sessions.some(({ agent }: { agent: string }) => agent === trick));
    await it.post("/api/people/ada", { banned: true, reason: trick }, mod);
    const refused = await it.submit("/api/login", { name: "ada", password: PASSWORD });
    const flash = refused.headers.getSetCookie().map((cookie) => cookie.split(";")[0]).join("; ");
    const html = await (await it.request("/login", { headers: { ...HTML, cookie: flash } })).text();
    assert(html.includes("alert(1)"));
    assertEquals(dangerIn(html), []);
  }
});
