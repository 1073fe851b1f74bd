import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import type { Peer } from "../lib/context.ts";
import { HttpError } from "../lib/errors.ts";
import { jsonOf, tempDir, testApp, type TestAppOptions } from "./testing.ts";

const HTML = { accept: "text/html,application/xhtml+xml,*/*;q=0.8" };
const ERRORS = new URL("../lib/errors.ts", import.meta.url).href;

const PEER: Peer = {
  address: "203.0.113.7",
  isSecure: false,
  upgrade() {
    throw new HttpError(426);
  },
};

/** Routes of a kind that our own are not. */
const FIXTURES = {
  "throws.ts": `export const GET = () => { throw new Error("secret details", { cause: new Error("deeper") }); };
    export const POST = GET;`,
  "throws_text.ts": `export const GET = () => { throw "secret text"; };`,
  "http_error.ts": `import { HttpError } from "${ERRORS}";
    export const GET = () => {
      throw new HttpError(503, "Come <again>", { cause: new Error("secret cause"), headers: { "retry-after": "7" } });
    };`,
  "in/x.ts": `export const GET = () => "x"; export const POST = GET;`,
  "cookie.ts":
    `export const GET = (ctx) => { ctx.headers.append("set-cookie", "a=1"); ctx.headers.append("set-cookie", "b=2"); return "x"; };`,
  "api/x.ts": `export const POST = async (ctx) => await ctx.request.text();`,
  "_error.ts":
    `import { h } from "preact"; export default ({ error, ctx }) => h("p", null, error.message, " ", ctx.requestId);`,
};

async function fixtureApp(options: TestAppOptions = {}) {
  const routes = await tempDir(FIXTURES);
  const site = await tempDir({ "page.html": "<p>page", "folder/index.html": "<p>index" });
  const it = await testApp({ routesDir: routes.path, siteDir: site.path, ...options });
  return {
    ...it,
    /** What the log says, line by line. */
    logged() {
      it.logger.flush();
      return it.lines.map((line) => JSON.parse(line));
    },
    async [Symbol.asyncDispose]() {
      await it[Symbol.asyncDispose]();
      await routes[Symbol.asyncDispose]();
      await site[Symbol.asyncDispose]();
    },
  };
}

/** A request as a transport hands it over, that `new Request` would not make. */
function rawRequest(method: string, url: string, headers: Record<string, string> = {}): Request {
  return { method, url, headers: new Headers(headers), body: null } as unknown as Request;
}

Deno.test("a defect is answered with a bare 500; its details are in the log, under the request's id", async () => {
  await using it = await fixtureApp();
  for (
    const [path, secrets] of [["/throws", ["secret details", "deeper"]], ["/throws_text", ["secret text"]]] as const
  ) {
    const response = await it.request(path);
    const body = await response.text();
    const { error } = JSON.parse(body);
    assertEquals(error, { status: 500, message: "Something went wrong here", requestId: error.requestId });
    assertEquals(response.headers.get("x-request-id"), error.requestId);
    const line = it.logged().find((line) => line.error !== undefined && line.requestId === error.requestId);
    for (const secret of secrets) {
      assert(!body.includes(secret));
      assertStringIncludes(line.error, secret);
    }
  }
});

Deno.test("an HttpError's message and headers are public, its cause is not", async () => {
  await using it = await fixtureApp();
  const response = await it.request("/http_error");
  assertEquals([response.status, response.headers.get("retry-after")], [503, "7"]);
  const body = await response.text();
  assertStringIncludes(body, "Come <again>");
  assert(!body.includes("secret cause"));
  assertStringIncludes(JSON.stringify(it.logged()), "secret cause");
});

Deno.test("an error is a page for who asks for HTML, and JSON for all others and for the API", async () => {
  await using it = await fixtureApp();
  const cases: ReadonlyArray<readonly [path: string, accept: string | undefined, type: string]> = [
    ["/throws", HTML.accept, "text/html"],
    ["/throws", "text/html", "text/html"],
    ["/throws", undefined, "application/json"],
    ["/throws", "*/*", "application/json"],
    ["/throws", "application/json", "application/json"],
    ["/throws", "application/json;q=0.5, text/html;q=0.4", "application/json"],
    ["/throws", "image/png", "application/json"],
    ["/throws", "nonsense;;;", "application/json"],
    ["/nothing", HTML.accept, "text/html"],
    ["/nothing", undefined, "application/json"],
    ["/api/nothing", HTML.accept, "application/json"],
    ["/api/x", HTML.accept, "application/json"],
  ];
  for (const [path, accept, type] of cases) {
    const response = await it.request(path, { headers: accept === undefined ? {} : { accept } });
    assertEquals(response.headers.get("content-type"), `${type}; charset=utf-8`, `${path} ${accept}`);
    const text = await response.text();
    assertStringIncludes(text, response.headers.get("x-request-id")!);
    if (type === "text/html") assert(!text.includes("<again>"));
  }
  assertStringIncludes(await (await it.request("/http_error", { headers: HTML })).text(), "Come &lt;again>");
});

