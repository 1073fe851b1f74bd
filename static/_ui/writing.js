/**
 * All that one does in the room: writing, reacting, commands and keys.
 *
 * @import { View } from "./view.js"
 */
import { MessageActions } from "./actions.js";
import { Composer } from "./composer.js";
import { byId, isMac, whenOf } from "./elements.js";
import { ask, canWrite, data, me, role, room, roomPath } from "./page.js";

const FIELDS = "input, textarea, select, [contenteditable]";
/** The rooms, or at least the people, are drawers: the same width as in room.css. */
const NARROW = matchMedia("(max-width: 70rem)");

export class Writing {
  #view;
  #send;
  /** @type {Composer | undefined} */
  #composer;

  /**
   * @param {{ view: View, send: (text: string, replyTo?: number) => void }} init
   */
  constructor({ view, send }) {
    this.#view = view;
    this.#send = send;
  }

  /** Makes everything work. */
  begin() {
    if (canWrite()) this.#makeComposer();
    this.#makeActions();
    this.#makeMenu();
    NARROW.addEventListener("change", fitNarrow);
    fitNarrow();
    const { rooms } = this.#view;
    listenToKeys({
      go: (step, wanted) => go(rooms.neighbour(step, wanted)),
      help: () => this.#help(),
      jump: () => void this.#jump(),
      end: () => void this.#view.toEnd(),
      write: () => this.focus(),
    });
    for (const time of document.querySelectorAll("time.when")) time.textContent = whenOf(Date.parse(time.dateTime));
    if (matchMedia("(hover: hover) and (pointer: fine)").matches && location.hash === "") this.focus();
  }

  focus() {
    this.#composer?.focus();
  }

  tell(note) {
    if (this.#composer !== undefined) return this.#composer.tell(note);
    byId("said").textContent = note;
  }

  #makeComposer() {
    const [text, counter, note] = ["text", "counter", "note"].map(byId);
    const [context, contextText, contextCancel] = ["context", "context-text", "context-cancel"].map(byId);
    const place = byId("composer");
    this.#completeOnDemand(text);
    this.#composer = new Composer(place, {
      parts: { text, counter, note, context, contextText, contextCancel },
      max: Number(data.max),
      draftKey: `commonroom:draft:${me}:${room}`,
      send: (text, replyTo) => {
        this.#view.typing.ended();
        this.#send(text, replyTo);
      },
      edit: async (seq, text) => this.#changed(await ask(roomPath(room, `/messages/${seq}`), { body: { text } })),
      command: (text) => this.#command(text),
      editLast: () => {
        const seq = Number(this.#view.lines.lastOfMine()?.dataset.seq ?? 0);
        if (seq > 0) this.#edit(seq);
      },
      typing: () => this.#view.typing.mine(),
    });
  }

  #completeOnDemand(text) {
    const listen = async () => {
      if (!/^\/|[@:]/.test(text.value)) return;
      text.removeEventListener("input", listen);
      const [{ Completion }, { makeSources }] = await Promise.all([import("./completion.js"), import("./sources.js")]);
      const sources = makeSources({ here: () => this.#view.people.here, me, role });
      new Completion(text, { place: byId("composer"), sources }).look();
    };
    text.addEventListener("input", listen);
  }

  #makeActions() {
    const actions = new MessageActions(byId("log"), {
      list: byId("lines"),
      lastSeen: () => this.#view.scroll.lastSeen,
      actions: {
        canWrite,
        reply: (seq) => this.#reply(seq),
        react: (seq, emoji, on) => void this.#react(seq, emoji, on),
        pick: (seq, beside) => void this.#pick(seq, beside),
        menu: (seq, beside) => void this.#menu(seq, beside),
        go: (seq) => void this.#view.go(seq),
      },
    });
    this.#view.dropping = () => actions.saveFocus();
  }

  /** The menu of the room. */
  #makeMenu() {
    const close = () => byId("room-menu").removeAttribute("open");
    byId("jump-item").hidden = byId("keys-item").hidden = false;
    byId("show-keys").addEventListener("click", () => {
      close();
      this.#help();
    });
    byId("jump").addEventListener("submit", async (event) => {
      event.preventDefault();
      const at = new Date(`${byId("jump-date").value}T00:00`).getTime();
      close();
      const line = await this.#view.history.toTime(at).catch(() => undefined);
      if (line === undefined) await this.#view.toEnd();
      else void this.#view.go(Number(line.dataset.seq));
    });
    byId("earlier").addEventListener("click", (event) => {
      event.preventDefault();
      this.#view.history.look();
    });
  }

  #reply(seq) {
    const message = this.#view.lines.message(seq);
    if (message === undefined) return;
    const { author, displayName, text } = message;
    this.#composer?.reply({ seq, name: displayName ?? this.#view.people.nameOf(author), text });
  }

  #edit(seq) {
    const message = this.#view.lines.message(seq);
    if (message !== undefined) this.#composer?.edit({ seq, text: message.text });
  }

  async #react(seq, emoji, on) {
    try {
      this.#changed(await ask(roomPath(room, `/messages/${seq}/reactions`), { body: { emoji, on } }));
    } catch (error) {
      this.tell(error.message);
    }
  }

  async #pick(seq, beside) {
    const { pickEmoji } = await import("./picker.js");
    pickEmoji(beside, (emoji) => void this.#react(seq, emoji, true));
  }

  async #menu(seq, beside) {
    const { openMenu } = await import("./menu.js");
    const message = this.#view.lines.message(seq);
    if (message === undefined) return;
    const does = {
      reply: () => this.#reply(seq),
      react: () => void this.#pick(seq, beside),
      edit: () => this.#edit(seq),
    };
    openMenu({
      message,
      beside,
      who: { me, role, canWrite: canWrite() },
      choose: (choice) => does[choice](),
      changed: (message) => this.#view.change(message),
      tell: (note) => this.tell(note),
    });
  }

  #changed({ message }) {
    this.#view.change(message);
  }

  async #command(text) {
    const { runCommand } = await import("./commands.js");
    return await runCommand(text, {
      room,
      me,
      role,
      profile: this.#view.people.profileOf(me),
      send: (text) => this.#send(text),
      help: () => this.#help(),
      tell: (note) => this.tell(note),
      go: (path) => location.assign(path),
    });
  }

  async #help() {
    const { showHelp } = await import("./help.js");
    showHelp(role);
  }

  async #jump() {
    const { openSwitcher } = await import("./switcher.js");
    const { rooms } = this.#view;
    const unread = rooms.unread.bind(rooms);
    openSwitcher({ rooms: rooms.rows, unread, me, go: (path) => location.assign(path) });
  }
}

