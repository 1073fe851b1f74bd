import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { createApp } from "../../lib/app.ts";
import { loadRoutes } from "../../lib/file_routes.ts";
import { CONTENT_SECURITY_POLICY } from "../../lib/render.ts";
import { ROUTES_DIR } from "../../lib/server.ts";
import { fakeClock, STATIC_DIR, tempDir, testApp } from "../testing.ts";

const HTML = { accept: "text/html" };
const FILES = {
  "README.md": "# The club\n\nWelcome\n",
  "about.html": "<h1>About</h1>",
  "drawing.svg": "<svg xmlns='http://www.w3.org/2000/svg'/>",
  "script.js": "1",
  "data.json": "{}",
  "notes.txt": "plain",
  "guide.md": "---\ntitle: The guide\nlanguage: de\ndescription: How <it> works\n---\n## A\n\ntext\n\n## B\n",
  "open.md": "---\naccess: public\n---\n# Open\n",
  "closed.md": "---\naccess: members\n---\n# Closed\n",
  "broken.md": "---\ntitle: [\n---\n# Broken\n",
  "docs/one.md": "---\norder: 1\n---\n# One\n",
  "docs/two.md": "---\norder: 2\n---\n# Two\n",
  "docs/three.md": "---\norder: 3\n---\n# Three\n",
  "docs/secret.md": "---\naccess: members\norder: 0\n---\n# Secret\n",
  "bare/b.txt": "12345",
  "bare/a.txt": "1",
  "bare/sub/x.txt": "x",
  "large.md": `# Large\n\n${"word ".repeat(220_000)}`,
};

async function site({ isPublic = true, files = FILES as Record<string, string> } = {}) {
  const dir = await tempDir(files);
  await Deno.symlink(join(dir.path, "README.md"), join(dir.path, "link.txt"));
  const made = await testApp({ siteDir: dir.path, isPublic });
  const close = async () => {
    await made[Symbol.asyncDispose]();
    await dir[Symbol.asyncDispose]();
  };
  return { ...made, dir, [Symbol.asyncDispose]: close };
}

/** What a browser gets, without the spaces that attributes leave which are not there. */
async function pageOf(
  app: { request(path: string, init?: RequestInit): Promise<Response> },
  path: string,
): Promise<string> {
  const page = await (await app.request(path, { headers: HTML })).text();
  return page.replaceAll(/ +(?=>)/g, "").replaceAll(/(?<=<\w+) +/g, " ");
}

Deno.test("each address answers as the table says", async () => {
  await using app = await site();
  const cases: ReadonlyArray<[path: string, status: number, what: string]> = [
    ["/", 200, "text/html"],
    ["/README.md", 301, "/"],
    ["/guide", 200, "text/html"],
    ["/guide.md?a=1", 301, "/guide?a=1"],
    ["/guide?source", 200, "text/plain"],
    ["/guide.md?source", 200, "text/plain"],
    ["/about?a=b", 301, "/about.html?a=b"],
    ["/about.html", 200, "text/html"],
    ["/docs", 301, "/docs/"],
    ["/docs/", 200, "text/html"],
    ["/large", 200, "text/plain"],
    ["/nothing", 404, "text/html"],
    ["/.hidden", 404, "text/html"],
    ["/%2e%2e/x", 404, "text/html"],
    ["/%zz", 400, "text/html"],
  ];
  for (const [path, status, what] of cases) {
    const response = await app.request(path, { headers: HTML });
    await response.body?.cancel();
    assertEquals(response.status, status, path);
    assertStringIncludes(response.headers.get(status === 301 ? "location" : "content-type")!.toLowerCase(), what, path);
    assertEquals(response.headers.get("x-content-type-options"), "nosniff", path);
  }
});

Deno.test("a page stands in the site: its name, its folder, its headings, what comes before and after", async () => {
  await using app = await site();
  const guide = await pageOf(app, "/guide");
  assertStringIncludes(guide, "<title>The guide · The club</title>");
  assertStringIncludes(guide, '<meta name="description" content="How &lt;it> works">');
  assertStringIncludes(guide, '<article class="document" lang="de"><h1>The guide</h1>');
  assertMatch(guide, /<nav class="contents" aria-label="On this page">.*href="#a".*href="#b"/s);
  assertMatch(
    guide,
    /<time [^>]*>\d{4}-\d\d-\d\d<\/time> <span class="source">· <a href="\/guide\?source">Source<\/a>/,
  );
  const two = await pageOf(app, "/docs/two");
  assertMatch(two, /aria-label="Breadcrumbs"><ol><li><a href="\/">The club<\/a><\/li><li><a href="\/docs\/">Docs<\/a>/);
  assertMatch(
    two,
    /<a href="\/docs\/one">One<\/a>.*<a href="\/docs\/two" aria-current="page">Two<\/a>.*"\/docs\/three"/s,
  );
  assertMatch(two, /<a rel="prev" href="\/docs\/one">.*<a rel="next" href="\/docs\/three">/s);
  assert(!two.includes("Secret"), "what visitors may not read is not named to them");
});

