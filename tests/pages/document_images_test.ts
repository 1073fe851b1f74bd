import { assertEquals } from "@std/assert";
import { imageSize } from "../../lib/pages/document_images.ts";

/** Bytes, written as hexadecimal digits and quoted texts. */
function bytesOf(written: string): Uint8Array<ArrayBuffer> {
  const parts = written.match(/'[^']*'|[0-9a-f]{2}/g) ?? [];
  return new Uint8Array(
    parts.flatMap((part) =>
      part.startsWith("'") ? [...part.slice(1, -1)].map((c) => c.charCodeAt(0)) : [parseInt(part, 16)]
    ),
  );
}

const EXIF = (orientation: string) =>
  `ff e1 00 22 'Exif' 00 00 'MM' 00 2a 00 00 00 08 00 01 01 12 00 03 00 00 00 01 00 ${orientation} 00 00 00 00 00 00`;
const FRAME = "ff c0 00 11 08 00 14 00 1e 03";

const CASES: ReadonlyArray<[name: string, written: string, size: [number, number] | undefined]> = [
  ["PNG", "89 'PNG' 0d 0a 1a 0a 00 00 00 0d 'IHDR' 00 00 01 00 00 00 00 40", [256, 64]],
  ["GIF", "'GIF89a' 0a 00 14 00", [10, 20]],
  ["JPEG", `ff d8 ff e0 00 04 00 00 ${FRAME}`, [30, 20]],
  ["JPEG that stands", `ff d8 ${EXIF("01")} ${FRAME}`, [30, 20]],
  ["JPEG that lies on its side", `ff d8 ${EXIF("06")} ${FRAME}`, [20, 30]],
  ["WebP, lossy", "'RIFF' 00 00 00 00 'WEBPVP8 ' 00 00 00 00 00 00 00 9d 01 2a 90 01 2c 01", [400, 300]],
  ["WebP, lossless", "'RIFF' 00 00 00 00 'WEBPVP8L' 00 00 00 00 2f 8f c1 4a 00", [400, 300]],
  ["WebP, extended", "'RIFF' 00 00 00 00 'WEBPVP8X' 0a 00 00 00 00 00 00 00 8f 01 00 2b 01 00", [400, 300]],
  ["SVG", '\'<?xml version="1.0"?><svg width="30px" height="20" viewBox="0 0 3 2">\'', [30, 20]],
  ["SVG in other units", '\'<svg width="100%" height="20">\'', undefined],
  ["SVG without a size", "'<svg viewBox=\"0 0 3 2\">'", undefined],
  ["a PNG that ends", "89 'PNG' 0d 0a 1a 0a 00 00", undefined],
  ["a JPEG that ends", "ff d8 ff e0 00 04", undefined],
  ["a JPEG whose parts have no length", `ff d8 ${"ff e0 00 00 ".repeat(9)}`, undefined],
  ["an empty PNG", "89 'PNG' 0d 0a 1a 0a 00 00 00 0d 'IHDR' 00 00 00 00 00 00 00 40", undefined],
  ["a text", "'Hello, this is no image at all'", undefined],
  ["nothing", "", undefined],
];

Deno.test("imageSize() reads the size out of the head of a file", () => {
  for (const [name, written, size] of CASES) {
    assertEquals(imageSize(bytesOf(written)), size && { width: size[0], height: size[1] }, name);
  }
});
