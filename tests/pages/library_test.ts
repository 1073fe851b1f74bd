import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { isComplete, libraryOf, MEMBER, urlsOf, VISITOR } from "./library_fixture.ts";

const page = (front: string, text = "") => `---\n${front}\n---\n${text}`;

Deno.test("refresh() knows the pages of the folder, by the one address of each", async () => {
  await using it = await libraryOf({
    "index.html": "<title>First</title>word",
    "a.html": "<title>A</title>word",
    "b.HTM": "word",
    "notes.md": "# Notes\nword",
    "notes/plain.txt": "word",
    "taken": "",
    "taken.md": "word",
    "in/index.md": "# In\nword",
    "in/README.md": "word",
    "in/deep/x y#.html": "word",
    "readme/readme.md": "word",
    "script.js": "word",
    "data.json": "word",
  });
  await it.refresh();
  assertEquals(await it.found("word"), [
    "/",
    "/a.html",
    "/b.HTM",
    "/in/",
    "/in/README",
    "/in/deep/x%20y%23.html",
    "/notes",
    "/notes/plain.txt",
    "/readme/",
    "/taken.md",
  ]);
});

Deno.test("a listing holds folders first, then files, with what is known of them", async () => {
  await using it = await libraryOf({
    "10.txt": "0123456789",
    "9.txt": "",
    "B.md": page("title: Bee\norder: 2"),
    "über.html": "<h1>Over</h1>",
    "sub/index.md": "# Below\n",
    "empty/.hidden": "",
  });
  await Deno.utime(join(it.dir, "9.txt"), 1_000_000_000, 1_000_000_000);
  await it.refresh();
  const listing = await it.list("/");
  const shown = listing!.entries.map(({ url, name, kind, title, bytes }) => [url, name, kind, title, bytes]);
  assertEquals(shown, [
    ["/empty/", "empty", "folder", "Empty", 0],
    ["/sub/", "sub", "folder", "Below", 0],
    ["/9.txt", "9.txt", "file", "9.txt", 0],
    ["/10.txt", "10.txt", "file", "10.txt", 10],
    ["/B", "B.md", "page", "Bee", 28],
    ["/%C3%BCber.html", "über.html", "page", "Over", 13],
  ]);
  assertEquals(listing!.entries[4].order, 2);
  assertEquals(listing!.entries[2].modifiedAtMs, 1_000_000_000_000);
  assertEquals([listing!.total, isComplete(listing)], [6, true]);
  assertEquals(listing!.trail.map(({ url, title, kind }) => [url, title, kind]), [["/", "Home", "folder"]]);
  assertEquals(await it.list("/nowhere/"), undefined);
  assertEquals(await it.list("/9.txt/"), undefined);
  assertEquals(await it.list("/../"), undefined);
});

Deno.test("a listing is sorted, turned round and cut as asked", async () => {
  await using it = await libraryOf({ "b.txt": "1", "a.txt": "333", "c.txt": "22", "d/x.txt": "" });
  for (const [name, at] of [["a.txt", 3], ["b.txt", 1], ["c.txt", 2]] as const) {
    await Deno.utime(join(it.dir, name), at, at);
  }
  await it.refresh();
  const names = async (options: Parameters<typeof it.list>[1]) => {
    const listing = await it.list("/", options);
    return [listing!.entries.map(({ name }) => name[0]).join(""), listing!.total];
  };
  assertEquals(await names({}), ["dabc", 4]);
  assertEquals(await names({ sort: "size" }), ["dbca", 4]);
  assertEquals(await names({ sort: "date" }), ["dbca", 4]);
  assertEquals(await names({ sort: "size", isDescending: true }), ["dacb", 4]);
  assertEquals(await names({ offset: 1, limit: 2 }), ["ab", 4]);
  assertEquals(await names({ offset: 9 }), ["", 4]);
});

