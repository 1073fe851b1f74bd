import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { jsonOf, PASSWORD, testApp } from "../testing.ts";

const HTML = { accept: "text/html" };

Deno.test("an invitation goes from the page to a new account, and can be taken back", async () => {
  await using it = await testApp();
  const ada = await it.member("ada");
  const made = await it.submit("/api/invitations", { expiresInHours: "24", maxUses: "2" }, ada);
  assertEquals([made.status, made.headers.get("location")], [201, null], "the token stands in no URL of this page");
  const page = await made.text();
  assert(!/ style="/.test(page), "the policy allows no inline styles");
  assertMatch(page, /<svg viewBox="0 0 \d+ \d+" role="img" aria-label="[^"]+"/);
  const [, url] = /value="(http:\/\/localhost\/register\?invitation=[\w-]{43})"/.exec(page)!;
  const form = await (await it.request(url, { headers: HTML })).text();
  assertStringIncludes(form, "<strong>ada</strong> invites you");
  const [, action] = /action="([^"]+)"/.exec(form)!;
  const taken = await it.submit(action, { name: "ada", password: PASSWORD });
  assertEquals(taken.headers.get("location"), new URL(url).pathname + new URL(url).search, "back to the form");
  const joined = await it.submit(action, { name: "bob", password: PASSWORD });
  assertEquals(joined.headers.get("location"), "/rooms/common");
  const [{ id, uses, maxUses, state, madeBy }] =
    (await jsonOf(await it.request("/api/invitations", { as: ada }))).invitations;
  assertEquals([uses, maxUses, state, madeBy], [1, 2, "valid", "ada"]);
  assertEquals((await it.submit(`/api/invitations/${id}/revoke`, {}, ada)).headers.get("location"), "/invitations");
  assertEquals((await it.request(url, { headers: HTML })).status, 403);
  assertEquals(
    (await it.submit(action, { name: "carl", password: PASSWORD })).headers.get("location")?.slice(0, 9),
    "/register",
  );
  assertEquals(it.store.accounts.byFoldedName("carl"), undefined);
});

Deno.test("ten register at once by JSON with an invitation for three: exactly three get in", async () => {
  await using it = await testApp();
  const ada = await it.member("ada");
  const response = await it.post("/api/invitations", { expiresInHours: 1, maxUses: 3 }, ada);
  const { url, invitation: made } = await jsonOf(response);
  assertEquals([response.status, made.uses, made.maxUses], [201, 0, 3]);
  assert(!("hash" in made) && !("by" in made));
  const invitation = new URL(url).searchParams.get("invitation");
  const replies = await Promise.all(
    Array.from(
      { length: 10 },
      (_, index) =>
        it.post("/api/register", { name: `guest${"abcdefghxy"[index].repeat(4)}`, password: PASSWORD, invitation }),
    ),
  );
  assertEquals(replies.map(({ status }) => status).toSorted(), [201, 201, 201, ...Array(7).fill(403)]);
  await Promise.all(replies.map((reply) => reply.body?.cancel()));
});

Deno.test("an invitation's numbers are checked", async () => {
  await using it = await testApp();
  const ada = await it.member("ada");
  for (
    const body of [{}, { expiresInHours: 1 }, { expiresInHours: 0, maxUses: 1 }, { expiresInHours: "x", maxUses: 1 }, {
      expiresInHours: 1,
      maxUses: 1e9,
    }, []]
  ) {
    const response = await it.post("/api/invitations", body, ada);
    assertEquals(response.status, 422, JSON.stringify(body));
    await response.body?.cancel();
  }
});

Deno.test("every member finds the invitations in the menu, and only moderators the moderation", async () => {
  await using it = await testApp();
  const has = async (role: "member" | "moderator") => {
    const html = await (await it.request("/account", { as: await it.member(`a${role}`, role), headers: HTML })).text();
    return ["/invitations", "/moderation"].map((path) => html.includes(`<a href="${path}">`));
  };
  assertEquals([await has("member"), await has("moderator")], [[true, false], [true, true]]);
});
