/**
 * The window over the room's messages: a row of at most some 300 lines, which moves as one reads. Older and newer ones
 * are fetched before they are needed, and what is far away is dropped.
 *
 * @import { Lines } from "./lines.js"
 * @import { Scroll } from "./scroll.js"
 * @import { Message } from "./line.js"
 */
import { quoteOf } from "./lines.js";
import { ask, roomPath } from "./page.js";

/** Lines in the document. */
const MAX_LINES = 300;
/** Messages fetched at once. */
const PAGE = 60;
/** Messages around one that is jumped to. */
const AROUND = 80;
/** More are fetched, and shown, so many windows before the end of the lines is seen. */
const FETCH_AHEAD = 5;
const SHOW_AHEAD = 2;
const RETRY_MS = 3_000;
/** So many changes are remembered, for messages that were on their way when they changed. */
const MAX_CHANGES = 300;

/** @typedef {"before" | "after"} Direction */

export class History {
  #room;
  #lines;
  #scroll;
  #lastSeq;
  #dropping;
  #changed;
  /** @type {Record<Direction, { from: number, messages: Message[] } | undefined>} Pages that wait to be needed. */
  #ready = { before: undefined, after: undefined };
  /** @type {Set<Direction>} */
  #loading = new Set();
  /** @type {Map<number, Message>} */
  #changes = new Map();
  /** Counts the jumps: what was asked for before one is not needed after it. */
  #jumps = 0;

  /**
   * @param {{ room: string, lines: Lines, scroll: Scroll, lastSeq: () => number, dropping: () => void, changed: () => void }} init
   */
  constructor({ room, lines, scroll, lastSeq, dropping, changed }) {
    this.#room = room;
    this.#lines = lines;
    this.#scroll = scroll;
    this.#lastSeq = lastSeq;
    this.#dropping = dropping;
    this.#changed = changed;
  }

  /** Whether the newest message is among the lines. */
  get isLive() {
    return this.#lines.last >= this.#lastSeq();
  }

  /** Whether there is anything before the lines. */
  get hasOlder() {
    return this.#lines.first > 1;
  }

  /** Shows and fetches what will be needed soon. */
  look() {
    const { above, below, height } = this.#scroll;
    if (this.#lines.isEmpty) return;
    for (const [direction, distance] of [["before", above], ["after", below]]) {
      if (distance < SHOW_AHEAD * height) this.#extend(direction);
      else if (distance < FETCH_AHEAD * height) void this.#fetch(direction);
    }
  }

  /**
   * Shows messages that have just been sent, if the lines went up to them.
   *
   * @returns {boolean} Whether they are shown.
   */
  append(messages) {
    if (this.#lines.last + 1 !== messages[0].seq) return false;
    const skipped = Math.max(0, messages.length - MAX_LINES);
    const surplus = this.#lines.count + messages.length - MAX_LINES;
    // Whoever reads further up keeps the lines there; these are fetched when they are needed.
    if (!this.#scroll.isAtEnd && surplus > PAGE) return false;
    if (skipped > 0) this.#lines.replace(messages.slice(skipped));
    else this.#lines.append(messages);
    if (this.#scroll.isAtEnd) this.#trim("start");
    return true;
  }

  /** Remembers how a message is now. */
  noteChange(message) {
    this.#changes.delete(Number(message.seq));
    this.#changes.set(Number(message.seq), message);
    if (this.#changes.size > MAX_CHANGES) this.#changes.delete(Number(this.#changes.keys().next().value));
  }

  /** What was fetched is not as it was any more. */
  forget() {
    this.#jumps++;
    this.#ready = { before: undefined, after: undefined };
    this.#changes.clear();
  }

  /**
   * Goes to a message.
   *
   * @returns {Promise<HTMLLIElement | undefined>} Its line.
   */
  async toMessage(seq) {
    if (this.#lines.line(seq) === undefined) await this.#jump(`at=${seq}&limit=${AROUND}`);
    return this.#lines.line(seq);
  }

  /**
   * Goes to the first message at or after a time.
   *
   * @returns {Promise<HTMLLIElement | undefined>} Its line; `undefined` if there is none.
   */
  async toTime(at) {
    const { messages } = await ask(roomPath(this.#room, `/messages?from=${at}&limit=1`));
    return messages.length === 0 ? undefined : this.toMessage(messages[0].seq);
  }

  /** Goes to the newest message. */
  async toEnd() {
    if (!this.isLive) await this.#jump(`limit=${AROUND}`);
    this.#scroll.toEnd();
  }

  async #jump(query) {
    const jump = ++this.#jumps;
    const { messages } = await ask(roomPath(this.#room, `/messages?${query}`));
    if (jump !== this.#jumps || messages.length === 0) return;
    this.#ready = { before: undefined, after: undefined };
    this.#dropping();
    this.#scroll.keep(() => this.#lines.replace(this.#fresh(messages)), { isAtEnd: false });
    this.#changed();
  }

  #extend(direction) {
    if (direction === "before" ? !this.hasOlder : this.isLive) return;
    const page = this.#ready[direction];
    if (page === undefined || page.from !== this.#edge(direction)) return void this.#fetch(direction);
    this.#ready[direction] = undefined;
    if (direction === "before") this.#showOlder(this.#fresh(page.messages));
    else this.#showNewer(this.#fresh(page.messages));
    this.#changed();
    void this.#fetch(direction);
  }

  #edge(direction) {
    return direction === "before" ? this.#lines.first : this.#lines.last;
  }

  #showOlder(messages) {
    this.#scroll.keep(() => this.#lines.prepend(messages));
    if (this.#lines.count > MAX_LINES) this.#scroll.dropBelow(() => this.#trim("end"));
  }

  #showNewer(messages) {
    const fitting = messages.filter(({ seq }) => Number(seq) > this.#lines.last);
    if (fitting[0]?.seq !== this.#lines.last + 1) return;
    this.#scroll.addBelow(() => this.#lines.append(fitting));
    this.#trim("start");
  }

  #trim(where) {
    const surplus = this.#lines.count - MAX_LINES;
    if (surplus <= 0) return;
    this.#dropping();
    this.#lines.drop(surplus, where);
    this.#changed();
  }

  /** Fetches the next page, and keeps it until it is needed. */
  async #fetch(direction) {
    const from = this.#edge(direction);
    if (this.#loading.has(direction) || this.#ready[direction]?.from === from) return;
    if (direction === "before" ? !this.hasOlder : this.isLive) return;
    this.#loading.add(direction);
    const jump = this.#jumps;
    try {
      const { messages } = await ask(roomPath(this.#room, `/messages?${direction}=${from}&limit=${PAGE}`));
      if (jump === this.#jumps && messages.length > 0) this.#ready[direction] = { from, messages };
      this.#loading.delete(direction);
      this.look();
    } catch {
      // The link above the first line stays, and it is tried again.
      setTimeout(() => {
        this.#loading.delete(direction);
        this.look();
      }, RETRY_MS);
    }
  }

  /** Messages as they are now: one may have changed since it was fetched. */
  #fresh(messages) {
    return messages.map((message) => {
      const changed = this.#changes.get(Number(message.seq));
      const newest = changed !== undefined && (changed.change ?? 0) > (message.change ?? 0) ? changed : message;
      const quoted = this.#changes.get(Number(message.replyTo));
      return quoted !== undefined && newest.quote ? { ...newest, quote: quoteOf(quoted) } : newest;
    });
  }
}
