import { assert, assertEquals, assertMatch, assertRejects, assertStringIncludes } from "@std/assert";
import { StartError } from "../lib/errors.ts";
import { loadRoutes } from "../lib/file_routes.ts";
import { ROUTES_DIR } from "../lib/server.ts";
import { tempDir, testApp } from "./testing.ts";

const answer = (text: string) => `export const GET = () => ${JSON.stringify(text)};`;
const page = (text: string) => `export const GET = (ctx) => ctx.html\`<p>${text}</p>\`;`;

/** An application with these routes beside ours. */
async function withRoutes(files: Readonly<Record<string, string>>) {
  const dir = await tempDir(files);
  const it = await testApp({ besideDir: dir.path });
  return {
    ...it,
    dir: dir.path,
    async html(path: string) {
      const response = await it.request(path, { headers: { accept: "text/html" } });
      return { status: response.status, text: await response.text() };
    },
    async [Symbol.asyncDispose]() {
      await it[Symbol.asyncDispose]();
      await dir[Symbol.asyncDispose]();
    },
  };
}

Deno.test("routes of one's own stand beside ours, and share our layout and error pages", async () => {
  await using it = await withRoutes({
    "hello.js": page("hello"),
    "api/things.js": "export const GET = () => ({ things: [1] });",
    "rooms.list.ts": answer("typed"),
    "people/[name]/cats/[cat].js": "export const GET = (ctx) => ctx.params;",
  });
  const hello = await it.html("/hello");
  assertEquals(hello.status, 200);
  assertMatch(hello.text, /<title>Commonroom<\/title>[^]*<main[^]*<p>hello<\/p>/);
  assertEquals((await it.html("/api/things")).text, '{"things":[1]}');
  assertEquals((await it.html("/rooms.list")).text, "typed");
  assertEquals((await it.html("/people/ada/cats/tom")).text, '{"name":"ada","cat":"tom"}');
  assertEquals((await it.html("/healthz")).status, 200, "ours are still there");
  assertMatch((await it.html("/hello/nothing")).text, /There is nothing/);
});

Deno.test("routes of one's own may be written with JSX and types, and import what we import", async () => {
  await using it = await withRoutes({
    "jsx.tsx": `
      import type { Context } from "commonroom";
      import * as v from "valibot";
      const Query = v.object({ name: v.optional(v.string(), "you") });
      export const GET = (ctx: Context) => <p title={ctx.queryAs(Query).name}>Hello</p>;`,
  });
  assertStringIncludes((await it.html("/jsx?name=a%22b")).text, '<p title="a&quot;b">Hello</p>');
});

Deno.test("a layout of one's own takes the place of ours around one's own routes alone", async () => {
  await using it = await withRoutes({
    "_layout.js":
      'export default ({ ctx, page, children }) => ctx.html`<mine title="${page.title}">${children}</mine>`;',
    "in/_layout.js": "export default ({ ctx, children }) => ctx.html`<inner>${children}</inner>`;",
    "hello.js": "export const GET = (ctx) => ctx.render(ctx.html`<p>1</p>`, { title: 'A < B' });",
    "in/x.js": page("2"),
  });
  assertEquals((await it.html("/hello")).text, '<!doctype html><mine title="A &lt; B"><p>1</p></mine>');
  assertEquals((await it.html("/in/x")).text, '<!doctype html><mine title=""><inner><p>2</p></inner></mine>');
  assertStringIncludes((await it.html("/login")).text, "<title>");
});

Deno.test("error pages and middleware of one's own are for one's own folders", async () => {
  await using it = await withRoutes({
    "_middleware.js": "export default async (ctx, next) => { ctx.headers.set('x-mine', '1'); return await next(); };",
    "blog/_404.js": "export default ({ ctx }) => ctx.html`<p>no post at ${ctx.path}</p>`;",
    "blog/_error.js":
      "export default ({ ctx, error }) => ctx.html`<p>${error.status} ${error.message} ${ctx.requestId}</p>`;",
    "blog/x.js": "export const GET = (ctx) => ctx.fail(409, 'Not <now>');",
    "blog/broken.js": "export const GET = () => { throw new Error('a secret'); };",
  });
  assertStringIncludes((await it.html("/blog/nothing")).text, "<p>no post at /blog/nothing</p>");
  const refused = await it.html("/blog/x");
  assertEquals(refused.status, 409);
  assertMatch(refused.text, /<p>409 Not &lt;now&gt; [\w-]+<\/p>/);
  const broken = await it.html("/blog/broken");
  assertMatch(broken.text, /<p>500 Something went wrong here [\w-]+<\/p>/);
  assert(!broken.text.includes("secret"));
  assertMatch((await it.html("/nothing")).text, /There is nothing here/, "ours, where none of its own is");
  assertEquals((await it.request("/blog/x")).headers.get("x-mine"), "1");
  assertEquals((await it.request("/healthz")).headers.get("x-mine"), null);
});

