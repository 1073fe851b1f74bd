import { assertEquals, assertMatch, assertNotEquals } from "@std/assert";
import { assetUrl, OwnAssets } from "../../lib/files/own_assets.ts";
import { STATIC_DIR } from "../testing.ts";
import { servedFolder } from "./served.ts";

const FIELDS = Object.freeze({ "content-security-policy": "default-src 'self'" });
const FOR_EVER = "public, max-age=31536000, immutable";

function asking(assets: OwnAssets) {
  return async (url: string) => {
    const found = (await assets.find(url.replace(/\?.*/, "")))!;
    return await assets.serve(found, new Request(`http://localhost${url}`), FIELDS);
  };
}

Deno.test("the URL of an asset names its content, and that is kept for ever", async () => {
  const get = asking(new OwnAssets(STATIC_DIR));
  const url = assetUrl("/_ui/base.css");
  assertMatch(url, /^\/_ui\/base\.css\?v=[\w-]{10}$/);
  assertEquals(assetUrl("/_ui/base.css"), url);
  assertNotEquals(assetUrl("/_ui/chat.js").slice(-10), url.slice(-10));
  const { headers } = await get(url);
  assertEquals([headers.get("cache-control"), headers.get("content-security-policy")], [
    FOR_EVER,
    "default-src 'self'",
  ]);
});

Deno.test("an asset without its hash, or with another one, is asked for each time", async () => {
  const get = asking(new OwnAssets(STATIC_DIR));
  const url = assetUrl("/_ui/base.css");
  for (
    const other of [
      "/_ui/base.css",
      "/_ui/base.css?v=0123456789",
      "/_ui/base.css?v=",
      `${url}&x`,
      `${url}0`,
      "/_ui/base.css?v",
    ]
  ) {
    assertEquals((await get(other)).headers.get("cache-control"), "no-cache", other);
  }
});

Deno.test("a new content is never kept under the name of the old, nor the old under that of the new", async () => {
  await using it = await servedFolder({ "a.css": "old" });
  const assets = new OwnAssets(it.dir);
  const get = asking(assets);
  const versionOf = async () => (await get("/a.css")).headers.get("etag")!.slice(1, 11);
  const old = await versionOf();
  await it.write("a.css", "new", 30_000);
  assertEquals((await get(`/a.css?v=${old}`)).headers.get("cache-control"), FOR_EVER, "the old is still sent");
  it.later();
  const now = await versionOf();
  const kept = await get(`/a.css?v=${now}`);
  assertEquals([kept.headers.get("cache-control"), await kept.text()], [FOR_EVER, "new"]);
  assertEquals((await get(`/a.css?v=${old}`)).headers.get("cache-control"), "no-cache");
});

Deno.test("the URL of what is no asset of ours is left as it is", () => {
  for (const path of ["/_ui/nothing.css", "/../main.ts", "/_ui"]) assertEquals(assetUrl(path), path);
});
