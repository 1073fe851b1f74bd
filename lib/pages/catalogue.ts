/**
 * What there is in the site's folder, in memory: folders, files, what they are called, and who may read them.
 *
 * It reads nothing itself. What is not known yet of a page, whether its front matter keeps it for members, hides it from
 * visitors until it is known.
 *
 * @module
 */
import { type Access, AccessRules } from "./access.ts";
import type { Entry } from "./library_answers.ts";
import { addressOfLink, findAnswer } from "./locate.ts";
import { readableName } from "./page_text.ts";

/** What tells one state of a file from another. */
export interface Stamp {
  readonly bytes: number;
  readonly modifiedAtMs: number;
  /** When it was last renamed or changed, in ms since 1970. */
  readonly changedAtMs: number;
  /** Its number on the disk. */
  readonly inode: number;
}

/** What a page says of itself. */
export interface Head {
  /** What it is called; empty if it does not say. */
  readonly title: string;
  /** Its place among its neighbours. */
  readonly order?: number;
  /** Who may read it. */
  readonly access?: Access;
}

/** A file of the site. */
export interface FileNode {
  readonly kind: "file";
  /** Whether it is one to read: HTML or Markdown. */
  readonly isPage: boolean;
  readonly name: string;
  readonly folder: FolderNode;
  /** Its last known state; `undefined` until it was looked at. */
  stamp?: Stamp;
  /** What it says of itself in that state; `undefined` until it was read. */
  head?: Head;
  /** What {@linkcode Catalogue.accessOf} found, and under which rules. */
  access?: Access;
  accessVersion: number;
}

/** A folder of the site. */
export interface FolderNode {
  readonly kind: "folder";
  readonly name: string;
  /** The folder that it lies in; `undefined` of the site's own. */
  readonly folder: FolderNode | undefined;
  /** Its path below the site's folder, decoded, ending in a slash; empty for the site's own. */
  readonly inside: string;
  /** Its address, percent-encoded, ending in a slash. */
  readonly url: string;
  readonly children: Map<string, Node>;
  /** Whether its names are known. */
  isListed: boolean;
  /** When it was last looked at, and how long that took, in ms. */
  lookedAtMs: number;
  tookMs: number;
  /** The same of what is in it. */
  preparedAtMs: number;
  prepareTookMs: number;
  /** When it was last changed, in ms since 1970. */
  modifiedAtMs: number;
  /** Counts the changes of what is in it. */
  version: number;
  /** How many pages there are in it and below. */
  pages: number;
}

/** A file or folder of the site. */
export type Node = FileNode | FolderNode;

/** More files and folders are served, but neither listed nor found. */
const MAX_NODES = 500_000;
const PAGE = /\.(?:html?|md|markdown)$/;
/** What is shown as it is written, for its ending is in capitals, says who may read it all the same. */
const MARKDOWN = /\.(?:md|markdown)$/i;
/** What the site's own folder is called where nothing says so. */
const ROOT_TITLE = "Home";

/** The folders and files of a site. */
export class Catalogue {
  /** The site's own folder. */
  readonly root: FolderNode = folderNode("", undefined);
  #rules: AccessRules;
  #rulesVersion = 0;
  #size = 1;

  /**
   * Begins with an empty folder.
   *
   * @param rules Who may read what.
   */
  constructor(rules: AccessRules) {
    this.#rules = rules;
  }

  /** How many files and folders are known. */
  get size(): number {
    return this.#size;
  }

  /** Whether there are more files than it can hold. */
  get isFull(): boolean {
    return this.#size >= MAX_NODES;
  }

  /** Takes the rules anew. */
  setRules(rules: AccessRules): void {
    this.#rules = rules;
    this.#rulesVersion++;
  }

  /** Puts a name in, unless it is there as the same kind. */
  add(folder: FolderNode, { name, isFolder }: { readonly name: string; readonly isFolder: boolean }): Node | undefined {
    const known = folder.children.get(name);
    if (known !== undefined && (known.kind === "folder") === isFolder) return known;
    if (known !== undefined) this.remove(known);
    if (this.isFull) return undefined;
    const node = isFolder ? folderNode(name, folder) : fileNode(name, folder);
    folder.children.set(name, node);
    this.#size++;
    touch(folder);
    if (node.kind === "file" && node.isPage) countPages(folder, 1);
    return node;
  }

  /** Takes a file or a folder with all below out; `onGone` is told of each file. */
  remove(node: Node, onGone: (file: FileNode) => void = () => {}): void {
    if (node.folder?.children.get(node.name) !== node) return;
    countPages(node.folder, node.kind === "folder" ? -node.pages : -Number(node.isPage));
    node.folder.children.delete(node.name);
    touch(node.folder);
    for (const one of [...nodesOf(node)]) {
      this.#size--;
      if (one.kind !== "folder") onGone(one);
    }
  }

  /** Notes what a file says of itself, and in which state. */
  know(file: FileNode, { stamp, head }: { readonly stamp: Stamp; readonly head?: Head }): void {
    file.stamp = stamp;
    file.head = head;
    file.accessVersion = -1;
    touch(file.folder);
    // A folder is called what its index is called, and stands where that wants to.
    if (file.folder.folder !== undefined && indexOf(file.folder) === file) touch(file.folder.folder);
  }

