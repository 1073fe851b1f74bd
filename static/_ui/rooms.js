/**
 * The list of rooms, with what is unread in each: as `lib/components/room_list.tsx` makes it.
 *
 * @typedef {any} RoomRow As `lib/chat/wire.ts` has it.
 */
import { arrange, byId, countText, element, hueOf, icon, initialOf } from "./elements.js";

const SECTIONS = ["joined", "direct", "other", "archived"];

export class Rooms {
  /** @type {Map<string, RoomRow>} */
  #rows = new Map();
  /** @type {Map<string, HTMLLIElement>} */
  #items = new Map();
  #isDue = false;
  #current;
  #people;
  #changed;

  /**
   * @param {RoomRow[]} rows
   * @param {{ current: string, people: import("./people.js").People, changed: () => void }} init
   */
  constructor(rows, { current, people, changed }) {
    this.#current = current;
    this.#people = people;
    this.#changed = changed;
    for (const item of byId("rooms").querySelectorAll("li")) {
      this.#items.set(String(item.dataset.id), item);
    }
    for (const row of rows) this.#rows.set(row.id, row);
  }

  /** All rooms, in the order of the list. */
  get rows() {
    const rows = [...this.#rows.values()];
    return SECTIONS.flatMap((section) => rows.filter((row) => sectionOf(row) === section));
  }

  row(id) {
    return this.#rows.get(id);
  }

  /** How many messages of a room are unread. */
  unread({ isMember, lastSeq, read }) {
    return isMember ? Math.max(0, lastSeq - read) : 0;
  }

  /** The room that comes before or after the one that is shown. */
  neighbour(step, { isUnread }) {
    const rows = this.rows.filter((row) => ["joined", "direct"].includes(sectionOf(row)) || row.id === this.#current);
    const here = rows.findIndex(({ id }) => id === this.#current);
    const others = rows.map((_, index) => rows[(here + step * (index + 1) + rows.length * 2) % rows.length]);
    return others.find((row) => row.id !== this.#current && (!isUnread || this.unread(row) > 0));
  }

  /** Takes all rooms anew, as a new connection tells them. */
  set(rows) {
    const others = [...this.#rows.values()].filter(({ id, isMember }) =>
      !isMember && !rows.some((row) => row.id === id)
    );
    this.#rows = new Map([...rows, ...others].map((row) => [row.id, this.#newest(row)]));
    this.#show();
  }

  /** A room is new, or something of it is. */
  put(row) {
    const known = this.#rows.get(row.id);
    // What is new of a room that is not known is no news.
    if (known === undefined && row.name === undefined) return;
    this.#rows.set(row.id, this.#newest({ ...known, ...row }));
    this.#show();
  }

  /** I am not in a room any more. */
  gone(id) {
    const row = this.#rows.get(id);
    if (row?.access === "open") this.#rows.set(id, { ...row, isMember: false });
    else this.#rows.delete(id);
    this.#show();
  }

  /** A message was sent. */
  count({ room, seq, mentions = [], author }, me) {
    const row = this.#rows.get(room);
    if (row === undefined || seq <= row.lastSeq) return;
    row.lastSeq = seq;
    // What one writes oneself one has read, if all before it was.
    if (author === me && row.read === seq - 1) row.read = seq;
    else if (author !== me && (row.access === "direct" || mentions.includes(me))) row.mentions++;
    this.#show();
  }

  /** A room was read, here or elsewhere. */
  read(id, seq) {
    const row = this.#rows.get(id);
    if (row === undefined || seq <= row.read) return;
    row.read = seq;
    if (seq >= row.lastSeq) row.mentions = 0;
    this.#show();
  }

  /** Somebody is called otherwise: so is the conversation with them. */
  renamed(other, name) {
    const row = [...this.#rows.values()].find((row) => row.with === other);
    if (row === undefined) return;
    row.name = name;
    this.#items.delete(row.id);
    this.#show();
  }

  /** What is known of a room here may be newer than what comes. */
  #newest(row) {
    const known = this.#rows.get(row.id);
    if (known === undefined) return row;
    const read = Math.max(row.read, known.read);
    const lastSeq = Math.max(row.lastSeq, known.lastSeq);
    return { ...row, read, lastSeq, mentions: read >= lastSeq ? 0 : row.mentions };
  }

  /** What comes in one frame is shown at once. */
  #show() {
    if (this.#isDue) return;
    this.#isDue = true;
    queueMicrotask(() => this.#render());
  }

  #render() {
    this.#isDue = false;
    for (const section of SECTIONS) {
      const rows = this.rows.filter((row) => sectionOf(row) === section);
      arrange(byId(`rooms-${section}`), rows.map((row) => this.#item(row)));
      const box = byId(`box-${section}`);
      if (box !== null) box.hidden = rows.length === 0;
      if (section === "direct") byId("no-direct").hidden = rows.length > 0;
    }
    for (const id of this.#items.keys()) if (!this.#rows.has(id)) this.#items.delete(id);
    this.#changed();
  }

  #item(row) {
    const item = this.#items.get(row.id) ?? this.#make(row);
    const link = item.firstElementChild;
    const unread = row.id === this.#current ? 0 : this.unread(row);
    const name = link.querySelector(".room-name");
    if (name.textContent !== row.name) name.textContent = row.name;
    link.classList.toggle("unread", unread > 0);
    let count = link.querySelector(".count");
    if (unread === 0) {
      count?.remove();
      return item;
    }
    if (count === null) link.append(count = element("span", { class: "count" }));
    count.classList.toggle("mentions", row.mentions > 0);
    const words = row.mentions > 0 ? " unread, for you" : " unread";
    count.replaceChildren(countText(unread), element("span", { class: "hidden" }, words));
    return item;
  }

  #make({ id, name, access, with: other }) {
    const mark = other === undefined ? icon(access === "invited" ? "lock" : "hash") : element("span", {
      class: `tile ${hueOf(other, this.#people.profileOf(other).colour)}`,
      "data-initial": initialOf(name),
    });
    const link = element("a", { href: `/rooms/${encodeURIComponent(id)}` }, mark);
    if (id === this.#current) link.setAttribute("aria-current", "page");
    link.append(element("span", { class: "room-name" }, name));
    const item = element("li", { "data-id": id }, link);
    this.#items.set(id, item);
    return item;
  }
}

/** Where a room stands in the list. */
function sectionOf({ access, isMember, isArchived }) {
  if (isArchived) return "archived";
  if (!isMember) return "other";
  return access === "direct" ? "direct" : "joined";
}
