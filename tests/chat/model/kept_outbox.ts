import type { Change, Item, Store } from "../../../static/_ui/outbox_store.js";
import type { Random } from "./random.ts";

/** Longest that the database takes to answer, in ms. */
const ANSWER_MS = 40;
/** Longest that a word takes from tab to tab, in ms. */
const BROADCAST_MS = 80;

interface Tab {
  on?: (change: Change) => void;
  readonly heard: Change[];
}

/** What a browser keeps of one person's outbox, and how tabs tell each other: as IndexedDB and BroadcastChannel do. */
export class KeptOutbox {
  /** What is kept, by key. */
  readonly items = new Map<string, Item>();
  readonly #random: Random;
  readonly #isFailing: boolean;
  readonly #tabs = new Set<Tab>();

  /**
   * Begins with nothing.
   *
   * @param random How long things take.
   * @param isFailing Whether nothing can be written, and nobody tells.
   */
  constructor(random: Random, isFailing = false) {
    this.#random = random;
    this.#isFailing = isFailing;
  }

  /** Opens it in a tab. */
  open(): Store {
    const tab: Tab = { heard: [] };
    this.#tabs.add(tab);
    const write = (change: Change | undefined) => {
      if (change === undefined) return this.#later(ANSWER_MS, () => {});
      this.#tell(tab, change);
      this.#write(change);
      return this.#later(ANSWER_MS, () => {});
    };
    return {
      all: () => {
        const items = [...this.items.values()].map((item) => ({ ...item }));
        return this.#later(ANSWER_MS, () => items);
      },
      put: (item) => write({ put: { ...item } }),
      change: (item) => write(this.items.has(item.key) ? { put: { ...item } } : undefined),
      remove: (key) => write({ removed: key }),
      watch: (on) => void (tab.on = on),
      close: () => void this.#tabs.delete(tab),
    };
  }

  #write({ put, removed }: Change): void {
    if (this.#isFailing) return;
    if (put !== undefined) this.items.set(put.key, put);
    else this.items.delete(removed);
  }

  #tell(from: Tab, change: Change): void {
    for (const tab of this.#tabs) {
      if (tab === from || !this.#tabs.has(from)) continue;
      tab.heard.push(change);
      // In order, however long each takes.
      setTimeout(() => {
        const next = tab.heard.shift()!;
        if (this.#tabs.has(tab)) tab.on?.(structuredClone(next));
      }, this.#random.below(BROADCAST_MS));
    }
  }

  #later<T>(maxMs: number, work: () => T): Promise<T> {
    return new Promise((resolve) => setTimeout(() => resolve(work()), this.#random.below(maxMs)));
  }
}
