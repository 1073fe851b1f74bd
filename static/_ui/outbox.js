/**
 * What was written and is not yet acknowledged.
 *
 * It is kept in this tab's storage, so it outlives a reload and a login. One message is on its way at a time, so they
 * arrive in the order in which they were written; only what the server refused waits for the reader, while the others go
 * on. Each keeps its key when it is sent again, so it arrives once.
 *
 * @typedef {{ key: string, text: string, reason?: string }} Item A message; `reason` says why it failed, if it did.
 */

/** Too many, or not just now: it is tried again. */
const LATER = [429, 503];
const RETRY_MS = 1_000;

/**
 * A key that nobody else makes. (`crypto.randomUUID` is missing where the server is reached without TLS.)
 */
export function newKey() {
  return Array.from(crypto.getRandomValues(new Uint32Array(4)), (part) => part.toString(36)).join("-");
}

export class Outbox {
  #storageKey;
  #send;
  #show;
  #hide;
  /** @type {Item[]} */
  #items;
  /** @type {string | undefined} The key of the message that is on its way. */
  #sending;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #pause;

  /**
   * @param {object} init
   * @param {string} init.storageKey Where it is kept: apart for each account and room.
   * @param {(item: Item) => boolean} init.send Sends a message, and says whether it left.
   * @param {(item: Item) => void} init.show Shows how a message stands.
   * @param {(key: string) => void} init.hide A message is not waiting any more.
   */
  constructor({ storageKey, send, show, hide }) {
    this.#storageKey = storageKey;
    this.#send = send;
    this.#show = show;
    this.#hide = hide;
    this.#items = load(storageKey);
  }

  /** Shows what was kept. */
  open() {
    for (const item of this.#items) this.#show(item);
  }

  /** @param {string} text */
  add(text) {
    const item = { key: newKey(), text };
    this.#items.push(item);
    this.#keep();
    this.#show(item);
    this.flush();
  }

  /** Sends the oldest message that waits, unless one is on its way. */
  flush() {
    if (this.#sending !== undefined || this.#pause !== undefined) return;
    const item = this.#items.find(({ reason }) => reason === undefined);
    if (item !== undefined && this.#send(item)) this.#sending = item.key;
  }

  /** The connection is lost, and nobody knows whether what was on its way arrived: it is sent again. */
  lost() {
    this.#sending = undefined;
    clearTimeout(this.#pause);
    this.#pause = undefined;
  }

  /**
   * The server has a message.
   *
   * @param {string} key
   */
  settle(key) {
    const index = this.#items.findIndex((item) => item.key === key);
    if (index >= 0) this.#items.splice(index, 1);
    this.#keep();
    if (this.#sending === key) this.#sending = undefined;
    this.flush();
  }

  /** @param {{ key: string, status: number, message: string, retryAfterMs?: number }} refusal */
  refused({ key, status, message, retryAfterMs = RETRY_MS }) {
    if (this.#sending === key) this.#sending = undefined;
    if (LATER.includes(status)) return this.#flushAfter(retryAfterMs);
    this.#change(key, message);
    this.flush();
  }

  /**
   * Sends a failed message again.
   *
   * @param {string} key
   */
  retry(key) {
    this.#change(key, undefined);
    this.flush();
  }

  /**
   * Forgets a message.
   *
   * @param {string} key
   */
  discard(key) {
    this.settle(key);
    this.#hide(key);
  }

  /** @param {number} waitMs */
  #flushAfter(waitMs) {
    clearTimeout(this.#pause);
    this.#pause = setTimeout(() => {
      this.#pause = undefined;
      this.flush();
    }, waitMs);
  }

  /**
   * @param {string} key
   * @param {string | undefined} reason
   */
  #change(key, reason) {
    const item = this.#items.find((item) => item.key === key);
    if (item === undefined) return;
    item.reason = reason;
    this.#keep();
    this.#show(item);
  }

  /** Storage may be full or forbidden: then the messages live as long as the page. */
  #keep() {
    try {
      sessionStorage.setItem(this.#storageKey, JSON.stringify(this.#items));
    } catch {
      // Nothing better can be done than to go on without.
    }
  }
}

/**
 * @param {string} storageKey
 * @returns {Item[]}
 */
function load(storageKey) {
  try {
    return JSON.parse(sessionStorage.getItem(storageKey) ?? "[]");
  } catch {
    return [];
  }
}
