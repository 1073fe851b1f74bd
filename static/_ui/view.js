/**
 * All that is seen of the room but the field where one writes.
 *
 * @import { Item } from "./outbox_store.js"
 * @import { Message } from "./line.js"
 */
import { byId } from "./elements.js";
import { History } from "./history.js";
import { Lines } from "./lines.js";
import { Floating, newMessages, Reading, Said, showUnread, Typing } from "./news.js";
import { canWrite, data, firstView, load, me, room, tell } from "./page.js";
import { People } from "./people.js";
import { Rooms } from "./rooms.js";
import { Scroll } from "./scroll.js";

/** How long a message is marked that was gone to. */
const MARKED_MS = 2_500;
/** Characters of a message that are read aloud. */
const MAX_SAID = 300;
/** Where the next page finds the name of the room that one is not in any more. */
const LEFT = "commonroom:left";

export class View {
  people;
  rooms;
  lines;
  scroll;
  history;
  typing;
  #reading;
  #floating;
  /** Whether the page is on its way to another room: to set out twice would break the first off. */
  #isLeaving = false;
  #said = new Said(byId("said"));
  /** Told before lines go, so that the focus does not go with them. */
  dropping = () => {};
  /** @type {(isGone: (message: { seq: number, author: string }) => boolean) => void} Told what is gone, that may be being answered. */
  forgotten = () => {};

  /**
   * @param {{
   *   lastSeq: () => number, send: (message: object) => boolean, retry: (key: string) => void,
   *   discard: (key: string) => void
   * }} init
   */
  constructor({ lastSeq, send, retry, discard }) {
    const nameOf = (name) => this.people.nameOf(name);
    const reader = { me, nameOf, roleOf: (name) => this.people.profileOf(name).role };
    const isUnread = Number(data.read) < Number(data.last) && data.member !== undefined;
    const firstUnread = isUnread ? Number(data.read) + 1 : 0;
    const { messages, rooms, profiles } = firstView;
    const moved = () => this.#moved();
    this.people = new People({ me, profiles });
    this.rooms = new Rooms(rooms, { current: room, people: this.people, changed: () => this.#showUnread() });
    this.lines = new Lines(byId("lines"), { messages, reader, firstUnread, retry, discard });
    this.scroll = new Scroll(byId("log"), { lines: byId("lines"), tail: byId("tail"), moved });
    const { lines, scroll } = this;
    const dropping = () => this.dropping();
    this.history = new History({ room, lines, scroll, lastSeq, dropping, changed: () => this.#changed() });
    this.typing = new Typing(byId("typing"), { me, nameOf, send: () => send({ type: "typing", room }) });
    this.#reading = new Reading({
      read: Number(data.read),
      last: lastSeq,
      isSeen: () => this.#isAtLiveEnd && this.#floating.look(),
      send: (seq) => data.member !== undefined && send({ type: "read", room, seq }),
      changed: (seq) => this.rooms.read(room, seq),
    });
    const go = (seq) => this.go(seq);
    this.#floating = new Floating({ history: this.history, lines, scroll, firstUnread, go, toEnd: () => this.toEnd() });
    byId("unread-done").addEventListener("click", () => {
      byId("log").focus({ preventScroll: true });
      this.readAll();
    });
  }

  /** Shows what a link points to, or else the end. */
  begin() {
    byId("newer-step").hidden = true;
    // It stays for those who read without a wheel; the others get older messages by going there.
    byId("earlier").tabIndex = -1;
    const query = new URLSearchParams(location.search);
    // A login on the way here loses the hash.
    const seq = Number(/^#message-(\d+)$/.exec(location.hash)?.[1] ?? query.get("at"));
    const isMissing = !byId("notice").hidden;
    if (seq > 0 && !isMissing) void this.go(seq);
    else if (query.has("after") && !isMissing) this.scroll.show(byId("lines").firstElementChild, "start");
    else this.scroll.toEnd();
    this.#sayWhatWasLeft();
    this.#changed();
    this.#showUnread();
  }

  welcome({ rooms, online, profiles }) {
    this.people.set(online, profiles);
    this.rooms.set(rooms);
    this.#followRoom();
    this.#reading.resume();
  }

  /** Shows messages that have just been sent. */
  append(messages, { isNews }) {
    let isShown = false;
    this.scroll.keep(() => isShown = this.history.append(messages));
    const others = messages.filter(({ author }) => author !== me);
    if (!isShown) { for (const { key, author } of messages) if (author === me) this.lines.dropWaiting(key); }
    for (const { author } of messages) this.typing.said(author);
    if (isNews) {
      this.#said.say(others, ({ seq, author, displayName, text }) => {
        const said = this.lines.line(seq)?.querySelector(".text")?.textContent ?? text;
        return `${displayName ?? this.people.nameOf(author)}: ${said.slice(0, MAX_SAID)}`;
      });
    }
    this.#floating.missed(others.length, { isAtEnd: this.#isAtLiveEnd });
    this.#changed();
  }

  /** Shows a message as it is now. */
  change(message) {
    this.history.noteChange(message);
    this.scroll.keep(() => this.lines.change(message));
    if (message.deletedAt !== undefined) this.forgotten(({ seq }) => seq === message.seq);
  }

  /** The connection is back, and so many messages of others came meanwhile. */
  connectedAgain(missed) {
    this.#said.tell(`Connected again${missed > 0 ? `, ${newMessages(missed)}` : ""}`);
  }

  showWaiting(item) {
    this.scroll.keep(() => this.lines.showWaiting(item));
    this.#changed();
  }

  dropWaiting(key) {
    this.scroll.keep(() => this.lines.dropWaiting(key));
    this.#changed();
  }

  /** Goes to the newest message. @returns Whether it could be had; if not, the reader is told. */
  async toEnd(otherwise = "The newest messages cannot be reached just now") {
    const isThere = await this.history.toEnd().then(() => true, () => false);
    if (!isThere) tell(otherwise);
    this.#changed();
    return isThere;
  }

  /** What is unread above counts as read too, once the reader is at the end. */
  readAll() {
    this.#floating.dismiss();
    this.#reading.look();
  }

  /** Goes to a message, and to its line with the keyboard. */
  async go(seq) {
    const line = await this.history.toMessage(seq).catch(({ message }) => tell(message) ?? null);
    if (line === undefined) tell("That message is not here");
    if (!line) return;
    this.scroll.show(line);
    line.focus({ preventScroll: true });
    line.classList.add("target");
    setTimeout(() => line.classList.remove("target"), MARKED_MS);
  }

  count(message) {
    this.rooms.count(message, me);
  }

  read({ room: id, seq }) {
    this.rooms.read(id, seq);
    if (id === room) this.#reading.heard(seq);
  }

  profile({ name, displayName, colour }) {
    this.people.profile(name, { displayName, colour });
    this.rooms.renamed(name, displayName ?? name);
    this.scroll.keep(() =>
      this.lines.changeAll((message) => {
        const { author, quote } = message;
        if (author !== name && quote?.author !== name) return undefined;
        const quoted = quote?.author === name ? { ...quote, displayName } : quote;
        return { ...message, ...author === name && { displayName, colour }, quote: quoted };
      })
    );
    this.#showName();
  }

  room(row) {
    this.rooms.put(row);
    if (row.id === room) this.#followRoom();
  }

  gone(id) {
    this.rooms.gone(id);
    if (id !== room || this.#isLeaving) return;
    this.#isLeaving = true;
    try {
      sessionStorage.setItem(LEFT, byId("room-name").textContent);
    } catch {
      // It is not told then.
    }
    location.assign("/rooms/common");
  }

  erase(author) {
    this.history.forget();
    this.forgotten((message) => message.author === author);
    const erase = (module) => {
      this.scroll.keep(() => module.erase(author, this));
      this.#showName();
    };
    load("rare").then(erase, () => location.reload());
  }

  #sayWhatWasLeft() {
    try {
      const name = sessionStorage.getItem(LEFT);
      sessionStorage.removeItem(LEFT);
      if (name !== null) tell(`You are not in ${name} any more`);
    } catch {
      // There is nothing to tell.
    }
  }

  /** The name of the room may be another; whoever may write now, or may not any more, gets the other page. */
  #followRoom() {
    const row = this.rooms.row(room);
    if (row === undefined) return;
    const isMember = data.member !== undefined;
    const isOpen = canWrite() || byId("muted") !== null;
    if (row.isMember !== isMember || (isMember && Boolean(row.isArchived) === isOpen)) return location.reload();
    this.#showName();
    this.#showUnread();
  }

