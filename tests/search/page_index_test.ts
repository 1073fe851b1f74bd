import { assertEquals } from "@std/assert";
import { type PageHitOptions, PageIndex } from "../../lib/search/page_index.ts";

function indexOf(pages: ReadonlyArray<readonly [url: string, title: string, text: string, modifiedAtMs?: number]>) {
  const index = new PageIndex();
  for (const [url, title, text, modifiedAtMs = 1] of pages) index.put({ url, title, text, modifiedAtMs });
  return Object.assign(index, { [Symbol.dispose]: () => index.close() });
}

const ALL: PageHitOptions = { sort: "best", limit: 100, marks: ["[", "]"] };
const urls = (hits: ReadonlyArray<{ url: string }>) => hits.map(({ url }) => url);

Deno.test("a page is found by its words, its title, their other forms, and without accents", () => {
  using index = indexOf([["/a", "Running", "Über die Brücke"], ["/b", "Other", "nothing"]]);
  for (const match of ['"running"', '"run"', '"uber"', '"ÜBER"', '"brucke"', '"bruc" *']) {
    assertEquals(urls(index.find(match, ALL)), ["/a"], match);
  }
  assertEquals(index.find('"absent"', ALL), []);
});

Deno.test("a page's URL is not among its words", () => {
  using index = indexOf([["/hidden/path.html", "Title", "text"]]);
  for (const match of ['"hidden"', '"path"', '"html"']) assertEquals(index.count(match, {}), 0, match);
});

Deno.test("put() takes the place of what stood under the URL, drop() takes it out", () => {
  using index = indexOf([["/a", "Old", "old words"], ["/b", "B", "words"]]);
  index.put({ url: "/a", title: "New", text: "new words", modifiedAtMs: 2 });
  assertEquals(index.count('"old"', {}), 0);
  assertEquals(urls(index.find('"new"', ALL)), ["/a"]);
  assertEquals(index.list(10), [{ url: "/a", title: "New" }, { url: "/b", title: "B" }]);
  index.drop("/a");
  index.drop("/never there");
  assertEquals(index.count('"words"', {}), 1);
  assertEquals(index.list(10), [{ url: "/b", title: "B" }]);
});

Deno.test("find() filters by time, sorts and cuts; count() counts all", () => {
  using index = indexOf([["/1", "", "word", 100], ["/2", "", "word", 200], ["/3", "word", "more", 300]]);
  const find = (options: Partial<PageHitOptions>) => urls(index.find('"word"', { ...ALL, ...options }));
  assertEquals(find({ sort: "newest" }), ["/3", "/2", "/1"]);
  assertEquals(find({ sort: "newest", limit: 2 }), ["/3", "/2"]);
  assertEquals(find({ sort: "newest", beforeMs: 200 }), ["/1"]);
  assertEquals(find({ sort: "newest", afterMs: 200 }), ["/3", "/2"]);
  assertEquals(find({ sort: "newest", afterMs: 101, beforeMs: 300 }), ["/2"]);
  assertEquals(find({ sort: "best" })[0], "/3", "a word in the title counts more");
  assertEquals([index.count('"word"', {}), index.count('"word"', { afterMs: 200 })], [3, 2]);
  const scores = index.find('"word"', ALL).map(({ score }) => score);
  assertEquals(scores, scores.toSorted((a, b) => b - a));
});

Deno.test("a snippet shows the words found in the text around them", () => {
  const filler = Array.from({ length: 100 }, (_, index) => `w${index}`).join(" ");
  using index = indexOf([["/a", "Title", `${filler} needle ${filler}`]]);
  const [{ snippet }] = index.find('"needle"', ALL);
  assertEquals(/^….*\[needle\].*…$/.test(snippet), true, snippet);
  assertEquals(snippet.split(" ").length < 40, true);
});

Deno.test("a page with NUL or half a surrogate pair in it is indexed all the same", () => {
  using index = indexOf([["/a", "T\0itle", "one\0two \ud800three"]]);
  assertEquals(index.list(10).length, 1);
  assertEquals(index.count('"one"', {}), 1);
});
