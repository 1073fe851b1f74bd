import { stripVTControlCharacters } from "node:util";
import { assert, assertEquals, assertMatch, assertRejects, assertStringIncludes } from "@std/assert";
import { StartError } from "../lib/errors.ts";
import { loadRoutes } from "../lib/file_routes.ts";
import { ROUTES_DIR } from "../lib/server.ts";
import { tempDir, testApp } from "./testing.ts";

const answer = (text: string) => `export const GET = () => ${JSON.stringify(text)};`;
const page = (text: string) => `import { h } from "preact"; export const GET = () => h("p", null, "${text}");`;
const layout = (name: string) => `
  import { h } from "preact";
  export default ({ children, page }) => h("${name}", { title: page.title }, children);`;
const errorPage = (name: string) => `
  import { h } from "preact";
  export default ({ error }) => h("${name}", null, error.message);`;
const middleware = (name: string) => `
  export default async (ctx, next) => {
    if (ctx.query.get("stop") === "${name}") return "stopped by ${name}";
    return "${name}(" + await next() + ")";
  };`;

/** An application whose routes are these files. */
async function routesOf(files: Readonly<Record<string, string>>) {
  const dir = await tempDir(files);
  const empty = await tempDir();
  const it = await testApp({ routesDir: dir.path, siteDir: empty.path });
  return {
    ...it,
    async text(path: string, init?: RequestInit) {
      const response = await it.request(path, { headers: { accept: "text/html" }, ...init });
      return `${response.status} ${await response.text()}`;
    },
    async [Symbol.asyncDispose]() {
      await it[Symbol.asyncDispose]();
      await dir[Symbol.asyncDispose]();
      await empty[Symbol.asyncDispose]();
    },
  };
}

Deno.test("loadRoutes() makes a URL of each file", async () => {
  const one = answer("x");
  await using dir = await tempDir({
    "index.tsx": page("first"),
    "about.ts": one,
    "style.css.ts": one,
    "users/index.jsx": one,
    "users/[id].js": `${one} export const DELETE = () => "gone";`,
    "users/new.ts": one,
    "users/[id]/posts/index.ts": `export function POST() { return "made"; }`,
    "files/[...path].ts": one,
    ".hidden.ts": "syntax error(",
    ".folder/x.ts": "syntax error(",
    "_layout.tsx": layout("main"),
  });
  const { routes } = await loadRoutes(dir.path);
  assertEquals(routes.map(({ pattern, allow, file }) => `${pattern} ${allow} ${file}`), [
    "/ GET, HEAD, OPTIONS routes/index.tsx",
    "/about GET, HEAD, OPTIONS routes/about.ts",
    "/files/[...path] GET, HEAD, OPTIONS routes/files/[...path].ts",
    "/style.css GET, HEAD, OPTIONS routes/style.css.ts",
    "/users GET, HEAD, OPTIONS routes/users/index.jsx",
    "/users/[id] GET, HEAD, DELETE, OPTIONS routes/users/[id].js",
    "/users/[id]/posts POST, OPTIONS routes/users/[id]/posts/index.ts",
    "/users/new GET, HEAD, OPTIONS routes/users/new.ts",
  ]);
});

Deno.test("a route gets its parameters, decoded", async () => {
  await using it = await routesOf({
    "users/[id].ts": "export const GET = (ctx) => ctx.params;",
    "users/new.ts": answer("new"),
    "[...rest].ts": "export const GET = (ctx) => ({ rest: ctx.params.rest });",
  });
  const cases: ReadonlyArray<readonly [path: string, reply: string]> = [
    ["/users/ada", '200 {"id":"ada"}'],
    ["/users/a%2Fb%20c", '200 {"id":"a/b c"}'],
    ["/users/new", "200 new"],
    ["/users/ada/x", '200 {"rest":"users/ada/x"}'],
    ["/caf%C3%A9", '200 {"rest":"café"}'],
  ];
  for (const [path, reply] of cases) assertEquals(await it.text(path), reply, path);
});

