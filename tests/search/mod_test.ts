import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { join } from "@std/path";
import type { Account } from "../../lib/auth/accounts.ts";
import { checkInput } from "../../lib/body.ts";
import { countText } from "../../lib/components/search.tsx";
import { HttpError } from "../../lib/errors.ts";
import { MAX_TOTAL, SEARCH_REQUEST, type SearchResults } from "../../lib/search/mod.ts";
import { fakeClock, tempDir, testApp } from "../testing.ts";

const DAY_MS = 24 * 60 * 60 * 1_000;
const PAGES = {
  "sockets.html": "<title>Bare sockets</title><p>Talk of sockets & <b>more</b> apples.",
  "apples.md": "# Apples\n\nApples, apples and sockets.",
  "in/plain.txt": "nothing but pears",
};

/** A site of three pages and a room with messages of two members, a day between each. */
async function library(isPublic = true) {
  const dir = await tempDir(PAGES);
  const it = await testApp({ siteDir: dir.path, isPublic });
  const [ada, bob] = [(await it.member("Ada")).account, (await it.member("Bob")).account];
  const messages: Array<[author: Account, text: string]> = [
    [ada, "I like apples"],
    [bob, "and I like <b>pears</b>"],
    [ada, "bare sockets, apples and pears"],
    [bob, "zebra"],
  ];
  const beganAtMs = Date.now();
  using clock = fakeClock(beganAtMs);
  for (const [index, [author, text]] of messages.entries()) {
    await it.services.chat.posting.post(author, { room: "common", key: `key${index}`, text });
    clock.tick(DAY_MS);
  }
  const run = (query: string, options: Record<string, unknown> = {}, reader: Account | undefined = ada) =>
    it.services.search.run(checkInput(SEARCH_REQUEST, { query, ...options }), reader);
  return {
    ...it,
    beganAtMs,
    ada,
    run,
    runAnonymously: (query: string, options: Record<string, unknown> = {}) =>
      it.services.search.run(checkInput(SEARCH_REQUEST, { query, ...options }), undefined),
    async [Symbol.asyncDispose]() {
      await it[Symbol.asyncDispose]();
      await dir[Symbol.asyncDispose]();
    },
  };
}

const urls = ({ results }: SearchResults) => results.map(({ url }) => url.split("?")[0] + (url.split("#")[1] ?? ""));
const sorted = (found: SearchResults) => urls(found).toSorted();
const message = (seq: number) => `/rooms/commonmessage-${seq}`;

Deno.test("a member finds pages and messages, best first, with a total", async () => {
  await using it = await library();
  const found = await it.run("apples ");
  assertEquals(sorted(found), ["/apples", message(1), message(3), "/sockets.html"].toSorted());
  assertEquals([found.query, found.corrected, found.total], ["apples ", null, 4]);
  const scores = found.results.map(({ score }) => score);
  assertEquals(scores, scores.toSorted((a, b) => b - a));
  assert(Number.isInteger(found.tookMs) && found.tookMs >= 0, "no finer: how long it took says what there is");
});

Deno.test("a result says what it is, where, of whom and when", async () => {
  await using it = await library();
  const [page] = (await it.run("bare sockets", { in: ["pages"] })).results;
  assertEquals([page.kind, page.url, page.title, "author" in page], ["page", "/sockets.html", "Bare sockets", false]);
  const [zebra] = (await it.run("zebra")).results;
  assertEquals({ ...zebra, score: 0 }, {
    kind: "message",
    url: "/rooms/common?at=4#message-4",
    title: "Common room",
    snippet: "<mark>zebra</mark>",
    score: 0,
    at: it.beganAtMs + 3 * DAY_MS,
    author: "Bob",
  });
});

Deno.test("a snippet holds no HTML but marks", async () => {
  await using it = await library();
  const [pears] = (await it.run("from:bob pears")).results;
  assertEquals(pears.snippet, "and I like &lt;b&gt;<mark>pears</mark>&lt;/b&gt;");
});

