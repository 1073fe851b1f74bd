/**
 * What was written and is not yet acknowledged, in all rooms of one account.
 *
 * A message is kept before it is sent, and sent until the server has it; each keeps its key, so it arrives once. In each
 * room one is on its way at a time: were there two, and the first refused for a moment, the second would overtake it. What
 * the server refuses for good waits for the reader, while the others go on.
 *
 * Tabs of one account share what is kept. Each sends what was written in it, and the rest when it connects anew, or when
 * it has waited so long that its tab may be gone; sent twice, it is taken once.
 *
 * @import { Change, Item, Store } from "./outbox_store.js"
 *
 * @typedef {object} OutboxInit
 * @property {string} me The name of the account.
 * @property {Store} store Where messages are kept: `await openOutboxStore(me)`.
 * @property {(item: Item) => boolean} send Sends a message, and says whether it left.
 * @property {(item: Item) => void} show Shows how a message stands: waiting, or failed if it has a `reason`. It may be of
 * any room, and may be shown already.
 * @property {(key: string) => void} hide A message was discarded, or settled by another tab: its waiting line goes.
 * @property {Clock} [clock] By default the real one.
 * @property {() => string} [makeKey] By default {@linkcode newKey}.
 *
 * @typedef {object} Clock
 * @property {() => number} now In ms since 1970.
 * @property {(work: () => void, ms: number) => () => void} later Works later, unless what it returns is called before.
 */

/** Too many, or not just now: it is tried again. */
const LATER = [429, 503];
const RETRY_MS = 1_000;
/** A message of another tab that waits longer is sent by this one too, in ms. */
const ADOPT_MS = 5_000;

/** @type {Clock} */
export const CLOCK = {
  now: () => Date.now(),
  later(work, ms) {
    const timer = setTimeout(work, ms);
    return () => clearTimeout(timer);
  },
};

/** A key that nobody else makes. (`crypto.randomUUID` is missing where the server is reached without TLS.) */
export function newKey() {
  return Array.from(crypto.getRandomValues(new Uint32Array(4)), (part) => part.toString(36)).join("-");
}

export class Outbox {
  #me;
  #store;
  #send;
  #show;
  #hide;
  #clock;
  #makeKey;
  /** @type {Item[]} In the order in which they were written. */
  #items = [];
  /** @type {Map<string, string>} The key of the message that is on its way, by room. */
  #sending = new Map();
  /** @type {Set<string>} The keys of messages that are not to be sent yet: being written, or of another tab. */
  #held = new Set();
  /** How many readings of the store are under way. */
  #loading = 0;
  /** @type {Set<string>} What was settled meanwhile, or before: it is not to come back. */
  #settled = new Set();
  #isOpen = false;
  #isPaused = false;

  /** @param {OutboxInit} init */
  constructor({ me, store, send, show, hide, clock = CLOCK, makeKey = newKey }) {
    this.#me = me;
    this.#store = store;
    this.#send = send;
    this.#show = show;
    this.#hide = hide;
    this.#clock = clock;
    this.#makeKey = makeKey;
  }

  /** Loads and shows what was kept, and begins to send. Until then nothing is sent, or it would overtake what was kept. */
  async open() {
    this.#store.watch((change) => this.#heard(change));
    await this.#load();
    this.#isOpen = true;
    this.flush();
  }

