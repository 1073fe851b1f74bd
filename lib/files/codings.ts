/**
 * Content codings: which of them a client accepts, and encoding.
 *
 * @module
 */
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";
import { Gate } from "../gate.ts";

/** A content coding (RFC 9110 §8.4.1) that a file may be sent in. */
export type Coding = "br" | "zstd" | "gzip";

/** The codings, best first, and the ending of a sibling that holds a file in it. */
export const SIBLING_ENDINGS: Readonly<Record<Coding, string>> = { br: ".br", zstd: ".zst", gzip: ".gz" };
/** The codings, best first: of two that a client likes as much, it gets the first. */
export const CODINGS: readonly Coding[] = ["br", "zstd", "gzip"];

/** Who does not say what they accept, such as curl, is sent the file as it is, though RFC 9110 §12.5.3 allows more. */
const NOTHING: readonly Coding[] = [];
/** Browsers send one and the same field: what was read is kept, of so many and of such a length. */
const MAX_KEPT = 64;
const MAX_KEPT_CHARACTERS = 128;
/** A longer field is no browser's. */
const MAX_FIELD_CHARACTERS = 1_024;

const kept = new Map<string, readonly Coding[]>();

/**
 * Reads `Accept-Encoding` (RFC 9110 §12.5.3). The weights count, so it is read here: std's negotiation tells their order,
 * and not which of them are equal.
 *
 * @param field Its value; `null` if there is none.
 * @returns The codings that the client likes no less than the file as it is, best first. Who wants neither any of them nor
 * the file as it is gets it as it is: better than nothing.
 * @example
 * ```ts
 * import { acceptedCodings } from "./codings.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(acceptedCodings("gzip, deflate, br, zstd"), ["br", "zstd", "gzip"]);
 * assertEquals(acceptedCodings("br;q=0.5, gzip"), ["gzip", "br"]);
 * assertEquals(acceptedCodings("identity, gzip;q=0.5"), []);
 * ```
 */
export function acceptedCodings(field: string | null): readonly Coding[] {
  if (field === null) return NOTHING;
  const known = kept.get(field);
  if (known !== undefined) return known;
  if (field.length > MAX_FIELD_CHARACTERS) return NOTHING;
  const accepted = readField(field);
  if (field.length > MAX_KEPT_CHARACTERS) return accepted;
  if (kept.size >= MAX_KEPT) kept.clear();
  kept.set(field, accepted);
  return accepted;
}

function readField(field: string): readonly Coding[] {
  const weights = new Map<string, number>();
  for (const item of field.split(",")) {
    const [, name, weight = "1"] = /^\s*([^\s;]+)\s*(?:;\s*q\s*=\s*([01](?:\.\d{0,3})?)\s*)?$/i.exec(item) ?? [];
    if (name !== undefined) weights.set(name.toLowerCase().replace(/^x-gzip$/, "gzip"), Math.min(1, Number(weight)));
  }
  const others = weights.get("*");
  const weightOf = (coding: string) => weights.get(coding) ?? others ?? 0;
  // Who gives the file as it is a weight of its own means it: a browser that plays a video does.
  const identity = weights.get("identity") ?? 0;
  return CODINGS.filter((coding) => weightOf(coding) > 0 && weightOf(coding) >= identity)
    .toSorted((a, b) => weightOf(b) - weightOf(a));
}

/** Whether we encode in it ourselves. */
export function canEncode(coding: Coding): coding is "br" | "gzip" {
  return coding !== "zstd";
}

/** Up to so many bytes the best brotli that is worth waiting for; beyond, one as quick as gzip. */
const MAX_THOROUGH_BYTES = 128 * 1024;
const THOROUGH_QUALITY = 9;
const QUICK_QUALITY = 5;
/** Encoders at once; the threads that they run on also read the files. */
const encoding = new Gate(2);
const brotli = promisify(brotliCompress) as (
  bytes: Uint8Array,
  options: { readonly params: Record<number, number> },
) => Promise<Uint8Array>;
const zip = promisify(gzip) as (bytes: Uint8Array) => Promise<Uint8Array>;

/**
 * Encodes, off the event loop.
 *
 * @param bytes What to encode.
 * @param coding In what.
 */
export async function encode(bytes: Uint8Array, coding: "br" | "gzip"): Promise<Uint8Array<ArrayBuffer>> {
  const quality = bytes.length <= MAX_THOROUGH_BYTES ? THOROUGH_QUALITY : QUICK_QUALITY;
  return await encodeBy(bytes, { coding, quality });
}

/**
 * Encodes what is soon made anew, such as the page of one reader: a quarter of the work of {@linkcode encode}.
 *
 * @param bytes What to encode.
 * @param coding In what.
 */
export async function encodeQuickly(bytes: Uint8Array, coding: "br" | "gzip"): Promise<Uint8Array<ArrayBuffer>> {
  return await encodeBy(bytes, { coding, quality: QUICK_QUALITY });
}

async function encodeBy(
  bytes: Uint8Array,
  { coding, quality }: { readonly coding: "br" | "gzip"; readonly quality: number },
): Promise<Uint8Array<ArrayBuffer>> {
  const params = { [constants.BROTLI_PARAM_QUALITY]: quality, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length };
  const encoded = await encoding.through(() => coding === "gzip" ? zip(bytes) : brotli(bytes, { params }));
  // A copy: what comes may be a view of a larger buffer, which would be kept as well.
  return new Uint8Array(encoded);
}