Deno.test("what a route returns becomes a reply", async () => {
  await using it = await routesOf({
    "text.ts": answer("<b>text"),
    "json.ts": "export const GET = () => ({ a: [1] });",
    "list.ts": "export const GET = async () => [1, 2];",
    "page.ts": page("a < b"),
    "response.ts": `export const GET = () => new Response("own", { status: 418, headers: { "x-own": "1" } });`,
  });
  const cases: ReadonlyArray<readonly [path: string, status: number, type: RegExp, body: string]> = [
    ["/text", 200, /^text\/plain/, "<b>text"],
    ["/json", 200, /^application\/json/, '{"a":[1]}'],
    ["/list", 200, /^application\/json/, "[1,2]"],
    ["/page", 200, /^text\/html/, "<!doctype html><p>a &lt; b</p>"],
    ["/response", 418, /^text\/plain/, "own"],
  ];
  for (const [path, status, type, body] of cases) {
    const response = await it.request(path);
    assertEquals([response.status, await response.text()], [status, body]);
    assertMatch(response.headers.get("content-type")!, type);
  }
});

Deno.test("a route that returns nothing is a defect, named in the log alone", async () => {
  await using it = await routesOf({ "nothing.ts": "export const GET = () => {};" });
  const response = await it.request("/nothing");
  assertEquals(response.status, 500);
  assert(!(await response.text()).includes("undefined"));
  it.logger.flush();
  assertStringIncludes(it.lines.join("\n"), "The route /nothing returned undefined");
});

Deno.test("a route may return a reply whose headers cannot be changed", async () => {
  await using it = await routesOf({
    "away.ts": `export const GET = () => Response.redirect("http://localhost/elsewhere", 302);`,
  });
  const response = await it.request("/away");
  assertEquals([response.status, response.headers.get("location")], [302, "http://localhost/elsewhere"]);
  assertEquals(response.headers.get("x-content-type-options"), "nosniff");
});

Deno.test("HEAD follows from GET, and OPTIONS from every route, unless it has its own", async () => {
  await using it = await routesOf({
    "a.ts": answer("a"),
    "own.ts": `
      export const GET = () => "get";
      export const HEAD = () => new Response(null, { headers: { "x-own": "head" } });
      export const OPTIONS = () => new Response(null, { headers: { "x-own": "options" } });`,
    "post.ts": `export const POST = () => "posted";`,
  });
  const head = await it.request("/a", { method: "HEAD" });
  assertEquals([head.status, head.headers.get("content-type")], [200, "text/plain; charset=utf-8"]);
  assertEquals(await head.text(), "");
  const options = await it.request("/a", { method: "OPTIONS" });
  assertEquals([options.status, options.headers.get("allow")], [204, "GET, HEAD, OPTIONS"]);
  assertEquals((await it.request("/own", { method: "HEAD" })).headers.get("x-own"), "head");
  assertEquals((await it.request("/own", { method: "OPTIONS" })).headers.get("x-own"), "options");
  assertEquals((await it.request("/post", { method: "HEAD" })).status, 405);
});

Deno.test("a method that a route does not answer is 405 with Allow; an address without a route is 404", async () => {
  await using it = await routesOf({
    "a.ts": answer("a"),
    "b.ts": `export const POST = () => "x"; export const PUT = POST;`,
  });
  const cases: ReadonlyArray<readonly [method: string, path: string, status: number, allow: string | null]> = [
    ["POST", "/a", 405, "GET, HEAD, OPTIONS"],
    ["DELETE", "/a", 405, "GET, HEAD, OPTIONS"],
    ["GET", "/b", 405, "POST, PUT, OPTIONS"],
    ["PATCH", "/b", 405, "POST, PUT, OPTIONS"],
    ["GET", "/c", 404, null],
    ["POST", "/c", 404, null],
    ["OPTIONS", "/c", 404, null],
  ];
  for (const [method, path, status, allow] of cases) {
    const response = await it.request(path, { method });
    assertEquals([response.status, response.headers.get("allow")], [status, allow], `${method} ${path}`);
    await response.body?.cancel();
  }
});

Deno.test("middleware runs from the outer folder to the inner one, and may answer itself", async () => {
  await using it = await routesOf({
    "_middleware.ts": middleware("outer"),
    "index.ts": answer("first"),
    "in/_middleware.ts": middleware("inner"),
    "in/index.ts": answer("second"),
    "in/deep/x.ts": answer("third"),
    "beside/x.ts": answer("fourth"),
  });
  const cases: ReadonlyArray<readonly [path: string, reply: string]> = [
    ["/", "200 outer(first)"],
    ["/in", "200 outer(inner(second))"],
    ["/in/deep/x", "200 outer(inner(third))"],
    ["/beside/x", "200 outer(fourth)"],
    ["/in?stop=inner", "200 outer(stopped by inner)"],
    ["/in?stop=outer", "200 stopped by outer"],
    ["/?stop=inner", "200 outer(first)"],
  ];
  for (const [path, reply] of cases) assertEquals(await it.text(path), reply, path);
});

