/**
 * What answers at an address, and which of several addresses is the one.
 *
 * | there is            | its address | led there by                                  |
 * | ------------------- | ----------- | --------------------------------------------- |
 * | a/b.html            | /a/b.html   | /a/b, where nothing else answers              |
 * | a/b.md              | /a/b        | /a/b.md, /a/b/                                |
 * | a/b.md, a file a/b  | /a/b.md     |                                               |
 * | a/index.html        | /a/         | /a, /a/index.html, /a/index                   |
 * | a/index.md          | /a/         | likewise; where there is no index.html        |
 * | a/README.md         | /a/         | likewise; where there is neither              |
 * | a/ without an index | /a/         | /a, but where a.md is the page /a             |
 *
 * It looks at the folder by asking for one path after the other, so that who asks may wait or not.
 *
 * @module
 */

/** What there is at a path: a name on disk that no rule of ours touches. */
export interface Place {
  /** Whether it holds others. */
  readonly kind: "file" | "folder";
}

/** What answers at an address. */
export type Located<P extends Place> =
  | {
    /** A file as it is, a Markdown page, the source of one, or a folder without an index. */
    readonly kind: "file" | "page" | "source" | "listing";
    /** What is there. */
    readonly place: P;
    /** Its path, percent-encoded, with the name that it has on disk. */
    readonly path: string;
  }
  | {
    /** The same answers at another address. */
    readonly kind: "redirect";
    /** Which. */
    readonly to: string;
  };

/** What is known of an address beside its path. */
export interface LocateOptions {
  /** Whether the source of a page is asked for. */
  readonly isSource?: boolean;
  /** Whether a route of the program has an address, so that no page can be there. */
  readonly isTaken?: (path: string) => boolean;
}

/** Looks one after the other at the paths it yields, and is told what there is. */
export type Locating<P extends Place> = Generator<string, Located<P> | undefined, P | undefined>;

/** What a folder shows of itself, the first of them that there is. Only what is usual: each is looked for. */
const INDEXES = [
  "index.html",
  "index.htm",
  "index.md",
  "README.md",
  "readme.md",
  "Readme.md",
  "ReadMe.md",
  "README.markdown",
];
const PAGE_ENDINGS = [".md", ".markdown"];
const HTML_ENDINGS = [".html", ".htm"];

/** Says what there is at a path, if anything. */
export type Find<P extends Place> = (path: string) => P | undefined | Promise<P | undefined>;

/**
 * Finds what answers at an address by asking.
 *
 * @param path As for {@linkcode locate}.
 * @param options What is asked, and what else is known.
 * @returns At once if every answer came at once.
 */
export function findAnswer<P extends Place>(
  path: string,
  options: LocateOptions & { readonly find: Find<P> },
): Located<P> | undefined | Promise<Located<P> | undefined> {
  const locating = locate<P>(path, options);
  for (let step = locating.next();;) {
    if (step.done) return step.value;
    const place = options.find(step.value);
    if (place instanceof Promise) return findLater({ locating, place, find: options.find });
    step = locating.next(place);
  }
}

async function findLater<P extends Place>(
  { locating, place, find }: { locating: Locating<P>; place: Promise<P | undefined>; find: Find<P> },
): Promise<Located<P> | undefined> {
  let step = locating.next(await place);
  while (!step.done) step = locating.next(await find(step.value));
  return step.value;
}

/**
 * The address of what a link names.
 *
 * @param path As for {@linkcode locate}.
 * @param look Says at once what there is at a path.
 * @returns The path itself if nothing answers there.
 */
export function addressOfLink(path: string, look: (path: string) => Place | undefined): string {
  const located = findAnswer(path, { find: look });
  return located !== undefined && "to" in located ? located.to : path;
}

/** Whether a path is that of a Markdown file. */
export function isMarkdown(path: string): boolean {
  return PAGE_ENDINGS.some((ending) => path.endsWith(ending));
}

/**
 * Finds what answers at an address.
 *
 * @param path An absolute URL path, percent-encoded, without `.` and `..`.
 * @param options What else is known.
 * @example
 * ```ts
 * import { locate } from "./locate.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const locating = locate("/guide.md");
 * assertEquals(locating.next().value, "/guide.md");
 * assertEquals(locating.next({ kind: "file" }).value, "/guide");
 * ```
 */
