import { assert, assertEquals, assertMatch, assertNotEquals, assertRejects, assertStrictEquals } from "@std/assert";
import { HttpError } from "../../lib/errors.ts";
import { Files } from "../../lib/files/mod.ts";
import type { LazyResponse } from "../../lib/lazy_response.ts";
import { BIG, DIGITS, EARLIER, LAST_MODIFIED, LATER, siteFolder } from "../fixtures/static_site.ts";
import { asking, servedFolder } from "./served.ts";

Deno.test("a file comes with its type, length and validators", async () => {
  await using it = await siteFolder();
  const get = asking(new Files(it));
  const cases: ReadonlyArray<readonly [path: string, type: string, length: number]> = [
    ["/digits.txt", "text/plain; charset=UTF-8", 10],
    ["/page.html", "text/html; charset=UTF-8", 7],
    ["/folder/deep/file.json", "application/json; charset=UTF-8", 2],
    ["/big.bin", "application/octet-stream", BIG.length],
    ["/empty.txt", "text/plain; charset=UTF-8", 0],
    ["/caf%C3%A9%20&%20co.txt", "text/plain; charset=UTF-8", 5],
    ["/%2541.txt", "text/plain; charset=UTF-8", 7],
    ["/.well-known/security.txt", "text/plain; charset=UTF-8", 11],
    ["/link_inside.txt", "text/plain; charset=UTF-8", 10],
  ];
  for (const [path, type, length] of cases) {
    const response = await get(path);
    const { headers } = response;
    assertEquals(response.status, 200, path);
    assertEquals(headers.get("content-type"), type, path);
    assertEquals(headers.get("content-length"), String(length), path);
    assertEquals([headers.get("accept-ranges"), headers.get("cache-control")], ["bytes", "no-cache"]);
    assertMatch(headers.get("etag")!, /^"[^"]+"$/);
    assertEquals((await response.bytes()).length, length, path);
  }
  assertEquals((await get("/digits.txt")).headers.get("last-modified"), LAST_MODIFIED);
});

Deno.test("HEAD of a file has the head of the GET, and no body", async () => {
  await using it = await siteFolder();
  await Deno.truncate(`${it.dir}/big.bin`, 3_000_000);
  const get = asking(new Files(it));
  for (const path of ["/digits.txt", "/empty.txt", "/big.bin"]) {
    for (const headers of [{}, { "accept-encoding": "br, gzip" }] as ReadonlyArray<Record<string, string>>) {
      const whole = await get(path, { headers });
      const head = await get(path, { headers, method: "HEAD" });
      assertEquals([head.status, ...head.headers], [200, ...whole.headers]);
      assertEquals(head.body, null);
      await whole.body?.cancel();
    }
  }
  const ranged = await get("/digits.txt", { method: "HEAD", headers: { range: "bytes=0-1" } });
  assertEquals(ranged.status, 200, "a range is for GET alone (RFC 9110 §14.2)");
});

Deno.test("conditions come before the range, and the range before the rest", async () => {
  await using it = await siteFolder();
  const get = asking(new Files(it));
  const etag = (await get("/digits.txt")).headers.get("etag")!;
  const cases: ReadonlyArray<readonly [headers: Record<string, string>, status: number, body: string]> = [
    [{ "if-none-match": etag, range: "bytes=0-1" }, 304, ""],
    [{ "if-none-match": '"other"', range: "bytes=0-1" }, 206, "01"],
    [{ "if-match": etag, range: "bytes=-2" }, 206, "89"],
    [{ range: "bytes=0-1", "if-range": etag }, 206, "01"],
    [{ range: "bytes=0-1", "if-range": LAST_MODIFIED }, 206, "01"],
    [{ range: "bytes=0-1", "if-range": '"other"' }, 200, DIGITS],
    [{ range: "bytes=0-1", "if-range": `W/${etag}` }, 200, DIGITS],
    [{ range: "bytes=0-1", "if-range": EARLIER }, 200, DIGITS],
    [{ range: "bytes=0-1", "if-range": LATER }, 200, DIGITS],
    [{ range: "bytes=10-", "if-range": '"other"' }, 200, DIGITS],
    [{ range: "bytes=4-2" }, 200, DIGITS],
  ];
  for (const [headers, status, body] of cases) {
    const response = await get("/digits.txt", { headers });
    assertEquals([response.status, await response.text()], [status, body], JSON.stringify(headers));
  }
  const refused: ReadonlyArray<readonly [headers: Record<string, string>, status: number]> = [
    [{ "if-match": '"x"', range: "bytes=0-1" }, 412],
    [{ range: "bytes=10-" }, 416],
  ];
  for (const [headers, status] of refused) {
    const error = await assertRejects(() => get("/digits.txt", { headers }), HttpError);
    assertEquals(error.status, status);
  }
});

