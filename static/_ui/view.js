/**
 * All that is seen of the room but the field where one writes.
 *
 * @import { Item } from "./outbox_store.js"
 * @import { Message } from "./line.js"
 */
import { byId } from "./elements.js";
import { History } from "./history.js";
import { Lines } from "./lines.js";
import { canWrite, data, firstView, me, room } from "./page.js";
import { People } from "./people.js";
import { Rooms } from "./rooms.js";
import { Scroll } from "./scroll.js";
import { Said, Typing } from "./news.js";
import { Floating, Reading, showUnread } from "./unread.js";

/** How long a message is marked that was gone to. */
const MARKED_MS = 2_500;

export class View {
  people;
  rooms;
  lines;
  scroll;
  history;
  typing;
  #reading;
  #floating;
  #said = new Said(byId("said"));
  /** Told before lines go, so that the focus does not go with them. */
  dropping = () => {};

  /**
   * @param {{
   *   lastSeq: () => number, send: (message: object) => boolean, retry: (key: string) => void,
   *   discard: (key: string) => void
   * }} init
   */
  constructor({ lastSeq, send, retry, discard }) {
    const nameOf = (name) => this.people.nameOf(name);
    const isUnread = Number(data.read) < Number(data.last) && data.member !== undefined;
    const firstUnread = isUnread ? Number(data.read) + 1 : 0;
    const { messages, rooms, profiles } = firstView;
    const moved = () => this.#moved();
    this.people = new People({ me, profiles });
    this.rooms = new Rooms(rooms, { current: room, people: this.people, changed: () => this.#showUnread() });
    this.lines = new Lines(byId("lines"), { messages, reader: { me, nameOf }, firstUnread, retry, discard });
    this.scroll = new Scroll(byId("log"), { lines: byId("lines"), tail: byId("tail"), moved });
    const { lines, scroll } = this;
    const dropping = () => this.dropping();
    this.history = new History({ room, lines, scroll, lastSeq, dropping, changed: () => this.#changed() });
    this.typing = new Typing(byId("typing"), { me, nameOf, send: () => send({ type: "typing", room }) });
    this.#reading = new Reading({
      read: Number(data.read),
      last: lastSeq,
      isSeen: () => this.#isAtLiveEnd,
      send: (seq) => data.member !== undefined && send({ type: "read", room, seq }),
      changed: (seq) => this.rooms.read(room, seq),
    });
    this.#floating = new Floating({ history: this.history, lines, scroll, firstUnread, go: (seq) => this.go(seq) });
  }

  /** Shows what a link points to, or else the end. */
  begin() {
    byId("newer-step").hidden = true;
    // It stays for those who read without a wheel; the others get older messages by going there.
    byId("earlier").tabIndex = -1;
    const seq = Number(/^#message-(\d+)$/.exec(location.hash)?.[1]);
    if (seq > 0) void this.go(seq);
    else if (new URLSearchParams(location.search).has("after")) {
      this.scroll.show(byId("lines").firstElementChild, "start");
    } else this.scroll.toEnd();
    this.#changed();
    this.#showUnread();
  }

  /** @param {{ rooms: import("./rooms.js").RoomRow[], online: string[], profiles: Record<string, any> }} welcome */
  welcome({ rooms, online, profiles }) {
    this.people.set(online, profiles);
    this.rooms.set(rooms);
    this.#followRoom();
    this.#reading.resume();
  }

  /**
   * Shows messages that have just been sent.
   *
   * @param {Message[]} messages
   * @param {{ isNews: boolean }} what
   */
  append(messages, { isNews }) {
    let isShown = false;
    this.scroll.keep(() => isShown = this.history.append(messages));
    const others = messages.filter(({ author }) => author !== me);
    if (!isShown) { for (const { key, author } of messages) if (author === me) this.lines.dropWaiting(key); }
    for (const { author } of messages) this.typing.said(author);
    if (isNews) this.#said.say(others, (name) => this.people.nameOf(name));
    this.#floating.missed(others.length, { isAtEnd: this.#isAtLiveEnd });
    this.#changed();
  }

  /**
   * Shows a message as it is now.
   *
   * @param {any} message
   */
  change(message) {
    this.history.noteChange(message);
    this.scroll.keep(() => this.lines.change(message));
  }

  /** @param {Item} item */
  showWaiting(item) {
    this.scroll.keep(() => this.lines.showWaiting(item));
    this.#changed();
  }

  dropWaiting(key) {
    this.scroll.keep(() => this.lines.dropWaiting(key));
    this.#changed();
  }

  /** Goes to the newest message. */
  async toEnd() {
    await this.history.toEnd().catch(() => {});
    this.#changed();
  }

  /** Goes to a message, and to its line with the keyboard. */
  async go(seq) {
    const line = await this.history.toMessage(seq).catch(() => undefined);
    if (line === undefined) return;
    this.scroll.show(line);
    line.focus({ preventScroll: true });
    line.classList.add("target");
    setTimeout(() => line.classList.remove("target"), MARKED_MS);
  }

  /** @param {Parameters<Rooms["count"]>[0]} message */
  count(message) {
    this.rooms.count(message, me);
  }

  /** @param {{ room: string, seq: number }} read */
  read({ room: id, seq }) {
    this.rooms.read(id, seq);
    if (id === room) this.#reading.heard(seq);
  }

  /** @param {{ name: string, displayName?: string, colour?: number }} profile */
  profile({ name, displayName, colour }) {
    this.people.profile(name, { displayName, colour });
    this.rooms.renamed(name, displayName ?? name);
    const seen = (message) => message.author === name ? { ...message, displayName, colour } : undefined;
    this.scroll.keep(() => this.lines.changeAll(seen));
  }

  /** @param {import("./rooms.js").RoomRow} row */
  room(row) {
    this.rooms.put(row);
    if (row.id === room) this.#followRoom();
  }

  gone(id) {
    this.rooms.gone(id);
    if (id !== room) return;
    if (data.access === "open") location.reload();
    else location.assign("/rooms/common");
  }

  /** @param {string} author What they wrote is erased. */
  erase(author) {
    this.history.forget();
    const blank = {
      author: "",
      displayName: undefined,
      colour: undefined,
      text: "",
      html: undefined,
      quote: undefined,
    };
    this.scroll.keep(() =>
      this.lines.changeAll((message) =>
        message.author === author ? { ...message, ...blank, reactions: [], deletedAt: Date.now() } : undefined
      )
    );
  }

  /** The name of the room may be another; whoever may write now, or may not any more, gets the other page. */
  #followRoom() {
    const row = this.rooms.row(room);
    if (row === undefined) return;
    const isMember = data.member !== undefined;
    const isOpen = canWrite() || byId("muted") !== null;
    if (row.isMember !== isMember || (isMember && Boolean(row.isArchived) === isOpen)) return location.reload();
    byId("room-name").textContent = row.name;
    this.#showUnread();
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
