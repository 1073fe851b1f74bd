import { assert, assertEquals, assertMatch, assertNotEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { HttpError } from "../lib/errors.ts";
import { findFile } from "../lib/static_files.ts";
import { HOSTILE_PATHS } from "./fixtures/hostile_paths.ts";
import { BIG, DIGITS, EARLIER, LAST_MODIFIED, LATER, staticSite } from "./fixtures/static_site.ts";
import { tempDir } from "./testing.ts";

Deno.test("a file comes with its type, length and validators", async () => {
  await using it = await staticSite();
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
    ["/link_dir_inside/deep/file.json", "application/json; charset=UTF-8", 2],
  ];
  for (const [path, type, length] of cases) {
    const response = await it.get(path);
    const { headers } = response;
    assertEquals(response.status, 200, path);
    assertEquals(headers.get("content-type"), type, path);
    assertEquals(headers.get("content-length"), String(length), path);
    assertEquals(headers.get("accept-ranges"), "bytes");
    assertEquals(headers.get("x-content-type-options"), "nosniff");
    assertMatch(headers.get("etag")!, /^"[^"]+"$/);
    assertEquals((await response.bytes()).length, length, path);
  }
  assertEquals((await it.get("/digits.txt")).headers.get("last-modified"), LAST_MODIFIED);
});

Deno.test("a file of 1 MiB comes in full, and in part", async () => {
  await using it = await staticSite();
  assertEquals(await (await it.get("/big.bin")).bytes(), BIG);
  for (const [first, last] of [[5, 200_000], [65_535, 65_536], [300_000, BIG.length - 1]]) {
    const part = await it.get("/big.bin", { range: `bytes=${first}-${last}` });
    assertEquals(part.status, 206);
    assertEquals(await part.bytes(), BIG.slice(first, last + 1));
  }
});

Deno.test("a file that nobody reads to the end is closed", async () => {
  await using it = await staticSite();
  const { body } = await it.get("/big.bin");
  const reader = body!.getReader();
  assertEquals((await reader.read()).value, BIG.slice(0, 64 * 1024));
  await reader.cancel();
});

Deno.test("HEAD of a file has the head of the GET, and no body", async () => {
  await using it = await staticSite();
  for (const path of ["/digits.txt", "/empty.txt", "/big.bin"]) {
    const get = await it.get(path);
    const head = await it.app.request(path, { method: "HEAD" });
    assertEquals(Object.fromEntries(head.headers), Object.fromEntries(get.headers));
    assertEquals(head.status, 200);
    assertEquals(await head.text(), "");
    await get.body?.cancel();
  }
  const ranged = await it.app.request("/digits.txt", { method: "HEAD", headers: { range: "bytes=0-1" } });
  assertEquals(ranged.status, 200, "a range is for GET alone (RFC 9110 §14.2)");
});

Deno.test("the ETag changes with the file", async () => {
  await using it = await staticSite();
  const before = await it.etagOf("/digits.txt");
  assertEquals(await it.etagOf("/digits.txt"), before);
  await Deno.writeTextFile(join(it.dir, "digits.txt"), "other text");
  assertNotEquals(await it.etagOf("/digits.txt"), before);
});

