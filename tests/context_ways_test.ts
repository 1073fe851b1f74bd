/** The ways in which a route asks and answers. */
import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { type ParamsOf, Router } from "../lib/router.ts";
import { tempDir, testApp } from "./testing.ts";

/** An application with one route beside ours, `/x`. */
async function withRoute(code: string) {
  const dir = await tempDir({ "x.ts": code, "y/[a]/[...b].ts": "export const GET = (ctx) => ctx.params;" });
  const it = await testApp({ besideDir: dir.path });
  return {
    ...it,
    async text(path: string, init?: RequestInit) {
      const response = await it.request(path, init);
      return `${response.status} ${await response.text()}`;
    },
    async [Symbol.asyncDispose]() {
      await it[Symbol.asyncDispose]();
      await dir[Symbol.asyncDispose]();
    },
  };
}

Deno.test("ctx.queryAs() checks the query, a list where the schema wants one", async () => {
  await using it = await withRoute(`
    import * as v from "valibot";
    const Query = v.object({ a: v.array(v.string()), n: v.pipe(v.string(), v.toNumber()) });
    export const GET = (ctx) => ctx.queryAs(Query);`);
  assertEquals(await it.text("/x?a=1&n=2&a=%C3%BC&n=3"), '200 {"a":["1","ü"],"n":3}');
  assertEquals(await it.text("/x?a=1&n=2"), '200 {"a":["1"],"n":2}');
  assertStringIncludes(await it.text("/x?a=1&n=b"), '422 {"error":{"status":422,"message":"n: ');
});

Deno.test("ctx.fail() is answered with its status and message", async () => {
  await using it = await withRoute(
    "export const GET = (ctx) => ctx.fail(Number(ctx.query.get('status')), 'Not <now>');",
  );
  assertStringIncludes(await it.text("/x?status=409"), '409 {"error":{"status":409,"message":"Not <now>"');
  assertStringIncludes(await it.text("/x?status=404", { headers: { accept: "text/html" } }), "404 <!doctype html>");
});

Deno.test("ctx.urlFor() leads to the route whose pattern it is given", async () => {
  await using it = await withRoute(`
    export const GET = (ctx) => ctx.redirect(ctx.urlFor("/y/[a]/[...b]", { a: "1/2 ?#%é", b: "3 4/5&/ü" }));`);
  const response = await it.request("/x");
  const location = response.headers.get("location")!;
  assertEquals(location, "/y/1%2F2%20%3F%23%25%C3%A9/3%204/5%26/%C3%BC");
  assertEquals(await it.text(location), '200 {"a":"1/2 ?#%é","b":"3 4/5&/ü"}');
});

Deno.test("ctx.urlFor() asks for the parameters of its pattern by name, as types", () => {
  const none: ParamsOf<"/rooms"> = [];
  const one: ParamsOf<"/rooms/[room]"> = [{ room: "a" }];
  const two: ParamsOf<"/a/[b]/[...c]"> = [{ b: "1", c: "2" }];
  const unknown: ParamsOf<string> = [];
  // @ts-expect-error the parameter is missing
  const missing: ParamsOf<"/rooms/[room]"> = [];
  // @ts-expect-error the parameter has another name
  const wrong: ParamsOf<"/rooms/[room]"> = [{ rom: "a" }];
  assertEquals([none, one, two, unknown, missing, wrong].length, 6);
});

Deno.test("a cookie of values goes with the reply, and makes it one browser's own", async () => {
  await using it = await withRoute(`
    export function GET(ctx) {
      const seen = ctx.cookie.get("seen") ?? [];
      ctx.cookie.set("seen", [...seen, ctx.query.get("v")]);
      ctx.headers.append("set-cookie", "other=1");
      return "seen " + seen;
    }`);
  const first = await it.request("/x?v=a");
  assertEquals(await first.text(), "seen ");
  assertEquals(first.headers.get("cache-control"), "private, no-cache");
  const [kept, other] = first.headers.getSetCookie().map((cookie) => cookie.split(";")[0]);
  assertEquals(other, "other=1");
  const second = await it.request("/x?v=b", { headers: { cookie: `${other}; ${kept}` } });
  assertEquals(await second.text(), "seen a");
});

Deno.test("Router.replace() takes the place of a route, and of nothing", () => {
  const router = new Router<string>();
  router.add("/", "ours");
  router.add("/a/b", "ours too");
  router.replace("/", "theirs");
  router.replace("/a/b", "theirs too");
  assertEquals([router.match("/")?.route, router.match("/a/b")?.route], ["theirs", "theirs too"]);
  for (const pattern of ["/c", "/a", "/a/b/c"]) {
    assertThrows(() => router.replace(pattern, "x"), TypeError, "there is none");
  }
});
