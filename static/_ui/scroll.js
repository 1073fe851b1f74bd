/**
 * Where the reader is in the conversation, and that nothing moves there.
 *
 * The log is laid out from its end (see room.css): its place is 0 at the end and negative above, so what is added or taken
 * away above moves nothing. For all else there is the anchor: the first line that is seen, and where. Whatever changes,
 * lines or the size of the window, it stays where it is; and whoever is at the end stays at the end.
 *
 * Lines that are taken away below leave their height behind, in the tail, until the reader rests: to set the place of
 * something that moves would stop it.
 */

/** So near the end one is at the end. */
const NEAR_PX = 40;
const REST_MS = 150;

export class Scroll {
  #log;
  #lines;
  #tail;
  #tailPx = 0;
  #on;
  #isAtEnd = true;
  /** The sizes for which the anchor holds. */
  #size = "";
  /** @type {{ line: Element, top: number } | undefined} */
  #anchor;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #restTimer;

  /**
   * @param {HTMLElement} log
   * @param {{ lines: HTMLElement, tail: HTMLElement, moved: () => void }} init
   */
  constructor(log, { lines, tail, moved }) {
    this.#log = log;
    this.#lines = lines;
    this.#tail = tail;
    this.#on = { moved };
    // Where something has another size the browser has moved the reader: that is undone.
    const scrolled = () => this.#size === this.#measure() ? this.#moved() : this.#resized();
    log.addEventListener("scroll", scrolled, { passive: true });
    const observer = new ResizeObserver(() => this.#resized());
    observer.observe(log);
    observer.observe(lines);
  }

  /** Whether the last line that there is here is seen. */
  get isAtEnd() {
    return this.#isAtEnd;
  }

  /** How far what is seen is from the first line, in pixels. */
  get above() {
    const { scrollHeight, clientHeight, scrollTop } = this.#log;
    return scrollHeight - clientHeight + scrollTop;
  }

  /** How far what is seen is from the last line, in pixels. */
  get below() {
    return -this.#log.scrollTop - this.#tailPx;
  }

  /** The height of what is seen, in pixels. */
  get height() {
    return this.#log.clientHeight;
  }

  /** The last line that is seen whole, or else the first that is seen. */
  get lastSeen() {
    const { bottom } = this.#log.getBoundingClientRect();
    const children = [...this.#lines.children];
    const whole = children.findLast((line) => line.getBoundingClientRect().bottom <= bottom + 1);
    return whole ?? children[0];
  }

  /** Changes the lines; whoever reads stays there. */
  keep(change, { isAtEnd = this.#isAtEnd } = {}) {
    this.#anchor = isAtEnd ? undefined : this.#find();
    change();
    if (isAtEnd) this.#setTail(0);
    this.#hold();
    this.#moved();
  }

  /** Takes lines away at the end, below what is seen. */
  dropBelow(change) {
    const before = this.#lines.offsetHeight;
    change();
    this.#setTail(this.#tailPx + before - this.#lines.offsetHeight);
    this.#size = this.#measure();
  }

  /** Adds lines at the end, below what is seen. */
  addBelow(change) {
    this.#anchor = this.#find();
    const before = this.#lines.offsetHeight;
    change();
    this.#setTail(Math.max(0, this.#tailPx - (this.#lines.offsetHeight - before)));
    this.#hold();
    this.#moved();
  }

  /** Goes to the end. */
  toEnd() {
    this.#setTail(0);
    this.#log.scrollTop = 0;
    this.#moved();
  }

  /** Shows a line. */
  show(line, block = "center") {
    line.scrollIntoView({ block, behavior: "instant" });
    this.#moved();
  }

  #moved() {
    this.#isAtEnd = this.#tailPx === 0 && this.below < NEAR_PX;
    this.#anchor = this.#isAtEnd ? undefined : this.#find();
    this.#size = this.#measure();
    clearTimeout(this.#restTimer);
    this.#restTimer = setTimeout(() => this.#rest(), REST_MS);
    this.#on.moved();
  }

  /** The reader rests: the tail can go, and what is seen is put where it was. */
  #rest() {
    if (this.#tailPx === 0) return;
    this.#anchor = this.#find();
    this.#setTail(0);
    this.#hold();
  }

  #resized() {
    if (this.#isAtEnd) this.#log.scrollTop = 0;
    else this.#hold();
    this.#size = this.#measure();
  }

  #measure() {
    return `${this.#log.clientWidth} ${this.#log.clientHeight} ${this.#lines.offsetHeight}`;
  }

  /** Puts the anchor back where it was. */
  #hold() {
    if (this.#anchor === undefined) {
      if (this.#isAtEnd) this.#log.scrollTop = 0;
      return;
    }
    const { line, top } = this.#anchor;
    if (!line.isConnected) return;
    const moved = this.#topOf(line) - top;
    if (Math.abs(moved) >= 1) this.#log.scrollTop += moved;
  }

  /** The first line that is seen: the lines stand in order, so half of them are left out at each look. */
  #find() {
    const { children } = this.#lines;
    let [from, to] = [0, children.length];
    while (from < to) {
      const middle = (from + to) >> 1;
      if (children[middle].getBoundingClientRect().bottom <= this.#log.getBoundingClientRect().top) from = middle + 1;
      else to = middle;
    }
    const line = children[from];
    return line && { line, top: this.#topOf(line) };
  }

  #topOf(line) {
    return line.getBoundingClientRect().top - this.#log.getBoundingClientRect().top;
  }

  #setTail(px) {
    if (px === this.#tailPx) return;
    this.#tailPx = px;
    this.#tail.style.height = `${px}px`;
  }
}
