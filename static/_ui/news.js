/**
 * What is new. What is unread is told to the server when it was seen, and to the reader by the tab's title and icon, and
 * by what floats over the conversation. What others say now is read aloud, but not history nor what one says oneself; and
 * who is writing stands in a line that has its height even when it is empty.
 *
 * @import { Message } from "./line.js"
 */
import { byId, countText, element, whenOf } from "./elements.js";
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
   * @param {{ history: any, lines: any, scroll: any, firstUnread: number, go: (seq: number) => void, toEnd: () => void }} init
   */
  constructor({ history, lines, scroll, firstUnread, go, toEnd }) {
    this.#history = history;
    this.#lines = lines;
    this.#scroll = scroll;
    this.#firstUnread = firstUnread;
    const unread = Number(data.last) - Number(data.read);
    if (firstUnread > 0) byId("unread").textContent = `↑ ${unread} unread since ${whenOf(Number(data.unreadAt))}`;
    byId("unread").addEventListener("click", () => go(firstUnread));
    byId("newer").addEventListener("click", () => {
      toEnd();
      (byId("text") ?? byId("log")).focus({ preventScroll: true });
    });
  }

  /** Messages of others have come. */
  missed(count, { isAtEnd }) {
    if (!isAtEnd) this.#missed += count;
  }

  /** Looks what is to be offered. @returns Whether nothing unread is above that was not seen. */
  look() {
    const isLive = this.#history.isLive;
    if (isLive && this.#scroll.isAtEnd) this.#missed = 0;
    const missed = this.#missed;
    byId("newer").hidden = missed === 0 && isLive && this.#scroll.below < FAR * this.#scroll.height;
    byId("newer").textContent = missed > 0 ? `↓ ${newMessages(missed)}` : "↓ Newest messages";
    const isBelow = this.#lookAtUnread();
    byId("unread-box").hidden = this.#firstUnread === 0 || isBelow;
    return this.#firstUnread === 0;
  }

  /** The reader does not want to see the first unread message. */
  dismiss() {
    this.#firstUnread = 0;
    this.look();
  }

  /** Whether the first unread message is below; once it is seen, it is like any other. */
  #lookAtUnread() {
    if (this.#firstUnread === 0 || this.#firstUnread < this.#lines.first) return false;
    const line = this.#lines.line(this.#firstUnread)?.getBoundingClientRect();
    const { top, bottom } = byId("log").getBoundingClientRect();
    if (line === undefined || line.top >= bottom) return true;
    if (line.top >= top && !document.hidden) this.#firstUnread = 0;
    return false;
  }
}

/** More at once are only counted. */
const MAX_AT_ONCE = 4;
const KEPT_MS = 10_000;

/** How many messages are new, in words. */
export function newMessages(count) {
  return `${count} new message${count === 1 ? "" : "s"}`;
}

export class Said {
  #region;

  /** @param {HTMLElement} region Inside the log, which is read aloud politely. */
  constructor(region) {
    this.#region = region;
  }

  /** Reads messages aloud. */
  say(messages, wordsOf) {
    const { length } = messages;
    for (const text of length > MAX_AT_ONCE ? [newMessages(length)] : messages.map(wordsOf)) this.tell(text);
  }

  /** Reads something aloud. */
  tell(text) {
    const line = element("p", {}, text);
    this.#region.append(line);
    // What was said stands in the log; here it would only be read twice.
    setTimeout(() => line.remove(), KEPT_MS);
  }
}

const EXPIRES_MS = 6_000;
const INTERVAL_MS = 3_000;

export class Typing {
  #line;
  #me;
  #nameOf;
  #send;
  /** @type {Map<string, number>} Until when somebody is taken to write, by name. */
  #until = new Map();
  #sentAt = -Infinity;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;

  /**
   * @param {HTMLElement} line
   * @param {{ me: string, nameOf: (name: string) => string, send: () => void }} init
   */
  constructor(line, { me, nameOf, send }) {
    this.#line = line;
    this.#me = me;
    this.#nameOf = nameOf;
    this.#send = send;
  }

  /** I write. */
  mine() {
    if (performance.now() - this.#sentAt < INTERVAL_MS) return;
    this.#sentAt = performance.now();
    this.#send();
  }

  /** I have sent what I wrote: when I write again it is told at once. */
  ended() {
    this.#sentAt = -Infinity;
  }

  set(names) {
    const until = performance.now() + EXPIRES_MS;
    this.#until = new Map(names.filter((name) => name !== this.#me).map((name) => [name, until]));
    this.#show();
  }

  /** Somebody has sent what they wrote. */
  said(name) {
    if (this.#until.delete(name)) this.#show();
  }

  #show() {
    clearTimeout(this.#timer);
    const now = performance.now();
    for (const [name, until] of this.#until) if (until <= now) this.#until.delete(name);
    this.#line.textContent = wordsOf([...this.#until.keys()].map((name) => this.#nameOf(name)));
    if (this.#until.size > 0) {
      this.#timer = setTimeout(() => this.#show(), Math.min(...this.#until.values()) - now + 10);
    }
  }
}

function wordsOf(names) {
  const [a, b, c] = names;
  if (names.length === 0) return "";
  if (names.length === 1) return `${a} is writing…`;
  if (names.length === 2) return `${a} and ${b} are writing…`;
  if (names.length === 3) return `${a}, ${b} and ${c} are writing…`;
  return "Several people are writing…";
}
