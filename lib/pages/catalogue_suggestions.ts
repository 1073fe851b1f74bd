import { levenshteinDistance } from "@std/text/levenshtein-distance";
import { isIndex } from "./catalogue.ts";
import { type FolderNode, type Node, nodesOf } from "./catalogue_nodes.ts";

/** What is looked for, and what may be found. */
export interface NearestOptions {
  /** The address that leads nowhere, percent-encoded. */
  readonly url: string;
  /** Whether something may be suggested. */
  readonly isVisible: (node: Node) => boolean;
}

interface Candidate {
  readonly node: Node;
  readonly distance: number;
  readonly away: number;
}

const MAX_SUGGESTED = 5;
/** Names with so little time left are not compared any more, in ms. */
const MAX_MS = 60;
/** Longer names are nobody's slip of the finger. */
const MAX_CHARACTERS = 120;
const MAX_PATH_CHARACTERS = 300;

/**
 * What is most like an address that leads nowhere: first by the last name, then by the folders.
 *
 * @param root The site's own folder.
 * @param options What is looked for.
 * @returns At most five, the nearest first.
 */
export function nearest(root: FolderNode, { url, isVisible }: NearestOptions): Node[] {
  const path = plain(url);
  const wanted = lastName(path);
  if (wanted === "" || wanted.length > MAX_CHARACTERS) return [];
  const maxDistance = wanted.length < 4 ? 1 : Math.max(2, Math.floor(wanted.length / 3));
  const mask = lettersOf(wanted);
  const endsAtMs = performance.now() + MAX_MS;
  const found: Candidate[] = [];
  let steps = 0;
  for (const node of nodesOf(root)) {
    if (++steps % 64 === 0 && performance.now() > endsAtMs) break;
    if (node === root || (node.kind === "file" && isIndex(node))) continue;
    const distance = distanceOf(plain(node.name), { wanted, mask, maxDistance });
    if (distance > maxDistance || !isVisible(node)) continue;
    found.push({ node, distance, away: awayFrom(path, node) });
  }
  return found.sort((a, b) => a.distance - b.distance || a.away - b.away || compareNames(a, b))
    .slice(0, MAX_SUGGESTED).map(({ node }) => node);
}

interface Wanted {
  readonly wanted: string;
  readonly mask: number;
  readonly maxDistance: number;
}

function distanceOf(name: string, { wanted, mask, maxDistance }: Wanted): number {
  if (name === wanted) return 0;
  if (wanted.length >= 3 && name.length >= 3 && (name.startsWith(wanted) || wanted.startsWith(name))) return 1;
  // Each letter that only one of them has is at least half a step: most names need no closer look.
  if (Math.abs(name.length - wanted.length) > maxDistance) return Infinity;
  if (bitsOf(lettersOf(name) ^ mask) > 2 * maxDistance) return Infinity;
  return levenshteinDistance(name, wanted);
}

/** How far the folder of a page is from the one that was asked for. */
function awayFrom(path: string, node: Node): number {
  const asked = path.slice(0, path.lastIndexOf("/") + 1).slice(0, MAX_PATH_CHARACTERS);
  return levenshteinDistance(asked, plain(node.folder?.url ?? "/").slice(0, MAX_PATH_CHARACTERS));
}

function compareNames(a: Candidate, b: Candidate): number {
  return a.node.name < b.node.name ? -1 : 1;
}

/** As names are compared: decoded, without case and ending. */
function plain(path: string): string {
  return decode(path).normalize("NFC").toLowerCase().replace(/\.(?:html?|md|markdown)$/, "");
}

function lastName(path: string): string {
  return path.split("/").filter((name) => name !== "").at(-1) ?? "";
}

function decode(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

/** Which letters a name has, as bits: letters that share one only make the first look less sharp. */
function lettersOf(name: string): number {
  let mask = 0;
  for (let index = 0; index < name.length; index++) mask |= 1 << (name.charCodeAt(index) & 31);
  return mask;
}

function bitsOf(mask: number): number {
  let count = 0;
  for (let left = mask >>> 0; left !== 0; left &= left - 1) count++;
  return count;
}
