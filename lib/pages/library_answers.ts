/**
 * What is asked of a library and what it answers: the same in this process and across the border of a worker, so all of
 * it can be cloned.
 *
 * @module
 */
import type { PageHit, PageHitOptions } from "../search/page_index.ts";

/** A page, folder or file of the site. */
export interface Entry {
  /** Its one address, percent-encoded; of a folder it ends in a slash. */
  readonly url: string;
  /** Its name on disk; empty for the site's own folder. */
  readonly name: string;
  /** What it is: HTML and Markdown are pages. */
  readonly kind: "folder" | "page" | "file";
  /** What it is called. */
  readonly title: string;
  /** Its length; 0 of a folder. */
  readonly bytes: number;
  /** When it was last changed, in ms since 1970. */
  readonly modifiedAtMs: number;
  /** Its place among its neighbours, if it says so. */
  readonly order?: number;
}

/** What stands around a page. */
export interface Surroundings {
  /** The folders from the site's own to the one that holds the page. */
  readonly trail: Entry[];
  /** The pages and folders of that folder, by order, then by title: at most 200, around the page. */
  readonly siblings: Entry[];
  /** What is read before. */
  readonly previous?: Entry;
  /** What is read after. */
  readonly next?: Entry;
}

/** What a folder holds. */
export interface Listing {
  /** The part asked for. */
  readonly entries: Entry[];
  /** How many there are in all. */
  readonly total: number;
  /** Whether all is known; else some of it is still being read. */
  readonly isComplete: boolean;
  /** The folders from the site's own to this one. */
  readonly trail: Entry[];
}

/** What a folder's entries are sorted by. */
export type ListingSort = "name" | "size" | "date";

/** Which part of a listing is wanted. */
export interface ListingRange {
  /** What the entries are sorted by; folders come first. */
  readonly sort: ListingSort;
  /** Whether the last comes first. */
  readonly isDescending: boolean;
  /** How many to pass over. */
  readonly offset: number;
  /** How many, at most 1000. */
  readonly limit: number;
}

/** Who asks, as far as it matters here. */
export interface Asking {
  /** Whether whoever asks is logged in. */
  readonly isMember: boolean;
}

/** A question for a place. */
export interface PlaceQuestion extends Asking {
  /** Its one address, percent-encoded. */
  readonly url: string;
}

/** A question for pages by their words. */
export interface PagesQuestion extends Asking, PageHitOptions {
  /** An FTS5 expression, which the search has built: never what a person typed. */
  readonly match: string;
}

/** A page found. */
export interface FoundPage extends PageHit {
  /** Its name on disk. */
  readonly name: string;
}

/** Pages found. */
export interface PagesFound {
  /** The best or newest. */
  readonly hits: FoundPage[];
  /** How many there are. */
  readonly total: number;
}

/** What knows the pages of the site, here or in a worker. */
export interface LibraryAnswers {
  /** What stands around a page; `undefined` if there is none, or whoever asks may not read it. */
  surroundings(question: PlaceQuestion): Promise<Surroundings | undefined>;
  /** What a folder holds; `undefined` if there is none. */
  list(question: PlaceQuestion & ListingRange): Promise<Listing | undefined>;
  /** The pages whose addresses are most like one that leads nowhere. */
  suggest(question: PlaceQuestion): Promise<Entry[]>;
  /** The pages with some words. */
  search(question: PagesQuestion): Promise<PagesFound>;
  /** Looks at the whole folder anew, unless that was done a moment ago; resolves when all is known. */
  refresh(): Promise<void>;
  /** Takes the rules of access anew: the text of `access.toml`, checked. What is asked later is answered by them. */
  setRules(toml: string | undefined): void;
  /** Ends what is under way. */
  close(): Promise<void>;
}

/** What a library is made of; can be cloned. */
export interface LibrarySetup {
  /** The folder, absolute, with all links resolved. */
  readonly dir: string;
  /** What in it is no part of the site, absolute: the data folder, where that lies inside. */
  readonly hiddenDir?: string;
  /** Whether everybody may read it where no rule fits. */
  readonly isPublic: boolean;
  /** The text of `access.toml`. */
  readonly rules?: string;
  /** Whether changes on disk are waited for; else they are seen when somebody asks. */
  readonly isWatching: boolean;
}

/** Who is told by a library of what nobody has asked for. */
export interface LibraryListener {
  /** Something has changed on disk. */
  readonly onChange: () => void;
  /** Something is amiss that whoever keeps the site should know. */
  readonly reportDefect: (error: unknown) => void;
}