Deno.test("conditional requests follow RFC 9110 §13, in its order", async () => {
  await using it = await staticSite();
  const etag = await it.etagOf("/digits.txt");
  const cases: ReadonlyArray<readonly [headers: Record<string, string>, status: number]> = [
    [{ "if-none-match": etag }, 304],
    [{ "if-none-match": `W/${etag}` }, 304],
    [{ "if-none-match": `"other", W/"more" , ${etag}` }, 304],
    [{ "if-none-match": `"with,comma",${etag}` }, 304],
    [{ "if-none-match": "*" }, 304],
    [{ "if-none-match": '"other"' }, 200],
    [{ "if-none-match": etag.slice(1, -1) }, 200],
    [{ "if-none-match": "" }, 200],
    [{ "if-modified-since": LAST_MODIFIED }, 304],
    [{ "if-modified-since": LATER }, 304],
    [{ "if-modified-since": EARLIER }, 200],
    [{ "if-modified-since": "Tuesday, 03-Feb-26 04:05:06 GMT" }, 304],
    [{ "if-modified-since": "Tue Feb  3 04:05:06 2026" }, 304],
    [{ "if-modified-since": "yesterday" }, 200],
    [{ "if-modified-since": "2026-02-03" }, 200],
    // If-None-Match outranks If-Modified-Since, in both directions.
    [{ "if-none-match": '"other"', "if-modified-since": LATER }, 200],
    [{ "if-none-match": etag, "if-modified-since": EARLIER }, 304],
    [{ "if-match": etag }, 200],
    [{ "if-match": "*" }, 200],
    [{ "if-match": `"other", ${etag}` }, 200],
    [{ "if-match": '"other"' }, 412],
    [{ "if-match": `W/${etag}` }, 412],
    [{ "if-unmodified-since": LAST_MODIFIED }, 200],
    [{ "if-unmodified-since": LATER }, 200],
    [{ "if-unmodified-since": EARLIER }, 412],
    [{ "if-unmodified-since": "nonsense" }, 200],
    // If-Match outranks If-Unmodified-Since, and both come before If-None-Match.
    [{ "if-match": etag, "if-unmodified-since": EARLIER }, 200],
    [{ "if-match": '"other"', "if-unmodified-since": LATER }, 412],
    [{ "if-match": '"other"', "if-none-match": etag }, 412],
    [{ "if-match": etag, "if-none-match": etag }, 304],
    // Conditions come before the range.
    [{ "if-none-match": etag, range: "bytes=0-1" }, 304],
    [{ "if-match": '"other"', range: "bytes=0-1" }, 412],
    [{ "if-none-match": '"other"', range: "bytes=0-1" }, 206],
  ];
  for (const [headers, status] of cases) {
    const response = await it.get("/digits.txt", headers);
    assertEquals(response.status, status, JSON.stringify(headers));
    const body = await response.text();
    if (status === 304) assertEquals([response.headers.get("etag"), body], [etag, ""]);
  }
});

Deno.test("ranges follow RFC 9110 §14", async () => {
  await using it = await staticSite();
  const etag = await it.etagOf("/digits.txt");
  const whole = { status: 200, body: DIGITS, contentRange: null };
  const part = (body: string, contentRange: string) => ({
    status: 206,
    body,
    contentRange: `bytes ${contentRange}/10`,
  });
  const outside = { status: 416, body: undefined, contentRange: "bytes */10" };
  const cases = [
    ["bytes=0-0", part("0", "0-0")],
    ["bytes=2-4", part("234", "2-4")],
    ["bytes=0-9", part(DIGITS, "0-9")],
    ["bytes=5-", part("56789", "5-9")],
    ["bytes=5-99", part("56789", "5-9")],
    ["bytes=9-", part("9", "9-9")],
    ["bytes=-3", part("789", "7-9")],
    ["bytes=-99", part(DIGITS, "0-9")],
    ["Bytes=0-1", part("01", "0-1")],
    ["bytes= 0-1 ", part("01", "0-1")],
    ["bytes=0-99999999999999999999999999", part(DIGITS, "0-9")],
    ["bytes=10-", outside],
    ["bytes=10-20", outside],
    ["bytes=99999999999999999999999999-", outside],
    ["bytes=-0", outside],
    // Several ranges may be answered whole; what is malformed has to be ignored.
    ["bytes=0-1,3-4", whole],
    ["bytes=0-1, -1", whole],
    ["bytes=4-2", whole],
    ["bytes=-", whole],
    ["bytes=", whole],
    ["bytes=a-b", whole],
    ["bytes=1", whole],
    ["bytes 0-1", whole],
    ["bytes=+1-2", whole],
    ["bytes=1-2-3", whole],
    ["bytes=0x1-2", whole],
    ["lines=0-1", whole],
  ] as const;
  for (const [range, expected] of cases) {
    const response = await it.get("/digits.txt", { range });
    const body = await response.text();
    assertEquals(
      {
        status: response.status,
        body: response.status === 416 ? undefined : body,
        contentRange: response.headers.get("content-range"),
      },
      expected,
      range,
    );
    if (response.status !== 416) assertEquals(response.headers.get("content-length"), String(body.length), range);
  }
  const conditions: ReadonlyArray<readonly [ifRange: string, status: number]> = [
    [etag, 206],
    [LAST_MODIFIED, 206],
    ['"other"', 200],
    [`W/${etag}`, 200],
    [EARLIER, 200],
    [LATER, 200],
    ["nonsense", 200],
  ];
  for (const [ifRange, status] of conditions) {
    const response = await it.get("/digits.txt", { range: "bytes=0-1", "if-range": ifRange });
    assertEquals(response.status, status, ifRange);
    assertEquals(await response.text(), status === 206 ? "01" : DIGITS);
  }
});

Deno.test("an empty file is served whole, and has no ranges", async () => {
  await using it = await staticSite();
  const whole = await it.get("/empty.txt");
  assertEquals([whole.status, await whole.text()], [200, ""]);
  const part = await it.get("/empty.txt", { range: "bytes=0-" });
  assertEquals([part.status, part.headers.get("content-range")], [416, "bytes */0"]);
});

