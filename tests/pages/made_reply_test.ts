import { assert, assertEquals, assertRejects } from "@std/assert";
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { HttpError } from "../../lib/errors.ts";
import { madeReply } from "../../lib/pages/made_reply.ts";

const CONTENT = `<p>${"Wörter ".repeat(1_000)}`;
const FIELDS = { "content-type": "text/html; charset=utf-8", "cache-control": "no-cache" };

function ask(headers: Record<string, string>, content: string | Uint8Array<ArrayBuffer> = CONTENT): Promise<Response> {
  return madeReply(new Request("http://localhost/page", { headers }), { content, fields: FIELDS });
}

Deno.test("a page is sent in the coding that its reader likes best, and says so", async () => {
  const same = (bytes: Uint8Array) => bytes;
  const cases: ReadonlyArray<[accepted: string, coding: string | null, decode: (bytes: Uint8Array) => Uint8Array]> = [
    ["gzip, deflate, br, zstd", "br", brotliDecompressSync],
    ["br;q=0.5, gzip", "gzip", gunzipSync],
    ["zstd", null, same],
    ["gzip;q=0", null, same],
    ["identity", null, same],
    ["", null, same],
  ];
  for (const [accepted, coding, decode] of cases) {
    for (const content of [CONTENT, new TextEncoder().encode(CONTENT)]) {
      const response = await ask({ "accept-encoding": accepted }, content as typeof CONTENT);
      const bytes = new Uint8Array(await response.arrayBuffer());
      assertEquals(response.headers.get("content-encoding"), coding, accepted);
      assertEquals(response.headers.get("vary"), "accept-encoding, cookie");
      assertEquals(new TextDecoder().decode(decode(bytes)), CONTENT, accepted);
      if (coding !== null) assert(bytes.length < 200, `${bytes.length} bytes`);
    }
  }
});

Deno.test("each coding has a tag of its own, by which it is not sent twice", async () => {
  const tags = new Set<string>();
  for (const accepted of ["br", "gzip", "identity"]) {
    const etag = (await ask({ "accept-encoding": accepted })).headers.get("etag")!;
    tags.add(etag);
    const again = await ask({ "accept-encoding": accepted, "if-none-match": `"other", W/${etag}` });
    assertEquals([again.status, again.headers.get("etag"), again.headers.get("content-type")], [304, etag, null]);
    assertEquals(again.headers.get("vary"), "accept-encoding, cookie");
    assertEquals((await ask({ "accept-encoding": accepted, "if-match": etag })).status, 200);
  }
  assertEquals(tags.size, 3);
});

Deno.test("conditions by date do not count, for nobody knows when a page was made", async () => {
  for (const name of ["if-modified-since", "if-unmodified-since"]) {
    assertEquals((await ask({ [name]: "Sun, 06 Nov 1994 08:49:37 GMT" })).status, 200, name);
  }
  const error = await assertRejects(() => ask({ "if-match": '"other"' }), HttpError);
  assertEquals(error.status, 412);
});

Deno.test("a page that fits into a packet is sent as it is", async () => {
  const response = await ask({ "accept-encoding": "br, gzip" }, "<p>short");
  assertEquals([response.headers.get("content-encoding"), await response.text()], [null, "<p>short"]);
});