Deno.test("a browser's request that is refused before it reaches a route gets a page too", async () => {
  await using it = await fixtureApp();
  const foreign = await it.request("/in/x", { method: "POST", headers: { ...HTML, origin: "http://evil.example" } });
  assertEquals(foreign.status, 403);
  const malformed = await it.request("/%zz", { headers: HTML });
  assertEquals(malformed.status, 400);
  for (const { headers } of [foreign, malformed]) assertEquals(headers.get("content-type"), "text/html; charset=utf-8");
});

Deno.test("every reply has the headers that guard it, and an error its request's id", async () => {
  await using it = await fixtureApp();
  const requests: ReadonlyArray<readonly [path: string, init?: RequestInit]> = [
    ["/in/x"],
    ["/page.html"],
    ["/folder"],
    ["/nothing"],
    ["/throws"],
    ["/throws", { headers: HTML }],
    ["/%zz"],
    ["/in/x", { method: "DELETE" }],
    ["/in/x", { method: "OPTIONS" }],
    ["/in/x/"],
    ["/in/x", { method: "POST", headers: { origin: "http://evil.example" } }],
  ];
  for (const [path, init] of requests) {
    const response = await it.request(path, init);
    const { headers } = response;
    assertEquals(headers.get("x-content-type-options"), "nosniff", path);
    assertEquals(headers.get("referrer-policy"), "same-origin", path);
    if (response.status >= 400) assertMatch(headers.get("x-request-id")!, /^[\w-]+$/);
    await response.body?.cancel();
  }
  const page = await it.request("/throws", { headers: HTML });
  const policy = page.headers.get("content-security-policy")!;
  for (const part of ["default-src 'none'", "script-src 'self'", "frame-ancestors 'none'", "base-uri 'none'"]) {
    assertStringIncludes(policy, part);
  }
  await page.body?.cancel();
});

Deno.test("our own assets may load nothing foreign; the pages of a site are its owner's", async () => {
  await using it = await fixtureApp();
  const policyOf = async (path: string) => {
    const response = await it.request(path);
    await response.body?.cancel();
    return [response.status, response.headers.get("content-security-policy")?.includes("default-src 'none'")];
  };
  assertEquals(await policyOf("/_ui/icon.svg"), [200, true]);
  assertEquals(await policyOf("/page.html"), [200, false]);
  await using starter = await testApp();
  assertEquals((await starter.request("/about.html")).headers.has("content-security-policy"), true);
});

Deno.test("a method that the server does not know is 501, wherever it points", async () => {
  await using it = await fixtureApp();
  for (const method of ["TRACE", "CONNECT", "BREW", "get", "PROPFIND", "CONSTRUCTOR"]) {
    for (const path of ["/in/x", "/page.html", "/nothing"]) {
      const response = await it.app(rawRequest(method, `http://localhost${path}`), PEER);
      assertEquals(response.status, 501, `${method} ${path}`);
      assert(!(await response.text()).includes("<"), "it is JSON");
    }
  }
});

Deno.test("OPTIONS * says what the server knows", async () => {
  await using it = await fixtureApp();
  const response = await it.app(rawRequest("OPTIONS", "http://localhost/*"), PEER);
  assertEquals(response.status, 204);
  assertEquals(response.headers.get("allow"), "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS");
});

Deno.test("a target that is no URL is 400, and logged without its path", async () => {
  await using it = await fixtureApp();
  for (const url of ["", "http://", "http://[", "http://local host/", "/only/a/path", "http://x:99999/"]) {
    const response = await it.app(rawRequest("GET", url), PEER);
    assertEquals(response.status, 400, url);
    assertEquals((await jsonOf(response)).error.message, "The request's target or Host is malformed");
  }
  assertEquals(it.logged().map(({ path }) => path), Array(6).fill("-"));
});

