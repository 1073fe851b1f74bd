import { canEncode, type Coding, type encode } from "./codings.ts";
import { FoundFile, modifiedAtMsOf, stampOf } from "./found.ts";
import { readWhole } from "./reading.ts";
import { hashOf, largeAs, Representation, tagOf } from "./representation.ts";
import { contentTypeOf, isCompressible } from "./types.ts";

/** Files up to this size are read whole, and kept: one read costs less than a stream. */
export const MAX_WHOLE_BYTES: number = 2 * 1024 * 1024;
/** A smaller file does not get smaller. */
const MIN_ENCODED_BYTES = 192;
/** The system's clock of changes is coarse: a file may change twice at one time, so what has just changed is read again. */
const RACY_MS = 2_000;
/** Up to so many bytes a transport may keep the reply, head and body, besides. */
const MAX_IMAGE_BYTES = 64 * 1024;
/** What a content takes besides its bytes. */
const OVERHEAD_BYTES = 2 * 1024;

/** A file in a coding, or that it is not worth it. */
export interface Coded {
  /** The file in the coding; `undefined` if it is not worth it, or cannot be had. */
  readonly representation: Representation | undefined;
  /** The file that it comes from, as it was then; `undefined` if it was encoded here. */
  readonly stamp: string | undefined;
}

/** What is known of a content. */
export interface ContentInit {
  /** What the file was when it was read: differs whenever it may have changed. */
  readonly stamp: string;
  /** Its hash, if it was read whole. */
  readonly version: string | undefined;
  /** Whether the file may have changed since without a trace. */
  readonly isRacy: boolean;
  /** When it was last changed, in ms since 1970. */
  readonly modifiedAtMs: number;
}

/** The content of a file at one time, with what was made of it. */
export class Content {
  /** The file as it is. */
  identity: Representation;
  /** Its hash, if it was read whole. */
  readonly version: string | undefined;
  /** When it was last made sure that this is what the file holds, by `performance.now()`. */
  checkedAtMs: number = -Infinity;
  #state: Pick<ContentInit, "stamp" | "isRacy" | "modifiedAtMs">;
  /** Whether it is worth encoding. */
  readonly #isCompressible: boolean;
  #siblings: ReadonlyMap<Coding, FoundFile> = new Map();
  readonly #coded = new Map<Coding, Coded>();

  /**
   * Holds a content.
   *
   * @param identity The file as it is.
   * @param init What is known of it.
   */
  constructor(identity: Representation, init: ContentInit) {
    this.identity = identity;
    this.version = init.version;
    this.#state = init;
    const { bytes, body, contentType } = identity;
    this.#isCompressible = body !== undefined && bytes >= MIN_ENCODED_BYTES && isCompressible(contentType);
  }

  /** What the file was when it was read: differs whenever it may have changed. */
  get stamp(): string {
    return this.#state.stamp;
  }

  /** Whether the file may have changed since without a trace. */
  get isRacy(): boolean {
    return this.#state.isRacy;
  }

  /** Whether what was read again is this content, of the same time. If so, it is as good as the new one. */
  isTheSameAs(read: ContentInit): boolean {
    if (read.version !== this.version || read.modifiedAtMs !== this.#state.modifiedAtMs) return false;
    this.#state = read;
    return true;
  }

  /** How much it takes, in bytes. */
  get bytes(): number {
    const coded = [...this.#coded.values()].map(({ representation }) => representation);
    return [this.identity, ...coded].reduce((sum, each) => sum + weightOf(each?.body), OVERHEAD_BYTES);
  }

  /** The siblings of the file that hold it in a coding. */
  set siblings(siblings: ReadonlyMap<Coding, FoundFile>) {
    this.#siblings = siblings;
    const varies = this.#isCompressible || siblings.size > 0;
    if (varies !== this.identity.varies) this.identity = this.identity.with({ varies });
  }

  /** Whether the tag is one of a coding of this file. */
  hasTag(etag: string): boolean {
    return [...this.#coded.values()].some(({ representation }) => representation?.etag === etag);
  }

  /**
   * What to send to a client.
   *
   * @param codings What it accepts, best first.
   * @returns A representation; or a coding that has to be made first, by {@linkcode Content.setCoded}.
   */
  choose(codings: readonly Coding[]): Representation | Coding {
    for (const coding of codings) {
      const sibling = this.#siblings.get(coding);
      if (sibling === undefined && !this.canBeEncodedIn(coding)) continue;
      const coded = this.#coded.get(coding);
      if (coded === undefined || coded.stamp !== sibling?.stamp) return coding;
      if (coded.representation !== undefined) return coded.representation;
    }
    return this.identity;
  }

  /** Whether the file is to be encoded here, where there is no sibling. */
  canBeEncodedIn(coding: Coding): coding is Parameters<typeof encode>[1] {
    return this.#isCompressible && canEncode(coding);
  }

  /** The sibling that holds the file in a coding. */
  siblingIn(coding: Coding): FoundFile | undefined {
    return this.#siblings.get(coding);
  }

  /** Notes the file in a coding, or that it cannot be had or is not worth it. */
  setCoded(coding: Coding, coded: Coded): void {
    this.#coded.set(coding, coded);
  }
}

function weightOf(body: Uint8Array | undefined): number {
  const bytes = body?.length ?? 0;
  return bytes <= MAX_IMAGE_BYTES ? 2 * bytes : bytes;
}

/**
 * Reads the content of a file.
 *
 * @param found The file.
 * @param before What was read of it before: if that is still the content, it is taken, with what was made of it.
 * @throws {HttpError} 404 if it is gone.
 */
export async function readContent(found: FoundFile, before: Content | undefined): Promise<Content> {
  if (before?.stamp === found.stamp && !before.isRacy) return before;
  if (found.bytes > MAX_WHOLE_BYTES) return largeContent(found);
  const { bytes, stat } = await readWhole(found, MAX_WHOLE_BYTES);
  if (bytes === undefined) return largeContent(new FoundFile(found, stat));
  const version = await hashOf(bytes);
  // Who copies a file sets the time of its change back, but not that of its attributes.
  const isRacy = [modifiedAtMsOf(stat), stat.ctime?.getTime() ?? 0].some((ms) => Math.abs(Date.now() - ms) < RACY_MS);
  const init = { stamp: stampOf(stat), version, isRacy, modifiedAtMs: modifiedAtMsOf(stat) };
  if (before?.isTheSameAs(init)) return before;
  const identity = new Representation({
    etag: tagOf(version),
    modifiedAtMs: init.modifiedAtMs,
    bytes: bytes.length,
    file: found,
    body: bytes,
    contentType: contentTypeOf(found.path, bytes),
    varies: false,
  });
  return new Content(identity, init);
}

/** Of a large file nothing is kept but what is said of it. */
function largeContent(found: FoundFile): Content {
  const { path, modifiedAtMs, stamp } = found;
  const contentType = /\.ts$/i.test(path) ? "video/mp2t" : contentTypeOf(path);
  const identity = new Representation({ ...largeAs(found), modifiedAtMs, file: found, contentType, varies: false });
  return new Content(identity, { stamp, version: undefined, isRacy: false, modifiedAtMs });
}
