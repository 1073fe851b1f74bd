/**
 * Older messages, when the reader asks for them.
 */

const PAGE = 50;

export class Earlier {
  #link;
  #log;
  #lines;
  #room;
  #isLoading = false;

  /**
   * @param {HTMLAnchorElement} link
   * @param {object} init
   * @param {HTMLElement} init.log
   * @param {import("./lines.js").Lines} init.lines
   * @param {string} init.room
   */
  constructor(link, { log, lines, room }) {
    this.#link = link;
    this.#log = log;
    this.#lines = lines;
    this.#room = room;
    link.addEventListener("click", (event) => {
      event.preventDefault();
      if (!this.#isLoading) void this.#load();
    });
  }

  /** Older messages may be had from before the first line on. */
  offer() {
    this.#link.href = `?before=${this.#lines.first}`;
    this.#link.hidden = false;
  }

  async #load() {
    this.#isLoading = true;
    try {
      const reply = await fetch(`/api/rooms/${this.#room}/messages?before=${this.#lines.first}&limit=${PAGE}`);
      if (!reply.ok) throw new Error(reply.statusText);
      this.#show(await reply.json());
    } catch {
      this.#link.textContent = "Earlier messages could not be loaded. Try again";
    } finally {
      this.#isLoading = false;
    }
  }

  /**
   * The log is laid out from its end, so what is added above moves nothing. What is old is not read aloud.
   *
   * @param {{ messages: import("./lines.js").Message[], more: boolean }} page
   */
  #show({ messages, more }) {
    this.#log.ariaLive = "off";
    this.#lines.prepend(messages);
    requestAnimationFrame(() => this.#log.ariaLive = "polite");
    this.#link.textContent = "Earlier messages";
    if (more) return this.offer();
    const hadFocus = document.activeElement === this.#link;
    this.#link.hidden = true;
    if (hadFocus) this.#log.focus({ preventScroll: true });
  }
}
