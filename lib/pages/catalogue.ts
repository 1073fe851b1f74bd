/**
 * What there is in the site's folder, in memory: folders, files, what they are called, and who may read them.
 *
 * It reads nothing itself. What is not known yet of a page, whether its front matter keeps it for members, hides it from
 * visitors until it is known.
 *
 * @module
 */
import type { Access, AccessRules } from "./access.ts";
import {
  countPages,
  type FileNode,
  fileNode,
  type FolderNode,
  folderNode,
  type Head,
  insideOf,
  isKnown,
  isNamedAsIndex,
  type Node,
  nodesOf,
  type Stamp,
  touch,
} from "./catalogue_nodes.ts";
import type { Entry } from "./library_answers.ts";
import { addressOfLink, findAnswer } from "./locate.ts";
import { readableName } from "./page_text.ts";

/** More files and folders are served, but neither listed nor found. */
const MAX_NODES = 500_000;
/** A file in a coding, which stands beside the file itself. */
const CODED = /\.(?:br|zst|gz)$/i;
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
    if (file.folder.folder !== undefined && isIndex(file)) touch(file.folder.folder);
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
    if (node.kind !== "folder") {
      return isKnown(node) && this.accessOf(node) === "public" && this.#isSourceVisible(node, { isMember });
    }
    const index = indexOf(node);
    return node.isListed &&
      (index === undefined ? this.accessOf(node) === "public" : this.isVisible(index, { isMember }));
  }

  /** A file in a coding is as secret as the one that it was made of. */
  #isSourceVisible({ name, folder }: FileNode, asking: { readonly isMember: boolean }): boolean {
    if (!CODED.test(name)) return true;
    const source = folder.children.get(name.replace(CODED, ""));
    return source === undefined || source.kind === "folder" || this.isVisible(source, asking);
  }
}

/** What a folder shows of itself. */
export function indexOf(folder: FolderNode): FileNode | undefined {
  const found = findIn(folder, folder.url);
  return found?.kind === "folder" ? undefined : found;
}

/** Whether a file is what its folder shows of itself. */
export function isIndex(file: FileNode): boolean {
  return isNamedAsIndex(file) && indexOf(file.folder) === file;
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
  return isIndex(node) ? titleOf(node.folder) : readableName(node.name);
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