  #showName() {
    const name = this.rooms.row(room)?.name;
    if (name === undefined || name === byId("room-name").textContent) return;
    for (const place of document.querySelectorAll("#room-name, .this-room")) place.textContent = name;
    if (canWrite()) byId("text").placeholder = `Write to ${name}`;
  }

  get #isAtLiveEnd() {
    return this.scroll.isAtEnd && this.history.isLive;
  }

  #moved() {
    this.history.look();
    this.#floating.look();
    this.#reading.look();
  }

  #changed() {
    const { lines, history } = this;
    if (!history.hasOlder && document.activeElement === byId("earlier")) byId("log").focus({ preventScroll: true });
    byId("older-step").hidden = byId("earlier").hidden = !history.hasOlder;
    byId("earlier").href = `?before=${lines.first}`;
    byId("begin").hidden = history.hasOlder || lines.isEmpty;
    byId("empty").hidden = !lines.isEmpty;
    byId("log").classList.toggle("past", !history.isLive);
    const waiting = () => history.isLive ? [] : lines.waiting;
    if (waiting().length > 0 || byId("waiting").hasChildNodes()) {
      load("rare").then(({ showWaiting }) => showWaiting(byId("waiting"), waiting()), () => {});
    }
    this.#moved();
  }

  #showUnread() {
    const row = this.rooms.row(room);
    const others = this.rooms.rows.filter(({ id }) => id !== room);
    const elsewhere = others.reduce((sum, other) => sum + (this.rooms.unread(other) > 0 ? other.mentions : 0), 0);
    const unread = row === undefined ? 0 : this.rooms.unread(row);
    showUnread(unread + elsewhere, row?.name ?? byId("room-name").textContent);
    const some = others.some((other) => this.rooms.unread(other) > 0);
    byId("elsewhere").hidden = !some;
    byId("open-rooms").ariaLabel = some ? "Rooms, some unread" : "Rooms";
  }
}
