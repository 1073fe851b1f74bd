import type { ReplyFields } from "../lazy_response.ts";
import { HttpError } from "../errors.ts";
import { ByteCache } from "./cache.ts";
import { acceptedCodings, type Coding, CODINGS, encode, SIBLING_ENDINGS } from "./codings.ts";
import { type Content, MAX_WHOLE_BYTES, readContent } from "./content.ts";
import { type Folder, type Found, FoundFile, look, pathOf } from "./found.ts";
import { decodePath } from "./path.ts";
import { readWhole } from "./reading.ts";
import { answerWith } from "./reply.ts";
import { hashOf, type Representation, tagOf } from "./representation.ts";

/** How files are served. */
export interface FilesOptions extends Folder {
  /** How many bytes of files are kept in memory, in all codings. @default 67108864 (64 MiB) */
  readonly maxCacheBytes?: number;
}

/** How one file is served. */
export interface ServeOptions {
  /** Fields to add to the reply; a frozen object costs least. */
  readonly fields?: ReplyFields;
  /** Other fields, if the content has just this hash: for URLs that name it. */
  readonly pinned?: { readonly version: string; readonly fields: ReplyFields };
}

/** A file that was looked at is looked at again after so long, in ms. */
const FRESH_MS = 200;
/** Paths that are remembered: the next request for them needs no look at the disk. */
const MAX_LOOKS = 4_096;
const DEFAULT_CACHE_BYTES = 64 * 1024 * 1024;
/** What is encoded already has no siblings. */
const ENCODED = /\.(?:br|zst|gz)$/i;
const NO_SIBLINGS: ReadonlyMap<Coding, FoundFile> = new Map();

interface Look {
  readonly found: FoundFile | undefined;
  /** When the look began, by `performance.now()`. */
  readonly lookedAtMs: number;
}

/** The files of a folder: found by URL paths, and served. What was read is kept, as far as there is room. */
export class Files {
  readonly #folder: Folder;
  /** What was found, or that there is nothing, by URL path; what was looked for last is the last. */
  readonly #looks = new Map<string, Look>();
  readonly #looking = new Map<string, Promise<FoundFile | undefined>>();
  /** By path on the disk. */
  readonly #contents: ByteCache<Content>;
  readonly #loading = new Map<string, Promise<Content>>();
  readonly #coding = new WeakMap<Content, Map<Coding, Promise<void>>>();

  /**
   * Serves a folder.
   *
   * @param options The folder, and how much is kept.
   */
  constructor({ dir, hiddenDir, maxCacheBytes = DEFAULT_CACHE_BYTES }: FilesOptions) {
    this.#folder = { dir, hiddenDir };
    this.#contents = new ByteCache(maxCacheBytes);
  }

  /** How many bytes are kept. */
  get cachedBytes(): number {
    return this.#contents.bytes;
  }