Deno.test("a 304 says what a cache has to know, and no more", async () => {
  await using it = await servedFolder({ "page.html": "<p>".repeat(200) });
  const fields = Object.freeze({ "cache-control": "private, no-cache", "x-content-type-options": "nosniff" });
  const etag = (await it.get("/page.html")).headers.get("etag")!;
  const response = await it.get("/page.html", { headers: { "if-none-match": etag }, fields });
  assertEquals(response.status, 304);
  assertEquals(Object.keys(Object.fromEntries(response.headers)).toSorted(), [
    "cache-control",
    "etag",
    "last-modified",
    "vary",
    "x-content-type-options",
  ]);
  assertEquals(response.headers.get("cache-control"), "private, no-cache");
});

Deno.test("a part says which, of how much, in small files and in large ones", async () => {
  const large = new Uint8Array(3_000_000).map((_, at) => at % 251);
  await using it = await servedFolder({ "small.txt": DIGITS, "large.bin": large });
  for (const [path, content] of [["/small.txt", new TextEncoder().encode(DIGITS)], ["/large.bin", large]] as const) {
    const { length } = content;
    for (const [start, end] of [[0, 1], [3, 5], [length - 2, length], [0, length], [5, length - 1]]) {
      const response = await it.get(path, { headers: { range: `bytes=${start}-${end - 1}` } });
      assertEquals(response.status, 206);
      assertEquals(response.headers.get("content-range"), `bytes ${start}-${end - 1}/${length}`);
      assertEquals(response.headers.get("content-length"), String(end - start));
      const part = await response.bytes();
      assert(part.length === end - start && part.every((byte, at) => byte === content[start + at]));
    }
  }
});

Deno.test("several parts come in one body, in small files and in large ones", async () => {
  const large = new Uint8Array(3_000_000).map((_, at) => 97 + at % 26);
  await using it = await servedFolder({
    "small.txt": new TextDecoder().decode(large.subarray(0, 999)),
    "large.txt": large,
  });
  for (const path of ["/small.txt", "/large.txt"]) {
    const response = await it.get(path, { headers: { range: "bytes=26-28,0-1,-1" } });
    assertEquals(response.status, 206);
    assertEquals(response.headers.get("content-range"), null);
    const boundary = /^multipart\/byteranges; boundary=(.+)$/.exec(response.headers.get("content-type")!)![1];
    const body = await response.text();
    assertEquals(response.headers.get("content-length"), String(body.length));
    const parts = body.split(`\r\n--${boundary}`).slice(1, -1).map((part) => part.split("\r\n\r\n")[1]);
    const last = path === "/small.txt" ? large[998] : large.at(-1)!;
    assertEquals(parts, ["abc", "ab", String.fromCharCode(last)]);
  }
});

Deno.test("the tag is that of the content: the same elsewhere and later, another for another content", async () => {
  await using it = await servedFolder({ "a.txt": "content", "b/a.txt": "content", "c.txt": "contenu" });
  const tag = async (files: Files, path: string) => (await asking(files)(path, { method: "HEAD" })).headers.get("etag");
  const first = await tag(it.files, "/a.txt");
  assertEquals(await tag(new Files({ dir: `${it.dir}/b` }), "/a.txt"), first);
  assertNotEquals(await tag(it.files, "/c.txt"), first);
  await it.write("large.bin", new Uint8Array(3_000_000));
  const large = await tag(it.files, "/large.bin");
  assertEquals(await tag(new Files({ dir: it.dir }), "/large.bin"), large);
  await it.write("large.bin", new Uint8Array(3_000_000), 30_000);
  it.later();
  assertNotEquals(await tag(it.files, "/large.bin"), large);
});

Deno.test("what is kept is answered at once, and looked at again a moment later", async () => {
  await using it = await servedFolder({ "a.txt": "one" });
  assertEquals(await (await it.get("/a.txt")).text(), "one");
  const found = it.files.find("/a.txt");
  assert(found !== undefined && !(found instanceof Promise), "at once");
  const response = it.files.serve(found, new Request("http://localhost/a.txt"));
  assert(response instanceof Response, "at once");
  await it.write("a.txt", "other", 30_000);
  assertEquals(await (await it.get("/a.txt")).text(), "one", "not looked at yet");
  it.later();
  assertEquals(await (await it.get("/a.txt")).text(), "other");
  await Deno.remove(`${it.dir}/a.txt`);
  it.later();
  assertEquals((await it.get("/a.txt")).status, 404);
  assert(!(it.files.find("/a.txt") instanceof Promise), "that there is nothing is known at once, too");
  await it.write("a.txt", "back");
  it.later();
  assertEquals(await (await it.get("/a.txt")).text(), "back");
});

Deno.test("a file that has just changed is read again, though its time and length are the same", async () => {
  await using it = await servedFolder({});
  await it.write("a.txt", "one", 1_000);
  const { mtime } = await Deno.stat(`${it.dir}/a.txt`);
  assertEquals(await (await it.get("/a.txt")).text(), "one");
  await Deno.writeTextFile(`${it.dir}/a.txt`, "two");
  await Deno.utime(`${it.dir}/a.txt`, mtime!, mtime!);
  it.later();
  assertEquals(await (await it.get("/a.txt")).text(), "two");
});