  /** Who may read a file that is known, or a folder without an index. */
  accessOf(node: Node): Access {
    if (node.kind === "folder") return this.#rules.decideInside(node.inside);
    if (node.accessVersion !== this.#rulesVersion) {
      node.access = this.#rules.decideInside(insideOf(node), node.head?.access);
      node.accessVersion = this.#rulesVersion;
    }
    return node.access!;
  }

  /** Whether somebody may know that it is there. */
  isVisible(node: Node, { isMember }: { readonly isMember: boolean }): boolean {
    if (isMember) return true;
    if (node.kind !== "folder") return isKnown(node) && this.accessOf(node) === "public";
    const index = indexOf(node);
    return node.isListed &&
      (index === undefined ? this.accessOf(node) === "public" : this.isVisible(index, { isMember }));
  }
}

/** Whether it is known who may read a file: of HTML and other files the rules alone decide. */
export function isKnown(file: FileNode): boolean {
  return file.head !== undefined || !hasMatter(file);
}

/** Whether a file may have front matter. */
export function hasMatter({ name }: FileNode): boolean {
  return MARKDOWN.test(name);
}

/** The path of a file below the site's folder, decoded. */
export function insideOf(file: FileNode): string {
  return file.folder.inside + file.name;
}

/** What a folder shows of itself. */
export function indexOf(folder: FolderNode): FileNode | undefined {
  const found = findIn(folder, folder.url);
  return found?.kind === "folder" ? undefined : found;
}

/** The one address of a file or folder. */
export function addressOf(node: Node): string {
  if (node.kind === "folder") return node.url;
  return addressOfLink(node.folder.url + encodeURIComponent(node.name), (path) => lookIn(node.folder, path));
}

/** What a file or folder is called. */
export function titleOf(node: Node): string {
  if (node.kind === "folder") {
    const fallback = node.folder === undefined ? ROOT_TITLE : readableName(node.name);
    return indexOf(node)?.head?.title || fallback;
  }
  if (node.head !== undefined && node.head.title !== "") return node.head.title;
  if (!node.isPage) return node.name;
  return indexOf(node.folder) === node ? titleOf(node.folder) : readableName(node.name);
}

/** Its place among its neighbours, if it says so. */
export function orderOf(node: Node): number | undefined {
  return (node.kind === "folder" ? indexOf(node) : node)?.head?.order;
}

/** A file or folder, as it is shown. */
export function toEntry(node: Node): Entry {
  const order = orderOf(node);
  const { bytes, modifiedAtMs } = node.kind === "folder"
    ? { bytes: 0, modifiedAtMs: node.modifiedAtMs }
    : node.stamp ?? { bytes: 0, modifiedAtMs: 0 };
  const kind = node.kind === "file" && node.isPage ? "page" : node.kind;
  const shown: Entry = { url: addressOf(node), name: node.name, kind, title: titleOf(node), bytes, modifiedAtMs };
  return order === undefined ? shown : { ...shown, order };
}

/** The folders from the site's own to the one that holds something; of a folder, itself is the last. */
export function trailTo(node: Node): FolderNode[] {
  const trail: FolderNode[] = [];
  for (let at = node.kind === "folder" ? node : node.folder; at !== undefined; at = at.folder!) trail.unshift(at);
  return trail;
}

/** A file or folder with all that is known below. */
export function* nodesOf(node: Node): Generator<Node> {
  const waiting: Node[] = [node];
  for (let one = waiting.pop(); one !== undefined; one = waiting.pop()) {
    yield one;
    if (one.kind === "folder") { for (const child of one.children.values()) waiting.push(child); }
  }
}

/**
 * What answers at an address in a folder.
 *
 * @param folder The folder.
 * @param url The address, percent-encoded: the folder's own, or one more name after it.
 */
export function findIn(folder: FolderNode, url: string): Node | undefined {
  const exact = lookIn(folder, url);
  if (exact !== undefined && exact.kind !== "folder") return exact;
  const answer = findAnswer<Node>(url, { find: (path) => lookIn(folder, path) });
  return answer !== undefined && "place" in answer ? answer.place : undefined;
}

function lookIn(folder: FolderNode, path: string): Node | undefined {
  const name = decode(path.slice(folder.url.length));
  return name === "" || name === "/" ? folder : folder.children.get(name);
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** What is sorted or counted of a folder is to be made anew. */
function touch(folder: FolderNode): void {
  folder.version++;
}

function countPages(folder: FolderNode, by: number): void {
  for (let at: FolderNode | undefined = folder; at !== undefined; at = at.folder) at.pages += by;
}

function fileNode(name: string, folder: FolderNode): FileNode {
  return { kind: "file", isPage: PAGE.test(name), name, folder, accessVersion: -1 };
}

function folderNode(name: string, folder: FolderNode | undefined): FolderNode {
  return {
    kind: "folder",
    name,
    folder,
    inside: folder === undefined ? "" : `${folder.inside}${name}/`,
    url: folder === undefined ? "/" : `${folder.url}${encodeURIComponent(name)}/`,
    children: new Map(),
    isListed: false,
    lookedAtMs: -Infinity,
    tookMs: 0,
    preparedAtMs: -Infinity,
    prepareTookMs: 0,
    modifiedAtMs: 0,
    version: 0,
    pages: 0,
  };
}

/** Whether something is still part of the catalogue. */
export function isAttached(node: Node): boolean {
  let at = node;
  for (let folder = at.folder; folder !== undefined; at = folder, folder = at.folder) {
    if (folder.children.get(at.name) !== at) return false;
  }
  return true;
}