Deno.test("layouts are nested, the outer folder's outside", async () => {
  await using it = await routesOf({
    "_layout.ts": layout("outer"),
    "index.ts": page("first"),
    "in/_layout.ts": layout("inner"),
    "in/index.ts": `import { h } from "preact"; export const GET = (ctx) => ctx.render(h("p"), { title: "T" });`,
    "in/deep/x.ts": page("third"),
  });
  const cases: ReadonlyArray<readonly [path: string, html: string]> = [
    ["/", "<outer><p>first</p></outer>"],
    ["/in", '<outer title="T"><inner title="T"><p></p></inner></outer>'],
    ["/in/deep/x", "<outer><inner><p>third</p></inner></outer>"],
  ];
  for (const [path, html] of cases) assertEquals(await it.text(path), `200 <!doctype html>${html}`, path);
});

Deno.test("an error gets the page of the nearest folder", async () => {
  const failing = `import { HttpError } from "${new URL("../lib/errors.ts", import.meta.url)}";
    export const GET = () => { throw new HttpError(409, "no <way>"); };`;
  await using it = await routesOf({
    "_error.ts": errorPage("outer-error"),
    "_404.ts": errorPage("outer-404"),
    "x.ts": failing,
    "in/_error.ts": errorPage("inner-error"),
    "in/x.ts": failing,
    "in/deep/_404.ts": errorPage("deep-404"),
    "in/deep/x.ts": failing,
  });
  const cases: ReadonlyArray<readonly [path: string, reply: string]> = [
    ["/x", "409 <!doctype html><outer-error>no &lt;way></outer-error>"],
    ["/in/x", "409 <!doctype html><inner-error>no &lt;way></inner-error>"],
    ["/in/deep/x", "409 <!doctype html><inner-error>no &lt;way></inner-error>"],
    ["/nothing", "404 <!doctype html><outer-404>There is nothing at /nothing</outer-404>"],
    ["/in/nothing", "404 <!doctype html><outer-404>There is nothing at /in/nothing</outer-404>"],
    ["/in/deep/nothing", "404 <!doctype html><deep-404>There is nothing at /in/deep/nothing</deep-404>"],
    ["/in/deep/no/thing", "404 <!doctype html><deep-404>There is nothing at /in/deep/no/thing</deep-404>"],
  ];
  for (const [path, reply] of cases) assertEquals(await it.text(path), reply, path);
});

Deno.test("an address in a folder that is a parameter gets the 404 page of that folder", async () => {
  await using it = await routesOf({
    "_404.ts": errorPage("outer-404"),
    "[user]/_404.ts": errorPage("user-404"),
    "[user]/x.ts": answer("x"),
  });
  assertStringIncludes(await it.text("/ada/nothing"), "<user-404>");
});