Deno.test("surroundings are the folders above, and the pages and folders beside by order and title", async () => {
  await using it = await libraryOf({
    "index.md": "# Start\n",
    "guide/index.md": page("title: The guide\norder: 1"),
    "guide/second.md": page("order: 2\ntitle: Zwei"),
    "guide/first.md": page("order: 1"),
    "guide/b10.md": "",
    "guide/b9.html": "",
    "guide/picture.png": "",
    "guide/pictures/one.png": "",
    "guide/more/x.md": "",
    "about.html": "<title>About us</title>",
  });
  await it.refresh();
  const around = async (url: string) => {
    const found = await it.around(url);
    return found && {
      trail: urlsOf(found.trail),
      siblings: urlsOf(found.siblings),
      between: [found.previous?.url, found.next?.url],
    };
  };
  const siblings = ["/guide/first", "/guide/second", "/guide/b9.html", "/guide/b10", "/guide/more/"];
  const trail = ["/", "/guide/"];
  const cases: ReadonlyArray<readonly [url: string, previous: string | undefined, next: string | undefined]> = [
    ["/guide/", "/", "/guide/first"],
    ["/guide/first", "/guide/", "/guide/second"],
    ["/guide/b10", "/guide/b9.html", "/guide/more/"],
  ];
  for (const [url, ...between] of cases) assertEquals(await around(url), { trail, siblings, between }, url);
  assertEquals((await around("/guide/more/x"))?.between, ["/guide/more/", undefined]);
  assertEquals(await around("/"), {
    trail: ["/"],
    siblings: ["/guide/", "/about.html"],
    between: [undefined, "/guide/"],
  });
  assertEquals((await around("/about.html"))?.between, ["/guide/", undefined]);
  assertEquals((await it.around("/guide/first"))?.trail.map(({ title }) => title), ["Start", "The guide"]);
  assertEquals(await around("/missing"), undefined);
});

Deno.test("of very many pages two hundred around the one are siblings", async () => {
  const files = Object.fromEntries(Array.from({ length: 450 }, (_, index) => [`p${index}.md`, ""]));
  await using it = await libraryOf(files);
  const cases: ReadonlyArray<readonly [at: number, first: number]> = [[0, 0], [99, 0], [100, 0], [101, 1], [300, 200], [
    449,
    250,
  ]];
  for (const [at, first] of cases) {
    const { siblings } = (await it.around(`/p${at}`))!;
    assertEquals([siblings.length, siblings[0].url], [200, `/p${first}`], String(at));
    assert(siblings.some(({ url }) => url === `/p${at}`));
  }
});

Deno.test("what a visitor may not read is in no answer, and counted in none", async () => {
  const rules = '"/" = "members"\n"/open/" = "public"\n"/open/secret.html" = "members"';
  await using it = await libraryOf({
    "index.md": page("access: public", "word"),
    "private.md": "word",
    "loud.md": page("access: public", "word"),
    "open/a.md": "word",
    "open/b.md": page("access: members", "word"),
    "open/broken.md": page("access: everybody", "word"),
    "open/secret.html": "word",
    "open/LOUD.MD": page("access: members", "word"),
    "open/in/index.md": page("access: members", "word"),
    "open/in/x.txt": "word",
    "closed/index.md": page("access: public\ntitle: Seen", "word"),
    "closed/x.md": "word",
    "hidden/x.md": page("access: public", "word"),
  }, { rules });
  await it.refresh();
  const seen = ["/", "/closed/", "/hidden/x", "/loud", "/open/a", "/open/in/x.txt"];
  assertEquals(await it.found("word", VISITOR), seen);
  assertEquals((await it.found("word", MEMBER)).length, 13);
  assertEquals(await it.urls("/", VISITOR), ["/closed/", "/open/", "/", "/loud"]);
  assertEquals(await it.urls("/open/", VISITOR), ["/open/a"]);
  assertEquals((await it.list("/open/", VISITOR))?.total, 1);
  assertEquals(await it.around("/private", VISITOR), undefined);
  assertEquals(await it.around("/open/b", VISITOR), undefined);
  const { trail, siblings, previous, next } = (await it.around("/hidden/x", VISITOR))!;
  assertEquals([urlsOf(trail), urlsOf(siblings), previous, next], [["/"], ["/hidden/x"], undefined, undefined]);
  assertEquals(urlsOf((await it.around("/open/a", VISITOR))!.siblings), ["/open/a"]);
  for (const url of ["/privat", "/open/broke", "/secret", "/closed/y"]) {
    for (const { url: found } of await it.library.suggest({ url, ...VISITOR })) {
      assert(seen.includes(found) || found === "/open/", found);
    }
  }
});

