import { assert, assertEquals, assertMatch } from "@std/assert";
import { type FrontMatter, readFrontMatter } from "../../lib/pages/front_matter.ts";

const BODY = "# Page\n";

const GOOD: ReadonlyArray<{ name: string; yaml: string; matter: FrontMatter }> = [
  { name: "nothing", yaml: "", matter: {} },
  {
    name: "all keys",
    yaml: "title: A page\norder: 2\naccess: public\ndescription: What it is\nlanguage: pt-BR\n",
    matter: { title: "A page", order: 2, access: "public", description: "What it is", language: "pt-BR" },
  },
  { name: "keys of other programs", yaml: "tags: [a, b]\nlayout: post\ntitle: T\n", matter: { title: "T" } },
  { name: "a title that looks like a number", yaml: "title: 2026\n", matter: { title: "2026" } },
  { name: "a title on two lines", yaml: "title: >\n  one\n  two\n", matter: { title: "one two" } },
  { name: "a fraction as order", yaml: "order: -1.5\n", matter: { order: -1.5 } },
  { name: "an empty title", yaml: "title:\n", matter: {} },
  { name: "a key of every object", yaml: "__proto__: {access: public}\nconstructor: 1\n", matter: {} },
];

Deno.test("readFrontMatter() reads the keys that mean something", () => {
  for (const { name, yaml, matter } of GOOD) {
    assertEquals(readFrontMatter(`---\n${yaml}---\n${BODY}`), { matter, body: BODY }, name);
  }
});

Deno.test("the lines of front matter may end in CRLF, follow a byte order mark, and close with dots", () => {
  const matter = { title: "T" };
  for (
    const source of [
      "---\r\ntitle: T\r\n---\r\n# Page\n",
      "\ufeff---\ntitle: T\n---\n# Page\n",
      "--- \ntitle: T\n...\n# Page\n",
    ]
  ) {
    assertEquals(readFrontMatter(source), { matter, body: BODY }, JSON.stringify(source));
  }
});

Deno.test("what is no front matter stays in the page", () => {
  const pages = [
    "# Page\n\n---\ntitle: no\n---\n",
    "---\n\nA rule, and text\n\n---\n",
    "---\nA rule that nothing follows\n",
    "\n---\ntitle: not at the top\n---\n",
    "----\ntitle: a longer rule\n----\n",
    "",
  ];
  for (const page of pages) assertEquals(readFrontMatter(page), { matter: {}, body: page });
  assertEquals(readFrontMatter("\ufeff# Page\n"), { matter: {}, body: BODY });
});

const CLOSED: ReadonlyArray<{ name: string; yaml: string; problem: RegExp }> = [
  { name: "broken YAML", yaml: "title: [one\naccess: public\n", problem: /^Cannot read the front matter: / },
  { name: "a key that stands twice", yaml: "access: public\naccess: members\n", problem: /duplicated key at line 3/ },
  { name: "a list", yaml: "- access: public\n", problem: /no list of keys/ },
  { name: "another word", yaml: "access: everybody\n", problem: /access is to be "public" or "members"/ },
  { name: "another spelling", yaml: "access: Public\n", problem: /access is to be/ },
  { name: "an empty value", yaml: "access:\n", problem: /access is to be/ },
  { name: "a list of values", yaml: "access: [public]\n", problem: /access is to be/ },
  { name: "a truth", yaml: "access: true\n", problem: /access is to be/ },
  { name: "a tag that makes things", yaml: "access: !!js/function 'public'\n", problem: /front matter/ },
];

Deno.test("where the access cannot be read, the page is for members, and it is said why", () => {
  for (const { name, yaml, problem } of CLOSED) {
    const page = readFrontMatter(`---\n${yaml}---\n${BODY}`);
    assertEquals(page.matter.access, "members", name);
    assertEquals(page.body, BODY, name);
    assertMatch(page.problem!, problem, name);
  }
});

Deno.test("another wrong key is a problem, and takes nothing else with it", () => {
  const page = readFrontMatter(`---\ntitle: T\norder: first\nlanguage: "<b>"\naccess: public\n---\n${BODY}`);
  assertEquals(page.matter, { title: "T", access: "public" });
  assertMatch(page.problem!, /order is to be a number; language is to be a language tag/);
});

Deno.test("front matter that does not end within 4096 characters is not read, and closes the page", () => {
  const long = `---\ntitle: T\nnotes: ${"x".repeat(5_000)}\naccess: public\n---\n${BODY}`;
  assertEquals(readFrontMatter(long).matter, { access: "members" });
  assert(readFrontMatter(long).problem?.includes("4096"));
});

Deno.test("aliases of aliases cost nothing", () => {
  const lines = Array.from({ length: 60 }, (_, i) => `a${i + 1}: &a${i + 1} [${`*a${i},`.repeat(9)}]`);
  const page = readFrontMatter(`---\na0: &a0 lol\n${lines.join("\n")}\ntitle: T\n---\n${BODY}`);
  assertEquals(page.matter, { title: "T" });
});

Deno.test("what somebody has written about access keeps a page for members, even where it is not read", () => {
  const pages = [
    "---\nAccess: members\n---\n# Page\n",
    "---\nACCESS: public\naccess: public\n---\n# Page\n",
    "\n---\naccess: members\n---\n# Page\n",
    "----\naccess: members\n----\n# Page\n",
    "--- # of the page\naccess: members\n---\n# Page\n",
    "---\r# of the page\raccess: members\r---\r# Page\r",
    "---\r\n# of the page\r\naccess: members\r\n\r\n# Page\r\n",
    '+++\ntitle = "Page"\naccess = "members"\n+++\n# Page\n',
    "---\n# of the page\naccess: members\n\n# Page\n",
    "\ufffd\ufffd-\0-\0-\0\n\0a\0c\0c\0e\0s\0s\0",
    "-\0-\0-\0\n\0a\0",
  ];
  for (const page of pages) {
    const { matter, problem } = readFrontMatter(page);
    assertEquals(matter.access, "members", JSON.stringify(page));
    assertMatch(problem!, /^Cannot read the front matter: /, JSON.stringify(page));
  }
  const others = ["---\nWe speak of access here\n", "# Page\n\naccess: is a word\n", "access: public\n"];
  for (const page of others) assertEquals(readFrontMatter(page), { matter: {}, body: page });
});

Deno.test("to look for what is written about access does not take long, whatever the page is", () => {
  for (const line of ["\n", "\r\n", "\r", " \n", "-\n", "a\n", "access\n"]) {
    const page = `----\n${line.repeat(4_096)}`;
    assertEquals(readFrontMatter(page).matter, {});
  }
});
