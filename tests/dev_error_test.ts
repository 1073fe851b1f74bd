import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { createApp } from "../lib/app.ts";
import type { Peer } from "../lib/context.ts";
import { loadRoutes } from "../lib/file_routes.ts";
import { ROUTES_DIR } from "../lib/server.ts";
import { STATIC_DIR, tempDir, testApp, type TestAppOptions } from "./testing.ts";

const ROUTES = {
  "broken/[id].js": `
export function GET(ctx) {
  // <b>the reason</b>
  throw new Error("<i>it broke</i>", { cause: new TypeError("deeper") });
}
export const POST = () => { throw null; };
export const PUT = () => { throw undefined; };
export const PATCH = () => { throw "only words"; };
`,
  "reflected.js": "export const GET = (ctx) => { throw new Error(ctx.query.get('q')); };",
  "refused.js": "export const GET = (ctx) => ctx.fail(500, 'On purpose');",
  "conflict.js": "export const GET = (ctx) => ctx.fail(409, 'Not now');",
};

const SECRETS = { cookie: "session=secret-cookie", authorization: "Bearer secret-token", "x-api-key": "secret-key" };

async function brokenApp(options: TestAppOptions = {}) {
  const dir = await tempDir(ROUTES);
  const it = await testApp({ besideDir: dir.path, isDevelopment: true, ...options });
  return {
    ...it,
    dir: dir.path,
    async [Symbol.asyncDispose]() {
      await it[Symbol.asyncDispose]();
      await dir[Symbol.asyncDispose]();
    },
  };
}

Deno.test("in development a defect is shown with its code, its cause, its request and its route", async () => {
  await using it = await brokenApp();
  const response = await it.request("/broken/7?q=%3Cx%3E", {
    headers: { ...SECRETS, accept: "text/html", origin: "x" },
  });
  const text = await response.text();
  assertEquals(response.status, 500);
  assertMatch(response.headers.get("content-type")!, /^text\/html/);
  assertStringIncludes(response.headers.get("content-security-policy")!, "default-src 'none'");
  const shown = [
    "Error: &lt;i>it broke&lt;/i>",
    "Caused by TypeError: deeper",
    `${it.dir}/broken/[id].js`,
    "&lt;b>the reason&lt;/b>",
    "<mark >    4    throw new Error(",
    "GET /broken/7?q=%3Cx%3E",
    "/broken/[id], ",
    `{"id":"7"}`,
    response.headers.get("x-request-id")!,
  ];
  for (const part of shown) assertStringIncludes(text.replaceAll("&quot;", '"'), part);
  assert(!/secret|<i>it|<b>the/.test(text), text);
});

Deno.test("in development curl is shown a defect as text, and a program that asks for JSON gets JSON", async () => {
  await using it = await brokenApp();
  const response = await it.request("/broken/7", { headers: { ...SECRETS, accept: "*/*" } });
  const text = await response.text();
  assertEquals([response.status, response.headers.get("content-type")], [500, "text/plain; charset=utf-8"]);
  assertMatch(text, /^Error: <i>it broke<\/i>\n {4}at GET /);
  assertMatch(text, /> {5}4 \| {3}throw new Error\(/);
  assertMatch(text, /\n\nCaused by TypeError: deeper\n/);
  assertMatch(text, /\n {4}at .*\/lib\/app\.ts:\d+:\d+\)?\n {4}at /, "of our own code the lines are named, not shown");
  assertMatch(text, /\nRequest: GET \/broken\/7\nRoute: \/broken\/\[id\], /);
  assert(!text.includes("secret"));
  const json = await it.request("/broken/7", { headers: { accept: "application/json" } });
  assertMatch(await json.text(), /^\{"error":\{"status":500,"message":"Something went wrong here"/);
  for (const [method, thrown] of [["POST", "null"], ["PUT", "undefined"], ["PATCH", '"only words"']]) {
    const odd = await it.request("/broken/7", { method });
    assertEquals(odd.status, 500, "whatever was thrown");
    assertStringIncludes(await odd.text(), `${thrown} was thrown, which is no Error: it does not say where`);
  }
});

Deno.test("in development a message cannot have a file shown that is no code", async () => {
  await using it = await brokenApp();
  await using dir = await tempDir({ "keys.txt": "the keys" });
  const message = `x\n    at y (file://${dir.path}/keys.txt:1:1)`;
  const response = await it.request(`/reflected?q=${encodeURIComponent(message)}`);
  const text = await response.text();
  assertStringIncludes(text, "keys.txt:1:1");
  assert(!text.includes("the keys"));
});

Deno.test("in development too an error that a route means is answered as ever", async () => {
  await using it = await brokenApp();
  for (const [path, status, text] of [["/conflict", 409, "Not now"], ["/refused", 500, "On purpose"]] as const) {
    const response = await it.request(path, { headers: { accept: "text/html" } });
    assertEquals(response.status, status);
    const html = await response.text();
    assertStringIncludes(html, `<h1>${text}</h1>`);
    assert(!html.includes("conflict.js"));
  }
});

Deno.test("outside development a defect tells nothing but the request id", async () => {
  await using it = await brokenApp({ isDevelopment: false });
  for (const accept of ["text/html", "*/*", "application/json", "text/plain"]) {
    const response = await it.request("/broken/7", { headers: { accept } });
    const text = await response.text();
    assertEquals(response.status, 500);
    assertStringIncludes(text, "Something went wrong here");
    assertStringIncludes(text, response.headers.get("x-request-id")!);
    assert(!/it broke|deeper|\.js|the reason/.test(text), text);
  }
});

Deno.test("in development nobody but this machine is shown the code, and nobody behind a proxy", async () => {
  await using dir = await tempDir(ROUTES);
  await using it = await testApp({});
  const routes = await loadRoutes(ROUTES_DIR, { beside: dir.path });
  const { services, logger } = it;
  const app = createApp({ routes, staticDir: STATIC_DIR, services, logger, isDevelopment: true });
  const ask = async (address: string, headers: Record<string, string>, host = "localhost:8000") => {
    const peer: Peer = { address, isSecure: false, upgrade: () => new Response() };
    const request = new Request(`http://${host}/broken/7`, { headers: { host, ...headers } });
    return (await (await app(request, peer)).text()).includes("it broke");
  };
  const cases: ReadonlyArray<
    readonly [address: string, headers: Record<string, string>, host: string, isShown: boolean]
  > = [
    ["127.0.0.1", {}, "localhost:8000", true],
    ["::1", {}, "[::1]:8000", true],
    ["127.0.0.1", {}, "127.0.0.1", true],
    ["192.168.0.7", {}, "localhost:8000", false],
    ["10.0.0.1", {}, "127.0.0.1", false],
    ["127.0.0.1", { "x-forwarded-for": "10.0.0.1" }, "localhost", false],
    ["127.0.0.1", { forwarded: "for=10.0.0.1" }, "localhost", false],
    ["127.0.0.1", {}, "evil.example", false],
    ["127.0.0.1", {}, "localhost.evil.example", false],
    ["127.0.0.1", {}, "127.0.0.1.evil.example", false],
  ];
  for (const [address, headers, host, isShown] of cases) {
    assertEquals(await ask(address, headers, host), isShown, `${address} ${host} ${JSON.stringify(headers)}`);
  }
});
