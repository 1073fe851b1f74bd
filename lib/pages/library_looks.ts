/**
 * Keeps the catalogue and the words as the folder is: by looking at all of it, at one folder, or at what a watcher names.
 *
 * @module
 */
import { SEPARATOR } from "@std/path";
import type { Catalogue } from "./catalogue.ts";
import {
  type FileNode,
  type FolderNode,
  hasMatter,
  isAttached,
  isKnown,
  type Node,
  type Stamp,
} from "./catalogue_nodes.ts";
import type { Pace } from "./library_pace.ts";
import type { LibraryReader } from "./library_reader.ts";
import type { LibraryWords } from "./library_words.ts";

/** What is kept, and how. */
export interface LooksDeps {
  /** What there is. */
  readonly catalogue: Catalogue;
  /** Reads the disk. */
  readonly reader: LibraryReader;
  /** Keeps the words of what there is. */
  readonly words: LibraryWords;
  /** Lets questions in. */
  readonly pace: Pace;
}

/** A file may be changed again within the same tick of the disk's clock as it was read in: those are up to so long, in ms. */
const TICK_MS = 1_050;
/** Of more names than these it is quicker to look at the whole folder. */
const MAX_NAMED = 5_000;

/** Looks at the disk. */
export class Looks {
  readonly #deps: LooksDeps;
  /** Files that were read so soon after their change that they have to be read again. */
  readonly #fresh = new WeakSet<FileNode>();
  readonly #later = new Set<FileNode>();
  #reading: Promise<void> | undefined;
  #changes = 0;
  #isClosed = false;

  /**
   * Looks at nothing yet.
   *
   * @param deps What is kept, and how.
   */
  constructor(deps: LooksDeps) {
    this.#deps = deps;
  }

  /** Counts what was found to have changed. */
  get changes(): number {
    return this.#changes;
  }

