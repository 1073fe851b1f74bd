import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { fakeClock, jsonOf, type Member, tempDir, testApp, type TestAppOptions } from "../testing.ts";

const HTML = { accept: "text/html" };
const JSON_TYPE = { "content-type": "application/json" };
const PAGES = {
  "hostile.html": '<title>"&gt;&lt;script&gt;title()</title><p>word &lt;img src=x onerror=alert(1)&gt;',
  "plain.txt": "word and more",
};

async function library(options: TestAppOptions = {}) {
  const dir = await tempDir(PAGES);
  const it = await testApp({ siteDir: dir.path, ...options });
  return {
    ...it,
    async [Symbol.asyncDispose]() {
      await it[Symbol.asyncDispose]();
      await dir[Symbol.asyncDispose]();
    },
  };
}

Deno.test("the search answers a POST of JSON and a GET alike", async () => {
  await using it = await library();
  const posted = await it.post("/api/search", { query: "word more", limit: 1, sort: "newest" });
  const got = await it.request("/api/search?q=word+more&limit=1&sort=newest");
  assertEquals([posted.status, got.status], [200, 200]);
  const [fromPost, fromGet] = [await jsonOf(posted), await jsonOf(got)];
  assertEquals({ ...fromPost, tookMs: 0 }, { ...fromGet, tookMs: 0 });
  assertEquals([fromPost.total, fromPost.results.length, fromPost.corrected], [2, 1, null]);
});

Deno.test("a search that is wrong is refused with a status that says why", async () => {
  await using it = await library();
  const cases: ReadonlyArray<readonly [body: string, headers: Record<string, string>, status: number]> = [
    ["{", JSON_TYPE, 400],
    ["", JSON_TYPE, 400],
    ["query=word", { "content-type": "application/x-www-form-urlencoded" }, 415],
    ['{"query":"word"}', { "content-type": "text/plain" }, 415],
    [JSON.stringify({ query: "word", more: "x".repeat(65_536) }), JSON_TYPE, 413],
    ["{}", JSON_TYPE, 422],
    ['{"query":""}', JSON_TYPE, 422],
    ['{"query":"!!"}', JSON_TYPE, 422],
    ['{"query":7}', JSON_TYPE, 422],
    ['{"query":"word","limit":1000}', JSON_TYPE, 422],
    ['{"query":"word","in":["secrets"]}', JSON_TYPE, 422],
    ['{"query":"word in:secrets"}', JSON_TYPE, 422],
    ['{"query":"word before:soon"}', JSON_TYPE, 422],
    ["[]", JSON_TYPE, 422],
    ["null", JSON_TYPE, 422],
    [JSON.stringify({ query: "x".repeat(1_001) }), JSON_TYPE, 422],
  ];
  for (const [body, headers, status] of cases) {
    const response = await it.request("/api/search", { method: "POST", headers, body });
    const { error } = await jsonOf(response);
    assertEquals([response.status, error.status], [status, status], body.slice(0, 60));
    assert(error.message.length > 0 && error.requestId.length > 0);
  }
  const queries = ["", "?q=", "?q=%20", "?q=word&limit=x", "?q=word&limit=0", "?q=word&sort=x", "?q=word&in=x"];
  for (const query of [...queries, "?q=word&before=x", "?q=word&offset=-1", `?q=${"x".repeat(1_001)}`]) {
    assertEquals((await it.request(`/api/search${query}`)).status, 422, query.slice(0, 60));
  }
  assertEquals((await it.request("/api/search", { method: "PUT" })).status, 405);
});

Deno.test("hostile queries are answered, never with a defect", async () => {
  await using it = await library();
  const ada = await it.member("ada");
  const cases = [
    '"',
    "word\0",
    "\ud800",
    "NEAR(",
    "word AND",
    "* ",
    "(".repeat(999),
    "title:x",
    "'; --",
    "\u0001word\u0002",
  ];
  for (const query of cases) {
    for (const as of [undefined, ada]) {
      const response = await it.post("/api/search", { query }, as);
      assert([200, 422].includes(response.status), `${query}: ${response.status}`);
      await response.body?.cancel();
    }
    const page = await it.request(`/search?q=${encodeURIComponent(query.toWellFormed())}`, { headers: HTML });
    assert(page.status < 500, query);
    await page.body?.cancel();
  }
});