  /**
   * Finds what a URL path leads to: just this path, no index of a folder.
   *
   * @param path An absolute URL path, percent-encoded. A folder may have a slash at its end, a file may not.
   * @returns What is there, at once if it was looked at a moment ago; `undefined` if there is nothing to be served.
   * @throws {HttpError} 400 if the percent-encoding is malformed.
   */
  find(path: string): Found | undefined | Promise<Found | undefined> {
    const known = this.#looks.get(path);
    if (known !== undefined && performance.now() - known.lookedAtMs < FRESH_MS) return known.found;
    const names = decodePath(path);
    if (names === undefined) return undefined;
    return once(this.#looking, { key: path, work: () => this.#look(path, names) });
  }

  async #look(path: string, names: readonly string[]): Promise<FoundFile | undefined> {
    const lookedAtMs = performance.now();
    const there = await look(this.#folder, pathOf(this.#folder, names));
    const found = there?.kind === "file" && path.endsWith("/") ? undefined : there;
    this.#looks.delete(path);
    this.#looks.set(path, { found, lookedAtMs });
    for (const [oldest] of this.#looks) {
      if (this.#looks.size <= MAX_LOOKS) break;
      this.#looks.delete(oldest);
    }
    return found;
  }

  /**
   * Answers a GET or HEAD of a file: conditions and ranges as in RFC 9110 §13 and §14, in the best coding that the client
   * accepts.
   *
   * @param file What {@linkcode Files.find} has found.
   * @param request The method, conditions, range, and codings that are accepted.
   * @param options Fields to add.
   * @returns The reply, at once if all that it needs is kept.
   * @throws {HttpError} 412 if a precondition fails, 416 if the range lies outside, 404 if the file is gone by now.
   */
  serve(file: Found, request: Request, options: ServeOptions = {}): Response | Promise<Response> {
    const found = ours(file);
    const content = this.#contents.get(found.path);
    if (content !== undefined && content.checkedAtMs >= found.lookedAtMs) {
      return this.#reply(content, { request, options });
    }
    return this.#load(found).then((content) => this.#reply(content, { request, options }));
  }

  /**
   * What tells the content of a file from any other that it had: the hash of a file that is kept whole.
   *
   * @param file What {@linkcode Files.find} has found.
   * @returns At once if it was read, and has not changed since.
   * @throws {HttpError} 404 if it is gone by now.
   */
  version(file: Found): string | Promise<string> {
    const found = ours(file);
    const content = this.#contents.get(found.path);
    if (content !== undefined && content.checkedAtMs >= found.lookedAtMs) return versionOf(content);
    return this.#load(found).then(versionOf);
  }

  /**
   * Reads a file whole.
   *
   * @param file What {@linkcode Files.find} has found.
   * @param limits How many bytes it may have.
   * @throws {HttpError} 413 if it has more, 404 if it is gone by now.
   */
  async read(file: Found, { maxBytes }: { readonly maxBytes: number }): Promise<Uint8Array<ArrayBuffer>> {
    const found = ours(file);
    const kept = found.bytes <= MAX_WHOLE_BYTES ? (await this.#load(found)).identity.body : undefined;
    const bytes = kept ?? (await readWhole(found, maxBytes)).bytes;
    if (bytes === undefined || bytes.length > maxBytes) throw new HttpError(413, `The file has over ${maxBytes} bytes`);
    return bytes;
  }

  #load(found: FoundFile): Promise<Content> {
    return once(this.#loading, { key: found.path, work: () => this.#loadAnew(found) });
  }

  async #loadAnew(found: FoundFile): Promise<Content> {
    const { path } = found;
    const beganAtMs = performance.now();
    const before = this.#contents.get(path);
    const [content, siblings] = await Promise.all([readContent(found, before), this.#findSiblings(found)]);
    content.siblings = siblings;
    content.checkedAtMs = beganAtMs;
    if (content === before) this.#contents.touch(path);
    else this.#contents.set(path, { value: content, bytes: content.bytes });
    return content;
  }

  /** What stands beside a file in a coding counts if it is no older. No link: nobody knows who may read what that leads to. */
  async #findSiblings({ path, modifiedAtMs }: FoundFile): Promise<ReadonlyMap<Coding, FoundFile>> {
    if (ENCODED.test(path)) return NO_SIBLINGS;
    const looks = CODINGS.map(async (coding) => [coding, await look(this.#folder, path + SIBLING_ENDINGS[coding])]);
    const found = await Promise.all(looks) as Array<[Coding, FoundFile | undefined]>;
    const siblings = found.filter((each): each is [Coding, FoundFile] =>
      each[1]?.kind === "file" && each[1].modifiedAtMs >= modifiedAtMs &&
      each[1].path === path + SIBLING_ENDINGS[each[0]]
    );
    return siblings.length === 0 ? NO_SIBLINGS : new Map(siblings);
  }

  #reply(content: Content, asked: Asked): Response | Promise<Response> {
    const { request, options: { fields, pinned } } = asked;
    const chosen = content.choose(codingsFor(content, request));
    if (typeof chosen === "string") return this.#code(content, chosen).then(() => this.#reply(content, asked));
    const isPinned = pinned !== undefined && content.version?.startsWith(pinned.version);
    return answerWith(chosen, { request, fields: isPinned ? pinned.fields : fields });
  }

  /** Makes the file in a coding, once for all who wait for it. */
  #code(content: Content, coding: Coding): Promise<void> {
    let under = this.#coding.get(content);
    if (under === undefined) this.#coding.set(content, under = new Map());
    return once(under, { key: coding, work: () => this.#codeAnew(content, coding) });
  }

  async #codeAnew(content: Content, coding: Coding): Promise<void> {
    const sibling = content.siblingIn(coding);
    const representation = sibling === undefined
      ? await encoded(content, coding)
      : await this.#fromSibling(content, { sibling, coding });
    content.setCoded(coding, { representation, stamp: sibling?.stamp });
    const { path } = content.identity.file;
    if (this.#contents.get(path) === content) this.#contents.set(path, { value: content, bytes: content.bytes });
  }

  async #fromSibling(
    { identity }: Content,
    { sibling, coding }: { readonly sibling: FoundFile; readonly coding: Coding },
  ): Promise<Representation | undefined> {
    try {
      const { identity: { etag, bytes, body } } = await this.#load(sibling);
      const { modifiedAtMs } = sibling;
      return identity.with({
        etag: tagOf(etag.slice(1, -1), coding),
        bytes,
        body,
        modifiedAtMs,
        file: sibling,
        coding,
      });
    } catch (error) {
      if (error instanceof HttpError) return undefined;
      throw error;
    }
  }
}

interface Asked {
  readonly request: Request;
  readonly options: ServeOptions;
}

/**
 * A part of a file is a part of the file as it is, unless the client has the other parts in a coding: then it names the tag
 * of that.
 */
function codingsFor(content: Content, { headers }: Request): readonly Coding[] {
  const codings = acceptedCodings(headers.get("accept-encoding"));
  if (codings.length === 0 || !headers.has("range")) return codings;
  const ifRange = headers.get("if-range");
  return ifRange !== null && content.hasTag(ifRange.trim()) ? codings : [];
}

async function encoded({ identity }: Content, coding: Coding): Promise<Representation | undefined> {
  const { body } = identity;
  if (body === undefined || coding === "zstd") return undefined;
  const bytes = await encode(body, coding);
  if (bytes.length >= body.length) return undefined;
  return identity.with({ etag: tagOf(await hashOf(bytes), coding), bytes: bytes.length, body: bytes, coding });
}

function versionOf({ version, stamp }: Content): string {
  return version ?? stamp;
}

function ours(file: Found): FoundFile {
  if (file instanceof FoundFile && file.kind === "file") return file;
  throw new TypeError("What is served is a file that find() has found");
}

interface Work<Value> {
  readonly key: string;
  readonly work: () => Promise<Value>;
}

/** Does a work once for all who ask for it while it is under way. */
function once<Value>(under: Map<string, Promise<Value>>, { key, work }: Work<Value>): Promise<Value> {
  let promise = under.get(key);
  if (promise === undefined) {
    promise = work().finally(() => under.delete(key));
    under.set(key, promise);
  }
  return promise;
}
