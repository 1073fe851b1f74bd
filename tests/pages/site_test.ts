import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import { Site } from "../../lib/pages/site.ts";
import { PageIndex } from "../../lib/search/page_index.ts";
import { type FakeClock, fakeClock, tempDir } from "../testing.ts";

/** A site whose clock stands: `refresh()` moves it on, so that a refresh is due. */
async function siteOf(files: Readonly<Record<string, string | Uint8Array>>, isPublic = true) {
  const dir = await tempDir(files);
  const index = new PageIndex();
  const clock: FakeClock = fakeClock();
  const site = new Site({ dir: dir.path, isPublic, index });
  const found = (word: string) =>
    index.find(`"${word}"`, { sort: "best", limit: 100, marks: ["", ""] }).map(({ url }) => url).toSorted();
  return {
    dir: dir.path,
    write: dir.write,
    index,
    clock,
    site,
    found,
    refresh() {
      clock.tick(1_000);
      return site.refresh();
    },
    async [Symbol.asyncDispose]() {
      await site.close();
      index.close();
      clock[Symbol.dispose]();
      await dir[Symbol.asyncDispose]();
    },
  };
}

Deno.test("refresh() indexes the pages of the folder, by the URL that they are served under", async () => {
  await using it = await siteOf({
    "index.html": "<title>First</title>word",
    "a.html": "<title>A</title>word",
    "b.HTM": "word",
    "notes.md": "# Notes\nword",
    "plain.txt": "word",
    "in/index.html": "<h1>In</h1>word",
    "in/deep/x y#.html": "word",
    "script.js": "word",
    "data.json": "word",
    "word": "word",
  });
  await it.refresh();
  assertEquals(it.site.pages(), [
    { url: "/", title: "First" },
    { url: "/a.html", title: "A" },
    { url: "/b.HTM", title: "b.HTM" },
    { url: "/in/", title: "In" },
    { url: "/in/deep/x%20y%23.html", title: "x y#.html" },
    { url: "/notes.md", title: "Notes" },
    { url: "/plain.txt", title: "plain.txt" },
  ]);
  assertEquals(it.found("word").length, 7);
});

Deno.test("refresh() takes in what was added, changed and removed", async () => {
  await using it = await siteOf({ "a.html": "alpha", "b.html": "beta" });
  await it.refresh();
  assertEquals([it.found("alpha"), it.found("beta")], [["/a.html"], ["/b.html"]]);
  await it.write("c/c.html", "gamma");
  await it.write("a.html", "another");
  await Deno.remove(join(it.dir, "b.html"));
  await it.refresh();
  assertEquals([it.found("gamma"), it.found("another")], [["/c/c.html"], ["/a.html"]]);
  assertEquals([it.found("alpha"), it.found("beta")], [[], []]);
  await Deno.remove(join(it.dir, "c"), { recursive: true });
  await it.refresh();
  assertEquals(it.site.pages().map(({ url }) => url), ["/a.html"]);
});

Deno.test("refresh() notices a change that leaves the length as it is", async () => {
  await using it = await siteOf({ "a.html": "alpha" });
  await it.refresh();
  await it.write("a.html", "omega");
  await Deno.utime(join(it.dir, "a.html"), 2_000_000_000, 2_000_000_000);
  await it.refresh();
  assertEquals([it.found("alpha"), it.found("omega")], [[], ["/a.html"]]);
});

Deno.test("refresh() looks at the folder once a second at most, and two at a time are one", async () => {
  await using it = await siteOf({ "a.html": "alpha" });
  const [first, second] = [it.site.refresh(), it.site.refresh()];
  assertEquals(first === second, true);
  await first;
  await it.write("b.html", "beta");
  it.clock.tick(999);
  await it.site.refresh();
  assertEquals(it.found("beta"), []);
  it.clock.tick(1);
  await it.site.refresh();
  assertEquals(it.found("beta"), ["/b.html"]);
});

Deno.test("refresh() leaves out dotfiles, links, and our own assets; of what is too long it takes the beginning", async () => {
  await using outside = await tempDir({ "secret.html": "secret" });
  await using it = await siteOf({
    ".secret.html": "secret",
    ".git/secret.html": "secret",
    "in/.secret/x.html": "secret",
    "_ui/secret.html": "secret",
    "in/_ui/page.html": "page",
    "long.txt": `beginning ${"a ".repeat(1024 * 1024)} secret`,
    "page.html": "page",
  });
  await Deno.symlink(join(outside.path, "secret.html"), join(it.dir, "link.html"));
  await Deno.symlink(outside.path, join(it.dir, "folder"));
  await Deno.symlink("page.html", join(it.dir, "inside.html"));
  await it.refresh();
  assertEquals(it.found("secret"), []);
  assertEquals(it.found("beginning"), ["/long.txt"]);
  assertEquals(it.site.pages().map(({ url }) => url), ["/in/_ui/page.html", "/long.txt", "/page.html"]);
});

Deno.test("refresh() survives pages that are no text, and a folder that is gone", async () => {
  await using it = await siteOf({
    "binary.html": Uint8Array.of(0xff, 0xfe, 0x00, 0x80, 0x3c, 0x70, 0x3e, 0xc3),
    "nul.txt": "# ti\0tle\n\nalpha\0beta",
    "page.html": "gamma",
    "empty.html": "",
  });
  await it.refresh();
  assertEquals(it.site.pages().length, 4);
  assertEquals(it.found("gamma"), ["/page.html"]);
  await Deno.remove(it.dir, { recursive: true });
  await it.refresh();
  assertEquals(it.site.pages(), []);
  await Deno.mkdir(it.dir);
});

Deno.test("close() ends a refresh that is under way, and begins no other", async () => {
  await using it = await siteOf({ "a.html": "alpha", "b.html": "beta" });
  const underWay = it.refresh();
  await it.site.close();
  await underWay;
  const before = it.site.pages();
  await it.write("c.html", "gamma");
  await it.refresh();
  assertEquals(it.site.pages(), before);
});

Deno.test("mayRead() lets everybody read a public site, and members any", async () => {
  await using open = await siteOf({});
  const ada = { id: "1", name: "ada", role: "member" } as const;
  assertEquals([open.site.mayRead(undefined), open.site.mayRead(ada)], [true, true]);
  await using closed = await siteOf({}, false);
  assertEquals([closed.site.mayRead(undefined), closed.site.mayRead(ada)], [false, true]);
});
