import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { parseQuery, toMatch } from "../../lib/search/query.ts";
import { PageIndex } from "../../lib/search/page_index.ts";

const word = (text: string) => ({ text, isPrefix: false });
const prefix = (text: string) => ({ text, isPrefix: true });

Deno.test("parseQuery() takes a query apart", () => {
  const cases: ReadonlyArray<readonly [text: string, expected: Partial<ReturnType<typeof parseQuery>>]> = [
    ["", {}],
    ["   ", {}],
    ["one", { terms: [prefix("one")] }],
    ["one ", { terms: [word("one")] }],
    ["one two", { terms: [word("one"), prefix("two")] }],
    ['"one two"', { terms: [word("one two")] }],
    ['"one two', { terms: [word("one two")] }],
    ['"one" two', { terms: [word("one"), prefix("two")] }],
    ["-one", { without: [word("one")] }],
    ['-"one two" three ', { terms: [word("three")], without: [word("one two")] }],
    ["one-two", { terms: [prefix("one-two")] }],
    ["from:ada", { filters: { from: "ada" } }],
    ["FROM:ada In:Pages", { filters: { from: "ada", in: "Pages" } }],
    ['from:"ada l" x', { terms: [prefix("x")], filters: { from: "ada l" } }],
    ["from:ada from:bob", { filters: { from: "bob" } }],
    ["before:2026-01-01 after:2025-01-01 room:common", {
      filters: { before: "2026-01-01", after: "2025-01-01", room: "common" },
    }],
    ["from: ada", { terms: [word("from:"), prefix("ada")] }],
    ["to:ada", { terms: [prefix("to:ada")] }],
    ["http://x/?a:b", { terms: [prefix("http://x/?a:b")] }],
    ["constructor:x", { terms: [prefix("constructor:x")] }],
    ["c++ c#", { terms: [word("c++"), prefix("c#")] }],
    ["\u00fcber\u3000\u6f22\u5b57", { terms: [word("über"), prefix("漢字")] }],
    ["a\0b", { terms: [word("a"), prefix("b")] }],
    ["a\ud800", { terms: [prefix("a\ufffd")] }],
  ];
  for (const [text, expected] of cases) {
    assertEquals(parseQuery(text), { terms: [], without: [], filters: {}, ...expected }, JSON.stringify(text));
  }
});

Deno.test("toMatch() quotes everything that was typed", () => {
  const cases: ReadonlyArray<readonly [text: string, match: string | undefined]> = [
    ["", undefined],
    ["-without", undefined],
    ["from:ada", undefined],
    ["!!! ??? \u2014", undefined],
    ['""', undefined],
    ["one ", '("one")'],
    ["one", '("one" OR "one" *)'],
    ["one two ", '("one" OR "two")'],
    ["one -two -three ", '("one") NOT ("two" OR "three")'],
    ["one -! ", '("one")'],
    ["a OR b ", '("a" OR "OR" OR "b")'],
    ["a AND NOT b ", '("a" OR "AND" OR "NOT" OR "b")'],
    ["NEAR(a b) ", '("NEAR(a" OR "b)")'],
    ["title:secret ", '("title:secret")'],
    ["se* ", '("se*")'],
    ['a"b ', '("a""b")'],
    ["^one ", '("^one")'],
    ["{a b}:c ", '("{a" OR "b}:c")'],
  ];
  for (const [text, match] of cases) assertEquals(toMatch(parseQuery(text))?.any, match, JSON.stringify(text));
});

Deno.test("toMatch() takes a query apart for the rank, with the phrase that all of it would be", () => {
  const cases: ReadonlyArray<readonly [text: string, parts: string[], phrase?: string]> = [
    ["one ", ['("one")']],
    ["one one ", ['("one")']],
    ["One TWÖ ", ['("One")', '("TWÖ")'], " one two "],
    ["one two", ['("one")', '("two" OR "two" *)'], " one two"],
    ['"one two" three -four ', ['("one two") NOT ("four")', '("three") NOT ("four")'], " one two three "],
  ];
  for (const [text, parts, phrase] of cases) {
    const match = toMatch(parseQuery(text));
    assertEquals([match?.parts, match?.phrase], [parts, phrase], text);
  }
});