Deno.test("a page whose front matter is not read yet is not shown to visitors", async () => {
  const files = Object.fromEntries(
    Array.from({ length: 3_000 }, (_, index) => [`p${index}.md`, page("access: members")]),
  );
  await using it = await libraryOf({ ...files, "a.md": "", "a.html": "" });
  const first = it.library.refresh();
  assertEquals((await it.urls("/", VISITOR)).filter((url) => url.startsWith("/p")), []);
  await first;
  assertEquals(await it.urls("/", VISITOR), ["/a.html", "/a"]);
});

Deno.test("the order of what a visitor finds tells nothing of the pages for members", async () => {
  const seen = { "one.md": "rare common", "two.md": "common common rare words", "three.md": "words" };
  const hidden = Object.fromEntries(
    Array.from({ length: 20 }, (_, index) => [`m${index}.md`, page("access: members", "rare words")]),
  );
  const find = async (files: Record<string, string>) => {
    await using it = await libraryOf(files);
    await it.refresh();
    const options = { sort: "best" as const, limit: 10, marks: ["", ""] as const, ...VISITOR };
    return (await it.library.search({ match: '"rare" OR "common" OR "words"', ...options })).hits
      .map(({ url, score }) => [url, score]);
  };
  assertEquals(await find({ ...seen, ...hidden }), await find(seen));
});

Deno.test("setRules() holds for every answer from then on", async () => {
  await using it = await libraryOf({ "a/x.md": "word", "a/y.md": page("access: public", "word"), "b.md": "word" });
  await it.refresh();
  it.library.setRules('"/a/" = "members"');
  assertEquals(await it.found("word", VISITOR), ["/a/y", "/b"]);
  assertEquals(await it.urls("/", VISITOR), ["/b"]);
  await it.refresh();
  assertEquals(await it.found("word", VISITOR), ["/a/y", "/b"]);
  assertEquals(await it.found("word", MEMBER), ["/a/x", "/a/y", "/b"]);
  it.library.setRules(undefined);
  await it.refresh();
  assertEquals(await it.found("word", VISITOR), ["/a/x", "/a/y", "/b"]);
});

Deno.test("setRules() may change what very many pages are", async () => {
  const files = Object.fromEntries(Array.from({ length: 2_100 }, (_, index) => [`a/p${index}.md`, "word"]));
  await using it = await libraryOf({ ...files, "b.md": "word" });
  await it.refresh();
  it.library.setRules('"/a/" = "members"');
  assertEquals((await it.found("word", VISITOR)).filter((url) => url !== "/b"), []);
  await it.refresh();
  assertEquals(await it.found("word", VISITOR), ["/b"]);
  it.library.setRules("");
  await it.refresh();
  assertEquals(
    (await it.library.search({ match: '"word"', sort: "best", limit: 1, marks: ["", ""], ...VISITOR })).total,
    2_101,
  );
});