Deno.test("a folder is its index.html, behind a slash", async () => {
  await using it = await staticSite();
  const cases: ReadonlyArray<readonly [path: string, status: number, location?: string]> = [
    ["/folder/", 200],
    ["/folder", 301, "/folder/"],
    ["/folder?a=1&b=%2F", 301, "/folder/?a=1&b=%2F"],
    ["/folder/index.html", 200],
    ["/link_dir_inside/", 200],
    ["/bare", 404],
    ["/bare/", 404],
    ["/sly", 404],
    ["/sly/", 404],
    ["/digits.txt/", 404],
    ["/digits.txt/more", 404],
    ["/folder/nothing", 404],
  ];
  for (const [path, status, location] of cases) {
    const response = await it.get(path);
    assertEquals(response.status, status, path);
    assertEquals(response.headers.get("location"), location ?? null, path);
    const body = await response.text();
    if (status === 200) assertEquals(body, "<p>index");
  }
});

Deno.test("a file answers GET, HEAD and OPTIONS alone, and says so", async () => {
  await using it = await staticSite();
  for (const method of ["POST", "PUT", "PATCH", "DELETE"]) {
    for (const path of ["/digits.txt", "/folder/", "/folder"]) {
      const response = await it.app.request(path, { method });
      assertEquals([response.status, response.headers.get("allow")], [405, "GET, HEAD, OPTIONS"], `${method} ${path}`);
      await response.body?.cancel();
    }
  }
  const options = await it.app.request("/digits.txt", { method: "OPTIONS" });
  assertEquals([options.status, options.headers.get("allow")], [204, "GET, HEAD, OPTIONS"]);
  assertEquals((await it.app.request("/nothing.txt", { method: "POST" })).status, 404);
});

Deno.test("findFile() never leaves the root, by whatever path", async () => {
  await using it = await staticSite();
  assert(HOSTILE_PATHS.length >= 40);
  for (const path of HOSTILE_PATHS) assertEquals(await findFile({ dir: it.dir }, path), undefined, path.slice(0, 80));
  const root = `${it.dir}/`;
  assertEquals(await findFile({ dir: root }, "/../outside.txt"), undefined, "with a slash after the root");
});

Deno.test("findFile() finds nothing by a path that is longer than the system allows", async () => {
  await using it = await staticSite();
  for (const path of ["/a".repeat(3_000), "/folder".repeat(2_000), `/${"a".repeat(255)}`.repeat(20)]) {
    assertEquals(await findFile({ dir: it.dir }, path), undefined);
  }
});

Deno.test("the application serves no secret, by whatever path", async () => {
  await using it = await staticSite();
  for (const path of HOSTILE_PATHS) {
    if (!URL.canParse(path, "http://localhost") || path.startsWith("//")) continue;
    const response = await it.get(path);
    const body = await response.text();
    assert(response.status < 500, `${path}: ${response.status}`);
    assert(!body.includes("hidden words") && !body.includes("root:"), path);
  }
});

Deno.test("findFile() follows a link that stays inside the root", async () => {
  await using it = await staticSite();
  const found = await findFile({ dir: it.dir }, "/link_inside.txt");
  assertEquals(found && "path" in found && found.path, join(it.dir, "digits.txt"));
  const folder = await findFile({ dir: it.dir }, "/link_dir_inside");
  assertEquals(folder, { redirect: "/link_dir_inside/" });
});

Deno.test("findFile() serves a root that is itself a link", async () => {
  await using it = await staticSite();
  await using other = await tempDir();
  await Deno.symlink(it.dir, join(other.path, "root"));
  const found = await findFile({ dir: join(other.path, "root") }, "/digits.txt");
  assertEquals(found && "path" in found && found.path, join(it.dir, "digits.txt"));
});

Deno.test("findFile() finds nothing where the root is gone", async () => {
  await using dir = await tempDir();
  assertEquals(await findFile({ dir: join(dir.path, "gone") }, "/x"), undefined);
});

Deno.test("a malformed percent-encoding is answered with 400", async () => {
  await using it = await staticSite();
  for (const path of ["/%", "/%zz", "/%E0%A4%A", "/digits%.txt", "/%C0%AE%C0%AE/outside.txt", "/%ff", "/folder/%2"]) {
    assertEquals((await assertRejects(() => findFile({ dir: it.dir }, path), HttpError)).status, 400, path);
    const response = await it.get(path);
    assertEquals(response.status, 400, path);
    assertStringIncludes(await response.text(), "Cannot decode");
  }
});
