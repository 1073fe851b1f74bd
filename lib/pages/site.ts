/**
 * The site: the folder of pages, who may read it, and what a library knows of it.
 *
 * @module
 */
import type { Account } from "../auth/accounts.ts";
import type { PageHit } from "../search/page_index.ts";
import { Gate } from "../gate.ts";
import { within } from "../within.ts";
import type { AccessRules, Asked, Decision } from "./access.ts";
import { AccessFile } from "./access_file.ts";
import type {
  Entry,
  LibraryAnswers,
  LibraryListener,
  LibrarySetup,
  Listing,
  ListingRange,
  PagesQuestion,
  Surroundings,
} from "./library_answers.ts";
import { LibraryClient } from "./library_client.ts";
import { Changes } from "./site_changes.ts";

export type { Access, Decision } from "./access.ts";
export type { Entry, Listing, ListingSort, Surroundings } from "./library_answers.ts";

/** What a site is made of. */
export interface SiteOptions {
  /** The folder, absolute, with all links resolved. */
  readonly dir: string;
  /** What in it is no part of the site, absolute: the data folder, where that lies inside. */
  readonly hiddenDir?: string;
  /** Whether everybody may read what no rule fits without logging in. */
  readonly isPublic: boolean;
  /** Where its rules of access are; without it there are none. */
  readonly accessFile?: string;
  /** Whether changes on disk are waited for, not only seen when somebody asks. @default true */
  readonly isWatching?: boolean;
  /** Whether open pages are told of changes. @default false */
  readonly tellsChanges?: boolean;
  /** Whether a route of the program has an address, so that no page can be there. @default none has */
  readonly isTaken?: (path: string) => boolean;
  /** Opens what knows the pages. @default a worker */
  readonly openLibrary?: (setup: LibrarySetup, listener: LibraryListener) => LibraryAnswers;
  /** Told of what is amiss, once. @default nobody */
  readonly reportDefect?: (error: unknown) => void;
}

/** What a reader wants of a folder. */
export interface ListOptions extends ListingRange {
  /** Who asks; `undefined` if nobody is logged in. */
  readonly reader: Account | undefined;
}

/** The folder in `static/` that holds what our own pages need; a site cannot shadow it. */
export const OWN_ASSETS = "_ui";

/** A page is not held up longer by what stands around it, in ms. */
const MAX_SURROUNDINGS_MS = 300;
/** A missing page is not held up longer by what is like it, in ms. */
const MAX_SUGGEST_MS = 100;
/** Lists at a time, and looks for what is like a missing page: in a large folder each takes long, and pages wait for them. */
const MAX_LISTING = 2;
const MAX_SUGGESTING = 2;
/** A search waits for changes at most this long, in ms: a large folder takes longer to walk. */
const MAX_FRESHEN_MS = 100;
/** The first search waits longer for a folder that nothing is known of, in ms. */
const MAX_FIRST_MS = 1_000;

/** The site that is served. */
export class Site {
  /** The folder, absolute. */
  readonly dir: string;
  /** What in it is no part of the site, absolute. */
  readonly hiddenDir: string | undefined;
  /** Whether everybody may read what no rule fits without logging in. */
  readonly isPublic: boolean;
  /** Whether open pages are told of changes, and load themselves again. */
  readonly tellsChanges: boolean;
  readonly #access: AccessFile;
  readonly #open: () => LibraryAnswers;
  readonly #isTaken: (path: string) => boolean;
  readonly #changes = new Changes();
  readonly #ends: Array<() => void> = [];
  #opened: LibraryAnswers | undefined;
  readonly #listing = new Gate(MAX_LISTING);
  #suggesting = 0;
  #isRead = false;
  #isClosed = false;

