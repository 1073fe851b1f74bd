import { assert, assertEquals, assertLess } from "@std/assert";
import { Parser } from "htmlparser2";
import { mentionsIn, renderMessage } from "../lib/markdown.ts";

const NAMES = new Set(["ada", "Zoë", "ada_b", "李小龍", "अनीता"]);
const mentions = (name: string) => NAMES.has(name);
const REL = 'rel="noopener noreferrer nofollow ugc" target="_blank"';
/** As long as a message may be, in code points. */
const MAX_CHARACTERS = 4_000;
const MAX_GROWTH = 20;

type Cases = ReadonlyArray<readonly [text: string, html: string | undefined]>;

function assertRendered(cases: Cases): void {
  for (const [text, html] of cases) assertEquals(renderMessage(text, { mentions }), html, JSON.stringify(text));
}

Deno.test("renderMessage() leaves plain text alone", () => {
  const texts = [
    "",
    "Hello",
    "Two\n  lines\n\n\nand more",
    "snake_case_name, 2 * 3, a_b and C:\\dir",
    "<3 and a < b > c & d &amp; &lt;",
    "# hello",
    "head\n===",
    "one\n---\ntwo",
    "***",
    "* * *",
    "-",
    "1.",
    ">",
    "| a | b |\n|---|---|\n| 1 | 2 |",
    "    indented",
    "[a]: https:",
    "[x]()",
    "[x](/logout) ![x](y.png)",
    "www.example.org, example.org, bob@example.org, ftp://example.org, mailto:bob@example.org",
    "@nobody @",
    ">".repeat(6) + "too deep",
  ];
  assertRendered(texts.map((text) => [text, undefined]));
});

Deno.test("renderMessage() renders what is said with weight, and code", () =>
  assertRendered([
    ["**b** __b__", "<p><strong>b</strong> <strong>b</strong></p>"],
    ["*i* _i_ ~~s~~", "<p><em>i</em> <em>i</em> <s>s</s></p>"],
    ["***both***", "<p><em><strong>both</strong></em></p>"],
    ["a  **b**\n  c", "<p>a  <strong>b</strong><br>  c</p>"],
    ["*a*\n\nb", "<p><em>a</em></p><p>b</p>"],
    ["\\*a\\*", "<p>*a*</p>"],
    ["`a *b* <c>`", "<p><code>a *b* &lt;c&gt;</code></p>"],
    ["```\na\n\n  b\n```", "<pre><code>a\n\n  b</code></pre>"],
    ["~~~C++\n&amp;", '<pre><code class="language-c++">&amp;amp;</code></pre>'],
    ['```x" onclick="y\na\n```', "<pre><code>a</code></pre>"],
    [`\`\`\`${"x".repeat(21)}\na\n\`\`\``, "<pre><code>a</code></pre>"],
    ["<b>*x*</b> &copy;", "<p>&lt;b&gt;<em>x</em>&lt;/b&gt; &amp;copy;</p>"],
  ]));

Deno.test("renderMessage() renders quotes and lists, and shows other blocks as they were typed", () =>
  assertRendered([
    ["> a\n> b\n\nc", "<blockquote><p>a<br>b</p></blockquote><p>c</p>"],
    ["- a\n- b\n  - c", "<ul><li>a</li><li>b<ul><li>c</li></ul></li></ul>"],
    ["1. a\n2. b", "<ol><li>a</li><li>b</li></ol>"],
    ["1986. A year", '<ol start="1986"><li>A year</li></ol>'],
    ["# a *b*", "<p># a <em>b</em></p>"],
    ["*a*\n* * *\n---\nb", "<p><em>a</em></p><p>* * *</p><p>---</p><p>b</p>"],
    ["*a*\n===", "<p><em>a</em><br>===</p>"],
    ["|*a*|\n|---|\n|b|", "<p>|<em>a</em>|<br>|---|<br>|b|</p>"],
    [
      ">".repeat(5) + "a",
      `${"<blockquote>".repeat(5)}<p>a</p>${"</blockquote>".repeat(5)}`,
    ],
  ]));

