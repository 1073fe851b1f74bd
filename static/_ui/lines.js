/**
 * The conversation as it is seen: the messages of the room in their order, then our own that wait.
 *
 * @typedef {{ seq: number, author: string, text: string, at: number, key: string }} Message
 * @typedef {import("./outbox.js").Item} Item
 */
import { element, hueOf, initialOf } from "./elements.js";
import { dayOf, linked, showTime } from "./text.js";

/** Lines that stay; a page that is open for days must not grow for ever. */
const MAX_LINES = 600;
const KEPT_LINES = 400;
/** A later message of the same author gets its name again. */
const GROUP_MS = 5 * 60_000;

export class Lines {
  #list;
  #me;
  #on;
  /** @type {Map<string, HTMLLIElement>} Our own lines that the room does not have yet, by key. */
  #waiting = new Map();

  /**
   * @param {HTMLOListElement} list As the server made it.
   * @param {object} init
   * @param {string} init.me Who reads.
   * @param {(key: string) => void} init.retry
   * @param {(key: string) => void} init.discard
   */
  constructor(list, { me, retry, discard }) {
    this.#list = list;
    this.#me = me;
    this.#on = { retry, discard };
    for (const line of this.#lines()) dress(line);
    for (const line of this.#lines()) group(line);
  }

  /** The sequence of the oldest message shown, or `undefined`. */
  get first() {
    return seqOf(this.#lines()[0]);
  }

  /** The sequence of the newest message shown; 0 if there is none. */
  get last() {
    return seqOf(this.#lines().findLast((line) => line.dataset.seq)) ?? 0;
  }

  /** The keys of our own messages that the server's page shows. */
  get keys() {
    return this.#lines().flatMap(({ dataset: { key } }) => key ?? []);
  }

  get isEmpty() {
    return this.#list.childElementCount === 0;
  }

  /**
   * Shows the next message of the room; if it is one of ours that waited, its line stays the same element.
   *
   * @param {Message} message
   */
  append(message) {
    const waiting = message.author === this.#me ? this.#waiting.get(message.key) : undefined;
    const line = waiting ?? makeLine(message, this.#me);
    if (waiting !== undefined) this.#settle(waiting, message);
    const [firstWaiting] = this.#waiting.values();
    if (waiting === undefined || waiting.nextElementSibling !== (firstWaiting ?? null)) {
      this.#list.insertBefore(line, firstWaiting ?? null);
    }
    group(line);
    if (firstWaiting !== undefined) group(firstWaiting);
  }

  /**
   * Shows older messages.
   *
   * @param {Message[]} messages
   */
  prepend(messages) {
    const first = this.#lines()[0];
    const lines = messages.map((message) => makeLine(message, this.#me));
    this.#list.prepend(...lines);
    for (const line of first === undefined ? lines : [...lines, first]) group(line);
  }

  /**
   * Shows one of our own messages that waits, or why it failed.
   *
   * @param {Item} item
   */
  showWaiting({ key, text, reason }) {
    const line = this.#waiting.get(key) ?? makeLine({ author: this.#me, text, at: Date.now() }, this.#me);
    line.classList.toggle("pending", reason === undefined);
    line.classList.toggle("failed", reason !== undefined);
    line.querySelector(".state")?.remove();
    line.append(reason === undefined ? element("p", { class: "state" }, "Sending…") : this.#failure(key, reason));
    if (this.#waiting.has(key)) return;
    this.#waiting.set(key, line);
    this.#list.append(line);
    group(line);
  }

  /**
   * One of our own messages is not waiting any more.
   *
   * @param {string} key
   */
  dropWaiting(key) {
    const line = this.#waiting.get(key);
    const next = /** @type {HTMLLIElement | null | undefined} */ (line?.nextElementSibling);
    this.#waiting.delete(key);
    line?.remove();
    if (next) group(next);
  }

  /** Forgets the oldest lines if there are many. Returns whether it did. */
  trim() {
    const lines = this.#lines();
    if (lines.length <= MAX_LINES) return false;
    for (const line of lines.slice(0, -KEPT_LINES)) line.remove();
    group(this.#lines()[0]);
    return true;
  }

  /** @returns {HTMLLIElement[]} */
  #lines() {
    return /** @type {HTMLLIElement[]} */ ([...this.#list.children]);
  }

  /**
   * @param {HTMLLIElement} line
   * @param {Message} message
   */
  #settle(line, { seq, at, key }) {
    this.#waiting.delete(key);
    line.id = `message-${seq}`;
    line.dataset.seq = String(seq);
    line.dataset.at = String(at);
    line.classList.remove("pending", "failed");
    line.querySelector(".state")?.remove();
    showTime(/** @type {HTMLTimeElement} */ (line.querySelector(".by time")), at);
  }

  /**
   * @param {string} key
   * @param {string} reason
   */
  #failure(key, reason) {
    const again = element("button", { type: "button" }, "Try again");
    const discard = element("button", { type: "button" }, "Discard");
    again.onclick = () => this.#on.retry(key);
    discard.onclick = () => this.#on.discard(key);
    return element("p", { class: "state" }, `Not sent: ${reason}`, again, discard);
  }
}

/** @param {HTMLLIElement | undefined} line */
function seqOf(line) {
  return line?.dataset.seq === undefined ? undefined : Number(line.dataset.seq);
}

/**
 * The same element as `routes/rooms/[room].tsx` makes.
 *
 * @param {{ seq?: number, author: string, text: string, at: number }} message
 * @param {string} me
 */
function makeLine({ seq, author, text, at }, me) {
  const line = element(
    "li",
    { class: `line ${hueOf(author)}${author === me ? " mine" : ""}` },
    element("div", { class: "by" }, element("span", { class: "author" }, author), " ", element("time")),
    element("p", { class: "text", dir: "auto" }, text),
  );
  Object.assign(line.dataset, { author, at, initial: initialOf(author) });
  if (seq !== undefined) {
    line.id = `message-${seq}`;
    line.dataset.seq = String(seq);
  }
  dress(line);
  return line;
}

/**
 * Shows the reader's time, and the text with links.
 *
 * @param {HTMLLIElement} line
 */
function dress(line) {
  showTime(/** @type {HTMLTimeElement} */ (line.querySelector(".by time")), Number(line.dataset.at));
  const text = /** @type {HTMLElement} */ (line.querySelector(".text"));
  text.replaceChildren(...linked(text.textContent ?? ""));
}

/**
 * Says the day where a new one begins, and the author only once where one goes on.
 *
 * @param {HTMLLIElement | undefined} line
 */
function group(line) {
  if (line === undefined) return;
  const before = /** @type {HTMLElement | null} */ (line.previousElementSibling);
  const at = Number(line.dataset.at);
  const day = dayOf(at);
  const isNewDay = before === null || dayOf(Number(before.dataset.at)) !== day;
  const isSameAuthor = before?.dataset.author === line.dataset.author;
  line.classList.toggle("more", !isNewDay && isSameAuthor && at - Number(before?.dataset.at) < GROUP_MS);
  const shown = line.querySelector(".day");
  if (!isNewDay) shown?.remove();
  else if (shown === null) line.prepend(element("p", { class: "day" }, day));
  else shown.textContent = day;
}
