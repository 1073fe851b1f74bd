import { assert, assertEquals, assertMatch, assertNotEquals } from "@std/assert";
import { brotliCompressSync, brotliDecompressSync, gunzipSync, gzipSync } from "node:zlib";
import { servedFolder } from "./served.ts";

const PAGE = "<p>one line of a page as there are many</p>\n".repeat(100);
const DECODE = { br: brotliDecompressSync, gzip: gunzipSync };

/** What a coded reply says and holds. */
async function decoded(response: Response): Promise<readonly [coding: string | null, text: string]> {
  const coding = response.headers.get("content-encoding") as "br" | "gzip" | null;
  const bytes = await response.bytes();
  assertEquals(response.headers.get("content-length"), String(bytes.length));
  return [coding, new TextDecoder().decode(coding === null ? bytes : DECODE[coding](bytes))];
}

Deno.test("a text is sent in the coding that its client likes best, and is the same", async () => {
  await using it = await servedFolder({ "page.html": PAGE, "image.png": PAGE, "short.html": "<p>short" });
  const cases: ReadonlyArray<readonly [accept: string, coding: "br" | "gzip" | null]> = [
    ["gzip, deflate, br, zstd", "br"],
    ["gzip, br;q=0.5", "gzip"],
    ["zstd, gzip;q=0.5", "gzip"],
    ["zstd", null],
    ["identity", null],
    ["br;q=0, gzip;q=0", null],
    ["identity;q=0, gzip", "gzip"],
    ["identity;q=0", null],
  ];
  for (const [accept, coding] of cases) {
    const response = await it.get("/page.html", { headers: { "accept-encoding": accept } });
    assertEquals(response.headers.get("vary"), "accept-encoding");
    assertEquals(await decoded(response), [coding, PAGE], accept);
    for (const path of ["/image.png", "/short.html"]) {
      const other = await it.get(path, { headers: { "accept-encoding": accept } });
      assertEquals([other.headers.get("content-encoding"), other.headers.get("vary")], [null, null], path);
    }
  }
});

Deno.test("each coding has a tag of its own, by which it is known again", async () => {
  await using it = await servedFolder({ "page.html": PAGE });
  const tags = new Set<string>();
  for (const coding of ["identity", "br", "gzip"]) {
    const etag = (await it.get("/page.html", { headers: { "accept-encoding": coding } })).headers.get("etag")!;
    assertMatch(etag, /^"[^"]+"$/);
    tags.add(etag);
    const again = await it.get("/page.html", { headers: { "accept-encoding": coding, "if-none-match": etag } });
    assertEquals([again.status, again.headers.get("etag"), again.headers.get("vary")], [304, etag, "accept-encoding"]);
    const other = { "accept-encoding": coding === "br" ? "gzip" : "br", "if-none-match": etag };
    assertEquals((await it.get("/page.html", { headers: other })).status, 200);
  }
  assertEquals(tags.size, 3);
});

Deno.test("a part is one of the file as it is, unless the client names the coding's tag", async () => {
  await using it = await servedFolder({ "page.html": PAGE });
  const accept = { "accept-encoding": "br" };
  const whole = await it.get("/page.html", { headers: accept });
  const [etag, bytes] = [whole.headers.get("etag")!, await whole.bytes()];
  const plain = await it.get("/page.html", { headers: { ...accept, range: "bytes=0-9" } });
  assertEquals([plain.status, plain.headers.get("content-encoding")], [206, null]);
  assertEquals(await plain.text(), PAGE.slice(0, 10));
  const coded = await it.get("/page.html", { headers: { ...accept, range: "bytes=3-", "if-range": etag } });
  assertEquals([coded.status, coded.headers.get("content-encoding")], [206, "br"]);
  assertEquals(await coded.bytes(), bytes.slice(3));
});

