/**
 * Completes names after `@`, emoji after `:`, and commands after `/`.
 *
 * The list follows the pattern of a combobox: the focus stays in the text, and `aria-activedescendant` says what is chosen.
 *
 * @typedef {{ text: string, label: string, detail?: string, picture?: string }} Choice `text` is put in.
 * @typedef {{ pattern: RegExp, find: (typed: string) => Promise<Choice[]> }} Source The pattern's first group is what was
 * typed; its whole match, without what stands before, is replaced.
 */
import { element } from "./elements.js";

const PAUSE_MS = 60;

export class Completion {
  #text;
  #list;
  #said = element("span", { class: "hidden", role: "status" });
  #sources;
  /** @type {Choice[]} */
  #choices = [];
  #active = 0;
  /** Where what is replaced begins. */
  #from = 0;
  /** Counts the looks: an answer that comes late is dropped. */
  #looks = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;

  /**
   * @param {HTMLTextAreaElement} text
   * @param {{ place: HTMLElement, sources: Source[] }} init
   */
  constructor(text, { place, sources }) {
    this.#text = text;
    this.#sources = sources;
    this.#list = element("ul", { class: "completion", id: "completion", role: "listbox", "aria-label": "Suggestions" });
    this.#list.hidden = true;
    place.append(this.#list, this.#said);
    text.setAttribute("aria-autocomplete", "list");
    text.setAttribute("aria-haspopup", "listbox");
    text.addEventListener("input", () => this.#soon());
    // Before the composer: what is chosen in the list is no text to be sent.
    text.addEventListener("keydown", (event) => this.#key(event), { capture: true });
    text.addEventListener("blur", () => this.#close());
    text.addEventListener("click", () => this.#close());
    // The text keeps the focus.
    this.#list.addEventListener("mousedown", (event) => event.preventDefault());
    this.#list.addEventListener("click", ({ target }) => {
      const index = [...this.#list.children].indexOf(target.closest("li") ?? this.#list);
      if (index >= 0) this.#take(index);
    });
  }

  get isOpen() {
    return !this.#list.hidden;
  }

  #soon() {
    clearTimeout(this.#timer);
    this.#looks++;
    this.#timer = setTimeout(() => void this.look(), PAUSE_MS);
  }

  /** Looks whether there is something to complete. */
  async look() {
    const look = this.#looks;
    const { selectionStart, selectionEnd, value } = this.#text;
    const before = value.slice(0, selectionStart);
    if (selectionStart !== selectionEnd) return this.#close();
    for (const { pattern, find } of this.#sources) {
      const found = pattern.exec(before);
      if (found === null) continue;
      const choices = await find(found[1]).catch(() => []);
      if (look !== this.#looks) return;
      this.#from = before.length - found[1].length - 1;
      return this.#show(choices);
    }
    this.#close();
  }

  /** @param {Choice[]} choices */
  #show(choices) {
    if (choices.length === 0) return this.#close();
    this.#choices = choices;
    this.#list.replaceChildren(...choices.map(({ label, detail, picture }, index) => {
      const item = element("li", { role: "option", id: `completion-${index}` });
      if (picture !== undefined) item.append(element("span", { class: "picture", "aria-hidden": "true" }, picture));
      item.append(element("span", {}, label));
      if (detail !== undefined) item.append(" ", element("span", { class: "fine" }, detail));
      return item;
    }));
    this.#list.hidden = false;
    this.#text.setAttribute("aria-controls", "completion");
    this.#said.textContent = `${choices.length} ${choices.length === 1 ? "suggestion" : "suggestions"}`;
    this.#choose(0);
  }

  /** @param {number} index */
  #choose(index) {
    this.#active = index;
    [...this.#list.children].forEach((item, at) => item.setAttribute("aria-selected", String(at === index)));
    this.#list.children[index].scrollIntoView({ block: "nearest" });
    this.#text.setAttribute("aria-activedescendant", `completion-${index}`);
  }

  #close() {
    clearTimeout(this.#timer);
    this.#looks++;
    if (!this.isOpen) return;
    this.#list.hidden = true;
    this.#said.textContent = "";
    this.#text.removeAttribute("aria-activedescendant");
    this.#text.removeAttribute("aria-controls");
  }

  /** @param {number} index */
  #take(index) {
    const { text } = this.#choices[index];
    this.#text.setRangeText(`${text} `, this.#from, this.#text.selectionStart, "end");
    this.#close();
    this.#text.dispatchEvent(new Event("input"));
    this.#text.focus();
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (!this.isOpen || event.isComposing || event.keyCode === 229 || event.altKey) return;
    const { length } = this.#choices;
    const { key } = event;
    if (key === "ArrowDown") this.#choose((this.#active + 1) % length);
    else if (key === "ArrowUp") this.#choose((this.#active + length - 1) % length);
    else if ((key === "Enter" && !event.shiftKey) || key === "Tab") this.#take(this.#active);
    else if (key === "Escape") this.#close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }
}
