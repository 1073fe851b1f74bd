/**
 * Where a message is written, answered, or edited. What is written stays until it is in the outbox, even over a reload.
 */

/** The limit is shown when fewer characters are left. */
const NEAR_LIMIT = 200;

/**
 * @typedef {{ kind: "reply" | "edit", seq: number, author?: string }} Purpose What the text is for, if it is no message of
 * its own.
 *
 * @typedef {{
 *   parts: Record<"text" | "counter" | "note" | "context" | "contextText" | "contextCancel", any>,
 *   max: number, draftKey: string, send: (text: string, replyTo?: number) => void,
 *   edit: (seq: number, text: string) => Promise<void>, remove: (seq: number) => void, command: (text: string) => Promise<string | undefined>,
 *   editLast: () => void, typing: () => void
 * }} ComposerInit `command` tells what is wrong.
 */

export class Composer {
  #form;
  #parts;
  #init;
  /** @type {Purpose | undefined} */
  #purpose;
  /** What was being written when the editing began. */
  #aside = "";
  #isBusy = false;

  /**
   * @param {HTMLFormElement} form
   * @param {ComposerInit} init
   */
  constructor(form, init) {
    this.#form = form;
    this.#parts = init.parts;
    this.#init = init;
    form.noValidate = true;
    const { text, replyTo } = read(init.draftKey);
    init.parts.text.value ||= text;
    /** The message that was being answered before the page was loaded anew. */
    this.draftReplyTo = replyTo;
    this.#listen();
    this.#show();
  }

  /** Whether a message is being answered or edited. */
  get isBound() {
    return this.#purpose !== undefined;
  }

  focus() {
    this.#parts.text.focus({ preventScroll: true });
  }

  /** Says something beside the text. */
  tell(note) {
    this.#parts.note.textContent = note;
  }

  /** Answers a message. */
  reply({ seq, author, name, text }) {
    this.cancel();
    this.#bind({ kind: "reply", seq, author }, ["Reply to ", bold(name), ` ${text.slice(0, 140)}`]);
    this.#keep();
  }

  /** What is being answered may be gone. */
  forget(isGone) {
    if (this.#purpose?.kind !== "reply" || !isGone(this.#purpose)) return;
    this.cancel();
    this.tell("The message that you were answering was deleted");
  }

  /** Edits a message. */
  edit({ seq, text }) {
    this.cancel();
    this.#aside = this.#parts.text.value;
    this.#bind({ kind: "edit", seq }, [bold("Edit your message"), " Enter saves, Escape cancels"]);
    this.#set(text);
  }

  /** Writes a message of its own again. */
  cancel() {
    const { kind } = this.#purpose ?? {};
    this.#purpose = undefined;
    this.#parts.context.hidden = true;
    this.#parts.contextText.textContent = "";
    this.#form.classList.remove("editing");
    this.#label("Send");
    if (kind === "edit") this.#set(this.#aside);
    else this.#keep();
  }

  #bind(purpose, words) {
    this.#purpose = purpose;
    this.#parts.contextText.replaceChildren(...words);
    this.#parts.context.hidden = false;
    this.#form.classList.toggle("editing", purpose.kind === "edit");
    this.#label(purpose.kind === "edit" ? "Save" : "Send");
    this.focus();
  }

  #set(text) {
    this.#parts.text.value = text;
    this.#parts.text.setSelectionRange(text.length, text.length);
    this.#changed();
  }

  #listen() {
    const { text, contextCancel } = this.#parts;
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#submit();
    });
    // A press on the button must not take the focus, which would close a phone's keyboard.
    this.#form.querySelector(".send")?.addEventListener("mousedown", (event) => event.preventDefault());
    contextCancel.addEventListener("click", () => {
      this.cancel();
      this.focus();
    });
    text.addEventListener("input", () => {
      this.#changed();
      if (text.value !== "" && !text.value.startsWith("/") && this.#purpose?.kind !== "edit") this.#init.typing();
    });
    text.addEventListener("keydown", (event) => this.#key(event));
  }

  #key(event) {
    // The completion has taken the key; or a character is composed (229 is how Safari says so), and Enter chooses it.
    if (event.defaultPrevented || event.isComposing || event.keyCode === 229) return;
    const { key, shiftKey, altKey } = event;
    if (key === "Enter" && !shiftKey) {
      event.preventDefault();
      this.#submit();
    } else if (key === "Escape" && this.isBound) {
      event.preventDefault();
      this.cancel();
    } else if (key === "ArrowUp" && !altKey && !shiftKey && this.#parts.text.value === "" && !this.isBound) {
      event.preventDefault();
      this.#init.editLast();
    }
  }

  #submit() {
    const { text } = this.#parts;
    const over = [...text.value].length - this.#init.max;
    this.focus();
    this.tell(over > 0 ? `Not sent: ${over} characters too many` : "");
    if (over > 0 || this.#isBusy) return;
    const written = text.value.trimEnd();
    const isEdit = this.#purpose?.kind === "edit";
    if (written.trim() === "") return isEdit && this.#init.remove(this.#purpose.seq);
    if (isEdit) return this.#try(() => this.#save(written));
    if (/^\/(?!\/)/.test(written)) return this.#try(() => this.#command(written));
    const { seq } = this.#purpose ?? {};
    this.cancel();
    this.#set("");
    this.#init.send(written.replace(/^\/\//, "/"), seq);
  }

  async #save(text) {
    await this.#init.edit(Number(this.#purpose?.seq), text);
    this.cancel();
  }

  async #command(written) {
    const { text } = this.#parts;
    const problem = await this.#init.command(written);
    if (problem !== undefined) return this.tell(problem);
    if (text.value.trimEnd() === written) this.#set("");
  }

  /** What fails leaves the text as it is. */
  async #try(work) {
    this.#isBusy = true;
    try {
      await work();
    } catch (error) {
      this.tell(error.message);
    }
    this.#isBusy = false;
  }

  #changed() {
    this.#show();
    this.#keep();
  }

  #show() {
    const { text, counter } = this.#parts;
    const { max } = this.#init;
    const left = text.value.length < max - NEAR_LIMIT ? Infinity : max - [...text.value].length;
    counter.hidden = left > NEAR_LIMIT;
    counter.textContent = left < 0 ? `${-left} too many` : `${left} left`;
    counter.classList.toggle("over", left < 0);
    text.setAttribute("aria-invalid", String(left < 0));
    if (left >= 0) this.tell("");
    if (CSS.supports("field-sizing", "content")) return;
    text.style.height = "auto";
    text.style.height = `${text.scrollHeight + text.offsetHeight - text.clientHeight}px`;
  }

  #label(text) {
    this.#form.querySelector(".send-text").textContent = text;
  }

  /** What is edited is no draft. */
  #keep() {
    const { kind, seq } = this.#purpose ?? {};
    if (kind !== "edit") keep(this.#init.draftKey, { text: this.#parts.text.value, replyTo: seq });
  }
}

function bold(text) {
  const made = document.createElement("b");
  made.textContent = text;
  return made;
}

function read(key) {
  let text = "";
  try {
    text = localStorage.getItem(key) ?? "";
    const draft = JSON.parse(text);
    if (typeof draft.text === "string") return draft;
  } catch {
    // It is a draft of an older page: the text alone.
  }
  return { text };
}

function keep(key, draft) {
  try {
    if (draft.text === "" && draft.replyTo === undefined) localStorage.removeItem(key);
    else localStorage.setItem(key, JSON.stringify(draft));
  } catch {
    // Storage is full or forbidden: the draft lives as long as the page.
  }
}
