/**
 * What one can do with a message: by buttons that appear on it, by a menu, and by the keyboard.
 *
 * One line at a time can be reached by Tab, with its links and buttons; the arrow keys go from line to line.
 */
import { button, icon } from "./elements.js";
import { use } from "./page.js";

const INSIDE = "a, button, pre";

/** @typedef {Record<"reply" | "react" | "pick" | "menu" | "go" | "canWrite", Function>} Actions What is done. */

export class MessageActions {
  #log;
  #list;
  #actions;
  #focusTop;
  /** @type {HTMLLIElement | undefined} The line that Tab reaches. */
  #active;

  /**
   * @param {HTMLElement} log
   * @param {{ list: HTMLElement, actions: Actions, lastSeen: () => HTMLElement | undefined }} init
   */
  constructor(log, { list, actions, lastSeen }) {
    this.#log = log;
    this.#list = list;
    this.#actions = actions;
    this.#focusTop = lastSeen;
    list.addEventListener("click", (event) => this.#clicked(event));
    list.addEventListener("pointerover", ({ target }) => this.#offer(lineOf(target)));
    list.addEventListener("focusin", ({ target }) => this.#activate(lineOf(target)));
    log.addEventListener("keydown", (event) => this.#key(event));
    if (matchMedia("(any-pointer: coarse)").matches) {
      void use("touch", ({ listenToPresses }) => listenToPresses(list, actions.menu));
    }
  }

  /** Lines go: the focus does not go with them. */
  saveFocus() {
    const { activeElement } = document;
    queueMicrotask(() => {
      if (activeElement !== null && !activeElement.isConnected) this.#log.focus({ preventScroll: true });
    });
  }

  /** Makes a line the one that is reached. */
  #activate(line) {
    this.#offer(line);
    if (line === null || line === this.#active) return;
    if (this.#active !== undefined) setReachable(this.#active, false);
    this.#active = line;
    setReachable(line, true);
  }

  /** Puts the buttons on a line that are wanted most. */
  #offer(line) {
    const tools = line?.querySelector(".tools");
    if (!line || !tools || tools.childElementCount > 1) return;
    if (line.classList.contains("gone") || !this.#actions.canWrite()) return;
    const seq = Number(line.dataset.seq);
    const tabindex = line === this.#active ? "0" : "-1";
    const make = (label, name, press) =>
      button({ class: "tool", tabindex, "aria-label": label, title: label, "data-part": name }, [icon(name)], press);
    const react = make("React", "smile", () => this.#actions.pick(seq, react));
    tools.prepend(react, make("Reply", "reply", () => this.#actions.reply(seq)));
  }

  #clicked(event) {
    const target = event.target;
    const line = lineOf(target);
    if (line === null || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const seq = Number(line.dataset.seq);
    const reaction = target.closest(".reactions button");
    const link = target.closest(".quote, .at");
    const more = target.closest('[data-part="more"]');
    if (reaction !== null) {
      const isOn = reaction.getAttribute("aria-pressed") !== "true";
      if (this.#actions.canWrite()) this.#actions.react(seq, String(reaction.dataset.emoji), isOn);
    } else if (link !== null) {
      event.preventDefault();
      this.#actions.go(Number(link.dataset.seq ?? seq));
    } else if (more !== null) this.#actions.menu(seq, more);
  }

  #key(event) {
    const { key, target } = event;
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const line = lineOf(target);
    const isOnLine = line !== null && target === line;
    if (isOnLine && key === "Enter") {
      event.preventDefault();
      return this.#actions.menu(Number(line.dataset.seq), line.querySelector(".tools") ?? line);
    }
    if (!isOnLine && target !== this.#log && !(line !== null && ["ArrowUp", "ArrowDown"].includes(key))) return;
    const to = this.#destination(key, line);
    if (to === null || to === undefined) return;
    event.preventDefault();
    to.focus({ preventScroll: true });
    to.scrollIntoView({ block: "nearest", behavior: "instant" });
  }

  #destination(key, line) {
    if (key === "Home") return this.#list.firstElementChild;
    if (key === "End") return this.#list.lastElementChild;
    if (key !== "ArrowUp" && key !== "ArrowDown") return undefined;
    if (line === null) return this.#focusTop();
    return key === "ArrowUp" ? line.previousElementSibling : line.nextElementSibling;
  }
}

function lineOf(target) {
  return target.closest("li.line");
}

function setReachable(line, isReachable) {
  for (const part of [line, ...line.querySelectorAll(INSIDE)]) {
    part.tabIndex = isReachable ? 0 : -1;
  }
}