function go(row) {
  if (row !== undefined) location.assign(`/rooms/${encodeURIComponent(row.id)}`);
}

function fitNarrow() {
  if (!NARROW.matches) return;
  NARROW.removeEventListener("change", fitNarrow);
  void import("./narrow.js").then(({ makeDrawers, fitViewport }) => {
    makeDrawers();
    fitViewport();
  });
}

/** The keys of the whole page; help.js lists them. */
function listenToKeys({ go, help, jump, end, write }) {
  document.addEventListener("keydown", (event) => {
    const { key, target, altKey, shiftKey, ctrlKey, metaKey } = event;
    if (event.defaultPrevented || event.isComposing || document.querySelector("dialog[open], .drawer.open")) return;
    if (altKey && !ctrlKey && !metaKey && (key === "ArrowUp" || key === "ArrowDown")) {
      event.preventDefault();
      return go(key === "ArrowUp" ? -1 : 1, { isUnread: shiftKey });
    }
    if ((isMac ? metaKey : ctrlKey) && !altKey && !shiftKey && key.toLowerCase() === "k") {
      event.preventDefault();
      return jump();
    }
    if (key === "Escape") return closeMenus() || end();
    if (altKey || ctrlKey || metaKey || target.closest(FIELDS) !== null) return;
    if (key === "?") {
      event.preventDefault();
      help();
    } else if (/^[\p{L}\p{N}]$/u.test(key)) write();
  });
  document.addEventListener("click", ({ target }) => {
    for (const menu of document.querySelectorAll("details.menu[open]")) {
      if (!menu.contains(target)) menu.removeAttribute("open");
    }
  });
}

function closeMenus() {
  const open = document.querySelector("details.menu[open]");
  if (open === null) return false;
  open.removeAttribute("open");
  open.querySelector("summary")?.focus();
  return true;
}
