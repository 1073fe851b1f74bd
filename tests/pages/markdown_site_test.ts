import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { Parser } from "htmlparser2";
import type { Place } from "../../lib/pages/locate.ts";
import { renderDocument } from "../../lib/pages/markdown_site.ts";
import { HOSTILE, isSafeAttribute, SAFE_TAGS } from "../fixtures/hostile_markdown.ts";

const THERE: Readonly<Record<string, Place["kind"]>> = {
  "/docs/guide.md": "file",
  "/docs/other.md": "file",
  "/other.md": "file",
  "/docs/image.png": "file",
  "/docs/sub": "folder",
  "/docs/sub/": "folder",
  "/docs/sub/README.md": "file",
  "/docs/a%20b.md": "file",
  "/docs/both": "file",
  "/docs/both.md": "file",
  "/about.html": "file",
};

function render(source: string) {
  const look = (path: string): Place | undefined => THERE[path] && { kind: THERE[path] };
  return renderDocument(source, { url: "/docs/guide.md", look });
}

/** The HTML without line breaks between its elements. */
function htmlOf(source: string): string {
  return render(source).html.replaceAll(/>\n+</g, "><").trim();
}

const RENDERED: ReadonlyArray<{ name: string; source: string; html: string }> = [
  {
    name: "emphasis, code, struck",
    source: "*a* **b** `c` ~~d~~",
    html: "<p><em>a</em> <strong>b</strong> <code>c</code> <s>d</s></p>",
  },
  {
    name: "a heading",
    source: "## Two *words*",
    html:
      '<div class="heading"><h2 id="two-words">Two <em>words</em></h2><a class="anchor" aria-label="Link to the part “Two words”" href="#two-words">#</a></div>',
  },
  {
    name: "a table",
    source: "| a | b |\n|:-:|--:|\n| 1 | 2 |",
    html:
      '<div role="group" class="scroll" aria-label="Table" tabindex="0"><table><thead><tr><th align="center">a</th><th align="right">b</th></tr></thead><tbody><tr><td align="center">1</td><td align="right">2</td></tr></tbody></table></div>',
  },
  {
    name: "tasks",
    source: "- [x] done\n- [ ] to do\n- [y] no",
    html:
      '<ul><li class="task"><input aria-label="Done" checked type="checkbox" disabled /> done</li><li class="task"><input aria-label="To do" type="checkbox" disabled /> to do</li><li>[y] no</li></ul>',
  },
  {
    name: "a footnote",
    source: "A[^n]\n\n[^n]: Note",
    html:
      '<p>A<sup class="footnote-ref"><a id="fnref1" href="#fn1">[1]</a></sup></p><section class="footnotes"><ol><li id="fn1"><p>Note <a class="footnote-back" aria-label="Back to where note 1 is called" href="#fnref1">↩\ufe0e</a></p></li></ol></section>',
  },
  {
    name: "an alert",
    source: "> [!TIP]\n> Text",
    html: '<div class="alert alert-tip"><p class="alert-name">Tip</p><p>Text</p></div>',
  },
  { name: "a quotation that is none", source: "> [!NO]\n> Text", html: "<blockquote><p>[!NO]\nText</p></blockquote>" },
  {
    name: "code in colours",
    source: "```js\nlet a = '<b>';\n```",
    html:
      '<pre tabindex="0"><code><span class="hljs-keyword">let</span> a = <span class="hljs-string">\'&lt;b&gt;\'</span>;\n</code></pre>',
  },
  {
    name: "code of no known language",
    source: "```zz\n<b>\n```",
    html: '<pre tabindex="0"><code>&lt;b&gt;\n</code></pre>',
  },
  {
    name: "a bare address",
    source: "See https://example.org/a.",
    html: '<p>See <a class="bare" href="https://example.org/a">https://example.org/a</a>.</p>',
  },
  { name: "a file's name", source: "See README.md", html: "<p>See README.md</p>" },
  {
    name: "HTML that is safe",
    source: "<kbd>A</kbd> H<sub>2</sub>O <mark>m</mark> <abbr title='T'>t</abbr>",
    html: '<p><kbd>A</kbd> H<sub>2</sub>O <mark>m</mark> <abbr title="T">t</abbr></p>',
  },
  {
    name: "details",
    source: "<details open><summary>More</summary>\n\n*text*\n\n</details>",
    html: "<details open><summary>More</summary><p><em>text</em></p></details>",
  },
  {
    name: "players",
    source: '<video src="a b.mp4" poster="p.png" autoplay onplay="x()"></video>',
    html: '<p><video preload="metadata" controls src="/docs/a%20b.mp4" poster="/docs/p.png"></video></p>',
  },
  {
    name: "a picture",
    source:
      '<picture><source srcset="d.png 2x, //evil.example/x.png 3x" media="(a)"><img src="image.png" alt="A"></picture>',
    html:
      '<p><picture><source media="(a)" srcset="/docs/d.png 2x" /><img alt="A" loading="lazy" src="/docs/image.png" /></picture></p>',
  },
  {
    name: "a drawing",
    source:
      '<svg viewBox="0 0 9 9" role="img" aria-labelledby="t"><title id="t">T</title><defs><linearGradient id="g"><stop offset="1" /></linearGradient></defs><rect fill="url(#g)" width="9" /></svg>',
    html:
      '<p><svg viewbox="0 0 9 9" role="img" aria-labelledby="svg-t"><title id="svg-t">T</title><defs><linearGradient id="svg-g"><stop offset="1"></stop></linearGradient></defs><rect fill="url(#svg-g)" width="9"></rect></svg></p>',
  },
  { name: "an element left open", source: "<div><b>open", html: "<div><b>open</b></div>" },
  { name: "elements closed too often", source: "a</p></div></main></body> b", html: "<p>a</p> b<p></p>" },
  { name: "NUL", source: "a\0b", html: "<p>a\ufffdb</p>" },
  {
    name: "CRLF",
    source: "# A\r\n\r\nb\r\nc",
    html:
      '<div class="heading"><h1 id="a">A</h1><a class="anchor" aria-label="Link to the part “A”" href="#a">#</a></div><p>b\nc</p>',
  },
];