Deno.test("refresh() takes in what was added, changed and removed", async () => {
  await using it = await libraryOf({ "a.html": "alpha", "b.html": "beta", "d.md": "delta", "e/e.md": "" });
  await it.refresh();
  await it.write("c/c.html", "gamma");
  await it.write("a.html", "another");
  await it.write("d.md", page("access: members", "delta"));
  await Deno.remove(join(it.dir, "b.html"));
  await Deno.rename(join(it.dir, "e"), join(it.dir, "f"));
  await it.refresh();
  const words = ["alpha", "another", "beta", "gamma", "delta"];
  assertEquals(await Promise.all(words.map((word) => it.found(word, VISITOR))), [
    [],
    ["/a.html"],
    [],
    ["/c/c.html"],
    [],
  ]);
  assertEquals(await it.found("delta"), ["/d"]);
  assertEquals(await it.urls("/"), ["/c/", "/f/", "/a.html", "/d"]);
  await Deno.remove(join(it.dir, "c"), { recursive: true });
  await Deno.remove(join(it.dir, "f"), { recursive: true });
  await it.write("f", "now a file");
  await it.write("a.html/index.md", "").catch(() => {});
  await it.refresh();
  assertEquals(await it.urls("/"), ["/a.html", "/d", "/f"]);
});

Deno.test("refresh() notices a change that leaves length and time as they are", async () => {
  await using it = await libraryOf({ "a.html": "alpha" });
  const at = 1_000_000_000;
  await Deno.utime(join(it.dir, "a.html"), at, at);
  await it.library.refresh();
  await it.write("a.html", "omega");
  await Deno.utime(join(it.dir, "a.html"), at, at);
  it.clock.tick(1_000);
  await it.refresh();
  assertEquals([await it.found("alpha"), await it.found("omega")], [[], ["/a.html"]]);
});

Deno.test("refresh() looks at the folder once a second at most, and two at a time are one", async () => {
  await using it = await libraryOf({ "a.html": "alpha" });
  await Promise.all([it.library.refresh(), it.library.refresh()]);
  await it.write("b.html", "beta");
  it.clock.tick(999);
  await it.library.refresh();
  assertEquals(await it.found("beta"), []);
  it.clock.tick(1);
  await it.library.refresh();
  assertEquals(await it.found("beta"), ["/b.html"]);
});

Deno.test("a listing looks at its folder once a second at most, without a look at the others", async () => {
  await using it = await libraryOf({ "a/x.md": "", "b/x.md": "" });
  await it.refresh();
  await it.write("a/new.md", page("title: New\naccess: members"));
  it.clock.tick(999);
  assertEquals(await it.urls("/a/"), ["/a/x"]);
  it.clock.tick(1);
  assertEquals(await it.urls("/a/"), ["/a/new", "/a/x"]);
  assertEquals(await it.urls("/a/", VISITOR), ["/a/x"]);
});

Deno.test("dotfiles, links, the data folder and our own assets are no part of it; of what is too long the beginning is", async () => {
  await using it = await libraryOf({
    ".secret.html": "secret",
    ".git/secret.html": "secret",
    "in/.secret/x.html": "secret",
    "_ui/secret.html": "secret",
    "data/secret.html": "secret",
    "in/_ui/page.html": "page",
    "in/data/page.html": "page",
    "long.txt": `beginning ${"a ".repeat(1024 * 1024)} secret`,
    "page.html": "page",
  });
  await using outside = await libraryOf({ "secret.html": "secret" });
  await Deno.symlink(join(outside.dir, "secret.html"), join(it.dir, "link.html"));
  await Deno.symlink(outside.dir, join(it.dir, "folder"));
  await Deno.symlink(it.dir, join(it.dir, "in/round"));
  await using hiding = await libraryOf({}, { dir: it.dir, hiddenDir: join(it.dir, "data") });
  await hiding.refresh();
  assertEquals(await hiding.found("secret"), []);
  assertEquals(await hiding.found("beginning"), ["/long.txt"]);
  assertEquals(await hiding.found("page"), ["/in/_ui/page.html", "/in/data/page.html", "/page.html"]);
  assertEquals(await hiding.urls("/"), ["/in/", "/long.txt", "/page.html"]);
  assertEquals(await hiding.list("/data/"), undefined);
});

