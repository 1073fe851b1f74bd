/**
 * The common room, and the rooms beside it.
 *
 * A message's journey, and why none is lost:
 *
 * 1. Its author's client keeps it under a key of its own making, and sends it (`static/_ui/outbox.js`), again and again
 *    until it is acknowledged.
 * 2. It is checked, and appended to the log (`posting.ts`). The same key again is the same entry.
 * 3. The log writes the entry and all that is shown of it in one transaction (`store/sqlite_log.ts`). There the room counts
 *    it: 1, 2, 3 … without gaps.
 * 4. Only when that is on the disk the author gets the ack (`answering.ts`), and those who are live get the message
 *    (`delivery.ts`, `room.ts`).
 * 5. Who was away says what they have seen, and is sent the rest page by page (`behind.ts`); they go live in the very turn
 *    in which nothing is left, so that no message falls between (`connection.ts`).
 * 6. A client takes a message only if it is the next (`static/_ui/feed.js`); if not, it goes on at 5.
 *
 * @module
 */
import type { Account } from "../auth/accounts.ts";
import { foldName } from "../auth/names.ts";
import type { RateLimits } from "../auth/rate_limits.ts";
import { HttpError } from "../errors.ts";
import type { Stop } from "../store/log.ts";
import type { MessageRange, Place, Version } from "../store/messages_view.ts";
import type { Store } from "../store/mod.ts";
import { nextTurn, Turn } from "../turn.ts";
import { Access } from "./access.ts";
import { Answering } from "./answering.ts";
import type { Connection } from "./connection.ts";
import { Delivery, sendAll } from "./delivery.ts";
import { Entrance } from "./entrance.ts";
import { Posting } from "./posting.ts";
import { Presence } from "./presence.ts";
import { LIMITS, type ServerMessage } from "./protocol.ts";
import { ReadMarks } from "./read_marks.ts";
import { Rooms } from "./rooms.ts";
import { Typists } from "./typing.ts";
import { type Profile, profileOf, type RoomRow, toWire, type WireMessage } from "./wire.ts";

/** Entries erased in one step: some ms of the event loop. */
const ERASE_AT_ONCE = 200;

/** Which messages of a room are wanted: a range, or those around one, or from a time on. */
export interface WantedMessages extends MessageRange {
  /** Around this sequence. */
  readonly at?: number;
  /** From the first one at or after this time on, in ms since 1970. */
  readonly from?: number;
}

/** What a chat is made of. */
export interface ChatDeps {
  /** Where rooms and messages are. */
  readonly store: Store;
  /** How fast things may come. */
  readonly limits: RateLimits;
  /** Told of errors that are no client's fault. */
  readonly reportDefect: (error: unknown) => void;
}

/** The rooms, and who is in them. */
export class Chat {
  /** Makes and changes rooms. */
  readonly rooms: Rooms;
  /** Takes messages and their changes in. */
  readonly posting: Posting;
  /** Lets members in by their sockets, and has them go. */
  readonly entrance: Entrance;
  readonly #store: Store;
  readonly #limits: RateLimits;
  readonly #access: Access;
  readonly #presence: Presence;
  readonly #delivery: Delivery;
  readonly #marks: ReadMarks;
  readonly #typists: Typists;
  readonly #answering: Answering;
  #unfollow: Stop = () => {};

