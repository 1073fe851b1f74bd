/**
 * The lines that are shown: a row of the room's messages without gaps, then our own that wait.
 *
 * @import { Item } from "./outbox_store.js"
 * @import { Message, Reader } from "./line.js"
 */
import { button, element } from "./elements.js";
import { dressLine, fillLine, fillQuote, groupLine, makeLine, markUnread } from "./line.js";

export class Lines {
  #list;
  #reader;
  #firstUnread;
  #on;
  /** @type {Map<number, Message>} What the lines show, by sequence. */
  #messages = new Map();
  /** @type {Map<string, HTMLLIElement>} Our own lines that the room does not have yet, by key. */
  #waiting = new Map();

  /**
   * @param {HTMLOListElement} list
   * @param {{ messages: Message[], reader: Reader, firstUnread: number, retry: (key: string) => void, discard: (key: string) => void }} init
   */
  constructor(list, { messages, reader, firstUnread, retry, discard }) {
    this.#list = list;
    this.#reader = reader;
    this.#firstUnread = firstUnread;
    this.#on = { retry, discard };
    for (const message of messages) this.#messages.set(Number(message.seq), message);
    for (const line of this.#settled()) {
      const html = line.querySelector(".text.rich")?.innerHTML;
      const message = this.#messages.get(Number(line.dataset.seq));
      if (message !== undefined && html !== undefined) message.html = html;
      dressLine(line, reader);
      this.#finish(line);
    }
  }

  /** The sequence of the oldest message shown; 0 if there is none. */
  get first() {
    return Number(this.#list.firstElementChild?.dataset.seq ?? 0);
  }

  /** The sequence of the newest message shown; 0 if there is none. */
  get last() {
    const { first } = this;
    return first === 0 ? 0 : first + this.count - 1;
  }

  /** How many messages of the room are shown. */
  get count() {
    return this.#list.childElementCount - this.#waiting.size;
  }

  /** The keys of our own messages that are shown. */
  get keys() {
    return [...this.#messages.values()].flatMap(({ author, key }) => author === this.#reader.me ? key : []);
  }

  /** The lines of our own messages that the room does not have yet. */
  get waiting() {
    return [...this.#waiting.values()];
  }

  get isEmpty() {
    return this.#list.childElementCount === 0;
  }

  /** What a line shows. */
  message(seq) {
    return this.#messages.get(seq);
  }

  /** The line of a message, if it is shown. */
  line(seq) {
    return seq >= this.first && seq <= this.last ? this.#list.children[seq - this.first] : undefined;
  }

  /** The last message of mine that can be edited. */
  lastOfMine() {
    return this.#settled().reverse().find(({ classList }) => classList.contains("mine") && !classList.contains("gone"));
  }

  /** Shows the next messages of the room; one of ours that waited stays the same element. */
  append(messages) {
    const lines = messages.map((message) => this.#take(message));
    const [firstWaiting] = this.#waiting.values();
    /** @type {HTMLLIElement | null} */
    let next = firstWaiting ?? null;
    // From the end: so a line that waited last is not moved, and keeps the focus.
    for (const line of lines.toReversed()) {
      if (line.nextElementSibling !== next || line.parentElement === null) this.#list.insertBefore(line, next);
      next = line;
    }
    for (const line of lines) this.#finish(line);
    groupLine(firstWaiting);
  }

  /** Shows older messages. */
  prepend(messages) {
    const first = this.#settled()[0];
    const lines = messages.map((message) => this.#take(message));
    this.#list.prepend(...lines);
    for (const line of lines) this.#finish(line);
    groupLine(first ?? this.#waiting.values().next().value);
  }

  /** Shows other messages in place of all. */
  replace(messages) {
    this.drop(this.count, "start");
    this.prepend(messages);
  }

  /** Takes lines away. */
  drop(count, where) {
    const lines = this.#settled();
    for (const line of where === "start" ? lines.slice(0, count) : lines.slice(lines.length - count)) {
      this.#messages.delete(Number(line.dataset.seq));
      line.remove();
    }
    groupLine(this.#list.firstElementChild ?? undefined);
  }

  /** Shows a message as it is now, and what quotes it. */
  change(message) {
    const line = this.line(message.seq);
    if (line !== undefined) {
      this.#messages.set(message.seq, message);
      fillLine(line, message, this.#reader);
      this.#finish(line);
    }
    const quote = quoteOf(message);
    for (const [seq, other] of this.#messages) {
      if (other.replyTo === message.seq && other.quote) this.#messages.set(seq, { ...other, quote });
    }
    for (const link of this.#list.querySelectorAll(`.quote[data-seq="${message.seq}"]`)) fillQuote(link, quote);
  }

  /** Changes what is shown of everybody's messages, where there is something to change. */
  changeAll(how) {
    // By their sequences: what one change does to another message is not to be lost.
    for (const seq of [...this.#messages.keys()]) {
      const changed = how(this.#messages.get(seq));
      if (changed !== undefined) this.change(changed);
    }
  }

  /** Shows one of our own messages that waits, or why it failed. */
  showWaiting({ key, room, text, at, replyTo, reason }) {
    const { me } = this.#reader;
    const quoted = replyTo === undefined ? undefined : this.#messages.get(replyTo);
    const quote = quoted && quoteOf(quoted);
    const line = this.#waiting.get(key) ?? makeLine({ room, author: me, text, at, key, replyTo, quote }, this.#reader);
    line.classList.toggle("pending", reason === undefined);
    line.classList.toggle("failed", reason !== undefined);
    line.querySelector(".state")?.remove();
    line.append(reason === undefined ? element("p", { class: "state" }, "Sending…") : this.#failure(key, reason));
    if (this.#waiting.has(key)) return;
    this.#waiting.set(key, line);
    this.#list.append(line);
    groupLine(line);
  }

  /** One of our own messages is not waiting any more. */
  dropWaiting(key) {
    const line = this.#waiting.get(key);
    if (line === undefined) return;
    const next = line.nextElementSibling;
    line.remove();
    this.#waiting.delete(key);
    groupLine(next ?? undefined);
  }

  #settled() {
    return [...this.#list.children].slice(0, this.count);
  }

  #take(message) {
    this.#messages.set(Number(message.seq), message);
    const waiting = message.author === this.#reader.me ? this.#waiting.get(message.key) : undefined;
    if (waiting === undefined) return makeLine(message, this.#reader);
    this.#waiting.delete(message.key);
    fillLine(waiting, message, this.#reader);
    return waiting;
  }

  #finish(line) {
    groupLine(line);
    if (Number(line.dataset.seq) === this.#firstUnread) markUnread(line);
  }

  #failure(key, reason) {
    const again = button({ class: "second" }, ["Try again"], () => this.#on.retry(key));
    const discard = button({ class: "second" }, ["Discard"], () => this.#on.discard(key));
    return element("p", { class: "state" }, `Not sent: ${reason} `, again, discard);
  }
}

/** What a reply shows of a message. */
export function quoteOf({ author, displayName, text }) {
  return { author, displayName, text: text.slice(0, 140) };
}
