/**
 * Range requests (RFC 9110 §14): a part of a file, or several in one reply.
 *
 * @module
 */
import { HttpError } from "../errors.ts";

/** A part of a file. */
export interface Extent {
  /** Its first byte. */
  readonly start: number;
  /** The byte after its last. */
  readonly end: number;
}

/** More parts are answered with the whole, as Apache does: asking for many small ones costs the client next to nothing. */
const MAX_RANGES = 200;
/** More than so many characters are no list of 200 ranges. */
const MAX_FIELD_CHARACTERS = 8 * 1024;

/**
 * Reads a `Range` field.
 *
 * @param field Its value.
 * @param bytes The length of the file.
 * @returns The parts to send, in the order asked for; `undefined` for the whole file: a field that is malformed or of
 * another unit has to be ignored, one whose parts make up more than the whole is better answered with that, and who asks
 * for the beginning of every file is served an empty one.
 * @throws {HttpError} 416 if nothing of what is asked for is in the file.
 * @example
 * ```ts
 * import { readRanges } from "./ranges.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(readRanges("bytes=0-4,-2", 10), [{ start: 0, end: 5 }, { start: 8, end: 10 }]);
 * assertEquals(readRanges("bytes=0-,0-", 10), undefined);
 * ```
 */
export function readRanges(field: string, bytes: number): Extent[] | undefined {
  if (bytes === 0 || field.length > MAX_FIELD_CHARACTERS) return undefined;
  const list = /^bytes=(.*)$/i.exec(field.trim())?.[1];
  const specs = list?.split(",").map((spec) => spec.trim()).filter((spec) => spec !== "") ?? [];
  if (specs.length === 0 || specs.length > MAX_RANGES) return undefined;
  const extents: Extent[] = [];
  for (const spec of specs) {
    const extent = readRange(spec, bytes);
    if (extent === undefined) return undefined;
    if (extent.start < extent.end) extents.push(extent);
  }
  if (extents.length === 0) {
    throw new HttpError(416, `The file has ${bytes} bytes`, { headers: { "content-range": `bytes */${bytes}` } });
  }
  return lengthOf(extents) > bytes ? undefined : extents;
}

/** One range; an empty one lies outside of the file, and `undefined` is none. */
function readRange(spec: string, bytes: number): Extent | undefined {
  const [, first, last] = /^(\d*)[ \t]*-[ \t]*(\d*)$/.exec(spec) ?? [];
  if (first === undefined || (first === "" && last === "")) return undefined;
  if (first === "") return { start: Math.max(0, bytes - Number(last)), end: bytes };
  if (last !== "" && Number(last) < Number(first)) return undefined;
  return { start: Number(first), end: last === "" ? bytes : Math.min(bytes, Number(last) + 1) };
}

/** How many bytes some parts have together. */
export function lengthOf(extents: readonly Extent[]): number {
  return extents.reduce((sum, { start, end }) => sum + end - start, 0);
}

/** The value of `Content-Range` for a part. */
export function contentRange({ start, end }: Extent, bytes: number): string {
  return `bytes ${start}-${end - 1}/${bytes}`;
}

/** Stands between parts: no file that was there before we began holds it. */
const BOUNDARY = crypto.randomUUID();

/** Several parts in one body (RFC 9110 §14.6): each behind a head of its own, and an end. */
export interface Multipart {
  /** The media type, with the boundary. */
  readonly contentType: string;
  /** What stands before each part. */
  readonly heads: ReadonlyArray<Uint8Array<ArrayBuffer>>;
  /** What stands behind the last. */
  readonly end: Uint8Array<ArrayBuffer>;
  /** The length of it all. */
  readonly bytes: number;
}

/**
 * Frames several parts.
 *
 * @param extents The parts.
 * @param file The length and the media type of the file.
 */
export function multipart(
  extents: readonly Extent[],
  { bytes, contentType }: { readonly bytes: number; readonly contentType: string },
): Multipart {
  const encode = (text: string) => new Uint8Array(new TextEncoder().encode(text));
  const heads = extents.map((extent) =>
    encode(`\r\n--${BOUNDARY}\r\ncontent-type: ${contentType}\r\ncontent-range: ${contentRange(extent, bytes)}\r\n\r\n`)
  );
  const end = encode(`\r\n--${BOUNDARY}--\r\n`);
  const length = heads.reduce((sum, head) => sum + head.length, lengthOf(extents) + end.length);
  return { contentType: `multipart/byteranges; boundary=${BOUNDARY}`, heads, end, bytes: length };
}