Deno.test("an error page of one's own at the root is for every address that nothing answers", async () => {
  await using it = await withRoutes({
    "_404.js": "export default ({ ctx }) => ctx.html`<p>mine</p>`;",
    "a.js": answer("a"),
  });
  assertStringIncludes((await it.html("/nothing")).text, "<p>mine</p>");
});

Deno.test("the first page may be replaced, and nothing else of ours", async () => {
  await using it = await withRoutes({
    "index.js": page("my own first page"),
    "[page].js": "export const GET = (ctx) => ctx.params;",
  });
  assertStringIncludes((await it.html("/")).text, "<p>my own first page</p>");
  assertEquals((await it.html("/whatever")).text, '{"page":"whatever"}');
  assertStringIncludes((await it.html("/login")).text, 'name="password"');
});

Deno.test("the widest route of one's own leaves our addresses and our assets alone", async () => {
  await using it = await withRoutes({ "[...rest].js": answer("mine"), "[a]/[b].js": answer("two") });
  assertEquals((await it.html("/some/where/else")).text, "mine");
  for (const path of ["/healthz", "/api/search?q=x", "/login", "/search", "/_ui/base.css"]) {
    const { status, text } = await it.html(path);
    assertEquals(status, 200, path);
    assert(!["mine", "two"].includes(text), path);
  }
  assertEquals((await it.html("/_ui/nothing")).status, 404);
});

Deno.test("loadRoutes() refuses a route that would take an address from ours, and names both", async () => {
  const cases: ReadonlyArray<readonly [file: string, reason: RegExp]> = [
    ["login.js", /it would take \/login from ours, routes\/login\.tsx: choose another address/],
    ["login.tsx", /from ours, routes\/login\.tsx/],
    ["api/search.js", /from ours, routes\/api\/search\.ts/],
    ["rooms/special.js", /it would take \/rooms\/special from ours, routes\/rooms\/\[room\]\.tsx/],
    ["rooms/[other].js", /from ours, routes\/rooms\/\[room\]\.tsx/],
    ["api/rooms/[room]/messages/first.js", /from ours/],
    ["_ui/mine.js", /the addresses below \/_ui\/ are those of our styles and scripts/],
    ["healthz/index.js", /from ours, routes\/healthz\.ts/],
  ];
  for (const [file, reason] of cases) {
    await using dir = await tempDir({ [file]: answer("x") });
    const { message } = await assertRejects(() => loadRoutes(ROUTES_DIR, { beside: dir.path }), StartError);
    assertStringIncludes(message, `Cannot load ${dir.path}/${file}: `);
    assertMatch(message, reason, file);
    assert(!message.includes("\n"));
  }
});

Deno.test("loadRoutes() names both of two files of one's own for one address", async () => {
  await using dir = await tempDir({ "a.js": answer("1"), "a/index.js": answer("2") });
  const { message } = await assertRejects(() => loadRoutes(ROUTES_DIR, { beside: dir.path }), StartError);
  assertEquals(message, `Cannot load ${dir.path}/a/index.js: ${dir.path}/a.js answers /a already`);
});

Deno.test("loadRoutes() says that a folder of routes is not there", async () => {
  await using dir = await tempDir({ file: "" });
  const cases: ReadonlyArray<readonly [beside: string, reason: string]> = [
    [`${dir.path}/nothing`, "there is no such folder"],
    [`${dir.path}/file`, "it is no folder that can be read"],
  ];
  for (const [beside, reason] of cases) {
    const { message } = await assertRejects(() => loadRoutes(ROUTES_DIR, { beside }), StartError);
    assertEquals(message, `Cannot load the routes of ${beside}: ${reason}`);
  }
});
