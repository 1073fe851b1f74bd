/**
 * What is unread: told to the server when the newest message was seen, and to the reader by the tab's title and
 * icon, and by what floats over the conversation.
 */
import { byId, countText, whenOf } from "./elements.js";
import { data } from "./page.js";

const PAUSE_MS = 1_000;
const MIN_INTERVAL_MS = 2_000;

export class Reading {
  #send;
  #isSeen;
  #last;
  #changed;
  /** The newest message read. */
  read;
  /** The newest that the server knows of. */
  #told;
  #sentAt = -Infinity;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;

  /**
   * @param {{ read: number, last: () => number, isSeen: () => boolean, send: (seq: number) => boolean, changed: (seq: number) => void }} init
   */
  constructor({ read, last, isSeen, send, changed }) {
    this.read = this.#told = read;
    this.#last = last;
    this.#isSeen = isSeen;
    this.#send = send;
    this.#changed = changed;
    for (const event of ["focus", "blur"]) addEventListener(event, () => this.look());
    document.addEventListener("visibilitychange", () => this.look());
  }

  /** Looks whether the newest message is seen by somebody. */
  look() {
    if (document.hidden || !document.hasFocus() || !this.#isSeen()) return;
    this.#set(this.#last());
    this.#sendSoon();
  }

  /** It was read elsewhere. */
  heard(seq) {
    this.#told = Math.max(this.#told, seq);
    this.#set(seq);
  }

  /** The connection is back: what it did not take is told again. */
  resume() {
    this.#sentAt = -Infinity;
    this.#sendSoon();
  }

  #set(seq) {
    if (seq <= this.read) return;
    this.read = seq;
    this.#changed(seq);
  }

  #sendSoon() {
    if (this.read <= this.#told || this.#timer !== undefined) return;
    const waitMs = Math.max(PAUSE_MS, this.#sentAt + MIN_INTERVAL_MS - performance.now());
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      if (this.read <= this.#told || !this.#send(this.read)) return;
      this.#told = this.read;
      this.#sentAt = performance.now();
    }, waitMs);
  }
}

/** Says in the tab's title and icon how much is unread. */
export function showUnread(unread, name) {
  document.title = `${unread > 0 ? `(${countText(unread)}) ` : ""}${name} · Commonroom`;
  const link = document.querySelector('link[rel="icon"]');
  const href = unread > 0 ? "/_ui/icon_unread.svg" : "/_ui/icon.svg";
  if (link.getAttribute("href") !== href) link.setAttribute("href", href);
}

/** So many windows above the end there is a way back. */
const FAR = 1.5;

export class Floating {
  #history;
  #lines;
  #scroll;
  #firstUnread;
  #missed = 0;

  /**
   * @param {{ history: any, lines: any, scroll: any, firstUnread: number, go: (seq: number) => void }} init
   */
  constructor({ history, lines, scroll, firstUnread, go }) {
    this.#history = history;
    this.#lines = lines;
    this.#scroll = scroll;
    this.#firstUnread = firstUnread;
    const unread = Number(data.last) - Number(data.read);
    if (firstUnread > 0) byId("unread").textContent = `↑ ${unread} unread since ${whenOf(Number(data.unreadAt))}`;
    byId("unread").addEventListener("click", () => go(firstUnread));
    byId("newer").addEventListener("click", () => {
      void history.toEnd();
      (byId("text") ?? byId("log")).focus({ preventScroll: true });
    });
  }

  /**
   * Messages of others have come.
   *
   * @param {{ isAtEnd: boolean }} where
   */
  missed(count, { isAtEnd }) {
    if (!isAtEnd) this.#missed += count;
  }

  /** Looks what is to be offered. */
  look() {
    const isLive = this.#history.isLive;
    if (isLive && this.#scroll.isAtEnd) this.#missed = 0;
    const missed = this.#missed;
    byId("newer").hidden = missed === 0 && isLive && this.#scroll.below < FAR * this.#scroll.height;
    byId("newer").textContent = missed > 0 ? `↓ ${missed} new message${missed === 1 ? "" : "s"}` : "↓ Newest messages";
    if (this.#firstUnread > 0 && this.#hasSeenUnread()) this.#firstUnread = 0;
    byId("unread").hidden = this.#firstUnread === 0;
  }

  /** Whether the first unread message is seen, or below. */
  #hasSeenUnread() {
    if (this.#lines.isEmpty || this.#firstUnread < this.#lines.first) return false;
    const line = this.#lines.line(this.#firstUnread);
    const { top } = byId("log").getBoundingClientRect();
    return line === undefined || line.getBoundingClientRect().top >= top;
  }
}
