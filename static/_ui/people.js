/**
 * Who is here. On a narrow screen the list opens over the conversation, and closes when it is done with.
 */
import { element, hueOf, initialOf } from "./elements.js";

const NARROW = matchMedia("(max-width: 44rem)");

export class People {
  #details;
  #list;
  #count;
  /** @type {Set<string>} */
  #names = new Set();

  /**
   * @param {HTMLDetailsElement} details
   * @param {object} parts
   * @param {HTMLUListElement} parts.list
   * @param {HTMLElement} parts.count
   */
  constructor(details, { list, count }) {
    this.#details = details;
    this.#list = list;
    this.#count = count;
    const fit = () => details.open = !NARROW.matches;
    fit();
    NARROW.addEventListener("change", fit);
    details.addEventListener("keydown", ({ key }) => key === "Escape" && this.#close());
    document.addEventListener("click", ({ target }) => details.contains(/** @type {Node} */ (target)) || this.#close());
  }

  /** @param {string[]} names All who are here. */
  set(names) {
    this.#names = new Set(names);
    this.#show();
  }

  /** @param {{ joined?: string[], left?: string[] }} change Who came and who went. */
  change({ joined = [], left = [] }) {
    for (const name of joined) this.#names.add(name);
    for (const name of left) this.#names.delete(name);
    this.#show();
  }

  #show() {
    const names = [...this.#names].sort((a, b) => a.localeCompare(b));
    this.#count.textContent = String(names.length);
    this.#list.replaceChildren(
      ...names.map((name) => element("li", { class: hueOf(name), "data-initial": initialOf(name) }, name)),
    );
  }

  #close() {
    if (!NARROW.matches || !this.#details.open) return;
    const hadFocus = this.#details.contains(document.activeElement);
    this.#details.open = false;
    if (hadFocus) this.#details.querySelector("summary")?.focus();
  }
}