Deno.test("renderMessage() links only http, https and mailto, and says of each link where it leads", () =>
  assertRendered([
    ["https://x.org/a_(b).", `<p><a href="https://x.org/a_(b)" ${REL}>https://x.org/a_(b)</a>.</p>`],
    ["(HTTP://X.org?a&b)", `<p>(<a href="HTTP://X.org?a&amp;b" ${REL}>HTTP://X.org?a&amp;b</a>)</p>`],
    ["<https://x.org>", `<p><a href="https://x.org" ${REL}>https://x.org</a></p>`],
    ["<bob@x.org>", `<p><a href="mailto:bob@x.org" ${REL}>bob@x.org</a></p>`],
    ['[a *b*](https://x.org "title")', `<p><a href="https://x.org" ${REL}>a <em>b</em></a></p>`],
    ["[a](mailto:bob@x.org)", `<p><a href="mailto:bob@x.org" ${REL}>a</a></p>`],
    ["![a](https://x.org/a.png)", `<p>!<a href="https://x.org/a.png" ${REL}>a</a></p>`],
    ["https://ä.org/ü", `<p><a href="https://xn--4ca.org/%C3%BC" ${REL}>https://ä.org/ü</a></p>`],
    ["*a* [x](javascript:x) [y]( )", "<p><em>a</em> [x](javascript:x) [y]()</p>"],
    ["*a* https://bank.com:pw@x.org", "<p><em>a</em> https://bank.com:pw@x.org</p>"],
    ["[](https://x.org)", `<p><a href="https://x.org" ${REL}>https://x.org</a></p>`],
    ["[\u200b\u3164](https://x.org)", `<p><a href="https://x.org" ${REL}>https://x.org</a></p>`],
    ["[https://bank.com](https://x.org)", `<p><a href="https://x.org" ${REL}>https://x.org</a></p>`],
    ["[www.bank.com](https://x.org)", `<p><a href="https://x.org" ${REL}>https://x.org</a></p>`],
    ["[https://x.org](https://x.org/a)", `<p><a href="https://x.org/a" ${REL}>https://x.org</a></p>`],
    ["[a\u202eb`\u2066c`](https://x.org)", `<p><a href="https://x.org" ${REL}>ab<code>c</code></a></p>`],
    ["https://x.org/\u202egnp", `<p><a href="https://x.org/%E2%80%AEgnp" ${REL}>https://x.org/gnp</a></p>`],
  ]));

Deno.test("renderMessage() marks the names of those who are mentioned", () => {
  const span = (name: string) => `<span class="mention">@${name}</span>`;
  assertRendered([
    ["@ada, @nobody", `<p>${span("ada")}, @nobody</p>`],
    ["@Zoë@ada @李小龍 @अनीता!", `<p>${span("Zoë")}@ada ${span("李小龍")} ${span("अनीता")}!</p>`],
    ["@ada_b @ada_ @ada- _@ada_", `<p>${span("ada_b")} ${span("ada")}_ ${span("ada")}- <em>${span("ada")}</em></p>`],
    ["**@ada**\n> @ada", `<p><strong>${span("ada")}</strong></p><blockquote><p>${span("ada")}</p></blockquote>`],
    ["bob@ada `@ada`", "<p>bob@ada <code>@ada</code></p>"],
    ["[@ada](https://x.org)", `<p><a href="https://x.org" ${REL}>@ada</a></p>`],
    ["*a* @adabob", "<p><em>a</em> @adabob</p>"],
  ]);
  assertEquals(renderMessage("@ada"), undefined);
  assertEquals(renderMessage("@ada\\_b", { mentions }), `<p>${span("ada")}_b</p>`);
});

Deno.test("mentionsIn() gives each name once, as it was typed, and not from code", () => {
  const cases: ReadonlyArray<readonly [text: string, names: string[]]> = [
    ["nobody", []],
    ["@ada @Ada @ada (@Zoë)", ["ada", "Ada", "Zoë"]],
    ["bob@x.org @a @@bob", []],
    ["`@ada` @bob\n```\n@carl\n```\n~~~\n@dora", ["bob"]],
    ["@ada- and @_b_", ["ada-", "ada", "_b_", "_b"]],
    ["[@ada](https://x.org) [@bob] > @carl", ["bob", "carl"]],
    [`@${"a".repeat(32)} @${"b".repeat(33)}`, ["a".repeat(32)]],
    ["> - @quoted", ["quoted"]],
  ];
  for (const [text, names] of cases) assertEquals(mentionsIn(text), names, text);
  assertEquals(mentionsIn(Array.from({ length: 99 }, (_, index) => `@name${index}`).join(" ")).length, 50);
});

/** What may stand in the HTML of a message, and with which attributes. */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  a: ["href", "rel", "target"],
  code: ["class"],
  ol: ["start"],
  span: ["class"],
  ...Object.fromEntries(
    ["blockquote", "br", "em", "li", "p", "pre", "s", "strong", "ul"].map((name) => [name, []]),
  ),
};

