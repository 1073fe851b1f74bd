import { encodeBase64Url } from "@std/encoding/base64url";
import type { ReplyFields } from "../lazy_response.ts";
import type { Coding } from "./codings.ts";
import type { Validators } from "./conditions.ts";
import { type FoundFile, modifiedAtMsOf, stampOf } from "./found.ts";

/** What a representation is made of. */
export interface RepresentationInit {
  /** The tag, a strong one, with its quotes. */
  readonly etag: string;
  /** When it was last changed, in ms since 1970. */
  readonly modifiedAtMs: number;
  /** How many bytes it has. */
  readonly bytes: number;
  /** The file that the bytes are read from as they are sent. */
  readonly file: FoundFile;
  /** The bytes, if they are kept. */
  readonly body?: Uint8Array<ArrayBuffer>;
  /** The media type. */
  readonly contentType: string;
  /** The content coding; `undefined` for the file as it is. */
  readonly coding?: Coding;
  /** Whether another client might have got it in another coding. */
  readonly varies: boolean;
}

const NO_FIELDS: ReplyFields = Object.freeze({});
/** A cache asks each time whether the file is still the same. */
const CACHE_CONTROL = "no-cache";
/** Of a larger SHA-256 so many characters tell files apart: 132 bits. */
const HASH_CHARACTERS = 22;

/** A file in one coding, and what is said of it in replies (RFC 9110 §3.2). */
export class Representation implements Validators {
  readonly etag: string;
  readonly modifiedAtS: number;
  /** How many bytes it has. */
  readonly bytes: number;
  /** The bytes, if they are kept. */
  readonly body: Uint8Array<ArrayBuffer> | undefined;
  /** The file that holds them. */
  readonly file: FoundFile;
  /** The media type. */
  readonly contentType: string;
  /** Whether another client might have got it in another coding. */
  readonly varies: boolean;
  readonly #init: RepresentationInit;
  readonly #whole: ReplyFields;
  readonly #unchanged: ReplyFields;
  readonly #wholeWith = new WeakMap<ReplyFields, ReplyFields>();
  readonly #unchangedWith = new WeakMap<ReplyFields, ReplyFields>();

  /**
   * Makes a representation.
   *
   * @param init What it is made of.
   */
  constructor(init: RepresentationInit) {
    const { etag, bytes, file, body, contentType, coding, varies } = init;
    this.#init = init;
    this.file = file;
    this.etag = etag;
    this.bytes = bytes;
    this.body = body;
    this.contentType = contentType;
    this.varies = varies;
    // Nothing was last changed later than it is sent (RFC 9110 §8.8.2.1).
    const modifiedAtMs = Math.min(init.modifiedAtMs, Date.now());
    this.modifiedAtS = Math.floor(modifiedAtMs / 1_000);
    this.#unchanged = {
      "cache-control": CACHE_CONTROL,
      etag,
      "last-modified": new Date(modifiedAtMs).toUTCString(),
      ...varies && { vary: "accept-encoding" },
    };
    this.#whole = {
      ...this.#unchanged,
      "accept-ranges": "bytes",
      "content-type": contentType,
      ...coding !== undefined && { "content-encoding": coding },
      "content-length": String(bytes),
    };
  }

  /** The same with other properties. */
  with(other: Partial<RepresentationInit>): Representation {
    return new Representation({ ...this.#init, ...other });
  }

  /**
   * The representation as its file is now; for one that is read as it is sent.
   *
   * @param stat What the system says of the open file.
   */
  asOf(stat: Deno.FileInfo): Representation {
    if (stampOf(stat) === this.file.stamp) return this;
    const modifiedAtMs = modifiedAtMsOf(stat);
    return this.with({ ...largeAs({ bytes: stat.size, modifiedAtMs }, this.#init.coding), modifiedAtMs });
  }

  /**
   * The fields of a reply with all of it.
   *
   * @param more Fields to add; for a frozen object the result is made once, so that a transport encodes it once.
   */
  fieldsWith(more: ReplyFields = NO_FIELDS): ReplyFields {
    return merged({ own: this.#whole, more, made: this.#wholeWith });
  }

  /**
   * The fields of a 304: not those that say what the client has already (RFC 9110 §15.4.5).
   *
   * @param more Fields to add, as above.
   */
  unchangedFieldsWith(more: ReplyFields = NO_FIELDS): ReplyFields {
    return merged({ own: this.#unchanged, more, made: this.#unchangedWith });
  }
}

interface Merge {
  readonly own: ReplyFields;
  readonly more: ReplyFields;
  readonly made: WeakMap<ReplyFields, ReplyFields>;
}

function merged({ own, more, made }: Merge): ReplyFields {
  const known = made.get(more);
  if (known !== undefined) return known;
  const vary = own.vary !== undefined && more.vary !== undefined && { vary: `${own.vary}, ${more.vary}` };
  const fields = Object.freeze({ ...own, ...more, ...vary });
  if (Object.isFrozen(more)) made.set(more, fields);
  return fields;
}

/**
 * Length and tag of a file that is too large to be read for its hash: the time of change tells its versions apart.
 *
 * @param file Its length, and when it was last changed, in ms since 1970.
 * @param coding Its coding.
 */
export function largeAs(
  { bytes, modifiedAtMs }: Pick<FoundFile, "bytes" | "modifiedAtMs">,
  coding?: Coding,
): Pick<RepresentationInit, "bytes" | "etag"> {
  return { bytes, etag: tagOf(`${modifiedAtMs.toString(36)}-${bytes.toString(36)}`, coding) };
}

/** The tag of one version in one coding: strong, for no two codings have the same bytes (RFC 9110 §8.8.3.3). */
export function tagOf(version: string, coding?: Coding): string {
  return coding === undefined ? `"${version}"` : `"${version}-${coding}"`;
}

/**
 * The hash of a content: the same whenever the bytes are, on every machine.
 *
 * @param bytes The content.
 */
export async function hashOf(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  return shortened(await crypto.subtle.digest("SHA-256", bytes));
}

/** A SHA-256 as it stands in tags. */
export function shortened(digest: ArrayBuffer | Uint8Array): string {
  return encodeBase64Url(digest).slice(0, HASH_CHARACTERS);
}