Deno.test("what a page may do depends on what it is, and on who may read it", async () => {
  const members = /^sandbox allow-same-origin (?!.*allow-(?:scripts|forms)).*; frame-ancestors 'self'$/;
  const all = /^sandbox allow-scripts (?!.*allow-same-origin).*; frame-ancestors 'self'$/;
  const cases: ReadonlyArray<[path: string, forAll: RegExp | string | null, forMembers: RegExp | string | null]> = [
    ["/about.html", all, members],
    ["/drawing.svg", all, members],
    ["/notes.txt", null, null],
    ["/script.js", null, null],
    ["/guide", CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY],
    ["/bare/", CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY],
    ["/guide?source", null, null],
  ];
  for (const isPublic of [true, false]) {
    await using app = await site({ isPublic });
    const ada = await app.member("ada");
    for (const [path, forAll, forMembers] of cases) {
      const { headers, body } = await app.request(path, isPublic ? {} : { as: ada });
      await body?.cancel();
      const policy = headers.get("content-security-policy");
      const expected = isPublic ? forAll : forMembers;
      if (expected instanceof RegExp) assertMatch(policy ?? "", expected, path);
      else assertEquals(policy, expected, path);
      assertEquals(headers.get("cache-control"), isPublic ? "no-cache" : "private, no-cache", path);
      const isShared = isPublic && path === "/script.js";
      assertEquals(headers.get("access-control-allow-origin"), isShared ? "*" : null, path);
    }
  }
});

Deno.test("who may not read is refused in the same words, whatever there is", async () => {
  await using app = await site({ isPublic: false });
  for (
    const path of [
      "/",
      "/guide",
      "/guide?source",
      "/guide.md",
      "/about",
      "/about.html",
      "/docs/",
      "/link.txt",
      "/nothing",
      "/no/",
    ]
  ) {
    const response = await app.request(path);
    assertEquals(response.status, 401, path);
    assertEquals((await response.json()).error.message, "This is for members; log in first", path);
  }
  const led = await app.request("/guide?x=1", { headers: HTML });
  assertEquals([led.status, led.headers.get("location")], [303, "/login?next=%2Fguide%3Fx%3D1"]);
});

Deno.test("front matter opens and closes a page, under every name that it has", async () => {
  await using closed = await site({ isPublic: false });
  assertEquals((await closed.request("/open")).status, 200);
  assertEquals((await closed.request("/open?source")).status, 200);
  assertEquals((await closed.request("/open.md")).headers.get("location"), "/open");
  await using open = await site({ files: { ...FILES, "closed.MD": FILES["closed.md"] } });
  const ada = await open.member("ada");
  await Deno.symlink(join(open.dir.path, "closed.md"), join(open.dir.path, "other.txt"));
  await Deno.symlink(join(open.dir.path, "closed.md"), join(open.dir.path, "another.md"));
  for (
    const path of ["/closed", "/closed?source", "/closed.md?source", "/other.txt", "/another", "/closed.MD", "/broken"]
  ) {
    assertEquals((await open.request(path)).status, 401, path);
    assertEquals((await open.request(path, { as: ada })).status, 200, path);
  }
});

