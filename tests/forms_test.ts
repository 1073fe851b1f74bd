import { assert, assertEquals, assertRejects } from "@std/assert";
import { takeFlash } from "../lib/flash.ts";
import type { Context } from "../lib/context.ts";
import { HttpError } from "../lib/errors.ts";
import { orBackTo } from "../lib/forms.ts";
import type { RouteResult } from "../lib/file_routes.ts";
import { tempDir, testApp } from "./testing.ts";

/** Calls `orBackTo` with the context of a real request. */
async function answer(isForm: boolean, work: () => Promise<RouteResult>): Promise<Response> {
  const key = `orBackTo_${crypto.randomUUID().replaceAll("-", "")}`;
  const calls = globalThis as unknown as Record<string, (ctx: Context) => unknown>;
  calls[key] = (ctx) => orBackTo(ctx, { page: "/form?a=1", work });
  await using routes = await tempDir({ "x.ts": `export const POST = (ctx) => globalThis.${key}(ctx);` });
  await using it = await testApp({ routesDir: routes.path });
  try {
    const body = isForm ? new URLSearchParams({ a: "1" }) : "{}";
    return await it.request("/x", { method: "POST", body });
  } finally {
    delete calls[key];
  }
}

const fail = (error: Error) => () => Promise.reject(error);

Deno.test("a form that fails leads back to its page, with the reason", async () => {
  const response = await answer(true, fail(new HttpError(422, "Too <short>")));
  assertEquals([response.status, response.headers.get("location")], [303, "/form?a=1"]);
  const cookie = response.headers.get("set-cookie")!.split(";")[0];
  const request = new Request("http://localhost/", { headers: { cookie } });
  assertEquals(takeFlash({ request, headers: new Headers() })?.message, "Too <short>");
});

Deno.test("what is no form is told its error as it is", async () => {
  const response = await answer(false, fail(new HttpError(422, "Too short", { headers: { "x-hint": "1" } })));
  assertEquals([response.status, response.headers.get("x-hint")], [422, "1"]);
  assert(response.headers.get("set-cookie") === null);
});

Deno.test("a defect, and an error of the server's, leads nobody back", async () => {
  for (const [error, status] of [[new Error("defect"), 500], [new HttpError(503), 503]] as const) {
    assertEquals((await answer(true, fail(error))).status, status);
  }
});

Deno.test("what succeeds is answered as it is", async () => {
  for (const isForm of [true, false]) {
    const response = await answer(isForm, () => Promise.resolve("done"));
    assertEquals([response.status, await response.text()], [200, "done"]);
  }
});

Deno.test("orBackTo() throws on what it does not answer", async () => {
  const ctx = { isForm: false } as unknown as Context;
  const error = await assertRejects(() => orBackTo(ctx, { page: "/", work: fail(new HttpError(409, "x")) }), HttpError);
  assertEquals(error.status, 409);
});