  /**
   * Opens the site. Its pages are read once somebody asks for them.
   *
   * @param options The folder, and who may read it.
   * @throws {StartError} If the rules of access cannot be read.
   */
  constructor(options: SiteOptions) {
    const { dir, hiddenDir, isPublic, isWatching = true, openLibrary = openWorker, reportDefect = () => {} } = options;
    this.dir = dir;
    this.hiddenDir = hiddenDir;
    this.isPublic = isPublic;
    this.tellsChanges = options.tellsChanges ?? false;
    this.#isTaken = options.isTaken ?? (() => false);
    const onRules = (toml: string | undefined) => this.#opened?.setRules(toml);
    this.#access = new AccessFile({ path: options.accessFile, isPublic, reportDefect, onChange: onRules });
    const listener = { onChange: () => this.#changes.tell(), reportDefect };
    this.#open = () => openLibrary({ dir, hiddenDir, isPublic, isWatching, rules: this.#access.text }, listener);
  }

  /**
   * Decides who may read what stands at a path.
   *
   * @param path The path of the URL, percent-encoded; of a folder it ends in a slash.
   * @param asked The page's real path, and what its front matter says.
   */
  decide(path: string, asked?: Asked): Decision {
    return this.#rules().decide(path, asked);
  }

  /** Whether somebody, or with `undefined` anybody, may read what stands at a path. */
  mayRead(reader: Account | undefined, path: string, asked?: Asked): boolean {
    return reader !== undefined || this.decide(path, asked).access === "public";
  }

  /** Whether a route of the program has an address, so that no page can be there. */
  isTaken(path: string): boolean {
    return this.#isTaken(path);
  }

  /**
   * What stands around a page, as far as a reader may know.
   *
   * @param url Its one address.
   * @param reader Who asks; `undefined` if nobody is logged in.
   * @returns `undefined` if there is no such page, or if it takes longer than 300 ms.
   */
  async surroundings(url: string, reader: Account | undefined): Promise<Surroundings | undefined> {
    const answer = this.#library()?.surroundings({ url, isMember: reader !== undefined });
    const found = answer && await inTime(answer, MAX_SURROUNDINGS_MS);
    if (found === undefined) return undefined;
    const { trail, siblings, previous, next } = found;
    return {
      trail,
      siblings: this.#addressed(siblings),
      ...previous && { previous: this.#address(previous) },
      ...next && { next: this.#address(next) },
    };
  }

  /**
   * What a folder holds, as far as a reader may know.
   *
   * @param url Its one address, which ends in a slash.
   * @param options Who asks, and for which part.
   * @returns `undefined` if there is no such folder.
   */
  async list(url: string, { reader, ...range }: ListOptions): Promise<Listing | undefined> {
    const found = await this.#listing.through(async () =>
      await this.#library()?.list({ url, ...range, isMember: reader !== undefined })
    );
    return found && { ...found, entries: this.#addressed(found.entries) };
  }

  /**
   * The pages whose addresses are most like one that leads nowhere: at most 5, found in at most 100 ms.
   *
   * @param path The path that leads nowhere, percent-encoded.
   * @param reader Who asks; `undefined` if nobody is logged in.
   */
  async suggest(path: string, reader: Account | undefined): Promise<Entry[]> {
    if (this.#suggesting >= MAX_SUGGESTING) return [];
    const answer = this.#library()?.suggest({ url: path, isMember: reader !== undefined });
    if (answer === undefined) return [];
    this.#suggesting++;
    const counted = answer.finally(() => void this.#suggesting--);
    return this.#addressed(await inTime(counted, MAX_SUGGEST_MS) ?? []);
  }

  /**
   * The pages with some words, as far as whoever asks may read them.
   *
   * @param question The words, and who asks.
   */
  async search(question: PagesQuestion): Promise<{ readonly hits: PageHit[]; readonly total: number }> {
    const { hits, total } = await this.#library()?.search(question) ?? { hits: [], total: 0 };
    return { total, hits: hits.map(({ name, ...hit }) => ({ ...hit, url: this.#address({ ...hit, name }).url })) };
  }

  /**
   * Something for each change on disk; those that come close together are one.
   *
   * @returns `undefined` if too many listen already; whoever has it must `return()` it, or read it to its end.
   */
  changes(): AsyncIterableIterator<void> | undefined {
    // What was never read is not known to change.
    this.refresh().catch(() => {});
    return this.#changes.listen();
  }

  /** Reads the folder, unless that was done a moment ago; resolves when all of it is known. */
  async refresh(): Promise<void> {
    await this.#library()?.refresh();
  }

  /** Reads the folder anew if that is done in a moment; else what is known has to do for now. */
  freshen(): Promise<void> {
    const work = this.refresh().then(() => void (this.#isRead = true));
    return within(work, this.#isRead ? MAX_FRESHEN_MS : MAX_FIRST_MS);
  }

  /** Something else that ends with the site. */
  atClose(end: () => void): void {
    this.#ends.push(end);
  }

  /** Ends what is under way. */
  async close(): Promise<void> {
    this.#isClosed = true;
    for (const end of this.#ends) end();
    this.#changes.close();
    await this.#opened?.close();
  }

  #addressed(entries: readonly Entry[]): Entry[] {
    return entries.map((entry) => this.#address(entry));
  }

  /** A page whose address a route has keeps the name that it has on disk. */
  #address<E extends { readonly url: string; readonly name: string }>(entry: E): E {
    const { url, name } = entry;
    if (url.endsWith("/") || !this.#isTaken(url)) return entry;
    return { ...entry, url: url.slice(0, url.lastIndexOf("/") + 1) + encodeURIComponent(name) };
  }

  #library(): LibraryAnswers | undefined {
    if (this.#isClosed) return undefined;
    // Whoever is asked must know the rules of this moment.
    this.#rules();
    return this.#opened ??= this.#open();
  }

  #rules(): AccessRules {
    return this.#access.rules();
  }
}

function openWorker(setup: LibrarySetup, listener: LibraryListener): LibraryAnswers {
  return new LibraryClient(setup, listener);
}

async function inTime<T>(work: Promise<T>, ms: number): Promise<T | undefined> {
  let result: T | undefined;
  await within(work.then((value) => void (result = value)), ms);
  return result;
}
