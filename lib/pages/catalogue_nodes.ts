/**
 * The files and folders of a site, as they are kept in memory.
 *
 * @module
 */
import type { Access } from "./access.ts";

/** What tells one state of a file from another. */
export interface Stamp {
  /** Its length. */
  readonly bytes: number;
  /** When it was last changed, in ms since 1970. */
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
  /** Tells it from a folder. */
  readonly kind: "file";
  /** Whether it is one to read: HTML or Markdown. */
  readonly isPage: boolean;
  /** Its name on disk. */
  readonly name: string;
  /** The folder that it lies in. */
  readonly folder: FolderNode;
  /** Its last known state; `undefined` until it was looked at. */
  stamp?: Stamp;
  /** What it says of itself in that state; `undefined` until it was read. */
  head?: Head;
  /** What {@linkcode Catalogue.accessOf} found, and under which rules. */
  access?: Access;
  /** Which rules those were. */
  accessVersion: number;
}

/** A folder of the site. */
export interface FolderNode {
  /** Tells it from a file. */
  readonly kind: "folder";
  /** Its name on disk; empty of the site's own. */
  readonly name: string;
  /** The folder that it lies in; `undefined` of the site's own. */
  readonly folder: FolderNode | undefined;
  /** Its path below the site's folder, decoded, ending in a slash; empty for the site's own. */
  readonly inside: string;
  /** Its address, percent-encoded, ending in a slash. */
  readonly url: string;
  /** What is in it, by name. */
  readonly children: Map<string, Node>;
  /** Whether its names are known. */
  isListed: boolean;
  /** When its names were looked at, by `performance.now()`. */
  lookedAtMs: number;
  /** How long that took, in ms. */
  tookMs: number;
  /** When what is in it was looked at, by `performance.now()`. */
  preparedAtMs: number;
  /** How long that took, in ms. */
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

const PAGE = /\.(?:html?|md|markdown)$/;
/** What is shown as it is written, for its ending is in capitals, says who may read it all the same. */
const MARKDOWN = /\.(?:md|markdown)$/i;

/** What a folder may show of itself, if there is nothing that goes before. */
const INDEX = /^(?:index|readme)\.(?:html?|md|markdown)$/i;

/** Whether a file has a name that an index may have: to look whether it is one costs more. */
export function isNamedAsIndex({ name }: FileNode): boolean {
  return INDEX.test(name);
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

/** What is sorted or counted of a folder is to be made anew. */
export function touch(folder: FolderNode): void {
  folder.version++;
}

/** Counts pages in a folder and in those above. */
export function countPages(folder: FolderNode, by: number): void {
  for (let at: FolderNode | undefined = folder; at !== undefined; at = at.folder) at.pages += by;
}

/** A file that nothing is known of. */
export function fileNode(name: string, folder: FolderNode): FileNode {
  return { kind: "file", isPage: PAGE.test(name), name, folder, accessVersion: -1 };
}

/**
 * A folder that nothing is known of.
 *
 * @param name Its name; empty for the site's own.
 * @param folder The folder that it lies in.
 */
export function folderNode(name: string, folder: FolderNode | undefined): FolderNode {
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
