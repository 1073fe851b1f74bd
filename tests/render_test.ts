import { assertEquals, assertStringIncludes } from "@std/assert";
import { h, type VNode } from "preact";
import type { Context } from "../lib/context.ts";
import { type Layout, type LayoutProps, type PageOptions, renderPage } from "../lib/render.ts";

/** A context of which rendering needs the layouts and the message. */
function contextOf(layouts: readonly Layout[], flash?: string): Context {
  let message = flash === undefined ? undefined : { message: flash };
  const takeFlash = () => {
    const taken = message;
    message = undefined;
    return taken;
  };
  return { folder: { layouts, notFound: undefined, error: undefined }, takeFlash } as unknown as Context;
}

const layout = (name: string): Layout => ({ page, flash, children }: LayoutProps) =>
  h(name, { title: page.title, flash: flash?.message }, children) as VNode;

const html = (ctx: Context, page: VNode, options: PageOptions = {}) => renderPage(ctx, page, options).text();

Deno.test("renderPage() puts a page inside its layouts, the outer one outside", async () => {
  const page = h("p", null, "text") as VNode;
  assertEquals(await html(contextOf([]), page), "<!doctype html><p>text</p>");
  assertEquals(
    await html(contextOf([layout("outer"), layout("inner")]), page, { title: "T" }),
    '<!doctype html><outer title="T"><inner title="T"><p>text</p></inner></outer>',
  );
});

Deno.test("renderPage() gives every layout the message, once", async () => {
  const ctx = contextOf([layout("outer"), layout("inner")], "Hello");
  assertStringIncludes(await html(ctx, h("p", null) as VNode), '<outer flash="Hello"><inner flash="Hello">');
  assertEquals(await html(ctx, h("p", null) as VNode), "<!doctype html><outer><inner><p></p></inner></outer>");
});

Deno.test("renderPage() escapes text and attributes", async () => {
  const page = h("p", { title: '"><script>' }, "<b>&amp;", ["</p>"]) as VNode;
  const text = await html(contextOf([layout("main")]), page, { title: '"<x>' });
  assertEquals(
    text,
    '<!doctype html><main title="&quot;&lt;x>"><p title="&quot;>&lt;script>">&lt;b>&amp;amp;&lt;/p></p></main>',
  );
});

Deno.test("renderPage() has the status asked for, and headers that let nothing foreign in", () => {
  const response = renderPage(contextOf([]), h("p", null) as VNode, { status: 409 });
  const { headers } = response;
  assertEquals([response.status, headers.get("content-type")], [409, "text/html; charset=utf-8"]);
  assertEquals(headers.get("cache-control"), "private, no-cache");
  const policy = Object.fromEntries(
    headers.get("content-security-policy")!.split("; ").map((rule) => rule.split(/ (.*)/).slice(0, 2)),
  );
  assertEquals([policy["default-src"], policy["script-src"], policy["style-src"]], ["'none'", "'self'", "'self'"]);
  assertEquals([policy["frame-ancestors"], policy["base-uri"], policy["form-action"]], ["'none'", "'none'", "'self'"]);
  assertEquals(renderPage(contextOf([]), h("p", null) as VNode, {}).status, 200);
});