Deno.test("nothing tells a visitor what lies where only members may read: no redirect, no copy, no way over a link", async () => {
  const files = {
    "a/x.txt": "1",
    "b/index.html": "1",
    "c.html": "1",
    "c.html.gz": "1",
    "d.md": "---\naccess: members\n---\n# D\n",
    "d.md.gz": "1",
    "e.md.br": "1",
    "f/g.md": "---\naccess: public\n---\n# G\n",
  };
  const data = await tempDir({
    "access.toml": ["/a/", "/b/", "/c.html", "/f/"].map((path) => `"${path}" = "members"\n`).join(""),
  });
  await using dir = await tempDir(files);
  await using app = await testApp({ siteDir: dir.path, accessFile: join(data.path, "access.toml") });
  for (const [from, to] of [["link", "a"], ["page", "d.md"], ["sub", "f"]]) {
    await Deno.symlink(join(dir.path, to), join(dir.path, from));
  }
  const refused = [
    ["/a", "/b", "/c", "/d.md", "/f"],
    ["/c.html.gz", "/d.md.gz", "/d.md.gz?source"],
    ["/link", "/link/", "/link/x.txt", "/link/y.txt", "/link/sub/z", "/page", "/sub", "/sub/h"],
  ];
  for (const path of refused.flat()) assertEquals((await app.request(path)).status, 401, path);
  const open: ReadonlyArray<[path: string, status: number]> = [
    ["/e.md.br", 200],
    ["/f/g.md", 301],
    ["/nothing/at/all", 404],
    ["/e.md.br/x", 404],
  ];
  for (const [path, status] of open) {
    const response = await app.request(path);
    await response.body?.cancel();
    assertEquals(response.status, status, path);
  }
  const listing = await pageOf(app, "/");
  assert(listing.includes("e.md.br"));
  for (const name of ["d.md", "c.html", 'href="/a/"']) assert(!listing.includes(name), name);
  const ada = await app.member("ada");
  assertEquals((await app.request("/a", { as: ada })).headers.get("location"), "/a/");
  await data[Symbol.asyncDispose]();
});

Deno.test("a page is what its file holds, though the length and time of that are the same", async () => {
  await using app = await site({ files: { "a.md": "# One\n" } });
  using clock = fakeClock();
  const time = new Date(Date.now() - 60_000);
  const path = join(app.dir.path, "a.md");
  for (const word of ["One", "Two", "Six"]) {
    await Deno.writeTextFile(path, `# ${word}\n`);
    await Deno.utime(path, time, time);
    clock.tick(300);
    assertStringIncludes(await pageOf(app, "/a"), `>${word}<`);
  }
});

Deno.test("what is wrong with a page is told to members, and once to the log", async () => {
  await using app = await site();
  const ada = await app.member("ada");
  for (let visit = 0; visit < 2; visit++) {
    const page = await (await app.request("/broken", { as: ada, headers: HTML })).text();
    assertStringIncludes(page, "Cannot read the front matter: ");
  }
  app.logger.flush();
  assertEquals(app.lines.filter((line) => line.includes("/broken.md: Cannot read the front matter")).length, 1);
});

Deno.test("a page that has not changed is not sent again", async () => {
  await using app = await site();
  for (const path of ["/guide", "/bare/"]) {
    const first = await app.request(path);
    await first.body?.cancel();
    const etag = first.headers.get("etag")!;
    assertMatch(etag, /^"[\w-]{22}"$/);
    const cases: ReadonlyArray<[Record<string, string>, number]> = [
      [{ "if-none-match": etag }, 304],
      [{ "if-none-match": `"other", W/${etag}` }, 304],
      [{ "if-none-match": "*" }, 304],
      [{ "if-none-match": '"other"' }, 200],
      [{ "if-match": etag }, 200],
      [{ "if-match": '"other"' }, 412],
    ];
    for (const [headers, status] of cases) {
      const again = await app.request(path, { headers });
      await again.body?.cancel();
      assertEquals(again.status, status, JSON.stringify(headers));
      if (status === 304) assertEquals(again.headers.get("etag"), etag);
    }
  }
  using clock = fakeClock();
  await app.dir.write("guide.md", "# Another\n");
  clock.tick(1_000);
  const after = await pageOf(app, "/guide?again");
  assertStringIncludes(after, "Another");
});

Deno.test("of the folders above a page that lies very deep the middle is left out", async () => {
  const names = Array.from({ length: 40 }, (_, index) => `f${index}`);
  await using app = await site({ files: { [`${names.join("/")}/deep.md`]: "# Deep\n" } });
  const page = await pageOf(app, `/${names.join("/")}/deep`);
  const trail = /<nav class="trail"[^]*?<\/nav>/.exec(page)![0];
  const links = [...trail.matchAll(/<a href="([^"]+)"/g)].map(([, url]) => url);
  assertEquals([links.length, links[0], links.at(-1)], [12, "/", `/${names.join("/")}/`]);
});

Deno.test("a message that is shown once is shown, even if the page has not changed", async () => {
  await using app = await site();
  const etag = (await app.request("/guide")).headers.get("etag")!;
  const cookie = `flash=${encodeURIComponent(JSON.stringify({ message: "Saved", kind: "done" }))}`;
  const response = await app.request("/guide", { headers: { cookie, "if-none-match": etag } });
  assertEquals(response.status, 200);
  await response.body?.cancel();
});

