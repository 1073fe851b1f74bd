/**
 * What knows the pages of a site: it reads the folder bit by bit, and answers questions in between. What whoever asks may
 * not read is in no answer, and counted in none.
 *
 * @module
 */
import { AccessRules } from "./access.ts";
import { Catalogue, findIn, indexOf, toEntry } from "./catalogue.ts";
import { type FolderNode, isKnown, type Node, trailTo } from "./catalogue_nodes.ts";
import { CatalogueOrders, descending } from "./catalogue_order.ts";
import { nearest } from "./catalogue_suggestions.ts";
import type {
  Asking,
  Entry,
  LibraryAnswers,
  LibraryListener,
  LibrarySetup,
  Listing,
  ListingRange,
  PagesFound,
  PagesQuestion,
  PlaceQuestion,
  Surroundings,
} from "./library_answers.ts";
import { LibraryAround } from "./library_around.ts";
import { isAllKnown, Looks } from "./library_looks.ts";
import { Pace } from "./library_pace.ts";
import { LibraryReader } from "./library_reader.ts";
import { LibraryWatch } from "./library_watch.ts";
import { LibraryWords } from "./library_words.ts";

/** The whole folder is looked at no more often, in ms. */
const LOOK_AFTER_MS = 1_000;
/** Nor may looking at it, or at one folder, take more than this part of the time. */
const REST_TIMES = 20;
/** How long an answer may wait for a folder to be read, in ms: after that, what is known has to do. */
const MAX_PREPARE_MS = 200;
/** The same where all was known a while ago. */
const MAX_REFRESH_MS = 20;
/** Entries of one listing. */
const MAX_LISTED = 1_000;

/** Knows the pages of a site. */
export class Library implements LibraryAnswers {
  readonly #isPublic: boolean;
  readonly #catalogue: Catalogue;
  readonly #orders = new CatalogueOrders();
  readonly #around: LibraryAround;
  readonly #pace = new Pace();
  readonly #reader: LibraryReader;
  readonly #words: LibraryWords;
  readonly #looks: Looks;
  readonly #listener: LibraryListener;
  readonly #watch: LibraryWatch | undefined;
  #looking: Promise<void> | undefined;
  #lookedAtMs = -Infinity;
  #lookTookMs = 0;
  #toldChanges = 0;
  #isClosed = false;

  /**
   * Opens a library that knows nothing yet.
   *
   * @param setup The folder, and who may read what.
   * @param listener Told of changes.
   */
  constructor(setup: LibrarySetup, listener: LibraryListener) {
    this.#isPublic = setup.isPublic;
    this.#listener = listener;
    this.#catalogue = new Catalogue(AccessRules.read(setup.rules, setup));
    const isComplete = () => this.#lookedAtMs !== -Infinity;
    this.#around = new LibraryAround({ catalogue: this.#catalogue, orders: this.#orders, isComplete });
    this.#reader = new LibraryReader(setup);
    this.#words = new LibraryWords(this.#catalogue);
    const parts = { catalogue: this.#catalogue, reader: this.#reader, words: this.#words, pace: this.#pace };
    this.#looks = new Looks(parts);
    this.#watch = setup.isWatching
      ? new LibraryWatch(setup.dir, {
        lookAtNamed: (insides) => this.#lookAtNamed(insides),
        lookAtAll: () => this.#look(),
        reportDefect: listener.reportDefect,
      })
      : undefined;
  }

  /** What stands around a page; `undefined` if there is none, or whoever asks may not read it. */
  surroundings(question: PlaceQuestion): Promise<Surroundings | undefined> {
    return this.#pace.ask(async () => {
      const node = await this.#find(question.url);
      if (node === undefined || !this.#catalogue.isVisible(node, question)) return undefined;
      return this.#around.around(node, question);
    });
  }

