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

/** Longer pages are served, but not indexed. */
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
  /** Whether everybody may read it without logging in. */
  readonly isPublic: boolean;
  readonly #index: PageIndex;
  #known = new Map<string, FileState>();
  #refreshing: Promise<void> | undefined;
  #refreshedAtMs = -Infinity;
  #isClosed = false;

  /**
   * Opens the site; {@linkcode Site.refresh} reads it.
   *
   * @param options The folder, who may read it, and its index.
   */
  constructor({ dir, isPublic, index }: SiteOptions) {
    this.dir = dir;
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
    await collect(this.dir, { url: "/", found });
    if (this.#isClosed) return;
    for (const url of this.#known.keys()) {
      if (!found.has(url)) this.#index.drop(url);
    }
    const before = this.#known;
    this.#known = found;
    for (const [url, file] of found) {
      if (isSame(before.get(url), file)) continue;
      const page = await readPage(file);
      if (this.#isClosed) return;
      if (page === undefined) {
        found.delete(url);
        this.#index.drop(url);
      } else this.#index.put({ url, ...page, modifiedAtMs: file.modifiedAtMs });
    }
  }
}

function isSame(before: FileState | undefined, now: FileState): boolean {
  return before !== undefined && before.modifiedAtMs === now.modifiedAtMs && before.bytes === now.bytes;
}

/** Walks a folder: no dotfiles, no links, and not the assets of our own pages. */
async function collect(dir: string, { url, found }: { url: string; found: Map<string, FileState> }): Promise<void> {
  for (const { name, isDirectory, isFile } of await listDir(dir)) {
    if (name.startsWith(".") || (url + name) === `/${OWN_ASSETS}` || found.size >= MAX_PAGES) continue;
    const path = join(dir, name);
    if (isDirectory) await collect(path, { url: `${url}${encodeURIComponent(name)}/`, found });
    if (!isFile || READERS[extname(name).toLowerCase()] === undefined) continue;
    const stat = await Deno.stat(path).catch(() => undefined);
    if (stat === undefined || stat.size > MAX_PAGE_BYTES) continue;
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

async function readPage({ path }: FileState): Promise<PageText | undefined> {
  try {
    const { title, text } = READERS[extname(path).toLowerCase()](await Deno.readTextFile(path));
    return { title: title || basename(path), text };
  } catch {
    return undefined;
  }
}