Deno.test("a listing is sorted by its links", async () => {
  await using app = await site();
  const namesOf = async (query: string) => {
    const page = await pageOf(app, `/bare/${query}`);
    return [...page.matchAll(/<th scope="row"[^>]*><a href="([^"]*)"/g)].map(([, href]) => href);
  };
  const [sub, a, b] = ["/bare/sub/", "/bare/a.txt", "/bare/b.txt"];
  assertEquals(await namesOf(""), [sub, a, b]);
  assertEquals(await namesOf("?sort=name&desc"), [sub, b, a]);
  assertEquals(await namesOf("?sort=size"), [sub, a, b]);
  assertEquals(await namesOf("?sort=size&desc"), [sub, b, a]);
  assertEquals(await namesOf("?sort=nonsense&offset=-1"), [sub, a, b]);
  assertEquals(await namesOf("?offset=7"), []);
  const page = await pageOf(app, "/bare/?sort=size");
  assertStringIncludes(page, '<th scope="col" aria-sort="ascending"><a href="?sort=size&amp;desc">Size</a></th>');
  assertStringIncludes(page, '<td title="5 bytes">5 B</td>');
});

Deno.test("a folder with many files is shown in parts", async () => {
  const files = Object.fromEntries(Array.from({ length: 1_001 }, (_, index) => [`many/${index}.txt`, ""]));
  await using app = await site({ files: { "README.md": "x", ...files } });
  const part = async (query: string) => await pageOf(app, `/many/${query}`);
  const [first, last] = [await part(""), await part("?sort=name&offset=1000")];
  assertStringIncludes(first, "1–500 of 1001");
  assertStringIncludes(first, '<a rel="next" href="?sort=name&amp;offset=500">');
  assert(!first.includes('rel="prev"'));
  assertStringIncludes(last, "1001–1001 of 1001");
  assertStringIncludes(last, '<a rel="prev" href="?sort=name&amp;offset=500">');
  assert(!last.includes('rel="next"'));
});

Deno.test("the first page of a folder without an index has doors to the room and the search", async () => {
  await using app = await site({ files: { "README.md": "x", "a.txt": "x" } });
  await Deno.remove(join(app.dir.path, "README.md"));
  await Deno.remove(join(app.dir.path, "link.txt"));
  await app.services.site.refresh();
  const page = await pageOf(app, "/?sort=date");
  for (const href of ["/rooms/common", "/search", "/a.txt"]) assertStringIncludes(page, `<a href="${href}">`);
  await Deno.mkdir(join(app.dir.path, "empty"));
  await app.services.site.refresh();
  const empty = await pageOf(app, "/empty/");
  assertMatch(empty, /There is nothing in this folder yet|still being read/);
});

Deno.test("a page that is not there suggests the nearest", async () => {
  await using app = await site();
  const page = await pageOf(app, "/docs/thre");
  assertMatch(page, /Did you mean.*<a href="\/docs\/three">Three<\/a>/s);
  const hidden = await pageOf(app, "/docs/secre");
  assert(!hidden.includes("/docs/secret"));
});

Deno.test("other methods than GET and HEAD are not for pages", async () => {
  await using app = await site();
  for (const path of ["/guide", "/guide.md", "/bare/", "/about.html", "/guide?source"]) {
    const post = await app.request(path, { method: "POST" });
    assertEquals([post.status, post.headers.get("allow")], [405, "GET, HEAD, OPTIONS"], path);
    const options = await app.request(path, { method: "OPTIONS" });
    assertEquals(options.headers.get("allow"), "GET, HEAD, OPTIONS", path);
    const head = await app.request(path, { method: "HEAD" });
    assertEquals(await head.text(), "", path);
  }
});

Deno.test("pages that are watched load themselves anew, those of the folder too", async () => {
  await using made = await site();
  const { services, logger } = made;
  const routes = await loadRoutes(ROUTES_DIR);
  const app = createApp({ routes, staticDir: STATIC_DIR, services, logger, isWatching: true });
  for (const path of ["/guide", "/bare/"]) {
    assertStringIncludes(await pageOf(app, path), '<script src="/_ui/reload.js" defer></script>');
  }
  const page = await app.request("/about.html");
  assertMatch(page.headers.get("content-security-policy")!, /^sandbox /);
  assertEquals(await page.text(), '<h1>About</h1>\n<script src="/_ui/reload.js" defer></script>\n');
  assertEquals(await pageOf(app, "/notes.txt"), "plain");
});