Deno.test("renderDocument() knows what people know from code-hosting sites", () => {
  for (const { name, source, html } of RENDERED) assertEquals(htmlOf(source), html, name);
});

const LINKS: ReadonlyArray<[written: string, href: string | undefined]> = [
  ["#part", "#part"],
  ["other.md", "/docs/other"],
  ["./other.md#part", "/docs/other#part"],
  ["../other.md#Teil-%C3%BC", "/other#Teil-%C3%BC"],
  ["/other.md", "/other"],
  ["a%20b.md", "/docs/a%20b"],
  ["a b.md", "/docs/a%20b"],
  ["both.md", "/docs/both.md"],
  ["sub/README.md#x", "/docs/sub/#x"],
  ["sub", "/docs/sub/"],
  ["../about", "/about.html"],
  ["gone.md", "/docs/gone.md"],
  ["100%.txt", "/docs/100%.txt"],
  ["other.md?source", "/docs/other.md?source"],
  ["?q=1", "/docs/guide.md?q=1"],
  ["https://example.org/x.md", "https://example.org/x.md"],
  ["mailto:a@example.org", "mailto:a@example.org"],
  ["../../../../etc/passwd", "/etc/passwd"],
  ["//example.org/x", undefined],
  ["/\\example.org/x", undefined],
  ["\\\\example.org", undefined],
  ["http:other.md", undefined],
  ["javascript:alert(1)", undefined],
  ["JaVaScRiPt:alert(1)", undefined],
  ["java\tscript:alert(1)", undefined],
  ["\u0001javascript:alert(1)", undefined],
  ["data:text/html,x", undefined],
  ["vbscript:x", undefined],
  ["file:///etc/passwd", undefined],
  ["blob:https://example.org/x", undefined],
];

Deno.test("links lead to the one address of what they name, and nowhere where something would run", () => {
  for (const [written, href] of LINKS) {
    const { html } = render(`<a href="${written}">x</a>`);
    const found = /<a(?: href="([^"]*)")?>x<\/a>/.exec(html);
    assertEquals(found?.[1], href, `${written}: ${html}`);
  }
  assertStringIncludes(render("[x](../other.md#part)").html, '<a href="/other#part">x</a>');
  assertStringIncludes(render("[x](<a b.md>)").html, '<a href="/docs/a%20b">x</a>');
});

Deno.test("an image of another server is a link, so that reading tells nobody", () => {
  assertEquals(htmlOf("![alt](https://e.org/x.png)"), '<p><a href="https://e.org/x.png">alt</a></p>');
  assertEquals(htmlOf("![](https://e.org/x.png)"), '<p><a href="https://e.org/x.png">https://e.org/x.png</a></p>');
  assertEquals(
    htmlOf("[![b](https://e.org/x.png)](https://e.org)"),
    '<p><a href="https://e.org/"><span>b</span></a></p>',
  );
  assertEquals(
    htmlOf('<video src="https://e.org/v.mp4" title="v"></video>'),
    '<p><a href="https://e.org/v.mp4">v</a></p>',
  );
  assert(!/evil/.test(render('<img src="//evil.example/x" srcset="https://evil.example/x 2x">').html));
});