Deno.test("messages with more of the words come first, side by side before all, then the newest", async () => {
  await using it = await library();
  const { posting } = it.services.chat;
  for (const [index, text] of ["pears, apples", "apples pears", "apples"].entries()) {
    await posting.post(it.ada, { room: "common", key: `more${index}`, text });
  }
  const options = { in: ["messages"] };
  assertEquals(urls(await it.run("apples pears ", options)), [6, 5, 3, 2, 7, 1].map(message));
  assertEquals(urls(await it.run("Apples pea", options)), [6, 5, 3, 2, 7, 1].map(message));
  assertEquals(
    urls(await it.run("zebra apples ", options)),
    [4, 7, 6, 5, 3, 1].map(message),
    "a rare word counts more",
  );
});

Deno.test("what is said where one may not read changes nothing of what one finds", async () => {
  await using it = await library();
  const options = { in: ["messages"] };
  const queries = ["zebra", "apples pears ", '"bare sockets" apples ', "layoffs", "from:bob pears apples "];
  const find = () => Promise.all(queries.map(async (query) => ({ ...await it.run(query, options), tookMs: 0 })));
  const before = await find();
  const [{ account: carl }] = [await it.member("Carl")];
  const { id: room } = await it.services.chat.rooms.make(carl, { name: "Private", open: false });
  for (const [index, text] of ["zebra", "layoffs", "bare sockets apples", "pears"].entries()) {
    await it.services.chat.posting.post(carl, { room, key: `private${index}`, text });
  }
  assertEquals((await it.run("layoffs", options, carl)).total, 1);
  assertEquals(await find(), before);
});

Deno.test("countText() says where counting ended", () => {
  const texts = [0, 1, 2, MAX_TOTAL - 1, MAX_TOTAL].map((total) => countText({ total }));
  assertEquals(texts, ["Nothing found", "1 result", "2 results", "4999 results", "5000 results or more"]);
});

Deno.test("nobody finds a message without logging in, whatever is asked", async () => {
  await using it = await library();
  for (const query of ["apples", "zebra", "in:messages apples", "from:ada apples", "room:common zebra", "z"]) {
    const found = await it.runAnonymously(query);
    assertEquals(found.results.filter(({ kind }) => kind === "message"), [], query);
    assertEquals(found.total, found.results.length, "nor are they counted");
  }
  const found = await it.runAnonymously("apples", { in: ["messages"] });
  assertEquals([found.total, found.results], [0, []]);
});

Deno.test("nobody finds a page of a members-only site without logging in", async () => {
  await using it = await library(false);
  for (const query of ["apples", "sockets", "in:pages pears"]) {
    const found = await it.runAnonymously(query);
    assertEquals([found.total, found.results], [0, []], query);
  }
  assertEquals((await it.run("in:pages apples")).total, 2, "a member does");
});

Deno.test("a page that a rule or its front matter keeps for members changes nothing of what a visitor finds", async () => {
  const find = async (files: Record<string, string>) => {
    await using data = await tempDir({ "access.toml": '"/kept/" = "members"' });
    await using dir = await tempDir({ ...PAGES, ...files });
    await using it = await testApp({ siteDir: dir.path, accessFile: join(data.path, "access.toml") });
    const queries = ["apples", "sockets apples pears ", "secret", '"bare sockets"', "appl"];
    const run = (query: string) => it.services.search.run(checkInput(SEARCH_REQUEST, { query }), undefined);
    return await Promise.all(queries.map(async (query) => {
      const { results, ...found } = await run(query);
      return { ...found, tookMs: 0, results: results.map((result) => ({ ...result, at: 0 })) };
    }));
  };
  const kept = {
    "kept/a.html": "apples sockets secret",
    "kept/b.txt": "bare sockets pears",
    "own.md": "---\naccess: members\n---\napples apples secret",
    "broken.md": "---\naccess: all\n---\nsecret",
  };
  assertEquals(await find(kept), await find({}));
});