Deno.test("an error page that breaks itself is answered in JSON, and logged", async () => {
  await using it = await routesOf({
    "_error.ts": `export default () => { throw new Error("the page broke"); };`,
    "x.ts": `export const GET = () => { throw new Error("the route broke"); };`,
  });
  const reply = await it.text("/x");
  assertMatch(reply, /^500 \{"error":\{"status":500,"message":"Something went wrong here"/);
  it.logger.flush();
  assertStringIncludes(it.lines.join("\n"), "the page broke");
  assertStringIncludes(it.lines.join("\n"), "the route broke");
});

Deno.test("loadRoutes() refuses a file that is no route, with its name and the reason", async () => {
  const cases: ReadonlyArray<readonly [files: Record<string, string>, file: string, reason: RegExp]> = [
    [{ "a.ts": "export const GET = (;" }, "routes/a.ts", /Expression expected|expected/i],
    [{ "a.ts": "throw new Error('at once');" }, "routes/a.ts", /at once/],
    [{ "a.ts": "import './missing.ts';" }, "routes/a.ts", /missing\.ts/],
    [{ "a.ts": "" }, "routes/a.ts", /exports no method; export a function named GET or/],
    [{ "a.ts": "export const get = () => 1;" }, "routes/a.ts", /exports get; a route exports only maxBodyBytes, GET/],
    [{ "a.ts": "export default () => 1;" }, "routes/a.ts", /exports default/],
    [
      { "a.ts": "export const GET = () => 1; export const helper = 1;" },
      "routes/a.ts",
      /exports helper; .*what routes share/,
    ],
    [{ "a.ts": "export const TRACE = () => 1;" }, "routes/a.ts", /exports TRACE/],
    [{ "a.ts": 'export const GET = "text";' }, "routes/a.ts", /export GET is no function/],
    [{ "a.css": "p {}" }, "routes/a.css", /a route is a file of \.ts, \.tsx, \.js, \.jsx/],
    [{ "in/README": "words" }, "routes/in/README", /a route is a file of/],
    [{ "_other.ts": "export default () => 1;" }, "routes/_other.ts", /one of _middleware, _layout, _404, _error/],
    [{ "_layout.css": "p {}" }, "routes/_layout.css", /a route is a file of/],
    [{ "_layout.ts": "export const layout = 1;" }, "routes/_layout.ts", /no function as its default export/],
    [{ "in/_404.ts": "export default 404;" }, "routes/in/_404.ts", /no function as its default export/],
    [{ "a.ts": answer("1"), "a/index.ts": answer("2") }, "routes/a/index.ts", /Cannot add route \/a: \/a is the same/],
    [{ "a.ts": answer("1"), "a.tsx": answer("2") }, "routes/a.tsx", /is the same URL/],
    [{ "[a].ts": answer("1"), "[b].ts": answer("2") }, "routes/[b].ts", /\/\[a\] is the same URL/],
    [{ "[a.ts": answer("1") }, "routes/[a.ts", /\[a is malformed/],
    [{ "[...a]/b.ts": answer("1") }, "routes/[...a]", /must come last/],
    [{ "[a]/[a].ts": answer("1") }, "routes/[a]/[a].ts", /stands twice/],
  ];
  for (const [files, file, reason] of cases) {
    await using dir = await tempDir(files);
    const error = await assertRejects(() => loadRoutes(dir.path), StartError);
    assertStringIncludes(error.message, `Cannot load ${file}: `);
    assertMatch(error.message, reason);
    assertEquals(error.exitStatus, 1);
  }
});

Deno.test("loadRoutes() says at which line a route breaks while it is loaded", async () => {
  const cases: ReadonlyArray<readonly [files: Record<string, string>, reason: RegExp]> = [
    [{ "a.js": "\nthrow new Error('at once');" }, /a\.js: at once\n {4}at file:\S+\/a\.js:2:7$/],
    [
      { "a.js": "import './.b.js';", ".b.js": "\n\nnothing.x;" },
      /nothing is not defined\n {4}at file:\S+\/\.b\.js:3:1$/,
    ],
    [{ "a.js": "import './missing.js';" }, /^[^]*a\.js:1:\d+$/],
    [{ "a.js": "throw 'a string';" }, /a\.js: a string$/],
  ];
  for (const [files, reason] of cases) {
    await using dir = await tempDir(files);
    const { message } = await assertRejects(() => loadRoutes(dir.path), StartError);
    assertMatch(stripVTControlCharacters(message), reason);
  }
});

Deno.test("loadRoutes() takes no notice of what an editor or a package manager puts there", async () => {
  await using dir = await tempDir({
    "a.js": "export const GET = () => 'a';",
    "deno.json": "{}",
    "deno.lock": "{}",
    "package.json": "{}",
    "tsconfig.json": "{}",
    "README.md": "# Mine",
    "node_modules/x/index.js": "throw new Error('no route');",
  });
  assertEquals((await loadRoutes(dir.path)).routes.map(({ pattern }) => pattern), ["/a"]);
});

Deno.test("a page's route has a name of its own for every method that it answers", async () => {
  const { routes } = await loadRoutes(ROUTES_DIR);
  const patterns = routes.map(({ pattern }) => pattern);
  assertEquals(patterns.length, new Set(patterns).size);
  for (const path of ["/", "/login", "/register", "/search", "/rooms/[room]", "/api/login", "/api/chat", "/healthz"]) {
    assert(patterns.includes(path), path);
  }
});