  private constructor({ store, limits, reportDefect }: ChatDeps) {
    const turn = new Turn(reportDefect);
    const connections = new Set<Connection>();
    const access = this.#access = new Access(store);
    this.#store = store;
    this.#limits = limits;
    this.rooms = new Rooms({ store, access, limits });
    const presence = this.#presence = new Presence({ turn, tell: (message) => sendAll(connections, message) });
    const delivery = this.#delivery = new Delivery({ store, turn, presence, connections, reportDefect });
    const marks = this.#marks = new ReadMarks({ store, reportDefect });
    const posting = this.posting = new Posting({ store, access, limits, marks, position: () => delivery.position });
    const typists = this.#typists = new Typists((room, names) => {
      delivery.room(room).deliver({ type: "typing", room, names });
    });
    const answering = this.#answering = new Answering({ access, posting, marks, typists, limits, connections });
    this.entrance = new Entrance({
      log: store.log,
      limits,
      connections,
      host: {
        turn,
        history: {
          get position() {
            return delivery.position;
          },
          lastSeq: (room) => store.rooms.lastSeq(room),
          lastChange: (room) => store.messages.lastChange(room),
          range: (room, range) => store.messages.range(room, range),
          changed: (room, range) => store.messages.changed(room, range),
        },
        room: (id) => delivery.room(id),
        mayRead: (user, room) => access.mayRead(user, room),
        answer: (connection, message) => answering.answer(connection, message),
        checkResume: (user) => limits.sockets.check(user.id),
        defect: reportDefect,
      },
      roomsFor: (user) => this.roomsFor(user),
      welcome: (user, rooms) => this.#welcome(user, rooms),
      // The profile may have changed since the handshake.
      entered: (user) => presence.enter(store.accounts.byId(user.id) ?? user),
      left: (connection) => {
        delivery.leave(connection);
        presence.leave(connection.user);
      },
    });
  }

  /**
   * Opens the rooms that the store holds; makes the common room if it is not there.
   *
   * @param deps The store, the rates, and who is told of defects.
   */
  static async open(deps: ChatDeps): Promise<Chat> {
    const chat = new Chat(deps);
    await chat.rooms.makeCommonRoom();
    chat.#unfollow = chat.#delivery.begin(await deps.store.log.head());
    return chat;
  }

  /** Who is here, by name. */
  get online(): readonly string[] {
    return this.#presence.online;
  }

  /** The position of the newest entry that everybody has been told of. */
  get position(): number {
    return this.#delivery.position;
  }

  /** Whether somebody is here. */
  isOnline(name: string): boolean {
    return this.#presence.isOnline(name);
  }

  /** The profiles of those here who have one, by name. */
  get profiles(): Readonly<Record<string, Profile>> {
    return this.#presence.profiles;
  }

  /** The profiles of people who have one, by name, whether they are here or not. */
  profilesOf(names: readonly string[]): Record<string, Profile> {
    const { profiles } = this;
    const found: Record<string, Profile> = {};
    for (const name of names) {
      const account = this.isOnline(name) ? undefined : this.#store.accounts.byFoldedName(foldName(name));
      const profile = profiles[name] ?? (account && profileOf(account));
      if (profile !== undefined) found[name] = profile;
    }
    return found;
  }

  /** The rooms that somebody may read, as they see them. */
  roomsFor(reader: Account): RoomRow[] {
    return this.#store.rooms.rowsFor(reader.id).map((row) => this.#withMark(row, reader));
  }

  /**
   * A room, as somebody sees it.
   *
   * @throws {HttpError} 404 if there is no such room, or they may not read it.
   */
  room(reader: Account, id: string): RoomRow {
    this.#access.toRead(reader, id);
    return this.#withMark(this.#store.rooms.rowFor(reader.id, id)!, reader);
  }

  /**
   * Messages of a room, oldest first.
   *
   * @throws {HttpError} 404 if there is no such room, or they may not read it; 429 if pages are read too fast.
   */
  messages(reader: Account, room: string, { at, from, ...range }: WantedMessages): WireMessage[] {
    const { lastSeq } = this.#access.toRead(reader, room);
    this.#limits.history.check(reader.id);
    const { messages } = this.#store;
    const start = at !== undefined
      ? at - Math.ceil(range.limit / 2)
      : from !== undefined
      ? (messages.firstSince(room, from) ?? lastSeq + 1) - 1
      : range.after;
    return messages.range(room, { ...range, after: start === undefined ? undefined : Math.max(0, start) }).map(toWire);
  }

  /**
   * A message as it is now.
   *
   * @throws {HttpError} 404 if there is none, or they may not read it.
   */
  message(reader: Account, { room, seq }: Place): WireMessage {
    this.#access.toRead(reader, room);
    const message = this.#store.messages.bySeq(room, seq);
    if (message === undefined) throw new HttpError(404, `There is no message ${seq} in this room`);
    return toWire(message);
  }

  /**
   * What a message said before it was edited or deleted, oldest first: for moderators.
   *
   * @throws {HttpError} 403 if they are none, 404 if there is no such message, or they may not read it.
   */
  versions(reader: Account, place: Place): Version[] {
    this.message(reader, place);
    if (!this.#access.isModerator(reader)) throw new HttpError(403, "Only moderators see what a message said before");
    return this.#store.messages.versions(place.room, place.seq);
  }

  /**
   * Notes how far somebody has read.
   *
   * @throws {HttpError} 404 if there is no such room, or they may not read it; 429 if they come too fast.
   */
  markRead(reader: Account, place: Place): void {
    this.#answering.markRead(reader, place);
  }

  /**
   * Erases all that somebody wrote, in the log too; the messages keep their places. Done again, it goes on where it was
   * interrupted.
   *
   * @param account Whose; the name is told to those who show what they wrote.
   */
  async erase({ id, name }: Pick<Account, "id" | "name">): Promise<void> {
    const { messages, log } = this.#store;
    this.#delivery.tellAll({ type: "erased", author: name });
    for (
      let entries = messages.entriesOf(id, ERASE_AT_ONCE);
      entries.length > 0;
      entries = messages.entriesOf(id, ERASE_AT_ONCE)
    ) {
      await log.erase(entries);
      await nextTurn();
    }
    await this.#marks.erase(id);
    this.#delivery.tellAll({ type: "erased", author: name });
  }

  /** Says goodbye to everybody before the server stops, and writes what was only in memory. */
  async close(): Promise<void> {
    this.#unfollow();
    this.#presence.close();
    this.#typists.close();
    this.entrance.close();
    await this.#marks.close();
  }

  #welcome(user: Account, rooms: readonly RoomRow[]): ServerMessage {
    const { online, profiles, position } = this;
    const you = { name: user.name, ...profileOf(user), role: user.role };
    return { type: "welcome", you, rooms, online, profiles, limits: LIMITS, position };
  }

  /** What was read in the last seconds is not in the view yet. */
  #withMark(row: RoomRow, { id }: Account): RoomRow {
    const read = Math.max(row.read, this.#marks.waitingSeqOf(id, row.id));
    if (read === row.read) return row;
    const mentions = row.access === "direct" ? row.lastSeq - read : read >= row.lastSeq ? 0 : row.mentions;
    return { ...row, read, mentions };
  }
}
