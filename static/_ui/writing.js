/**
 * All that one does in the room: writing, reacting, commands and keys.
 *
 * @import { View } from "./view.js"
 */
import { MessageActions } from "./actions.js";
import { Composer } from "./composer.js";
import { byId, isMac, whenOf } from "./elements.js";
import { ask, canWrite, data, load, me, role, room, roomPath, use } from "./page.js";

/** The rooms, or at least the people, are drawers: the same width as in room.css. */
const NARROW = matchMedia("(max-width: 70rem)");

export class Writing {
  view;
  send;
  /** @type {Composer | undefined} */
  composer;

  /**
   * @param {{ view: View, send: (text: string, replyTo?: number) => void }} init
   */
  constructor({ view, send }) {
    this.view = view;
    this.send = send;
  }

  /** Makes everything work. */
  begin() {
    if (canWrite()) this.#makeComposer();
    this.#makeActions();
    this.#makeMenu();
    NARROW.addEventListener("change", fitNarrow);
    fitNarrow();
    const { rooms } = this.view;
    listenToKeys({
      go: (step, wanted) => go(rooms.neighbour(step, wanted)),
      help: () => this.#do("help"),
      jump: () => this.#do("jump"),
      end: () => {
        this.view.readAll();
        void this.view.toEnd();
      },
      write: () => this.focus(),
    });
    for (const time of document.querySelectorAll("time.when")) time.textContent = whenOf(Date.parse(time.dateTime));
    if (matchMedia("(hover: hover) and (pointer: fine)").matches && location.hash === "") this.focus();
  }

  focus() {
    this.composer?.focus();
  }

  #makeComposer() {
    const [text, counter, note] = ["text", "counter", "note"].map(byId);
    const [context, contextText, contextCancel] = ["context", "context-text", "context-cancel"].map(byId);
    const place = byId("composer");
    this.#completeOnDemand(text);
    this.composer = new Composer(place, {
      parts: { text, counter, note, context, contextText, contextCancel },
      max: Number(data.max),
      draftKey: `commonroom:draft:${me}:${room}`,
      send: (text, replyTo) => {
        this.view.typing.ended();
        this.send(text, replyTo);
      },
      edit: async (seq, text) => {
        const { message } = await ask(roomPath(room, `/messages/${seq}`), { body: { text } });
        this.view.change(message);
      },
      remove: (seq) => this.#do("remove", seq),
      command: async (text) => (await load("doing")).command(this, text),
      editLast: () => {
        const seq = Number(this.view.lines.lastOfMine()?.dataset.seq ?? 0);
        if (seq > 0) this.edit(seq);
      },
      typing: () => this.view.typing.mine(),
    });
    this.view.forgotten = (isGone) => this.composer.forget(isGone);
    const { draftReplyTo } = this.composer;
    if (draftReplyTo !== undefined) this.#do("replyAgain", draftReplyTo);
  }

  #completeOnDemand(text) {
    let isMade = false;
    const listen = () => {
      if (!/^\/|[@:]/.test(text.value)) return;
      void use("completion", ({ Completion, makeSources }) => {
        if (isMade) return;
        isMade = true;
        text.removeEventListener("input", listen);
        const sources = makeSources({ here: () => this.view.people.here, me, role });
        new Completion(text, { place: byId("composer"), sources }).look();
      });
    };
    text.addEventListener("input", listen);
  }

  #makeActions() {
    const actions = new MessageActions(byId("log"), {
      list: byId("lines"),
      lastSeen: () => this.view.scroll.lastSeen,
      actions: {
        canWrite,
        reply: (seq) => this.reply(seq),
        react: (seq, emoji, on) => this.#do("react", seq, { emoji, on }),
        pick: (seq, beside) => this.#do("pick", seq, beside),
        menu: (seq, beside) => this.#do("menu", seq, beside),
        go: (seq) => void this.view.go(seq),
      },
    });
    this.view.dropping = () => actions.saveFocus();
  }

  /** The menu of the room. */
  #makeMenu() {
    const close = () => byId("room-menu").removeAttribute("open");
    byId("jump-item").hidden = byId("keys-item").hidden = false;
    byId("show-keys").addEventListener("click", () => {
      close();
      this.#do("help");
    });
    byId("jump").addEventListener("submit", (event) => {
      event.preventDefault();
      const at = new Date(`${byId("jump-date").value}T00:00`).getTime();
      close();
      this.#do("goToTime", at);
    });
    byId("earlier").addEventListener("click", (event) => {
      event.preventDefault();
      this.view.history.look();
    });
  }

  reply(seq) {
    const message = this.view.lines.message(seq);
    if (message !== undefined) this.replyTo(message);
  }

  replyTo({ seq, author, displayName, text }) {
    this.composer?.reply({ seq, author, name: displayName ?? this.view.people.nameOf(author), text });
  }

  edit(seq) {
    const message = this.view.lines.message(seq);
    if (message !== undefined) this.composer?.edit({ seq, text: message.text });
  }

  /** Does what is not needed at once. */
  #do(what, ...rest) {
    return use("doing", (doing) => doing[what](this, ...rest));
  }
}

function go(row) {
  if (row !== undefined) location.assign(`/rooms/${encodeURIComponent(row.id)}`);
}

let isFit = false;

function fitNarrow() {
  if (!NARROW.matches) return;
  void use("narrow", ({ makeDrawers, fitViewport }) => {
    if (isFit) return;
    isFit = true;
    NARROW.removeEventListener("change", fitNarrow);
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
    // Elsewhere a single key may be meant for what has the focus.
    if (altKey || ctrlKey || metaKey || (target !== document.body && target.closest("#log") === null)) return;
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
