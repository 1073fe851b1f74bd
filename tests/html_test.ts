import { assertEquals, assertThrows } from "@std/assert";
import { h, type VNode } from "preact";
import { renderToString } from "preact-render-to-string";
import { html, type HtmlValue } from "../lib/html.ts";

const shown = (page: unknown) => renderToString(page as VNode);

Deno.test("html escapes what stands in it, and nothing twice", () => {
  const cases: ReadonlyArray<readonly [value: HtmlValue, shown: string]> = [
    ["<script>", "&lt;script&gt;"],
    [`"'&`, "&quot;&#39;&amp;"],
    ["&lt;", "&amp;lt;"],
    [1.5, "1.5"],
    [10n, "10"],
    [0, "0"],
    ["", ""],
    [true, ""],
    [false, ""],
    [null, ""],
    [undefined, ""],
    [html`<b>${"<"}</b>`, "<b>&lt;</b>"],
    [h("i", null, "<") as VNode, "<i>&lt;</i>"],
    [["<", 1, html`<br>`, [null, "a"]], "&lt;1<br>a"],
    [[], ""],
  ];
  for (const [value, expected] of cases) {
    assertEquals(shown(html`<p>${value}</p>`), `<p>${expected}</p>`);
    assertEquals(shown(h("p", null, html`${value}` as VNode)), `<p>${expected}</p>`);
  }
});

Deno.test("html leaves its template as it is written", () => {
  assertEquals(shown(html`<!doctype html><a href='x'>&amp;</a>`), "<!doctype html><a href='x'>&amp;</a>");
});

Deno.test("html keeps an attribute with quotation marks whole", () => {
  const hostile = `" onclick="alert(1)' x`;
  assertEquals(shown(html`<a title="${hostile}">`), '<a title="&quot; onclick=&quot;alert(1)&#39; x">');
});

Deno.test("html refuses what is neither text nor a page, above all what came as JSON", () => {
  const hostile = JSON.parse('{"type":"script","props":{"dangerouslySetInnerHTML":{"__html":"x"}},"constructor":null}');
  const wrong: unknown[] = [{}, hostile, () => "x", Symbol("x"), new Date(0), { toString: () => "<x>" }];
  for (const value of wrong) assertThrows(() => html`<p>${value as HtmlValue}</p>`, TypeError, "A page holds text");
});
