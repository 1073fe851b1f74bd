import { type Catalogue, isIndex, toEntry } from "./catalogue.ts";
import { type FolderNode, type Node, trailTo } from "./catalogue_nodes.ts";
import type { CatalogueOrders } from "./catalogue_order.ts";
import type { Asking, Entry, Surroundings } from "./library_answers.ts";

/** What surroundings are taken from. */
export interface AroundDeps {
  /** What there is. */
  readonly catalogue: Catalogue;
  /** In which order. */
  readonly orders: CatalogueOrders;
  /** Whether the whole folder was looked at. */
  readonly isComplete: () => boolean;
}

/** Pages and folders around a page, and half as many of them on either side. */
const MAX_SIBLINGS = 200;

/** Says what stands around a page. */
export class LibraryAround {
  readonly #deps: AroundDeps;

  /**
   * Says it from then on.
   *
   * @param deps What there is.
   */
  constructor(deps: AroundDeps) {
    this.#deps = deps;
  }

  /** The folders from the site's own to one, as far as whoever asks may know. */
  trail(folder: FolderNode, asking: Asking): Entry[] {
    return trailTo(folder).filter((one) => this.#deps.catalogue.isVisible(one, asking)).map(toEntry);
  }

  /** What stands around a page, or a folder. */
  around(node: Node, asking: Asking): Surroundings {
    const folder = node.kind === "folder" ? node : node.folder;
    const isFirst = node.kind === "folder" || isIndex(node);
    const { before, after } = this.#beside(folder, { node, asking });
    const above = this.#above(folder, asking);
    // As many on either side, as far as there are.
    const countBefore = Math.min(before.length, Math.max(MAX_SIBLINGS / 2, MAX_SIBLINGS - 1 - after.length));
    const siblings = [
      ...before.slice(0, countBefore).toReversed(),
      ...isFirst ? [] : [node],
      ...after.slice(0, MAX_SIBLINGS - 1 - countBefore + Number(isFirst)),
    ];
    const previous = isFirst ? above.previous : before[0] ?? this.#ifVisible(folder, asking);
    const next = after[0] ?? above.next;
    return {
      trail: this.trail(folder, asking),
      siblings: siblings.map(toEntry),
      ...previous && { previous: toEntry(previous) },
      ...next && { next: toEntry(next) },
    };
  }

  /** What is read before and after a whole folder. */
  #above(folder: FolderNode, asking: Asking): { readonly previous?: Node; readonly next?: Node } {
    const parent = folder.folder;
    if (parent === undefined || !this.#isShown(folder, asking)) return {};
    const { before, after } = this.#beside(parent, { node: folder, asking });
    return { previous: before[0] ?? this.#ifVisible(parent, asking), next: after[0] };
  }

  /** What stands before and after something in its folder, the nearest first; after the index stands all. */
  #beside(folder: FolderNode, { node, asking }: { node: Node; asking: Asking }): Record<"before" | "after", Node[]> {
    const sorted = this.#deps.orders.of(folder, "reading");
    const at = sorted.indexOf(node);
    const [before, after]: [Node[], Node[]] = [[], []];
    for (let index = at - 1; index >= 0 && before.length < MAX_SIBLINGS; index--) {
      if (this.#isShown(sorted[index], asking)) before.push(sorted[index]);
    }
    for (let index = at + 1; index < sorted.length && after.length < MAX_SIBLINGS; index++) {
      if (this.#isShown(sorted[index], asking)) after.push(sorted[index]);
    }
    return { before, after };
  }

  #ifVisible(folder: FolderNode, asking: Asking): FolderNode | undefined {
    return this.#deps.catalogue.isVisible(folder, asking) ? folder : undefined;
  }

  /** Folders of pictures are no chapters. */
  #isShown(node: Node, asking: Asking): boolean {
    if (node.folder?.children.get(node.name) !== node) return false;
    const hasPages = node.kind === "file" || node.pages > 0 || !this.#deps.isComplete();
    return hasPages && this.#deps.catalogue.isVisible(node, asking);
  }
}
