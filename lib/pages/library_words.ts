import type { Access } from "./access.ts";
import type { PageHit } from "../search/page_index.ts";
import { PageIndex } from "../search/page_index.ts";
import { addressOf, type Catalogue, titleOf } from "./catalogue.ts";
import { type FileNode, insideOf, isAttached } from "./catalogue_nodes.ts";
import type { FoundPage, PagesFound, PagesQuestion } from "./library_answers.ts";
import type { PageText } from "./page_text.ts";

/** Files beyond are served, but not indexed. */
const MAX_PAGES = 200_000;
/** To take out more pages one by one takes longer than to begin anew. */
const MAX_DROPPED = 2_000;

/**
 * The words of all pages, in two indexes: of what everybody may read, and of the rest. How often a word is in the pages
 * for members tells a visitor nothing, not even by the order of what is found.
 */
export class LibraryWords {
  readonly #catalogue: Catalogue;
  readonly #indexes: Record<Access, PageIndex> = { public: new PageIndex(), members: new PageIndex() };
  readonly #files = new Map<FileNode, Access>();
  readonly #byPath = new Map<string, FileNode>();

  /**
   * Begins without words.
   *
   * @param catalogue Says who may read a file.
   */
  constructor(catalogue: Catalogue) {
    this.#catalogue = catalogue;
  }

  /** Whether the words of a file are in. */
  has(file: FileNode): boolean {
    return this.#files.has(file);
  }

  /** Puts the words of a file in, in place of those it had. */
  put(file: FileNode, { title, text }: PageText): void {
    this.drop(file);
    if (this.#files.size >= MAX_PAGES) return;
    const [url, access] = [insideOf(file), this.#catalogue.accessOf(file)];
    this.#indexes[access].put({
      url,
      title: title || titleOf(file),
      text,
      modifiedAtMs: file.stamp?.modifiedAtMs ?? 0,
    });
    this.#files.set(file, access);
    this.#byPath.set(url, file);
  }

  /** Takes the words of a file out. */
  drop(file: FileNode): void {
    const access = this.#files.get(file);
    if (access === undefined) return;
    const url = insideOf(file);
    this.#indexes[access].drop(url);
    this.#files.delete(file);
    this.#byPath.delete(url);
  }

  /**
   * Takes out what somebody else may read since the rules have changed.
   *
   * @returns The files that are to be read anew.
   */
  reclassify(): FileNode[] {
    const moved = [...this.#files].filter(([file, access]) => this.#catalogue.accessOf(file) !== access)
      .map(([file]) => file);
    if (moved.length <= MAX_DROPPED) {
      for (const file of moved) this.drop(file);
      return moved;
    }
    const all = [...this.#files.keys()];
    this.close();
    this.#indexes.public = new PageIndex();
    this.#indexes.members = new PageIndex();
    this.#files.clear();
    this.#byPath.clear();
    return all;
  }

  /** Finds pages by their words. */
  search({ match, isMember, ...options }: PagesQuestion): PagesFound {
    const indexes = isMember ? [this.#indexes.public, this.#indexes.members] : [this.#indexes.public];
    const found = indexes.flatMap((index) => index.find(match, options));
    const hits = found.flatMap((hit) => this.#show(hit, isMember))
      .sort(options.sort === "best" ? (a, b) => b.score - a.score : (a, b) => b.at - a.at)
      .slice(0, options.limit);
    const total = indexes.reduce((sum, index) => sum + index.count(match, options), 0);
    return { hits, total };
  }

  #show(hit: PageHit, isMember: boolean): FoundPage[] {
    const file = this.#byPath.get(hit.url);
    if (file === undefined || !isAttached(file) || !this.#catalogue.isVisible(file, { isMember })) return [];
    return [{ ...hit, url: addressOf(file), name: file.name, title: titleOf(file) }];
  }

  /** Frees the memory. */
  close(): void {
    for (const index of Object.values(this.#indexes)) index.close();
  }
}
