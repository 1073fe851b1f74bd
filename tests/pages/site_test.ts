import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { join } from "@std/path";
import type { Account } from "../../lib/auth/accounts.ts";
import { StartError } from "../../lib/errors.ts";
import { Library } from "../../lib/pages/library.ts";
import { LibraryClient } from "../../lib/pages/library_client.ts";
import type { LibraryAnswers } from "../../lib/pages/library_answers.ts";
import { Site, type SiteOptions } from "../../lib/pages/site.ts";
import { fakeClock, fakeTimers, tempDir } from "../testing.ts";

const ADA: Account = { id: "1", name: "ada", role: "member" };
const ALL = { sort: "name", isDescending: false, offset: 0, limit: 100 } as const;

/** A site over a temporary folder, whose library is in this process unless told otherwise. */
async function siteOf(files: Readonly<Record<string, string>>, options: Partial<SiteOptions> = {}) {
  const dir = await tempDir(files);
  const defects: string[] = [];
  const site = new Site({
    dir: dir.path,
    isPublic: true,
    isWatching: false,
    openLibrary: (setup, listener) => new Library(setup, listener),
    reportDefect: (error) => void defects.push(String(error)),
    ...options,
  });
  return {
    site,
    dir: dir.path,
    write: dir.write,
    defects,
    urls: async (reader: Account | undefined, url = "/") =>
      (await site.list(url, { reader, ...ALL }))?.entries.map(({ url }) => url),
    found: async (word: string, isMember = true) =>
      (await site.search({ match: `"${word}"`, isMember, sort: "best", limit: 10, marks: ["", ""] })).hits
        .map(({ url }) => url).toSorted(),
    async [Symbol.asyncDispose]() {
      await site.close();
      await dir[Symbol.asyncDispose]();
    },
  };
}

Deno.test("mayRead() lets everybody read what is public, and members all", async () => {
  await using open = await siteOf({});
  await using closed = await siteOf({}, { isPublic: false });
  assertEquals([open.site.mayRead(undefined, "/a"), open.site.mayRead(ADA, "/a")], [true, true]);
  assertEquals([closed.site.mayRead(undefined, "/a"), closed.site.mayRead(ADA, "/a")], [false, true]);
  assertEquals(closed.site.mayRead(undefined, "/a", { declared: "public" }), true);
});

Deno.test("what access.toml says holds for decisions, listings and searches alike, within a second", async () => {
  await using data = await tempDir();
  const accessFile = join(data.path, "access.toml");
  await using it = await siteOf({ "a/x.md": "word", "b.md": "word" }, { accessFile });
  using clock = fakeClock();
  await it.site.refresh();
  assertEquals([it.site.mayRead(undefined, "/a/x"), await it.found("word", false)], [true, ["/a/x", "/b"]]);
  await data.write("access.toml", '"/a/" = "members"');
  clock.tick(1_000);
  assertEquals([await it.found("word", false), it.site.mayRead(undefined, "/a/x")], [["/b"], false]);
  assertEquals([await it.urls(undefined), await it.urls(ADA)], [["/b"], ["/a/", "/b"]]);
  await data.write("access.toml", '"/a/" = "nobody"');
  clock.tick(1_000);
  assertEquals([it.site.mayRead(undefined, "/a/x"), it.site.mayRead(undefined, "/a/x")], [false, false]);
  assertEquals(it.defects.length, 1);
  assertStringIncludes(it.defects[0], '"/a/" is "nobody"');
});

Deno.test("a site with an access.toml that cannot be read does not open", async () => {
  await using data = await tempDir({ "access.toml": 'a = "public"' });
  const options = { dir: data.path, isPublic: true, accessFile: join(data.path, "access.toml") };
  assertStringIncludes(assertThrows(() => new Site(options), StartError).message, "line 1");
});

Deno.test("a page whose address a route has is known by its name on disk", async () => {
  const isTaken = (path: string) => path === "/login" || path === "/rooms/new";
  await using it = await siteOf({ "login.md": "word", "a.md": "word", "rooms/new.md": "word" }, { isTaken });
  await it.site.refresh();
  assertEquals(await it.urls(ADA), ["/rooms/", "/a", "/login.md"]);
  assertEquals(await it.found("word"), ["/a", "/login.md", "/rooms/new.md"]);
  assertEquals((await it.site.suggest("/rooms/newe", ADA)).map(({ url }) => url), ["/rooms/new.md"]);
  const around = await it.site.surroundings("/login.md", ADA);
  assertEquals([around?.siblings.map(({ url }) => url), around?.previous?.url], [["/a", "/login.md", "/rooms/"], "/a"]);
});

Deno.test("a page is not held up by a library that is slow, and a site that is closed knows nothing", async () => {
  const never = () => new Promise<never>(() => {});
  const slow: LibraryAnswers = {
    surroundings: never,
    list: never,
    suggest: never,
    search: never,
    refresh: never,
    setRules() {},
    close: () => Promise.resolve(),
  };
  await using it = await siteOf({}, { openLibrary: () => slow });
  {
    using timers = fakeTimers();
    const answers = [it.site.surroundings("/", ADA), it.site.suggest("/x", ADA), it.site.freshen()];
    timers.tick(1_000);
    assertEquals(await Promise.all(answers), [undefined, [], undefined]);
  }
  await it.site.close();
  assertEquals(await it.site.surroundings("/", ADA), undefined);
  assertEquals([await it.urls(ADA), await it.found("x"), await it.site.suggest("/x", ADA)], [undefined, [], []]);
  await it.site.refresh();
});

