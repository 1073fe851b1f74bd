/**
 * The site: the folder of pages, who may read it, and its words in the index.
 *
 * @module
 */
import { basename, extname, join } from "@std/path";
import type { Account } from "../auth/accounts.ts";
import type { PageIndex } from "../search/page_index.ts";
import { within } from "../within.ts";
import { type PageText, readHtml, readText } from "./page_text.ts";

/** What a site is made of. */
export interface SiteOptions {
  /** The folder, absolute. */
  readonly dir: string;
  /** What in it is no part of the site, absolute: the data folder, where that lies inside. */
  readonly hiddenDir?: string;
  /** Whether everybody may read it without logging in. */
  readonly isPublic: boolean;
  /** Where its words go. */
  readonly index: PageIndex;
}

interface FileState {
  readonly path: string;
  readonly modifiedAtMs: number;
  readonly bytes: number;
}

const READERS: Readonly<Record<string, (source: string) => PageText>> = {
  ".html": readHtml,
  ".htm": readHtml,
  ".md": readText,
  ".txt": readText,
};
/** The folder in `static/` that holds what our own pages need; a site cannot shadow it. */
export const OWN_ASSETS = "_ui";

/** Of longer pages the beginning is indexed. */
const MAX_PAGE_BYTES = 2 * 1024 * 1024;
/** Files beyond are served, but not indexed. */
const MAX_PAGES = 100_000;
/** Pages of the list on the first page. */
const MAX_LISTED = 500;
/** A search looks for changes in the folder at most this often, in ms. */
const REFRESH_AFTER_MS = 1_000;
/** A search waits for them at most this long, in ms: a large folder takes longer to walk. */
const MAX_WAIT_MS = 100;

/** The site that is served. */
export class Site {
  /** The folder, absolute. */
  readonly dir: string;
  /** What in it is no part of the site, absolute. */
  readonly hiddenDir: string | undefined;
  /** Whether everybody may read it without logging in. */
  readonly isPublic: boolean;
  readonly #index: PageIndex;
  readonly #known = new Map<string, FileState>();
  #refreshing: Promise<void> | undefined;
  #refreshedAtMs = -Infinity;
  #isClosed = false;

  /**
   * Opens the site; {@linkcode Site.refresh} reads it.
   *
   * @param options The folder, who may read it, and its index.
   */
  constructor({ dir, hiddenDir, isPublic, index }: SiteOptions) {
    this.dir = dir;
    this.hiddenDir = hiddenDir;
    this.isPublic = isPublic;
    this.#index = index;
  }

  /** The pages, by URL; not those that the index does not hold yet. */
  pages(): Array<{ readonly url: string; readonly title: string }> {
    return this.#index.list(MAX_LISTED);
  }

  /** Whether somebody, or with `undefined` anybody, may read the site's pages. */
  mayRead(reader: Account | undefined): boolean {
    return this.isPublic || reader !== undefined;
  }

  /**
   * Brings the index up to date with the folder, unless that was done a moment ago.
   *
   * @returns When it is done.
   */
  refresh(): Promise<void> {
    if (this.#isClosed || performance.now() - this.#refreshedAtMs < REFRESH_AFTER_MS) return Promise.resolve();
    this.#refreshing ??= this.#update().finally(() => {
      this.#refreshedAtMs = performance.now();
      this.#refreshing = undefined;
    });
    return this.#refreshing;
  }

  /** Brings the index up to date if that is done in a moment; else what it holds has to do for now. */
  freshen(): Promise<void> {
    return within(this.refresh(), MAX_WAIT_MS);
  }

  /** Ends a refresh that is under way. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#refreshing;
  }

  async #update(): Promise<void> {
    const found = new Map<string, FileState>();
    await collect(this.dir, { url: "/", found, hiddenDir: this.hiddenDir });
    for (const url of this.#known.keys()) {
      if (!found.has(url)) this.#forget(url);
    }
    for (const [url, file] of found) {
      if (isSame(this.#known.get(url), file)) continue;
      const page = await readPage(file);
      if (this.#isClosed) return;
      if (page === undefined) {
        this.#forget(url);
        continue;
      }
      this.#index.put({ url, ...page, modifiedAtMs: file.modifiedAtMs });
      this.#known.set(url, file);
    }
  }

  #forget(url: string): void {
    if (this.#isClosed) return;
    this.#index.drop(url);
    this.#known.delete(url);
  }
}

function isSame(before: FileState | undefined, now: FileState): boolean {
  return before !== undefined && before.modifiedAtMs === now.modifiedAtMs && before.bytes === now.bytes;
}

interface Walk {
  /** The URL of the folder, with a slash at its end. */
  readonly url: string;
  readonly found: Map<string, FileState>;
  readonly hiddenDir: string | undefined;
}

/** Walks a folder: no dotfiles, no links, and not the assets of our own pages. */
async function collect(dir: string, { url, found, hiddenDir }: Walk): Promise<void> {
  if (dir === hiddenDir) return;
  for (const { name, isDirectory, isFile } of await listDir(dir)) {
    if (name.startsWith(".") || (url + name) === `/${OWN_ASSETS}` || found.size >= MAX_PAGES) continue;
    const path = join(dir, name);
    if (isDirectory) await collect(path, { url: `${url}${encodeURIComponent(name)}/`, found, hiddenDir });
    if (!isFile || READERS[extname(name).toLowerCase()] === undefined) continue;
    const stat = await Deno.stat(path).catch(() => undefined);
    if (stat === undefined) continue;
    const pageUrl = name === "index.html" ? url : `${url}${encodeURIComponent(name)}`;
    found.set(pageUrl, { path, modifiedAtMs: stat.mtime?.getTime() ?? 0, bytes: stat.size });
  }
}

/** What cannot be read is not part of the site. */
async function listDir(dir: string): Promise<Deno.DirEntry[]> {
  try {
    return await Array.fromAsync(Deno.readDir(dir));
  } catch {
    return [];
  }
}

async function readPage({ path, bytes }: FileState): Promise<PageText | undefined> {
  try {
    const { title, text } = READERS[extname(path).toLowerCase()](
      await readBeginning(path, Math.min(bytes, MAX_PAGE_BYTES)),
    );
    return { title: title || basename(path), text };
  } catch {
    return undefined;
  }
}

async function readBeginning(path: string, maxBytes: number): Promise<string> {
  using file = await Deno.open(path);
  const bytes = new Uint8Array(maxBytes);
  let length = 0;
  while (length < bytes.length) {
    const read = await file.read(bytes.subarray(length));
    if (read === null) break;
    length += read;
  }
  return new TextDecoder().decode(bytes.subarray(0, length));
}