Deno.test("a slash too many leads to the route, with the query and the method kept", async () => {
  await using it = await fixtureApp();
  const cases: ReadonlyArray<readonly [path: string, status: number, location: string | null]> = [
    ["/in/x/", 308, "/in/x"],
    ["/in/x/?a=1&b=%2F", 308, "/in/x?a=1&b=%2F"],
    ["/in/x//", 404, null],
    ["/nothing/", 404, null],
    ["/folder/", 200, null],
  ];
  for (const [path, status, location] of cases) {
    for (const method of status === 200 ? ["GET"] : ["GET", "POST"]) {
      const response = await it.request(path, { method });
      assertEquals([response.status, response.headers.get("location")], [status, location], `${method} ${path}`);
      await response.body?.cancel();
    }
  }
});

Deno.test("no redirect leads to another host", async () => {
  await using it = await testApp();
  for (const path of ["//evil.example/", "//evil.example", "/\\evil.example/", "//evil.example/login/", "///login/"]) {
    const response = await it.app(rawRequest("GET", `http://localhost${path}`), PEER);
    const location = response.headers.get("location") ?? "/";
    assertEquals(new URL(location, "http://localhost").host, "localhost", `${path} → ${location}`);
    await response.body?.cancel();
  }
});

Deno.test("a change that another site's page asks for is refused with 403, a view is not", async () => {
  await using it = await fixtureApp();
  const cases: ReadonlyArray<readonly [method: string, headers: Record<string, string>, status: number]> = [
    ["POST", { origin: "http://evil.example" }, 403],
    ["POST", { origin: "null" }, 403],
    ["POST", { "sec-fetch-site": "cross-site" }, 403],
    ["DELETE", { origin: "http://evil.example" }, 403],
    ["POST", { origin: "http://localhost" }, 200],
    ["POST", { "sec-fetch-site": "same-origin" }, 200],
    ["POST", {}, 200],
    ["GET", { origin: "http://evil.example", "sec-fetch-site": "cross-site" }, 200],
    ["OPTIONS", { origin: "http://evil.example" }, 204],
  ];
  for (const [method, headers, status] of cases) {
    const response = await it.request("/in/x", { method, headers });
    assertEquals(response.status, status, `${method} ${JSON.stringify(headers)}`);
    assertEquals(response.headers.get("access-control-allow-origin"), null);
    await response.body?.cancel();
  }
});

Deno.test("a members-only site leads a visitor to the login, and tells a program 401", async () => {
  await using it = await fixtureApp({ isPublic: false });
  const cases: ReadonlyArray<readonly [path: string, location: string]> = [
    ["/page.html", "/login?next=%2Fpage.html"],
    ["/folder/", "/login?next=%2Ffolder%2F"],
    ["/folder", "/login?next=%2Ffolder"],
    ["/page.html?a=1&b=2", "/login?next=%2Fpage.html%3Fa%3D1%26b%3D2"],
  ];
  for (const [path, location] of cases) {
    const response = await it.request(path, { headers: HTML });
    assertEquals([response.status, response.headers.get("location")], [303, location]);
    const forProgram = await it.request(path);
    assertEquals(forProgram.status, 401);
    assert(!(await forProgram.text()).includes("page</"));
  }
  const ada = await it.member("ada");
  const response = await it.request("/page.html", { as: ada, headers: HTML });
  assertEquals([response.status, await response.text()], [200, "<p>page"]);
});

Deno.test("the headers that a route leaves are added to its reply, each on its own", async () => {
  await using it = await fixtureApp();
  assertEquals((await it.request("/cookie")).headers.getSetCookie(), ["a=1", "b=2"]);
});

Deno.test("each request is one line in the log: without its query, with who asked", async () => {
  await using it = await fixtureApp();
  const ada = await it.member("Ada");
  await it.request("/in/x?q=secret+words", { as: ada });
  await it.request("/n%0Aothing%20here", { method: "POST" });
  await it.app(rawRequest("GET", "http://localhost/in/x"), PEER);
  const lines = it.logged();
  assertEquals(
    lines.map(({ method, path, status, user, address }) => ({ method, path, status, user, address })),
    [
      { method: "GET", path: "/in/x", status: 200, user: "Ada", address: "127.0.0.1" },
      { method: "POST", path: "/n%0Aothing%20here", status: 404, user: undefined, address: "127.0.0.1" },
      { method: "GET", path: "/in/x", status: 200, user: undefined, address: "203.0.113.7" },
    ],
  );
  assertEquals(new Set(lines.map(({ requestId }) => requestId)).size, 3);
  assert(!JSON.stringify(lines).includes("secret"));
});

Deno.test("app.request() cannot open a WebSocket, and says so", async () => {
  await using it = await testApp();
  const ada = await it.member("ada");
  assertEquals((await it.request("/api/chat", { as: ada })).status, 426);
});