Deno.test("the first requests for a file share one reading and one encoding", async () => {
  await using it = await servedFolder({ "a.html": "<p>words</p>\n".repeat(100) });
  const found = (await it.files.find("/a.html"))!;
  const request = () => new Request("http://localhost/a.html", { headers: { "accept-encoding": "br" } });
  const open = Deno.open;
  let opened = 0;
  Deno.open = (...args) => (opened++, open(...args));
  try {
    const [first, ...others] = await Promise.all(Array.from({ length: 20 }, () => it.files.serve(found, request())));
    const etag = first.headers.get("etag");
    assertMatch(etag!, /-br"$/);
    for (const other of others) assertEquals(other.headers.get("etag"), etag);
  } finally {
    Deno.open = open;
  }
  assertEquals(opened, 1);
});

Deno.test("one look at the disk is shared by all who ask meanwhile", async () => {
  await using it = await servedFolder({ "a.txt": "one" });
  const looks = Array.from({ length: 20 }, () => it.files.find("/a.txt"));
  const [first, ...others] = await Promise.all(looks);
  for (const other of others) assertStrictEquals(other, first);
});

Deno.test("what is kept stays below its bound, whatever is asked for", async () => {
  const names = Array.from({ length: 40 }, (_, index) => `${index}.html`);
  const content = Object.fromEntries(names.map((name) => [name, `<p>${name}</p>`.repeat(1_000)]));
  await using it = await servedFolder(content, { maxCacheBytes: 100_000 });
  for (const name of [...names, ...names]) {
    for (const coding of ["identity", "br", "gzip"]) {
      const response = await it.get(`/${name}`, { headers: { "accept-encoding": coding } });
      await response.body?.cancel();
      assert(it.files.cachedBytes <= 100_000);
    }
  }
  assert(it.files.cachedBytes > 50_000, "it is used");
  await it.write("huge.txt", "x".repeat(200_000));
  assertEquals(
    (await (await it.get("/huge.txt")).bytes()).length,
    200_000,
    "what does not fit in is sent all the same",
  );
});

Deno.test("fields are added to every reply, and a coding that could be chosen is said", async () => {
  await using it = await servedFolder({ "a.html": "<p>".repeat(200), "a.png": "x".repeat(500), "b.html": "short" });
  const fields = Object.freeze({ "x-one": "1", "cache-control": "private", vary: "cookie" });
  const cases: ReadonlyArray<readonly [path: string, vary: string]> = [
    ["/a.html", "accept-encoding, cookie"],
    ["/a.png", "cookie"],
    ["/b.html", "cookie"],
  ];
  for (const [path, vary] of cases) {
    for (const headers of [{}, { range: "bytes=0-1" }]) {
      const { headers: got } = await it.get(path, { headers: headers as Record<string, string>, fields });
      assertEquals([got.get("x-one"), got.get("cache-control"), got.get("vary")], ["1", "private", vary], path);
    }
  }
});

Deno.test("read() gives the whole of a file, and refuses what is too large", async () => {
  await using it = await servedFolder({ "a.md": "# Title", "large.md": new Uint8Array(3_000_000) });
  const found = (await it.files.find("/a.md"))!;
  assertEquals(new TextDecoder().decode(await it.files.read(found, { maxBytes: 7 })), "# Title");
  assertEquals((await assertRejects(() => it.files.read(found, { maxBytes: 6 }), HttpError)).status, 413);
  const large = (await it.files.find("/large.md"))!;
  assertEquals((await it.files.read(large, { maxBytes: 4_000_000 })).length, 3_000_000);
  assertEquals((await assertRejects(() => it.files.read(large, { maxBytes: 2_999_999 }), HttpError)).status, 413);
  await assertRejects(() => it.files.read({ ...found }, { maxBytes: 7 }), TypeError);
});

Deno.test("a time of change in the future is not sent", async () => {
  await using it = await servedFolder({});
  await it.write("a.txt", "one", -3_600_000);
  const sent = Date.parse((await it.get("/a.txt")).headers.get("last-modified")!);
  assert(sent <= Date.now());
});

Deno.test("the replies of one file share their fields and bytes, so that a transport makes what it sends only once", async () => {
  await using it = await servedFolder({ "page.html": "<p>".repeat(200) });
  const fields = Object.freeze({ "x-one": "1" });
  for (const headers of [{}, { "accept-encoding": "br" }] as ReadonlyArray<Record<string, string>>) {
    const ask = async () => await it.get("/page.html", { headers, fields }) as unknown as LazyResponse;
    const [one, other] = [await ask(), await ask()];
    assertStrictEquals(one.fields, other.fields);
    assertStrictEquals(one.content, other.content);
    assert(Object.isFrozen(one.fields));
  }
});
