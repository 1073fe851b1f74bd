/**
 * Where the reader is in the conversation: at its end, where new messages are seen, or further up, where nothing may move.
 *
 * The log is laid out from its end (see room.css), so its place is 0 at the end and negative above.
 */

const NEAR_PX = 40;

export class Scroll {
  #log;
  #button;
  #isAtEnd = true;

  /**
   * @param {HTMLElement} log
   * @param {HTMLButtonElement} button "New messages"
   */
  constructor(log, button) {
    this.#log = log;
    this.#button = button;
    log.addEventListener("scroll", () => this.#moved(), { passive: true });
  }

  /** Whether the reader sees the newest message. */
  get isAtEnd() {
    return this.#isAtEnd;
  }

  /** Shows what a link points to, or else the end. */
  begin() {
    const target = /^#message-\d+$/.test(location.hash) ? document.getElementById(location.hash.slice(1)) : null;
    target?.scrollIntoView({ block: "center" });
    this.#moved();
  }

  /**
   * Changes the end of the conversation; whoever reads further up stays there.
   *
   * @param {() => void} change
   */
  keep(change) {
    const wasAtEnd = this.#isAtEnd;
    const { scrollHeight, scrollTop } = this.#log;
    change();
    if (wasAtEnd) this.#log.scrollTop = 0;
    else this.#log.scrollTop = scrollTop - (this.#log.scrollHeight - scrollHeight);
  }

  /** There is something new at the end. */
  announce() {
    this.#button.hidden = this.#isAtEnd;
  }

  /** Goes to the end. */
  toEnd() {
    this.#log.scrollTop = 0;
    this.#moved();
  }

  #moved() {
    this.#isAtEnd = this.#log.scrollTop > -NEAR_PX;
    if (this.#isAtEnd) this.#button.hidden = true;
  }
}