Deno.test("names in any script, and those that mean something in URLs, are kept", async () => {
  const cases: ReadonlyArray<readonly [name: string, url: string]> = [
    ["日本語.md", "/%E6%97%A5%E6%9C%AC%E8%AA%9E"],
    ["a b%20c.md", "/a%20b%2520c"],
    ["#?&.md", "/%23%3F%26"],
    ["emoji 😀.html", "/emoji%20%F0%9F%98%80.html"],
    ["e\u0301.txt", "/e%CC%81.txt"],
    [`${"long".repeat(60)}.md`, `/${"long".repeat(60)}`],
    [`"<'>.md`, "/%22%3C'%3E"],
    ["..a.b...md", "/..a.b..."],
  ];
  await using it = await libraryOf(Object.fromEntries(cases.map(([name]) => [`in ${name}/${name}`, "word"])));
  await it.refresh();
  const urls = cases.filter(([name]) => !name.startsWith("."))
    .map(([name, url]) => `/${encodeURIComponent(`in ${name}`)}${url}`);
  assertEquals(await it.found("word"), urls.toSorted());
  for (const url of urls) assert(await it.around(url) !== undefined, url);
});

Deno.test("names that are no UTF-8 have no address, and are left out", async () => {
  await using it = await libraryOf({ "a.txt": "1", "\ufffd.txt": "1" });
  await new Deno.Command("sh", { args: ["-c", `mkdir "$(printf 'b\\377')"`], cwd: it.dir }).output();
  await it.refresh();
  assertEquals(await it.urls("/"), ["/a.txt", "/%EF%BF%BD.txt"]);
});

Deno.test("pages that are no text, and a folder that is gone, are survived", async () => {
  await using it = await libraryOf({
    "binary.html": Uint8Array.of(0xff, 0xfe, 0x00, 0x80, 0x3c, 0x70, 0x3e, 0xc3),
    "nul.txt": "# ti\0tle\n\nalpha\0beta",
    "page.html": "gamma",
    "empty.md": "",
  });
  await it.refresh();
  assertEquals((await it.urls("/")).length, 4);
  assertEquals(await it.found("gamma"), ["/page.html"]);
  await Deno.remove(it.dir, { recursive: true });
  await it.refresh();
  assertEquals(await it.urls("/"), []);
  await Deno.mkdir(it.dir);
});

Deno.test("suggest() finds what is most like an address that leads nowhere", async () => {
  await using it = await libraryOf({
    "install.md": "",
    "guide/installation.md": "",
    "guide/index.md": "",
    "old/instal.md": "",
    "pictures/cat.png": "",
    "zebra.html": "",
  });
  await it.refresh();
  const cases: ReadonlyArray<readonly [url: string, found: string[]]> = [
    ["/instal", ["/old/instal", "/install", "/guide/installation"]],
    ["/guide/install", ["/install", "/guide/installation", "/old/instal"]],
    ["/INSTALL.html", ["/install", "/old/instal", "/guide/installation"]],
    ["/gide/", ["/guide/"]],
    ["/zbera", ["/zebra.html"]],
    ["/cat.png", ["/pictures/cat.png"]],
    ["/", []],
    ["/%zz", []],
    [`/${"x".repeat(10_000)}`, []],
    ["/nothing-like-it", []],
  ];
  for (const [url, found] of cases) assertEquals(urlsOf(await it.library.suggest({ url, ...MEMBER })), found, url);
});

Deno.test("close() ends a look that is under way, and begins no other", async () => {
  const files = Object.fromEntries(Array.from({ length: 2_000 }, (_, index) => [`p${index}.md`, "word"]));
  await using it = await libraryOf(files);
  const underWay = it.library.refresh();
  await it.library.close();
  await underWay;
  await it.refresh();
  assertEquals(it.changes(), 0);
});