Deno.test("a flood of lists and missing pages leaves the library time for other questions", async () => {
  const asked = { list: 0, suggest: 0 };
  const answers: Array<() => void> = [];
  const waiting = (name: keyof typeof asked) => () => {
    asked[name]++;
    return new Promise<never>((resolve) => answers.push(resolve as () => void));
  };
  await using it = await siteOf({ "a.md": "# A\n" }, {
    openLibrary: (setup, listener) =>
      Object.assign(new Library(setup, listener), { list: waiting("list"), suggest: waiting("suggest") }),
  });
  using timers = fakeTimers();
  const lists = Array.from({ length: 10 }, () => it.site.list("/", { reader: ADA, ...ALL }));
  const suggestions = Array.from({ length: 10 }, () => it.site.suggest("/x", ADA));
  timers.tick(100);
  assertEquals(await Promise.all(suggestions), Array.from({ length: 10 }, () => []));
  assertEquals(await it.site.suggest("/y", ADA), []);
  assertEquals(asked, { list: 2, suggest: 2 });
  const isDone = Promise.all(lists).then(() => true);
  while (!await Promise.race([isDone, Promise.resolve(false)])) for (const answer of answers.splice(0)) answer();
  assertEquals(asked.list, 10);
});

Deno.test("changes() tells of each change once, and ends with the site", async () => {
  await using it = await siteOf({ "a.md": "alpha", "style.css": "" });
  using clock = fakeClock();
  await it.site.refresh();
  const changes = it.site.changes()!;
  const left = it.site.changes()!;
  const isGone = left.next();
  await left.return!();
  assertEquals((await isGone).done, true);
  for (const [name, text] of [["a.md", "beta"], ["style.css", "p{}"], ["b/new.md", "gamma"]]) {
    const change = changes.next();
    await it.write(name, text);
    clock.tick(1_000);
    await it.site.refresh();
    assertEquals((await change).done, false, name);
  }
  const none = changes.next();
  clock.tick(1_000);
  await it.site.refresh();
  await it.site.close();
  assertEquals((await none).done, true, "nothing has changed, so nothing was told");
  assertEquals((await it.site.changes()!.next()).done, true);
});

Deno.test("changes() is for so many at a time, and there is room again when one goes", async () => {
  await using it = await siteOf({});
  const listeners = Array.from({ length: 1_000 }, () => it.site.changes());
  assert(listeners.every((listener) => listener !== undefined));
  assertEquals(it.site.changes(), undefined);
  await listeners[0]!.return!();
  assert(it.site.changes() !== undefined);
});

Deno.test("what is changed on disk is found without anybody asking for a look", async () => {
  await using it = await siteOf({ "a.md": "alpha", "in/b.md": "" }, { isWatching: true });
  using _clock = fakeClock();
  await it.site.refresh();
  // From now on no look is due: what is found was seen by watching.
  await it.site.refresh();
  const changes = it.site.changes()!;
  const until = async (word: string, urls: string[]) => {
    while ((await it.found(word)).join() !== urls.join()) await changes.next();
  };
  await it.write("a.md", "beta");
  await until("beta", ["/a"]);
  assertEquals(await it.found("alpha"), []);
  await it.write("in/new/deep/c.md", "gamma");
  await until("gamma", ["/in/new/deep/c"]);
  await Deno.rename(join(it.dir, "in"), join(it.dir, "out"));
  await until("gamma", ["/out/new/deep/c"]);
  await Deno.remove(join(it.dir, "out"), { recursive: true });
  await until("gamma", []);
  await it.write("a.md", "---\naccess: members\n---\nbeta");
  while ((await it.found("beta", false)).length > 0) await changes.next();
  assertEquals([await it.found("beta"), it.defects], [["/a"], []]);
});

Deno.test("a library in a worker answers as one in this process does", async () => {
  const files = {
    "index.md": "# Start\nword",
    "a/one.md": "---\naccess: members\n---\nword",
    "a/two.html": "<title>Two</title>word",
    "z.txt": "word",
  };
  await using here = await siteOf(files);
  await using there = await siteOf(files, { openLibrary: undefined, isWatching: true });
  const ask = async ({ site, found }: typeof here) => {
    await site.refresh();
    const answers = [
      await site.surroundings("/a/two.html", undefined),
      await site.surroundings("/a/one", undefined),
      await site.surroundings("/a/one", ADA),
      await site.list("/", { reader: undefined, ...ALL }),
      await site.list("/nowhere/", { reader: ADA, ...ALL }),
      await site.suggest("/a/tow", undefined),
      await found("word"),
      await found("word", false),
    ];
    return JSON.parse(JSON.stringify(answers).replaceAll(/"modifiedAtMs":\d+/g, '"modifiedAtMs":0'));
  };
  assertEquals(await ask(there), await ask(here));
  assertEquals(there.defects, []);
  await Promise.all([there.site.close(), there.site.close()]);
  assertEquals(await there.found("word"), []);
});

Deno.test("a worker that ends is reported, and its questions are answered by nothing", async () => {
  const broken: SiteOptions["openLibrary"] = (setup, listener) => new LibraryClient({ ...setup, rules: "[" }, listener);
  await using it = await siteOf({ "a.md": "word" }, { openLibrary: broken });
  for (let tries = 0; tries < 7; tries++) assertEquals([await it.found("word"), await it.urls(ADA)], [[], undefined]);
  assertEquals(it.defects.length, 5, "it is started anew, but not for ever");
  assertStringIncludes(it.defects[0], "The library has ended");
});
