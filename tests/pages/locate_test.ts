import { assertEquals } from "@std/assert";
import {
  addressOfLink,
  findAnswer,
  locate,
  type Located,
  type LocateOptions,
  type Place,
} from "../../lib/pages/locate.ts";

/** What there is: the names of files; the folders follow. */
function folderOf(files: readonly string[]): (path: string) => Place | undefined {
  const isThere = (path: string) => files.some((file) => file.startsWith(path));
  return (path) => {
    const name = decodeURIComponent(path);
    if (name.endsWith("/")) return isThere(name) ? { kind: "folder" } : undefined;
    return files.includes(name) ? { kind: "file" } : isThere(`${name}/`) ? { kind: "folder" } : undefined;
  };
}

const SITE = folderOf([
  "/README.md",
  "/about.html",
  "/plain.txt",
  "/guide.md",
  "/both",
  "/both.md",
  "/old.htm",
  "/news.markdown",
  "/twice.md",
  "/twice.markdown",
  "/page.md",
  "/page.html",
  "/search.md",
  "/a b.md",
  "/über & mehr.md",
  "/half.md.md",
  "/docs/index.html",
  "/docs/README.md",
  "/docs/index.md",
  "/notes/index.md",
  "/notes/README.md",
  "/lower/readme.md",
  "/bare/file.txt",
  "/topic.md",
  "/topic/one.md",
  "/deep/er/README.md",
]);

/** In one word: → elsewhere, or what is shown of which file. */
function wordOf(located: Located<Place> | undefined): string {
  if (located === undefined) return "nothing";
  return "to" in located ? `→ ${located.to}` : `${located.kind} ${located.path}`;
}

const CASES: ReadonlyArray<[path: string, word: string]> = [
  ["/", "page /README.md"],
  ["/README.md", "→ /"],
  ["/README", "→ /"],
  ["/about.html", "file /about.html"],
  ["/about", "→ /about.html"],
  ["/about/", "nothing"],
  ["/old", "→ /old.htm"],
  ["/plain.txt", "file /plain.txt"],
  ["/plain", "nothing"],
  ["/guide", "page /guide.md"],
  ["/guide.md", "→ /guide"],
  ["/guide/", "→ /guide"],
  ["/both", "file /both"],
  ["/both.md", "page /both.md"],
  ["/news", "page /news.markdown"],
  ["/news.markdown", "→ /news"],
  ["/twice", "page /twice.md"],
  ["/twice.md", "→ /twice"],
  ["/twice.markdown", "page /twice.markdown"],
  ["/page", "page /page.md"],
  ["/page.html", "file /page.html"],
  ["/search.md", "page /search.md"],
  ["/a%20b", "page /a%20b.md"],
  ["/a%20b.md", "→ /a%20b"],
  ["/%C3%BCber%20%26%20mehr", "page /%C3%BCber%20%26%20mehr.md"],
  ["/%C3%BCber%20&%20mehr", "→ /%C3%BCber%20%26%20mehr"],
  ["/gu%69de", "→ /guide"],
  ["/guide%2Emd", "→ /guide"],
  ["/about%2Ehtml", "file /about.html"],
  ["/half.md", "page /half.md.md"],
  ["/half.md.md", "→ /half.md"],
  ["/docs", "→ /docs/"],
  ["/docs/", "file /docs/index.html"],
  ["/docs/index.html", "→ /docs/"],
  ["/docs/index", "page /docs/index.md"],
  ["/docs/index.md", "→ /docs/index"],
  ["/docs/README.md", "→ /docs/README"],
  ["/docs/README", "page /docs/README.md"],
  ["/notes/", "page /notes/index.md"],
  ["/notes/index", "→ /notes/"],
  ["/notes/index.md", "→ /notes/"],
  ["/notes/README.md", "→ /notes/README"],
  ["/lower/", "page /lower/readme.md"],
  ["/lower/readme.md", "→ /lower/"],
  ["/lower/README.md", "nothing"],
  ["/bare", "→ /bare/"],
  ["/bare/", "listing /bare/"],
  ["/topic", "page /topic.md"],
  ["/topic.md", "→ /topic"],
  ["/topic/", "listing /topic/"],
  ["/topic/one", "page /topic/one.md"],
  ["/deep/er/readme", "nothing"],
  ["/deep/er", "→ /deep/er/"],
  ["/nothing", "nothing"],
  ["/nothing/", "nothing"],
  ["/nothing/at/all", "nothing"],
];

const OPTIONS: LocateOptions = { isTaken: (path) => path === "/search" };

Deno.test("every address leads where the table says", () => {
  const find = (path: string) => findAnswer(path, { find: SITE, ...OPTIONS }) as Located<Place> | undefined;
  assertEquals(CASES.map(([path]) => [path, wordOf(find(path))]), CASES.map(([...expected]) => expected));
});

Deno.test("no redirect leads to another", () => {
  for (const [path] of CASES) {
    const located = findAnswer(path, { find: SITE, ...OPTIONS }) as Located<Place> | undefined;
    if (located === undefined || !("to" in located)) continue;
    const next = wordOf(findAnswer(located.to, { find: SITE, ...OPTIONS }) as Located<Place>);
    assertEquals(/^(?:page|file|listing) /.test(next), true, `${path} → ${located.to}: ${next}`);
  }
});

Deno.test("each file is shown at one address only", () => {
  const shown = CASES.map(([path, word]) => ({ path, word })).filter(({ word }) => /^(page|file)/.test(word));
  // What is no page may be asked for in any encoding, as on every web server.
  const pages = shown.filter(({ path, word }) => word.startsWith("page") || !path.includes("%"));
  assertEquals(pages.length, new Set(pages.map(({ word }) => word)).size);
});

Deno.test("the source of a page is where the page is, and where its file is", () => {
  const source = (path: string) => wordOf(findAnswer(path, { find: SITE, isSource: true }) as Located<Place>);
  assertEquals(
    ["/guide", "/guide.md", "/both.md", "/", "/topic", "/about.html", "/bare/"].map(source),
    [
      "source /guide.md",
      "source /guide.md",
      "source /both.md",
      "source /README.md",
      "source /topic.md",
      "file /about.html",
      "listing /bare/",
    ],
  );
});

Deno.test("it may have to wait for any of its answers, and comes to the same", async () => {
  for (const every of [1, 2, 3]) {
    let asked = 0;
    const find = (path: string) => asked++ % every === 0 ? Promise.resolve(SITE(path)) : SITE(path);
    for (const [path, word] of CASES) assertEquals(wordOf(await findAnswer(path, { find, ...OPTIONS })), word, path);
  }
});

Deno.test("a usual page is found by two looks", () => {
  const locating = locate("/guide");
  assertEquals(locating.next().value, "/guide");
  assertEquals(locating.next(undefined).value, "/guide.md");
  const file = locate("/about.html");
  assertEquals(file.next().value, "/about.html");
  assertEquals(file.next({ kind: "file" }), {
    done: true,
    value: { kind: "file", place: { kind: "file" }, path: "/about.html" },
  });
});

Deno.test("addressOfLink() gives the one address of what a link names", () => {
  const cases = [["/guide.md", "/guide"], ["/docs", "/docs/"], ["/about", "/about.html"], ["/gone.md", "/gone.md"]];
  for (const [path, address] of cases) assertEquals(addressOfLink(path, SITE), address);
});