Deno.test("an image keeps its place free, as wide as its file or its author says", () => {
  const sizeOf = (path: string) => path === "/docs/a.png" ? { width: 300, height: 200 } : undefined;
  const cases = [
    ["![](a.png)", 'width="300" height="200"'],
    ["![](a.png?v=1)", 'width="300" height="200"'],
    ['<img src="a.png" width="150">', 'width="150" height="100"'],
    ['<img src="a.png" height="9">', 'height="9"'],
    ['<img src="a.png" width="50%">', 'width="50%"'],
    ["![](b.png)", ""],
  ];
  for (const [source, size] of cases) {
    const { html } = renderDocument(source, { url: "/docs/guide.md", look: () => undefined, sizeOf });
    assertEquals((html.match(/(?:width|height)="[^"]*"/g) ?? []).join(" "), size, source);
  }
});

Deno.test("headings get the ids of code-hosting sites, each another", () => {
  const source =
    "# A b\n## A b\n## A-b-1\n## A b\n## Über 日本語 _x_!\n## हिन्दी\n## 🎉\n## 🎉\n## `code()`\n## constructor\n## __proto__\n";
  assertEquals([...render(source).html.matchAll(/<h\d id="([^"]*)"/g)].map(([, id]) => id), [
    "a-b",
    "a-b-1",
    "a-b-1-1",
    "a-b-2",
    "über-日本語-x",
    "हिन्दी",
    "section",
    "section-1",
    "code",
    "constructor",
    "proto",
  ]);
});

Deno.test("the contents are the headings of the second and third level, if there are two", () => {
  const two = render("# T\n## One `1`\n### Two\n#### Four\n## Last");
  assertEquals(two.title, "T");
  assertEquals(two.headings.map(({ title, level }) => `${level} ${title}`), ["2 One 1", "3 Two", "2 Last"]);
  assertEquals(render("# T\n## One").headings, []);
});

Deno.test("a page is called as its front matter or its first heading says", () => {
  assertEquals(render("---\ntitle: F\n---\n# H").title, "F");
  assertEquals(render("## no\n# H *x*").title, "H x");
  assertEquals(render("text").title, undefined);
  assertEquals([render("# H").hasHeading, render("<h1>H</h1>").hasHeading, render("## H").hasHeading], [
    true,
    true,
    false,
  ]);
});

Deno.test("code above 32 KiB, or 256 KiB in all, stays plain", () => {
  const block = (characters: number) => `\`\`\`js\n${"let a;\n".repeat(characters / 7)}\`\`\`\n`;
  assert(render(block(30_000)).html.includes("hljs"));
  assert(!render(block(40_000)).html.includes("hljs"));
  const parts = render(block(30_000).repeat(12)).html.split("<pre");
  assert(parts[1].includes("hljs"));
  assert(!parts.at(-1)!.includes("hljs"));
});

interface Seen {
  readonly tag: string;
  readonly attributes: Readonly<Record<string, string>>;
}

function elementsOf(html: string): Seen[] {
  const seen: Seen[] = [];
  new Parser({ onopentag: (tag, attributes) => void seen.push({ tag, attributes }) }).end(html);
  return seen;
}

Deno.test("of hostile Markdown and HTML nothing is left that runs, loads or leads astray", () => {
  assert(HOSTILE.length > 60);
  for (const source of HOSTILE) {
    const { html } = render(source);
    for (const { tag, attributes } of elementsOf(html)) {
      assert(SAFE_TAGS.has(tag.toLowerCase()), `${source}\n→ ${html}: <${tag}>`);
      for (const [name, value] of Object.entries(attributes)) {
        assert(isSafeAttribute(tag, name, value), `${source}\n→ ${html}: ${name}="${value}"`);
      }
    }
  }
});

Deno.test("no element that runs, loads or holds raw text is left, whatever a parser would make of it", () => {
  for (const source of HOSTILE) {
    const { html } = render(source);
    assert(
      !/<(?:script|style|iframe|object|embed|form|base|meta|link|foreignobject|use|animate|set|math)\b/i.test(html),
      html,
    );
    assert(!/<(?:textarea|noscript|template|xmp|plaintext|!--|!\[|\?)/i.test(html), html);
  }
});

Deno.test("a megabyte of what opens something and closes nothing is answered", () => {
  for (const character of ["[", "<", "*", "|", "![", ">", "`", "\\", "&", "_", "~~", "\n", "- "]) {
    const { html } = render(character.repeat(2 ** 20 / character.length));
    assert(html.length < 8 * 2 ** 20, character);
  }
});

Deno.test("deep nesting ends somewhere", () => {
  const { html } = render(`${"> ".repeat(500)}deep\n\n${"<div>".repeat(500)}deep`);
  const depths = elementsOf(html).filter(({ tag }) => tag === "div").length;
  assert(depths <= 100, String(depths));
  assert((html.match(/<blockquote>/g) ?? []).length <= 50);
});
