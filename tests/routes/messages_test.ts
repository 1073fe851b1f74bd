import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { jsonOf, type Member, type TestApp, testApp } from "../testing.ts";

const MESSAGES = "/api/rooms/common/messages";
const HTML = { accept: "text/html" };

/** A room in which `ada` has said `count` things. */
async function talk(count: number) {
  const it = await testApp();
  const ada = await it.member("Ada");
  for (let number = 1; number <= count; number++) {
    assertEquals((await it.post(MESSAGES, { key: `key${number}`, text: `message ${number}` }, ada)).status, 201);
  }
  return { ...it, ada };
}

async function seqs(it: TestApp, query: string, as: Member): Promise<{ seqs: number[]; more: boolean }> {
  const { messages, more } = await jsonOf(await it.request(`${MESSAGES}${query}`, { as }));
  return { seqs: messages.map(({ seq }: { seq: number }) => seq), more };
}

Deno.test("a message is posted once, however often it is sent", async () => {
  await using it = await talk(0);
  const first = await it.post(MESSAGES, { key: "a", text: "Hello" }, it.ada);
  assertEquals([first.status, await jsonOf(first)], [201, { seq: 1 }]);
  const again = await it.post(MESSAGES, { key: "a", text: "Hello" }, it.ada);
  assertEquals([again.status, await jsonOf(again)], [200, { seq: 1 }]);
  const bob = await it.member("Bob");
  const other = await it.post(MESSAGES, { key: "a", text: "Hello" }, bob);
  assertEquals([other.status, await jsonOf(other)], [201, { seq: 2 }], "another's key is another message");
  const keyless = await it.post(MESSAGES, { text: "Hello" }, it.ada);
  assertEquals([keyless.status, await jsonOf(keyless)], [201, { seq: 3 }]);
});

Deno.test("a message is read as it was written", async () => {
  await using it = await talk(0);
  const text = "<b>ünï</b> 😀\r\n  two\tlines \u2028";
  const beforeMs = Date.now();
  await it.post(MESSAGES, { key: "a", text: "first" }, it.ada);
  await it.post(MESSAGES, { key: "b", text, replyTo: 1 }, it.ada);
  const response = await it.request(MESSAGES, { as: it.ada });
  const { messages: [, message], more } = await jsonOf(response);
  const { at, ...rest } = message;
  const quote = { author: "Ada", text: "first" };
  assertEquals(rest, { room: "common", seq: 2, author: "Ada", text, key: "b", replyTo: 1, quote });
  assert(at >= beforeMs && at <= Date.now());
  assertEquals([more, response.headers.get("cache-control")], [false, "no-store"]);
});

Deno.test("messages are read by ranges, each oldest first, and told whether there are more", async () => {
  await using it = await talk(7);
  const cases: ReadonlyArray<readonly [query: string, seqs: number[], more: boolean]> = [
    ["", [1, 2, 3, 4, 5, 6, 7], false],
    ["?limit=7", [1, 2, 3, 4, 5, 6, 7], false],
    ["?limit=6", [2, 3, 4, 5, 6, 7], true],
    ["?limit=3", [5, 6, 7], true],
    ["?before=5&limit=2", [3, 4], true],
    ["?before=3&limit=2", [1, 2], false],
    ["?before=1", [], false],
    ["?before=99&limit=1", [7], true],
    ["?after=0&limit=2", [1, 2], true],
    ["?after=5", [6, 7], false],
    ["?after=5&limit=1", [6], true],
    ["?after=6&limit=1", [7], false],
    ["?after=7", [], false],
    ["?after=2&before=6", [3, 4, 5], false],
    ["?after=2&before=6&limit=2", [3, 4], true],
    ["?after=6&before=2", [], false],
    ["?limit=1000", [1, 2, 3, 4, 5, 6, 7], false],
  ];
  for (const [query, expected, more] of cases) {
    assertEquals(await seqs(it, query, it.ada), { seqs: expected, more }, query);
  }
});

Deno.test("a range that is wrong is refused with 422", async () => {
  await using it = await talk(1);
  const cases = ["limit=0", "limit=1001", "limit=-1", "limit=ten", "limit=1.5", "after=x", "after=-1", "before=1e3"];
  for (const query of [...cases, "after=9999999999999999", "limit=", "before=%00"]) {
    assertEquals((await it.request(`${MESSAGES}?${query}`, { as: it.ada })).status, 422, query);
  }
});