/** Reads the HTML of a message as a browser would, and finds everything in it that may not be there. */
function faultsOf(html: string): string[] {
  const faults: string[] = [];
  const parser = new Parser({
    onopentag(name, attributes) {
      if (ALLOWED[name] === undefined) faults.push(`<${name}>`);
      for (const [attribute, value] of Object.entries(attributes)) {
        if (!ALLOWED[name]?.includes(attribute)) faults.push(`<${name} ${attribute}>`);
        if (attribute === "class" && !/^(?:mention|language-[a-z0-9+-]{1,20})$/.test(value)) faults.push(value);
        if (attribute === "start" && !/^\d{1,9}$/.test(value)) faults.push(value);
      }
      if (name !== "a") return;
      if (!URL.canParse(attributes.href) || !/^(?:https?|mailto):$/.test(new URL(attributes.href).protocol)) {
        faults.push(attributes.href);
      }
      if (attributes.target !== "_blank" || !attributes.rel.includes("noopener")) faults.push("rel");
    },
    oncomment: (text) => faults.push(`<!--${text}`),
    onprocessinginstruction: (name) => faults.push(`<${name}`),
  });
  parser.end(html);
  return faults;
}

/** Scripts that other Markdown renderers have let through at one time or another. */
const SCHEMES = [
  ...["javascript:alert(1)", "JaVaScRiPt:alert(1)", "javascript://x.org/%0aalert(1)", "javascript&colon;alert(1)"],
  ...["&#106;avascript:alert(1)", "&#x6A;avascript:alert(1)", "java\tscript:alert(1)", "java&#9;script:alert(1)"],
  ...["java&Tab;script:alert(1)", "java&NewLine;script:alert(1)", "\u0001javascript:alert(1)", "java\0script:alert(1)"],
  ...["java\\script:alert(1)", "javascript\\:alert(1)", "%6aavascript:alert(1)", "\u00a0javascript:alert(1)"],
  ...["vbscript:msgbox(1)", "VBScript:x", "data:text/html,<script>alert(1)</script>"],
  ...["data:image/svg+xml;base64,PHN2Zz4="],
  ...["data:image/png;base64,iVBORw0KGgo=", "file:///etc/passwd", "blob:https://x.org/1", "about:blank", "//x.org/"],
  ...["\\\\x.org\\a", "https:\\\\x.org", "https:x.org", "http:", "mailto:", "ws://x.org", "ſcript:x"],
  ...["view-source:https://x.org"],
  ...["jav&#x0A;ascript:alert(1)", "&#0000106&#0000097:x", "feed:javascript:alert(1)", "intent://x#Intent;end"],
];
const ATTACKS = [
  ...SCHEMES.flatMap((href) => [`[x](${href})`, `[x](<${href}>)`, `<${href}>`, `![x](${href})`, `*a* ${href}`]),
  ...["<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "<svg/onload=alert(1)>", "<!--><img src=x>-->"],
  ...["<iframe srcdoc='<script>1</script>'>", "<a href='javascript:x'>x</a>", "<style>*{}</style>", "<?php x ?>"],
  ...["<![CDATA[<script>1</script>]]>", "<math><mtext><img src=x>", "<details open ontoggle=x>"],
  ...["</p><script>x</script>"],
  ...['[x](https://x.org"onmouseover="x)', '[x](https://x.org "a\\"onclick=x")', "[x](https://x.org '\"><img src=x>')"],
  ...['[x](<https://x.org"><img src=x>>)', "[x](https://x.org/?\"'><script>)", '<https://x.org/"onclick="x>'],
  ...["https://x.org/\"onclick='x'", "https://x.org/<script>x</script>", "https://x.org/'><img src=x>"],
  ...["https://x.org&quot;onclick=x", "https://x.org/&lt;img&gt;", 'https://x.org"><svg/onload=x>', 'http://"<b>.org'],
  ...['![a"onerror="x](https://x.org/a.png)', "![<img src=x>](https://x.org)", "![](https://x.org 'x\" onload=x')"],
  ...["[![x](javascript:x)](javascript:x)", "[![x](https://x.org/)](javascript:x)"],
  ...["[a [b](https://x.org)](javascript:x)"],
  ...["[<script>x</script>](https://x.org)", "[`</code><script>x`](https://x.org)", "[a](https://x.org)<img src=x>"],
  ...["**<b onclick=x>**", "~~<s onclick=x>~~", "`<img src=x>`", "```html\n<img src=x>\n```", "> <img src=x>"],
  ...['```"><img/src=x>\na\n```', "```js onload=x\na\n```", "~~~&quot;onclick\na", "```\n</code></pre><script>x\n```"],
  ...["[x]: javascript:alert(1)\n\n[x]", "[x]: https://x.org '\"><b>'\n[x][x]", '1"onclick=x. a', "- <img src=x>"],
  ...["@ada<img src=x>", '@ada"onclick=x', "*@<b>ada*", "<div\n*a*\n>", "<a\nhref=javascript:x>*a*"],
  ...["&lt;img src=x&gt; *a*"],
  ...["&#60;script&#62;*a*", "\\<script>*a*", "\ud800*a*<b>", "\0<scr\0ipt>*a*", "<scr<script>ipt>*a*", "\u2028<b>*a*"],
  ...["_[a](javascript:x)_", "**[a](data:text/html,x)**", "*[a*](javascript:x)", "[*a](javascript:x)*", "||<b>*x*||"],
];

Deno.test("renderMessage() lets no attack through", () => {
  assert(ATTACKS.length >= 60);
  for (const attack of ATTACKS) {
    for (const text of [attack, `**${attack}** @ada`, `> - ${attack}`]) {
      assertEquals(faultsOf(renderMessage(text, { mentions: () => true }) ?? ""), [], JSON.stringify(text));
    }
  }
  assertEquals(faultsOf("<img src=x><a href='javascript:x' rel='' target='_blank'>"), [
    ...["<img>", "<img src>", "javascript:x", "rel"],
  ]);
});

/** Numbers that look random and are the same each time (mulberry32). */
function* randoms(seed: number): Generator<number, never> {
  for (;;) {
    seed = (seed + 0x6d2b79f5) | 0;
    let mixed = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    yield ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }
}

Deno.test("renderMessage() makes nothing that is not allowed out of anything, nor much out of little", () => {
  const pieces = [
    ...[..."*_`~[]()<>!\\\"'&;:/@#-+=|\n\t .ab1é\u0301\u202e\u200b😀\0"],
    ...["**", "~~", "```", "](", "<!--", "javascript:", "https://", "data:", "&#x", "&lt;", "<img src=x onerror="],
    ...["\n> "],
    ...["\n- ", "\n1. ", "@ada", "](https://x.org", "mailto:", "\n\n", "    ", "</code>", " onclick=", "language-"],
  ];
  const random = randoms(20);
  const below = (count: number) => Math.floor(random.next().value * count);
  for (let round = 0; round < 20_000; round++) {
    const text = Array.from({ length: 1 + below(40) }, () => pieces[below(pieces.length)]).join("");
    const html = renderMessage(text, { mentions: () => true }) ?? "";
    assertEquals(faultsOf(html), [], JSON.stringify(text));
    assertLess(html.length, MAX_GROWTH * text.length + 100, JSON.stringify(text));
    mentionsIn(text);
  }
});

Deno.test("renderMessage() and mentionsIn() come to an end with the worst message, and make little of it", () => {
  const units = [
    ...[">", "> ", ">\n\n", "[", "![", "[]", "[](", "[a](", "[a](<", '[a](b "', "*", "*a ", "*a **a *a ", "__a _a "],
    ...["*a*"],
    ...["~~", "~~a ", "`", "`a", "``` `", "\\", "<", "<a@b.", "<!--", "- ", "-\n", "* a\n", "1) a\n", "  - a\n"],
    ...["> - 1. "],
    ...["* * *\n", "@", "@ab ", "@-_", "@😀", "http://a ", "https://", "http://[", "http://a/(", "http://a/[({"],
    ...["http://a''"],
    ...["http://a?&", "http://a/é", "[](http://a)", "[[a](http://a)", "[http://b](http://a)", "<http://a>", "&", '"'],
    ...["\n"],
  ];
  const texts = [
    ...units.map((unit) => unit.repeat(MAX_CHARACTERS / unit.length)),
    Array.from({ length: 90 }, (_, index) => "`".repeat(index)).join("a"),
    Array.from({ length: 85 }, (_, index) => " ".repeat(index) + "- a").join("\n"),
    "[".repeat(1_300) + "a" + "](x)".repeat(675),
    "*a ".repeat(800) + "b*".repeat(800),
    "http://" + "a.".repeat(1_990),
    "http://a/" + "((((a".repeat(798),
    "[a](" + "(".repeat(3_990),
  ];
  for (const text of texts) {
    const html = renderMessage(text, { mentions: () => true }) ?? "";
    mentionsIn(text);
    assertLess(html.length, MAX_GROWTH * text.length, text.slice(0, 40));
    assertEquals(faultsOf(html), []);
  }
});
