import { assertEquals, assertNotMatch } from "@std/assert";
import { MARKS, toSnippet } from "../../lib/search/snippet.ts";

const [OPEN, CLOSE] = MARKS;

Deno.test("toSnippet() escapes everything, and marks only what the index marked", () => {
  const cases: ReadonlyArray<readonly [text: string, html: string]> = [
    ["", ""],
    ["plain", "plain"],
    [`a ${OPEN}word${CLOSE} b ${OPEN}two${CLOSE}`, "a <mark>word</mark> b <mark>two</mark>"],
    [`<b>${OPEN}<i>${CLOSE}</b>`, "&lt;b&gt;<mark>&lt;i&gt;</mark>&lt;/b&gt;"],
    ["<mark>x</mark>", "&lt;mark&gt;x&lt;/mark&gt;"],
    [`"'&amp;`, "&quot;&#39;&amp;amp;"],
    [`<script>${OPEN}alert${CLOSE}(1)</script>`, "&lt;script&gt;<mark>alert</mark>(1)&lt;/script&gt;"],
    // Marks that a page's author put in are balanced or dropped.
    [`${OPEN}never closed`, "never closed"],
    [`closed only${CLOSE}`, "closed only"],
    [`${OPEN}a${OPEN}b${CLOSE}c${CLOSE}`, "a<mark>b</mark>c"],
    [`${CLOSE}a${OPEN}`, "a"],
    [`<img src=x onerror=${OPEN}alert${CLOSE}>`, "&lt;img src=x onerror=<mark>alert</mark>&gt;"],
  ];
  for (const [text, html] of cases) assertEquals(toSnippet(text), html, JSON.stringify(text));
});

Deno.test("toSnippet() leaves no element but balanced marks, whatever it is given", () => {
  const parts = [OPEN, CLOSE, "<", ">", "&", '"', "'", "mark", "/"];
  for (let number = 0; number < parts.length ** 4; number++) {
    let text = "";
    for (let rest = number, place = 0; place < 4; place++, rest = Math.floor(rest / parts.length)) {
      text += parts[rest % parts.length];
    }
    // deno-lint-ignore no-control-regex
    assertNotMatch(toSnippet(text).replaceAll(/<mark>[^<>]*<\/mark>/g, ""), /[<>"'\u0001\u0002]/);
  }
});