Deno.test("a message that is wrong is refused, and nothing is said", async () => {
  await using it = await talk(0);
  const cases: ReadonlyArray<readonly [body: unknown, status: number]> = [
    [{}, 422],
    [{ text: "" }, 422],
    [{ text: " \n\t" }, 422],
    [{ text: 7 }, 422],
    [{ text: "a\0b" }, 422],
    [{ text: "a", key: "" }, 422],
    [{ text: "a", key: "with space" }, 422],
    [{ text: "a", key: "k".repeat(65) }, 422],
    [{ text: "a", replyTo: 1 }, 422],
    [{ text: "a", replyTo: 0 }, 422],
    [{ text: "a", replyTo: "1" }, 422],
    [{ text: "a".repeat(4_001) }, 413],
    [{ text: "a".repeat(70_000) }, 413],
    [null, 422],
  ];
  for (const [body, status] of cases) {
    const response = await it.post(MESSAGES, body, it.ada);
    assertEquals(response.status, status, JSON.stringify(body).slice(0, 60));
    await response.body?.cancel();
  }
  const surrogate = await it.request(MESSAGES, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: '{"text":"a\\ud800"}',
    as: it.ada,
  });
  assertEquals(surrogate.status, 422);
  assertEquals((await seqs(it, "", it.ada)).seqs, []);
  assertEquals((await it.post(MESSAGES, { text: "😀".repeat(4_000) }, it.ada)).status, 201, "characters are counted");
});

Deno.test("there is no room but those that there are", async () => {
  await using it = await talk(0);
  for (const room of ["other", "COMMON", "common%20", "%2e%2e%2fcommon", "__proto__"]) {
    const path = `/api/rooms/${room}/messages`;
    assertEquals((await it.request(path, { as: it.ada })).status, 404, room);
    assertEquals((await it.post(path, { text: "a" }, it.ada)).status, 404, room);
    assertEquals((await it.request(`/rooms/${room}`, { as: it.ada })).status, 404, room);
  }
  assertEquals(await jsonOf(await it.request("/api/rooms", { as: it.ada })), {
    rooms: [{ id: "common", name: "Common room", access: "open", lastSeq: 0, read: 0, mentions: 0, isMember: true }],
  });
});

Deno.test("nobody posts without logging in, nor from another site's page", async () => {
  await using it = await talk(0);
  assertEquals((await it.post(MESSAGES, { text: "a" })).status, 401);
  const foreign = await it.request(MESSAGES, {
    method: "POST",
    headers: { "content-type": "application/json", origin: "http://evil.example" },
    body: '{"text":"a"}',
    as: it.ada,
  });
  assertEquals(foreign.status, 403);
  assertEquals((await seqs(it, "", it.ada)).seqs, []);
});

Deno.test("one can talk without a script: the room is a page, its composer a form", async () => {
  await using it = await talk(0);
  const posted = await it.submit(MESSAGES, { text: "<i>Hello</i> & welcome" }, it.ada);
  assertEquals([posted.status, posted.headers.get("location")], [303, "/rooms/common"]);
  const html = await (await it.request("/rooms/common", { as: it.ada, headers: HTML })).text();
  assertStringIncludes(html, "&lt;i>Hello&lt;/i> &amp; welcome");
  assertMatch(html, /<form[^>]*method="post"[^>]*action="\/api\/rooms\/common\/messages"/);

  const empty = await it.submit(MESSAGES, { text: " " }, it.ada);
  assertEquals(empty.headers.get("location"), "/rooms/common");
  const flash = empty.headers.get("set-cookie")!.split(";")[0];
  const back = await it.request("/rooms/common", { headers: { ...HTML, cookie: `${it.ada.cookie}; ${flash}` } });
  assertStringIncludes(await back.text(), "The message is empty");
});

Deno.test("the room's page shows the newest messages, earlier ones behind a link, and what a link names", async () => {
  await using it = await talk(60);
  const shown = async (query: string) => {
    const html = await (await it.request(`/rooms/common${query}`, { as: it.ada, headers: HTML })).text();
    const numbers = [...html.matchAll(/id="message-(\d+)"/g)].map(([, seq]) => Number(seq));
    return { first: numbers[0], last: numbers.at(-1), hasEarlier: !/id="earlier"[^>]* hidden/.test(html) };
  };
  assertEquals(await shown(""), { first: 11, last: 60, hasEarlier: true });
  assertEquals(await shown("?before=11"), { first: 1, last: 10, hasEarlier: false });
  const { first, last } = await shown("?at=30");
  assert(first! <= 30 && last! >= 30);
  assertEquals((await shown("?before=x")).last, 60);
  const rooms = await it.request("/rooms", { as: it.ada });
  assertEquals(rooms.headers.get("location"), "/rooms/common");
});
