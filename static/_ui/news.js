/**
 * What happens just now: what others say is read aloud, but not history nor what one says oneself; and who is writing
 * stands in a line that has its height even when it is empty.
 *
 * @import { Message } from "./line.js"
 */
import { element } from "./elements.js";

/** More at once are only counted. */
const MAX_AT_ONCE = 4;
const KEPT_MS = 10_000;

export class Said {
  #region;

  /** @param {HTMLElement} region Inside the log, which is read aloud politely. */
  constructor(region) {
    this.#region = region;
  }

  /**
   * Reads messages aloud.
   *
   * @param {Message[]} messages
   * @param {(name: string) => string} nameOf
   */
  say(messages, nameOf) {
    const texts = messages.length > MAX_AT_ONCE
      ? [`${messages.length} new messages`]
      : messages.map(({ author, displayName, text }) => `${displayName ?? nameOf(author)}: ${text}`);
    for (const text of texts) {
      const line = element("p", {}, text);
      this.#region.append(line);
      // What was said stands in the log; here it would only be read twice.
      setTimeout(() => line.remove(), KEPT_MS);
    }
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

  /** @param {string[]} names Who is writing now. */
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