export function* locate<P extends Place>(path: string, options: LocateOptions = {}): Locating<P> {
  const plain = plainly(path);
  const located = yield* (plain.endsWith("/") ? locateFolder<P>(plain, options) : locateName<P>(plain, options));
  // A page has one spelling; files are answered in whichever way their name is encoded.
  return located?.kind === "page" && plain !== path ? { kind: "redirect", to: plain } : located;
}

/** The path with its last name encoded as we write it. */
function plainly(path: string): string {
  const slash = path.lastIndexOf("/") + 1;
  try {
    return path.slice(0, slash) + encodeURIComponent(decodeURIComponent(path.slice(slash)));
  } catch {
    return path;
  }
}

function* locateName<P extends Place>(path: string, options: LocateOptions): Locating<P> {
  const place = yield path;
  if (place === undefined) return yield* locateNameless(path, options);
  if (place.kind === "folder") {
    const page = yield* pageAt<P>(path);
    if (page === undefined || options.isTaken?.(path)) return { kind: "redirect", to: `${path}/` };
    return { kind: options.isSource ? "source" : "page", ...page };
  }
  const found = { place, path };
  if (options.isSource && isMarkdown(path)) return { kind: "source", ...found };
  const to = yield* addressOf<P>(path, options);
  if (to !== path) return { kind: "redirect", to };
  return { kind: isMarkdown(path) ? "page" : "file", ...found };
}

interface At<P extends Place> {
  readonly place: P;
  readonly path: string;
}

function* locateFolder<P extends Place>(path: string, options: LocateOptions): Locating<P> {
  const place = yield path;
  if (place?.kind === "folder") {
    const index = yield* indexOf<P>(path);
    if (index === undefined) return { kind: "listing", place, path };
    return { kind: isMarkdown(index.path) ? options.isSource ? "source" : "page" : "file", ...index };
  }
  const page = yield* pageAt<P>(path.slice(0, -1));
  return page && { kind: "redirect", to: yield* addressOf<P>(page.path, options) };
}

/** Nothing has this very name: a page may, without its ending. */
function* locateNameless<P extends Place>(path: string, options: LocateOptions): Locating<P> {
  const page = yield* pageAt<P>(path);
  if (page !== undefined) {
    const to = yield* addressOf<P>(page.path, options);
    if (to !== path) return { kind: "redirect", to };
    return { kind: options.isSource ? "source" : "page", ...page };
  }
  const html = yield* firstFile<P>(HTML_ENDINGS.map((ending) => path + ending));
  return html && { kind: "redirect", to: yield* addressOf<P>(html.path, options) };
}

/** The one address of a file that there is. */
function* addressOf<P extends Place>(path: string, options: LocateOptions): Generator<string, string, P | undefined> {
  const slash = path.lastIndexOf("/") + 1;
  const [folder, name] = [path.slice(0, slash), path.slice(slash)];
  if (INDEXES.includes(name)) {
    const index = yield* indexOf<P>(folder);
    if (index?.path === path) return folder;
  }
  const ending = PAGE_ENDINGS.find((ending) => name.endsWith(ending));
  if (ending === undefined) return path;
  const clean = path.slice(0, -ending.length);
  if (options.isTaken?.(clean)) return path;
  const other = yield clean;
  if (other?.kind === "file") return path;
  const page = yield* pageAt<P>(clean);
  return page?.path === path ? clean : path;
}

function indexOf<P extends Place>(folder: string): Generator<string, At<P> | undefined, P | undefined> {
  return firstFile<P>(INDEXES.map((name) => folder + name));
}

/** The Markdown file whose page has an address without its ending. */
function pageAt<P extends Place>(path: string): Generator<string, At<P> | undefined, P | undefined> {
  return firstFile<P>(path === "" ? [] : PAGE_ENDINGS.map((ending) => path + ending));
}

function* firstFile<P extends Place>(paths: readonly string[]): Generator<string, At<P> | undefined, P | undefined> {
  for (const path of paths) {
    const place = yield path;
    if (place?.kind === "file") return { place, path };
  }
  return undefined;
}