Deno.test("toMatch() looks for eight words at most, however they are put together", () => {
  const nine = "1 2 3 4 5 6 7 8 9 ";
  assertEquals(toMatch(parseQuery(nine))?.parts.length, 8);
  assertEquals(toMatch(parseQuery(`"${nine}"`))?.any, '("1 2 3 4 5 6 7 8")');
  assertEquals(toMatch(parseQuery("the-".repeat(200)))?.any, '("the-the-the-the-the-the-the-the")');
  assertEquals(toMatch(parseQuery("a1-b2 c3 d4 e5 f6 g7 h8-i9"))?.parts.at(-1), '("h8")');
  assertEquals(toMatch(parseQuery(`x -"${nine}" -more `))?.any, '("x") NOT ("1 2 3 4 5 6 7 8")');
});

Deno.test("toMatch() takes no single letter for the beginning of a word, but a character of a script without capitals", () => {
  for (
    const [text, isPrefix] of [["w", false], ["é", false], ["c++", false], ["7", false], ["wo", true], ["漢", true]]
  ) {
    assertEquals(toMatch(parseQuery(text as string))?.any.endsWith("*)"), isPrefix, text as string);
  }
});

/** What somebody may type to break an FTS5 expression, or out of it. */
const HOSTILE: readonly string[] = [
  'word"',
  '"word',
  '"""word',
  'word"" OR "x',
  '" OR 1=1 --',
  "word AND",
  "AND OR NOT word",
  "NOT word",
  "NEAR(word, 3)",
  "NEAR(",
  "word NEAR/2 x",
  "word*",
  "*word",
  "* word",
  "word *",
  "^word",
  "(word",
  "word)",
  "((((word",
  "{text}:word",
  "text : word",
  "url:word",
  "-word word",
  "- word",
  "--word word",
  "+word",
  "word + word",
  "word\0",
  "\0word",
  "\ud800word",
  "word\udfff word",
  "\u0301 word",
  "\ue000 word",
  "½ ² word",
  "'; DROP TABLE pages; -- word",
  ":word :match $word ?1 word",
  "word ".repeat(200),
  "w".repeat(1_000),
  "\u{1f600}".repeat(250) + " word",
  '"'.repeat(999) + "a",
  "(".repeat(999) + "a",
  "a-".repeat(500),
  Array.from({ length: 333 }, (_, index) => `w${index}`.slice(0, 2)).join(" "),
];

Deno.test("whatever is typed, the index takes the expression", () => {
  const index = new PageIndex();
  index.put({ url: "/", title: "A title", text: "some word in a text", modifiedAtMs: 1 });
  try {
    for (const text of HOSTILE) {
      const match = toMatch(parseQuery(text.slice(0, 1_000)))?.any;
      assert(match !== undefined, text);
      const hits = index.find(match, { sort: "best", limit: 10, marks: ["<", ">"] });
      assertEquals(hits.length, index.count(match, {}), text);
      if (/(^|\s)word(\s|$)/.test(text) && !/-"? ?word/.test(text)) assertEquals(hits.length, 1, text);
    }
  } finally {
    index.close();
  }
});

Deno.test("a word of nothing but marks is looked for and not found, without an error", () => {
  const index = new PageIndex();
  index.put({ url: "/", title: "", text: "a text", modifiedAtMs: 1 });
  try {
    for (const text of ["\u0301", "\ue000", "²", "\u20dd "]) {
      const match = toMatch(parseQuery(text))!.any;
      assertStringIncludes(match, '"');
      assertEquals(index.find(match, { sort: "newest", limit: 10, marks: ["<", ">"] }), []);
    }
  } finally {
    index.close();
  }
});
