import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { jsonOf, tempDir, testApp } from "../testing.ts";

const HTML = { accept: "text/html" };

Deno.test("the first page is the folder's index.html, with all that a file has", async () => {
  await using dir = await tempDir({ "index.html": "<p>mine" });
  await using it = await testApp({ siteDir: dir.path });
  const response = await it.request("/", { headers: HTML });
  assertEquals([response.status, await response.text()], [200, "<p>mine"]);
  const etag = response.headers.get("etag")!;
  assertEquals((await it.request("/", { headers: { "if-none-match": etag } })).status, 304);
  assertEquals((await it.request("/", { method: "HEAD" })).headers.get("content-length"), "7");
});

Deno.test("the first page of a folder without an index.html lists what there is to read, escaped", async () => {
  await using dir = await tempDir({
    "b <i>.html": "<title>B &lt;script&gt;</title>",
    "a b.txt": "text",
    "in/index.html": "<title>Inside</title>",
    "picture.png": "",
  });
  await using it = await testApp({ siteDir: dir.path });
  const html = await (await it.request("/", { headers: HTML })).text();
  assertStringIncludes(html, '<a href="/a%20b.txt">a b.txt</a>');
  assertStringIncludes(html, '<a href="/b%20%3Ci%3E.html">b &lt;i>.html</a><small>B &lt;script></small>');
  assertStringIncludes(html, '<a href="/in/">in/</a><small>Inside</small>');
  assertStringIncludes(html, '<a href="/picture.png">picture.png</a>');
});

Deno.test("the first page of a members-only site tells a visitor of no page", async () => {
  await using dir = await tempDir({ "secret.html": "<title>Secret</title>" });
  await using it = await testApp({ siteDir: dir.path, isPublic: false });
  const ada = await it.member("ada");
  const visited = await it.request("/", { headers: HTML });
  assertEquals([visited.status, visited.headers.get("location")], [303, "/login?next=%2F"]);
  for (const path of ["/secret.html", "/missing.html"]) assertEquals((await it.request(path)).status, 401, path);
  assertStringIncludes(await (await it.request("/", { headers: HTML, as: ada })).text(), 'href="/secret.html"');
});

Deno.test("the first page of a members-only site with an index.html leads a visitor to the login", async () => {
  await using dir = await tempDir({ "index.html": "<p>members" });
  await using it = await testApp({ siteDir: dir.path, isPublic: false });
  assertEquals((await it.request("/", { headers: HTML })).headers.get("location"), "/login?next=%2F");
  assertEquals((await it.request("/")).status, 401);
  assertEquals(await (await it.request("/", { as: await it.member("ada") })).text(), "<p>members");
});

Deno.test("a site cannot take the place of our own pages and assets", async () => {
  await using dir = await tempDir({ "login": "taken", "search/index.html": "taken", "_ui/base.css": "taken" });
  await using it = await testApp({ siteDir: dir.path });
  for (const path of ["/login", "/search", "/_ui/base.css"]) {
    assert(!(await (await it.request(path, { headers: HTML })).text()).includes("taken"), path);
  }
});

Deno.test("a page shows who is logged in, and a way out", async () => {
  await using it = await testApp();
  const ada = await it.member("Ada");
  const html = await (await it.request("/search", { as: ada, headers: HTML })).text();
  assertStringIncludes(html, "Ada");
  assertStringIncludes(html, 'action="/api/logout"');
  assertStringIncludes(await (await it.request("/search", { headers: HTML })).text(), 'href="/login"');
});

Deno.test("an address that leads nowhere gets a page that shows it escaped", async () => {
  await using it = await testApp();
  const response = await it.request("/no/<b>thing</b>", { headers: HTML });
  const html = await response.text();
  assertEquals([response.status, html.includes("<b>")], [404, false]);
  assertStringIncludes(html, 'href="/search"');
});

Deno.test("healthz says that the server is well", async () => {
  await using it = await testApp();
  const response = await it.request("/healthz");
  assertEquals(response.status, 200);
  assertEquals((await jsonOf(response)).status, "ok");
});