  /** What a folder holds; `undefined` if there is none. */
  list(question: PlaceQuestion & ListingRange): Promise<Listing | undefined> {
    return this.#pace.ask(async () => {
      const url = question.url.endsWith("/") ? question.url : `${question.url}/`;
      const folder = await this.#find(url, { isWhole: false });
      if (folder === undefined) return undefined;
      // Asked for by the address of an index, it is the folder all the same.
      const listed = folder.kind === "folder" ? folder : folder.folder;
      return { ...await this.#part(listed, question), trail: this.#around.trail(listed, question) };
    });
  }

  /** The pages whose addresses are most like one that leads nowhere. */
  suggest({ url, ...asking }: PlaceQuestion): Promise<Entry[]> {
    const isVisible = (node: Node) => this.#catalogue.isVisible(node, asking);
    return this.#pace.ask(() => nearest(this.#catalogue.root, { url, isVisible }).map(toEntry));
  }

  /** The pages with some words. */
  search(question: PagesQuestion): Promise<PagesFound> {
    return this.#pace.ask(() => this.#words.search(question));
  }

  /** Looks at the whole folder anew, unless that was done a moment ago; resolves when all is known. */
  async refresh(): Promise<void> {
    if (this.#isClosed) return;
    if (this.#looking !== undefined || isDue(this.#lookedAtMs, this.#lookTookMs)) await this.#look();
    await this.#looks.settled();
    await this.#watch?.settled();
  }

  /** Takes the rules of access anew. */
  setRules(toml: string | undefined): void {
    this.#catalogue.setRules(AccessRules.read(toml, { isPublic: this.#isPublic }));
    this.#looks.readLater(this.#words.reclassify());
  }

  /** Ends what is under way. */
  async close(): Promise<void> {
    if (this.#isClosed) return await this.#looking;
    this.#isClosed = true;
    await this.#watch?.close();
    await this.#looks.close();
    await this.#looking;
    this.#words.close();
  }

  /** One look at a time. */
  #look(): Promise<void> {
    return this.#looking ??= this.#lookAtAll().finally(() => this.#looking = undefined);
  }

  async #lookAtAll(): Promise<void> {
    if (this.#isClosed) return;
    const beganAtMs = performance.now();
    const isFirst = this.#lookedAtMs === -Infinity;
    await this.#looks.lookAt(this.#catalogue.root);
    this.#lookedAtMs = performance.now();
    this.#lookTookMs = isFirst ? 0 : this.#lookedAtMs - beganAtMs;
    if (isFirst) this.#toldChanges = this.#looks.changes;
    this.#tell();
    if (isFirst) this.#watch?.start();
  }

  async #lookAtNamed(insides: ReadonlySet<string>): Promise<void> {
    await this.#looks.lookAtNamed(insides);
    this.#tell();
  }

  #tell(): void {
    if (this.#toldChanges === this.#looks.changes || this.#isClosed) return;
    this.#toldChanges = this.#looks.changes;
    this.#listener.onChange();
  }

  /** What answers at an address, once the folders on the way are known as they are now. */
  async #find(url: string, { isWhole = true } = {}): Promise<Node | undefined> {
    const names = url.split("/").slice(1, -1);
    let folder = this.#catalogue.root;
    this.#listIfDue(folder);
    for (const name of names) {
      const child = folder.children.get(decodeName(name));
      if (child?.kind !== "folder") return undefined;
      folder = child;
      this.#listIfDue(folder);
    }
    if (isWhole || folder.children.size <= MAX_LISTED) await this.#prepare(folder);
    for (const one of trailTo(folder)) this.#glanceAtIndex(one);
    const found = findIn(folder, folder.url + url.slice(url.lastIndexOf("/") + 1));
    if (found?.kind === "file") this.#looks.glance(found);
    return found;
  }

  #listIfDue(folder: FolderNode): void {
    // To list a very large folder takes long: of a change in it the watcher tells.
    const isToldOf = this.#watch?.isWatching && folder.children.size > MAX_LISTED;
    if (!folder.isListed || (!isToldOf && isDue(folder.lookedAtMs, folder.tookMs))) this.#looks.list(folder);
  }

  #glanceAtIndex(folder: FolderNode): void {
    const index = indexOf(folder);
    if (index !== undefined) this.#looks.glance(index);
  }

  /** Learns what the neighbours in a folder say of themselves, as far as that goes in a moment. */
  async #prepare(folder: FolderNode): Promise<void> {
    const beganAtMs = performance.now();
    if (!isDue(folder.preparedAtMs, folder.prepareTookMs)) return;
    // One at a time: who asks meanwhile takes what is known.
    folder.preparedAtMs = beganAtMs;
    const endsAtMs = beganAtMs + (this.#lookedAtMs === -Infinity ? MAX_PREPARE_MS : MAX_REFRESH_MS);
    const children = [...folder.children.values()];
    for (const [index, child] of children.entries()) {
      if (child.kind === "file") this.#looks.glance(child);
      else if (!child.isListed) this.#looks.list(child);
      if (child.kind === "folder") this.#glanceAtIndex(child);
      if (!this.#pace.isDue()) continue;
      await this.#pace.pause();
      if (performance.now() < endsAtMs && !this.#isClosed) continue;
      // The rest is read before what nobody has asked for.
      this.#looks.readLater(children.slice(index).filter((one) => one.kind === "file" && !isKnown(one)));
      break;
    }
    folder.preparedAtMs = performance.now();
    folder.prepareTookMs = folder.preparedAtMs - beganAtMs;
  }

  async #part(folder: FolderNode, question: Asking & ListingRange): Promise<Omit<Listing, "trail">> {
    const { sort, isDescending, offset } = question;
    const end = offset + Math.min(question.limit, MAX_LISTED);
    const sorted = this.#orders.of(folder, sort);
    const nodes = isDescending ? descending(sorted) : sorted;
    const shown = await this.#shown(nodes, { question, end });
    for (const node of shown.slice(offset, end)) if (node.kind === "file") this.#looks.glance(node);
    return {
      entries: shown.slice(offset, end).map(toEntry),
      total: shown.length,
      isComplete: isAllKnown(folder) && !this.#catalogue.isFull,
    };
  }

  /** What of a folder may be shown. Pages that are not known yet are looked at until the part asked for is full. */
  async #shown(nodes: readonly Node[], { question, end }: { question: Asking; end: number }): Promise<Node[]> {
    const endsAtMs = performance.now() + MAX_PREPARE_MS;
    const shown: Node[] = [];
    for (const node of nodes) {
      if (node.folder?.children.get(node.name) !== node) continue;
      const isAwaited = shown.length < end && !question.isMember && performance.now() < endsAtMs;
      if (isAwaited && node.kind === "file" && !isKnown(node)) {
        this.#looks.glance(node);
        if (this.#pace.isDue()) await this.#pace.pause();
      }
      if (this.#catalogue.isVisible(node, question)) shown.push(node);
    }
    return shown;
  }
}

function isDue(lookedAtMs: number, tookMs: number): boolean {
  return performance.now() - lookedAtMs >= Math.max(LOOK_AFTER_MS, REST_TIMES * tookMs);
}

function decodeName(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}