  /**
   * Takes a message: it is shown at once, and sent once it is kept, or cannot be.
   *
   * @param {{ room: string, text: string, replyTo?: number }} message
   */
  add({ room, text, replyTo }) {
    const at = this.#clock.now();
    const order = Math.max(at, (this.#items.at(-1)?.order ?? 0) + 1);
    /** @type {Item} */
    const item = { key: this.#makeKey(), me: this.#me, room, text, replyTo, at, order };
    this.#held.add(item.key);
    this.#insert(item);
    void this.#store.put(item).catch(() => {}).then(() => this.#release(item.key));
    return item;
  }

  /** Sends the oldest message that waits in each room, unless one is on its way there. */
  flush() {
    if (!this.#isOpen || this.#isPaused) return;
    /** @type {Set<string>} */
    const looked = new Set(this.#sending.keys());
    for (const item of [...this.#items]) {
      if (item.reason !== undefined || looked.has(item.room)) continue;
      looked.add(item.room);
      if (this.#held.has(item.key)) continue;
      this.#sending.set(item.room, item.key);
      if (!this.#send(item)) this.#sending.delete(item.room);
    }
  }

  /**
   * The connection is lost, and nobody knows whether what was on its way arrived: it is sent again by the next `flush`,
   * with what another tab may have left.
   */
  lost() {
    this.#sending.clear();
    if (this.#isOpen) void this.#load();
  }

  /** The server has a message, as an ack says, or the message itself. Its waiting line stays until the message comes. */
  settle(key) {
    if (this.#drop(key)) void this.#store.remove(key);
    this.flush();
  }

  /**
   * The server did not take a message: if it said to come again, that is done, else the reader decides.
   *
   * @returns {boolean} Whether it was a message of this outbox.
   */
  refused({ key, status, message, retryAfterMs = RETRY_MS }) {
    const item = this.#find(key);
    if (item === undefined) return false;
    if (this.#sending.get(item.room) === key) this.#sending.delete(item.room);
    if (LATER.includes(status)) this.#pause(retryAfterMs);
    else this.#change(item, message);
    this.flush();
    return true;
  }

  /** Sends a failed message again. */
  retry(key) {
    const item = this.#find(key);
    if (item !== undefined) this.#change(item, undefined);
    this.#release(key);
  }

  /** Forgets a message. */
  discard(key) {
    this.settle(key);
    this.#hide(key);
  }

  /** How many messages are not acknowledged. */
  get count() {
    return this.#items.length;
  }

  /** Forgets all messages. */
  async clear() {
    await Promise.all(this.#items.splice(0).map(({ key }) => this.#store.remove(key)));
  }

  async #load() {
    this.#loading++;
    const items = await this.#store.all().catch(() => []);
    for (const item of items.sort(byOrder)) {
      if (this.#settled.has(item.key)) void this.#store.remove(item.key);
      else if (this.#find(item.key) === undefined) this.#insert(item);
    }
    if (--this.#loading === 0) this.#settled.clear();
    this.flush();
  }

  #find(key) {
    return this.#items.find((item) => item.key === key);
  }

  #insert(item) {
    this.#items.push(item);
    this.#items.sort(byOrder);
    this.#show(item);
  }

  /**
   * @returns {boolean} Whether it was there.
   */
  #drop(key) {
    if (!this.#isOpen || this.#loading > 0) this.#settled.add(key);
    const item = this.#find(key);
    if (item === undefined) return false;
    this.#items.splice(this.#items.indexOf(item), 1);
    this.#held.delete(key);
    if (this.#sending.get(item.room) === key) this.#sending.delete(item.room);
    return true;
  }

  #change(item, reason) {
    item.reason = reason;
    this.#show(item);
    void this.#store.change({ ...item });
  }

  #release(key) {
    this.#held.delete(key);
    this.flush();
  }

  #pause(waitMs) {
    if (this.#isPaused) return;
    this.#isPaused = true;
    this.#clock.later(() => {
      this.#isPaused = false;
      this.flush();
    }, waitMs);
  }

  /** What another tab did. */
  #heard({ put, removed }) {
    if (removed !== undefined) {
      if (this.#drop(removed)) this.#hide(removed);
      return this.flush();
    }
    const item = this.#find(put.key);
    this.#held.add(put.key);
    this.#clock.later(() => this.#release(put.key), ADOPT_MS);
    if (item === undefined) return this.#insert(put);
    item.reason = put.reason;
    this.#show(item);
  }
}

function byOrder(a, b) {
  return a.order - b.order || (a.key < b.key ? -1 : 1);
}
