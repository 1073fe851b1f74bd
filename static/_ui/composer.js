/**
 * Where a message is written. What is written stays until it is in the outbox, even over a reload.
 */

/** The limit is shown when fewer characters are left. */
const NEAR_LIMIT = 200;

export class Composer {
  #form;
  #parts;
  #max;
  #draftKey;
  #send;

  /**
   * @param {HTMLFormElement} form
   * @param {object} init
   * @param {HTMLTextAreaElement} init.text
   * @param {HTMLElement} init.counter How many characters are left.
   * @param {HTMLElement} init.note Read aloud when a message cannot be sent.
   * @param {number} init.max Characters of a message.
   * @param {string} init.draftKey Where the draft is kept.
   * @param {(text: string) => void} init.send Takes a message.
   */
  constructor(form, { text, counter, note, max, draftKey, send }) {
    this.#form = form;
    this.#parts = { text, counter, note };
    this.#max = max;
    this.#draftKey = draftKey;
    this.#send = send;
    form.noValidate = true;
    text.value ||= read(draftKey);
    this.#listen();
    this.#changed();
  }

  focus() {
    this.#parts.text.focus({ preventScroll: true });
  }

  #listen() {
    const { text } = this.#parts;
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#submit();
    });
    // A press on the button must not take the focus, which would close a phone's keyboard.
    this.#form.querySelector("button")?.addEventListener("mousedown", (event) => event.preventDefault());
    text.addEventListener("input", () => this.#changed());
    text.addEventListener("keydown", (event) => {
      // While a character is composed, Enter chooses it; 229 is how Safari says so.
      if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
      event.preventDefault();
      this.#submit();
    });
  }

  #submit() {
    const { text, note } = this.#parts;
    const over = [...text.value].length - this.#max;
    this.focus();
    note.textContent = over > 0 ? `Not sent: ${over} characters too many` : "";
    if (over > 0 || text.value.trim() === "") return;
    const message = text.value.trimEnd();
    text.value = "";
    this.#changed();
    this.#send(message);
  }

  #changed() {
    const { text, counter, note } = this.#parts;
    const left = text.value.length < this.#max - NEAR_LIMIT ? Infinity : this.#max - [...text.value].length;
    counter.hidden = left > NEAR_LIMIT;
    counter.textContent = left < 0 ? `${-left} too many` : `${left} left`;
    counter.classList.toggle("over", left < 0);
    text.setAttribute("aria-invalid", String(left < 0));
    if (left >= 0) note.textContent = "";
    keep(this.#draftKey, text.value);
    if (CSS.supports("field-sizing", "content")) return;
    text.style.height = "auto";
    text.style.height = `${text.scrollHeight + text.offsetHeight - text.clientHeight}px`;
  }
}

/** @param {string} key */
function read(key) {
  try {
    return sessionStorage.getItem(key) ?? "";
  } catch {
    return "";
  }
}

/**
 * @param {string} key
 * @param {string} text
 */
function keep(key, text) {
  try {
    if (text === "") sessionStorage.removeItem(key);
    else sessionStorage.setItem(key, text);
  } catch {
    // Storage is full or forbidden: the draft lives as long as the page.
  }
}