  /** Looks at a folder and all below: first at the names, for they are soon read, then into each file. */
  async lookAt(top: FolderNode): Promise<void> {
    const { pace } = this.#deps;
    const folders = [top];
    for (const folder of folders) {
      if (this.#isClosed) return;
      if (isAttached(folder)) this.list(folder);
      for (const child of folder.children.values()) if (child.kind === "folder") folders.push(child);
      if (pace.isDue()) await pace.breathe();
    }
    for (const folder of folders) {
      for (const child of [...folder.children.values()]) {
        if (pace.isDue()) await pace.breathe();
        if (this.#isClosed) return;
        if (child.kind === "file") this.#read(child);
      }
    }
  }

  /** Takes in the names of a folder as they are now; what is gone is forgotten. */
  list(folder: FolderNode): void {
    const { catalogue, reader } = this.#deps;
    const beganAtMs = performance.now();
    const names = reader.names(folder);
    const known = new Set(names?.map(({ name }) => name));
    for (const child of [...folder.children.values()]) if (!known.has(child.name)) this.#remove(child);
    for (const name of names ?? []) {
      const [before, after] = [folder.children.get(name.name), catalogue.add(folder, name)];
      if (before !== after) this.#changes++;
    }
    folder.isListed = true;
    folder.lookedAtMs = performance.now();
    folder.tookMs = folder.lookedAtMs - beganAtMs;
  }

  /** Learns what a file says of itself, unless that is known; its words are read later. */
  glance(file: FileNode): void {
    const { catalogue, reader, words } = this.#deps;
    const stamp = this.#stampOf(file);
    const hasHead = file.isPage || hasMatter(file);
    if (stamp === undefined || (this.#isRead(file, stamp) && (file.head !== undefined || !hasHead))) return;
    words.drop(file);
    this.#note(file, stamp);
    catalogue.know(file, { stamp, head: hasHead ? reader.head(file) : undefined });
    this.readLater([file]);
  }

  /** Has files read in a while. */
  readLater(files: Iterable<Node>): void {
    for (const file of files) if (file.kind === "file") this.#later.add(file);
    if (this.#later.size > 0) this.#reading ??= this.#readWaiting().finally(() => this.#reading = undefined);
  }

  /**
   * Looks at what a watcher has named.
   *
   * @param insides Paths below the site's folder, with the separators of the system.
   */
  async lookAtNamed(insides: ReadonlySet<string>): Promise<void> {
    const { catalogue, pace } = this.#deps;
    if (insides.size > MAX_NAMED) return await this.lookAt(catalogue.root);
    for (const inside of insides) {
      if (this.#isClosed) return;
      const folder = this.#lookAtName(inside);
      if (folder !== undefined) await this.lookAt(folder);
      if (pace.isDue()) await pace.breathe();
    }
  }

  /** Resolves when all that is to be read later was read. */
  async settled(): Promise<void> {
    await this.#reading;
  }

  /** Ends what is under way. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#reading;
  }

  /** @returns A folder that is to be looked at as a whole. */
  #lookAtName(inside: string): FolderNode | undefined {
    const { catalogue, reader } = this.#deps;
    let folder = catalogue.root;
    const names = inside.split(SEPARATOR).filter((name) => name !== "");
    for (const [index, name] of names.entries()) {
      if (!folder.isListed || !reader.isPart(folder.inside + name)) return undefined;
      const child = folder.children.get(name);
      if (index < names.length - 1 && child?.kind === "folder") folder = child;
      else return this.#lookAtChild(folder, name);
    }
    return folder;
  }

  #lookAtChild(folder: FolderNode, name: string): FolderNode | undefined {
    const { catalogue, reader } = this.#deps;
    const before = folder.children.get(name);
    const found = reader.find(folder.inside + name);
    if (found === undefined) {
      if (before !== undefined) this.#remove(before);
      return undefined;
    }
    const node = catalogue.add(folder, found);
    if (node?.kind === "folder") return node;
    // Whatever its state looks like: somebody has said that it has changed.
    if (node !== undefined) this.#read(node, { isForced: true });
    return undefined;
  }

  /** Whether a file was read in this state, and not so soon that it may have changed since all the same. */
  #isRead(file: FileNode, stamp: Stamp): boolean {
    return isSame(file.stamp, stamp) && (!this.#fresh.has(file) || isRecent(stamp));
  }

  #stampOf(file: FileNode): Stamp | undefined {
    const stamp = this.#deps.reader.stamp(file);
    if (stamp === undefined) this.#remove(file);
    return isAttached(file) ? stamp : undefined;
  }

  #read(file: FileNode, { isForced = false } = {}): void {
    const { catalogue, reader, words } = this.#deps;
    const stamp = this.#stampOf(file);
    const hasWords = reader.hasWords(file);
    if (stamp === undefined) return;
    if (!isForced && this.#isRead(file, stamp) && (words.has(file) || !hasWords)) return;
    this.#note(file, stamp);
    const page = hasWords ? reader.page(file, stamp) : undefined;
    // What cannot be read says nothing of who may know of it.
    const head = page?.head ?? (hasMatter(file) ? { title: "", access: "members" as const } : undefined);
    catalogue.know(file, { stamp, head });
    if (page === undefined) words.drop(file);
    else words.put(file, page.text);
  }

  #note(file: FileNode, stamp: Stamp): void {
    if (!isSame(file.stamp, stamp)) this.#changes++;
    if (isRecent(stamp)) this.#fresh.add(file);
    else this.#fresh.delete(file);
  }

  async #readWaiting(): Promise<void> {
    const { pace } = this.#deps;
    await pace.breathe();
    for (const file of this.#later) {
      if (this.#isClosed) return;
      this.#later.delete(file);
      if (isAttached(file)) this.#read(file);
      if (pace.isDue()) await pace.breathe();
    }
  }

  #remove(node: Node): void {
    this.#changes++;
    this.#deps.catalogue.remove(node, (file) => this.#deps.words.drop(file));
  }
}

function isSame(known: Stamp | undefined, { bytes, modifiedAtMs, changedAtMs, inode }: Stamp): boolean {
  return known !== undefined && known.bytes === bytes && known.modifiedAtMs === modifiedAtMs &&
    known.changedAtMs === changedAtMs && known.inode === inode;
}

function isRecent({ modifiedAtMs, changedAtMs }: Stamp): boolean {
  return Date.now() - Math.max(modifiedAtMs, changedAtMs) < TICK_MS;
}

/** Whether it is known of all files of a folder who may read them, and how large they are. */
export function isAllKnown(folder: FolderNode): boolean {
  for (const child of folder.children.values()) {
    if (child.kind === "folder" ? !child.isListed : child.stamp === undefined || !isKnown(child)) return false;
  }
  return true;
}