Deno.test("a program with a cookie finds messages, without one only pages", async () => {
  await using it = await library();
  const ada = await it.member("ada");
  await it.post("/api/rooms/common/messages", { text: "a word in confidence" }, ada);
  const kinds = async (init: Parameters<typeof it.request>[1]) => {
    const { results, total } = await jsonOf(await it.request("/api/search?q=word", init));
    return [total, ...results.map(({ kind }: { kind: string }) => kind).toSorted()];
  };
  assertEquals(await kinds({ as: ada }), [3, "message", "page", "page"]);
  assertEquals(await kinds({}), [2, "page", "page"]);
  assertEquals(await kinds({ headers: { cookie: "session=forged" } }), [2, "page", "page"]);
});

Deno.test("a members-only site's pages are not found by a visitor", async () => {
  await using it = await library({ isPublic: false });
  assertEquals((await jsonOf(await it.request("/api/search?q=word"))).total, 0);
  assert(!(await (await it.request("/search?q=word", { headers: HTML })).text()).includes("plain.txt"));
  const ada = await it.member("ada");
  assertEquals((await jsonOf(await it.request("/api/search?q=word", { as: ada }))).total, 2);
});

Deno.test("the page of the search works without a script, and escapes what it shows", async () => {
  await using it = await library();
  const response = await it.request("/search?q=word", { headers: HTML });
  const html = await response.text();
  assertEquals(response.status, 200);
  assertStringIncludes(html, "2 results");
  assertStringIncludes(html, 'href="/plain.txt"');
  assertStringIncludes(html, "<mark>word</mark> and more");
  assertStringIncludes(html, "&lt;img src=x onerror=alert(1)&gt;");
  assert(!html.includes("<img src=x") && !html.includes("<script>title()"));
  const hostile =
    await (await it.request(`/search?q=${encodeURIComponent('"><script>x()</script>')}`, { headers: HTML })).text();
  assert(!hostile.includes("<script>x()"));
});

Deno.test("the page of the search says when there is nothing, and asks when nothing was asked", async () => {
  await using it = await library();
  assertStringIncludes(await (await it.request("/search?q=absent", { headers: HTML })).text(), "Nothing found");
  for (const path of ["/search", "/search?q=", "/search?q=+"]) {
    const response = await it.request(path, { headers: HTML });
    const html = await response.text();
    assertEquals(response.status, 200, path);
    assertStringIncludes(html, 'name="q"');
    assert(!html.includes("Nothing found"));
  }
  const wordless = await (await it.request("/search?q=!!!", { headers: HTML })).text();
  assertStringIncludes(wordless, "There is no word in the query");
});

Deno.test("a search finds what was written a moment ago", async () => {
  await using it = await testApp();
  const ada = await it.member("ada");
  await it.post("/api/rooms/common/messages", { text: "quicksilver" }, ada);
  const { total } = await jsonOf(await it.request("/api/search?q=quicksilver", { as: ada }));
  assertEquals(total, 1);
});

Deno.test("searches are limited: a member's, and those from an address", async () => {
  await using it = await library({ hasRateLimits: true });
  const ada = await it.member("ada");
  using clock = fakeClock();
  const statuses = async (count: number, as?: Member) => {
    const found: number[] = [];
    for (let asked = 0; asked < count; asked++) found.push((await it.request("/api/search?q=word", { as })).status);
    return found;
  };
  for (const as of [undefined, ada]) {
    assertEquals(await statuses(51, as), [...Array(50).fill(200), 429]);
    const refused = await it.request("/api/search?q=word", { as });
    assertEquals(refused.headers.get("retry-after"), "1");
    await refused.body?.cancel();
  }
  clock.tick(1_000);
  assertEquals(await statuses(11), [...Array(10).fill(200), 429]);
});