Deno.test("filters narrow a search, typed or beside it", async () => {
  await using it = await library();
  const day = (days: number) => it.beganAtMs + days * DAY_MS;
  const cases: ReadonlyArray<readonly [query: string, options: Record<string, unknown>, found: string[]]> = [
    ["apples", { in: ["pages"] }, ["/apples", "/sockets.html"]],
    ["apples", { in: ["messages"] }, [message(1), message(3)]],
    ["in:messages apples", {}, [message(1), message(3)]],
    ["in:MESSAGES apples", { in: ["pages"] }, [message(1), message(3)]],
    ["from:ada apples", {}, [message(1), message(3)]],
    ["from:ADA pears", {}, [message(3)]],
    ["pears", { from: "bob" }, [message(2)]],
    ["from:ada pears", { from: "bob" }, [message(3)]],
    ["from:nobody pears", {}, []],
    ["room:common zebra", {}, [message(4)]],
    ["room:other zebra", {}, []],
    ["pears", { room: "common" }, [message(2), message(3)]],
    ["apples", { in: ["messages"], before: day(1) }, [message(1)]],
    ["apples", { in: ["messages"], after: day(1) }, [message(3)]],
    ["apples", { in: ["messages"], after: day(0), before: day(2) }, [message(1)]],
    ["in:messages after:2999-01-01 apples", {}, []],
    ["in:messages before:2999-01-01 apples", {}, [message(1), message(3)]],
    ["before:1999-12-31 apples", {}, []],
    ["apples -sockets", {}, [message(1)]],
    ['"bare sockets"', {}, [message(3), "/sockets.html"]],
    ["zeb", {}, [message(4)]],
    ["zeb ", {}, []],
  ];
  for (const [query, options, found] of cases) {
    const results = await it.run(query, options);
    assertEquals(sorted(results), found.toSorted(), JSON.stringify({ query, options }));
    assertEquals(results.total, found.length, query);
  }
});

Deno.test("a search can be paged through without a gap or a double, in both orders", async () => {
  await using it = await library();
  for (const sort of ["best", "newest"]) {
    const all = urls(await it.run("apples sockets pears ", { sort, limit: 100 }));
    assertEquals(all.length, 6);
    const paged: string[] = [];
    for (let offset = 0; offset < 8; offset += 2) {
      const page = await it.run("apples sockets pears ", { sort, limit: 2, offset });
      assertEquals(page.total, 6);
      paged.push(...urls(page));
    }
    assertEquals(paged, all, sort);
  }
  const newest = (await it.run("apples sockets pears", { sort: "newest" })).results.map(({ at }) => at);
  assertEquals(newest, newest.toSorted((a, b) => b - a));
});

Deno.test("a query without a word, and a filter that is wrong, are refused with 422", async () => {
  await using it = await library();
  for (
    const query of ["!!!", "-apples", "from:ada", '""', "in:rooms apples", "before:tomorrow x", "after:2026-13-45 x"]
  ) {
    const error = await assertRejects(async () => await it.run(query), HttpError);
    assertEquals(error.status, 422, query);
  }
});

Deno.test("SEARCH_REQUEST fills defaults in, and refuses what is wrong", () => {
  assertEquals(checkInput(SEARCH_REQUEST, { query: "x" }), {
    query: "x",
    in: ["pages", "messages"],
    sort: "best",
    limit: 10,
    offset: 0,
  });
  assertEquals(checkInput(SEARCH_REQUEST, { query: "x", after: "2026-01-31" }).after, Date.UTC(2026, 0, 31));
  const refused: readonly unknown[] = [
    {},
    { query: 1 },
    { query: "" },
    { query: " \n" },
    { query: "x".repeat(1_001) },
    { query: "x", in: [] },
    { query: "x", in: "pages" },
    { query: "x", in: ["rooms"] },
    { query: "x", limit: 0 },
    { query: "x", limit: 101 },
    { query: "x", limit: 1.5 },
    { query: "x", limit: "10" },
    { query: "x", limit: NaN },
    { query: "x", offset: -1 },
    { query: "x", offset: 1_001 },
    { query: "x", sort: "oldest" },
    { query: "x", before: "soon" },
    { query: "x", before: 1.5 },
    { query: "x", before: Infinity },
    { query: "x", from: "x".repeat(129) },
    { query: "x", room: 7 },
    null,
    [],
  ];
  for (const input of refused) {
    assertEquals(assertThrows(() => checkInput(SEARCH_REQUEST, input), HttpError).status, 422);
  }
});