Deno.test("what stands beside a file in a coding is sent, if it is no older", async () => {
  const marked = (text: string) => `${PAGE}${text}`;
  await using it = await servedFolder({ "page.html": PAGE, "data.bin": "x".repeat(999) });
  await it.write("page.html.br", brotliCompressSync(marked("from br")), 30_000);
  await it.write("page.html.gz", gzipSync(marked("too old")), 90_000);
  await it.write("page.html.zst", "zstd, if you will", 60_000);
  await it.write("data.bin.gz", gzipSync("from gz"), 30_000);
  const ask = (path: string, accept: string) => it.get(path, { headers: { "accept-encoding": accept } });
  assertEquals(await decoded(await ask("/page.html", "br")), ["br", marked("from br")]);
  assertEquals(await decoded(await ask("/page.html", "gzip")), ["gzip", PAGE]);
  const zstd = await ask("/page.html", "zstd");
  assertEquals([zstd.headers.get("content-encoding"), await zstd.text()], ["zstd", "zstd, if you will"]);
  assertEquals(zstd.headers.get("content-type"), "text/html; charset=UTF-8");
  assertMatch(zstd.headers.get("etag")!, /-zstd"$/);
  const data = await ask("/data.bin", "gzip");
  assertEquals([data.headers.get("content-type"), data.headers.get("vary")], [
    "application/octet-stream",
    "accept-encoding",
  ]);
  assertEquals(await decoded(data), ["gzip", "from gz"]);
  assertEquals((await it.get("/data.bin")).headers.get("vary"), "accept-encoding");
  const itself = await ask("/page.html.br", "br, gzip");
  assertEquals(itself.headers.get("content-encoding"), null, "asked for by its own name it is a file like others");
});

Deno.test("a sibling that comes, changes or goes is noticed", async () => {
  await using it = await servedFolder({ "page.html": PAGE });
  const ask = async () => (await decoded(await it.get("/page.html", { headers: { "accept-encoding": "gzip" } })))[1];
  assertEquals(await ask(), PAGE);
  for (const [text, ageMs] of [["first", 30_000], ["second", 20_000]] as const) {
    await it.write("page.html.gz", gzipSync(text), ageMs);
    it.later();
    assertEquals(await ask(), text);
  }
  await it.write("page.html", PAGE + PAGE, 10_000);
  it.later();
  assertEquals(await ask(), PAGE + PAGE, "the file is newer by now");
  await Deno.remove(`${it.dir}/page.html.gz`);
  it.later();
  assertEquals(await ask(), PAGE + PAGE);
});

Deno.test("a sibling that leads out of the folder, or is none, is not sent", async () => {
  await using it = await servedFolder({ "page.html": PAGE });
  await Deno.symlink("/etc/hostname", `${it.dir}/page.html.gz`);
  await Deno.mkdir(`${it.dir}/page.html.br`);
  const response = await it.get("/page.html", { headers: { "accept-encoding": "br, gzip" } });
  assertEquals(await decoded(response), ["br", PAGE]);
  assertEquals(await decoded(await it.get("/page.html", { headers: { "accept-encoding": "gzip" } })), ["gzip", PAGE]);
});

Deno.test("a sibling that is a link to another file is not sent: others may read that", async () => {
  await using it = await servedFolder({ "page.html": PAGE, "secret.gz": gzipSync("a secret") });
  await Deno.symlink(`${it.dir}/secret.gz`, `${it.dir}/page.html.gz`);
  const response = await it.get("/page.html", { headers: { "accept-encoding": "gzip" } });
  assertEquals(await decoded(response), ["gzip", PAGE]);
});

Deno.test("a large file comes in the coding of its sibling, in pieces", async () => {
  const large = new Uint8Array(3_000_000).map((_, at) => (at * at) % 255);
  const sibling = new Uint8Array(2_500_000).map((_, at) => (at * 7) % 255);
  await using it = await servedFolder({ "large.bin": large });
  await it.write("large.bin.br", sibling, 30_000);
  const response = await it.get("/large.bin", { headers: { "accept-encoding": "br" } });
  assertEquals([response.headers.get("content-encoding"), response.headers.get("content-length")], ["br", "2500000"]);
  const sent = await response.bytes();
  assert(sent.length === sibling.length && sent.every((byte, at) => byte === sibling[at]));
  const plain = (await it.get("/large.bin", { method: "HEAD" })).headers.get("etag");
  assertNotEquals(response.headers.get("etag"), plain);
});
