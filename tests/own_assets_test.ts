import { assert, assertEquals, assertMatch } from "@std/assert";
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { STATIC_DIR, testApp } from "./testing.ts";

const PATH = "/_ui/chat.js";
const DECODE = { br: brotliDecompressSync, gzip: gunzipSync };

Deno.test("our scripts and styles are sent compressed to who accepts that, and are the same", async () => {
  await using it = await testApp();
  const whole = await Deno.readFile(`${STATIC_DIR}${PATH}`);
  const get = (headers: HeadersInit) => it.request(PATH, { headers });
  for (const coding of ["br", "gzip"] as const) {
    const response = await get({ "accept-encoding": coding });
    const { headers } = response;
    assertEquals([headers.get("content-encoding"), headers.get("vary")], [coding, "accept-encoding"]);
    assertMatch(headers.get("etag")!, new RegExp(`-${coding}"$`));
    const body = await response.bytes();
    assertEquals(headers.get("content-length"), String(body.length));
    assert(body.length < whole.length / 2);
    assertEquals(new Uint8Array(DECODE[coding](body)), whole);
    const again = await get({ "accept-encoding": coding, "if-none-match": headers.get("etag")! });
    assertEquals([again.status, again.headers.get("vary")], [304, "accept-encoding"]);
  }
  assertEquals((await get({ "accept-encoding": "gzip, deflate, br, zstd" })).headers.get("content-encoding"), "br");
});

Deno.test("who accepts no coding, or asks for a range, gets the file as it is", async () => {
  await using it = await testApp();
  for (const init of [{}, { "accept-encoding": "identity" }, { "accept-encoding": "br;q=0, gzip;q=0" }]) {
    const response = await it.request(PATH, { headers: init as HeadersInit });
    assertEquals([response.status, response.headers.get("content-encoding")], [200, null]);
    await response.body?.cancel();
  }
  const part = await it.request(PATH, { headers: { "accept-encoding": "br", range: "bytes=0-9" } });
  assertEquals([part.status, (await part.bytes()).length], [206, 10]);
});
