/**
 * How large an image is, by the head of its file: a page that knows keeps the place free, and nothing moves when it comes.
 *
 * @module
 */

/** The size of an image in pixels, as it is to be shown. */
export interface ImageSize {
  /** From left to right. */
  readonly width: number;
  /** From top to bottom. */
  readonly height: number;
}

/** Of a file so many bytes are enough: a photograph has its own little picture before its size. */
export const IMAGE_HEAD_BYTES: number = 64 * 1024;
const SVG_LENGTH = /^\s*(\d+(?:\.\d+)?)(?:px)?\s*$/;
/** Orientations of photographs that lie on their side (EXIF 2.32, tag 0x0112). */
const FIRST_TURNED = 5;

/**
 * Reads the size of a PNG, GIF, JPEG, WebP or SVG.
 *
 * @param head The first bytes of the file.
 * @returns `undefined` if it is none of them, or does not say.
 * @example
 * ```ts
 * import { imageSize } from "./document_images.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const svg = new TextEncoder().encode('<svg xmlns="http://www.w3.org/2000/svg" width="20" height="10px"/>');
 * assertEquals(imageSize(svg), { width: 20, height: 10 });
 * assertEquals(imageSize(new Uint8Array(100)), undefined);
 * ```
 */
export function imageSize(head: Uint8Array<ArrayBuffer>): ImageSize | undefined {
  try {
    const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
    const size = sizeOf(view);
    return size !== undefined && size.width > 0 && size.height > 0 ? size : undefined;
  } catch (error) {
    // It ends before its size.
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function sizeOf(view: DataView<ArrayBuffer>): ImageSize | undefined {
  const start = view.getUint32(0);
  if (start === 0x89504e47) return { width: view.getUint32(16), height: view.getUint32(20) };
  if (start === 0x47494638) return { width: view.getUint16(6, true), height: view.getUint16(8, true) };
  if (start >>> 8 === 0xffd8ff) return jpegSize(view);
  if (start === 0x52494646 && view.getUint32(8) === 0x57454250) return webpSize(view);
  return svgSize(textOf(view));
}

/** Goes from marker to marker, to the one that begins the picture (ITU T.81 §B.1.1). */
function jpegSize(view: DataView<ArrayBuffer>): ImageSize | undefined {
  let isTurned = false;
  for (let at = 2; view.getUint8(at) === 0xff;) {
    const marker = view.getUint8(at + 1);
    if (marker === 0xe1) isTurned ||= exifOrientation(view, at + 4) >= FIRST_TURNED;
    if (marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)) {
      const [height, width] = [view.getUint16(at + 5), view.getUint16(at + 7)];
      return isTurned ? { width: height, height: width } : { width, height };
    }
    at += 2 + view.getUint16(at + 2);
  }
  return undefined;
}

function exifOrientation(view: DataView<ArrayBuffer>, at: number): number {
  if (view.getUint32(at) !== 0x45786966) return 0;
  const tiff = at + 6;
  const isLittle = view.getUint16(tiff) === 0x4949;
  const entries = tiff + view.getUint32(tiff + 4, isLittle);
  for (let index = 0; index < view.getUint16(entries, isLittle); index++) {
    const entry = entries + 2 + index * 12;
    if (view.getUint16(entry, isLittle) === 0x0112) return view.getUint16(entry + 8, isLittle);
  }
  return 0;
}

/** RFC 9649 §2.5 to §2.7. */
function webpSize(view: DataView<ArrayBuffer>): ImageSize | undefined {
  const kind = view.getUint32(12);
  if (kind === 0x56503820) {
    return { width: view.getUint16(26, true) & 0x3fff, height: view.getUint16(28, true) & 0x3fff };
  }
  if (kind === 0x5650384c) {
    const bits = view.getUint32(21, true);
    return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 };
  }
  if (kind !== 0x56503858) return undefined;
  return { width: (view.getUint32(24, true) & 0xffffff) + 1, height: (view.getUint32(26, true) >>> 8) + 1 };
}

function svgSize(text: string): ImageSize | undefined {
  const root = /<svg\s[^>]*>/i.exec(text)?.[0];
  const [width, height] = ["width", "height"].map((name) => {
    const written = root && new RegExp(`\\s${name}\\s*=\\s*["']([^"']*)["']`).exec(root)?.[1];
    return Math.round(Number(SVG_LENGTH.exec(written ?? "")?.[1] ?? 0));
  });
  return { width, height };
}

function textOf({ buffer, byteOffset, byteLength }: DataView<ArrayBuffer>): string {
  return new TextDecoder().decode(new Uint8Array(buffer, byteOffset, Math.min(byteLength, 4_096)));
}
