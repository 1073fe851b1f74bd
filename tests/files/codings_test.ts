import { assertEquals } from "@std/assert";
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { acceptedCodings, encode } from "../../lib/files/codings.ts";

Deno.test("Accept-Encoding is read with its weights", () => {
  const cases: ReadonlyArray<readonly [field: string | null, codings: string]> = [
    [null, ""],
    ["", ""],
    ["gzip", "gzip"],
    ["gzip, deflate, br, zstd", "br zstd gzip"],
    ["gzip,br;q=0.9", "gzip br"],
    ["br;q=0.5, gzip;q=0.5", "br gzip"],
    ["br;q=0.001, gzip;q=1.0", "gzip br"],
    ["br;q=0, gzip", "gzip"],
    ["GZIP, BR", "br gzip"],
    ["x-gzip", "gzip"],
    ["gzip ; q=0.5", "gzip"],
    ["*", "br zstd gzip"],
    ["*;q=0.1, gzip", "gzip br zstd"],
    ["*, gzip;q=0", "br zstd"],
    ["identity", ""],
    ["deflate", ""],
    // A browser that plays a video.
    ["identity;q=1, *;q=0", ""],
    ["identity;q=0.5, gzip;q=0.4, br;q=0.6", "br"],
    ["identity;q=0", ""],
    ["identity;q=0, gzip", "gzip"],
    ["*;q=0", ""],
    ["*;q=0, gzip", "gzip"],
    ["gzip;q=2", ""],
    ["gzip;q=0.1234", ""],
    ["gzip;quality=1", ""],
    [";q=1,,br", "br"],
    [`${"x,".repeat(1_000)}gzip`, ""],
  ];
  for (const [field, codings] of cases) {
    assertEquals(acceptedCodings(field).join(" "), codings, field ?? "none");
  }
});

Deno.test("what is encoded is decoded to the same, whatever its length", async () => {
  for (const length of [0, 1, 200, 200_000]) {
    const bytes = new Uint8Array(length).map((_, at) => at % 7);
    assertEquals(new Uint8Array(brotliDecompressSync(await encode(bytes, "br"))), bytes);
    assertEquals(new Uint8Array(gunzipSync(await encode(bytes, "gzip"))), bytes);
  }
});
