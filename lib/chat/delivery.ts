/**
 * Follows the log, and hands what happens to those whom it concerns.
 *
 * @module
 */
import { SharedText } from "../net/socket.ts";
import { decodeFact, type Fact } from "../store/entries.ts";
import type { RoomFact, RoomMade } from "../store/facts.ts";
import type { Entry, Seq } from "../store/log.ts";
import type { Store } from "../store/mod.ts";
import type { Turn } from "../turn.ts";
import type { Connection } from "./connection.ts";
import type { Presence } from "./presence.ts";
import type { ServerMessage } from "./protocol.ts";
import { encode, Room } from "./room.ts";
import { profileOf, toWire } from "./wire.ts";

/** What the delivery works with. */
export interface DeliveryDeps {
  /** Where messages are read. */
  readonly store: Store;
  /** Says when a turn ends. */
  readonly turn: Turn;
  /** Who is here. */
  readonly presence: Presence;
  /** All who are connected. */
  readonly connections: ReadonlySet<Connection>;
  /** Told of errors that are no client's fault. */
  readonly reportDefect: (error: unknown) => void;
}

/** Hands on what happens. */
export class Delivery {
  readonly #store: Store;
  readonly #turn: Turn;
  readonly #presence: Presence;
  readonly #connections: ReadonlySet<Connection>;
  readonly #reportDefect: (error: unknown) => void;
  readonly #rooms = new Map<string, Room>();
  #position: Seq = 0;

  /** Begins with nothing handed on. */
  constructor({ store, turn, presence, connections, reportDefect }: DeliveryDeps) {
    this.#store = store;
    this.#turn = turn;
    this.#presence = presence;
    this.#connections = connections;
    this.#reportDefect = reportDefect;
  }

  /** The position of the newest entry that was handed on. */
  get position(): Seq {
    return this.#position;
  }

  /** Begins to follow the log after a position. */
  begin(after: Seq): () => void {
    this.#position = after;
    return this.#store.log.follow(after, (entry) => this.#follow(entry));
  }

  /** The listeners of a room. */
  room(id: string): Room {
    let room = this.#rooms.get(id);
    if (room === undefined) this.#rooms.set(id, room = new Room(this.#turn));
    return room;
  }

  /** Nobody hears of it any more. */
  leave(connection: Connection): void {
    for (const room of this.#rooms.values()) room.leave(connection);
  }

  /** Tells everybody. */
  tellAll(message: ServerMessage): void {
    sendAll(this.#connections, message);
  }

  #follow({ seq, body }: Entry): void {
    this.#position = seq;
    const fact = decodeFact(body);
    if (fact === undefined) return;
    try {
      this.#deliver(fact, seq);
    } catch (error) {
      this.#reportDefect(error);
      // Whoever would have been told comes back, and asks for what is missing.
      if ("room" in fact) this.room(fact.room).reset();
    }
  }

  #deliver(fact: Fact, position: Seq): void {
    switch (fact.type) {
      case "message-sent":
        return this.#deliverMessage(fact.room, position);
      case "message-edited":
      case "message-deleted":
      case "reaction-set":
        return this.#deliverChange(fact, position);
      case "profile-set": {
        const account = this.#store.accounts.byId(fact.account);
        if (account === undefined) return;
        this.#presence.setProfile(account);
        return this.tellAll({ type: "profile", name: account.name, ...profileOf(account) });
      }
      case "account-muted":
      case "role-set":
        return this.#tellStanding(fact.account);
      case "room-made":
      case "room-renamed":
      case "room-archived":
      case "room-joined":
      case "room-left":
        return this.#deliverRoom(fact);
    }
  }

  /** Somebody's own pages show what they may do. */
  #tellStanding(id: string): void {
    const { accounts } = this.#store;
    const account = accounts.byId(id);
    if (account === undefined) return;
    this.#presence.setProfile(account);
    const { role } = account;
    const mutedUntil = accounts.mutedUntilMs(id);
    this.#ofAccount(id, (connection) => connection.send({ type: "standing", role, mutedUntil }));
  }

  #deliverMessage(id: string, position: Seq): void {
    const room = this.room(id);
    if (room.isQuiet) return;
    const message = this.#store.messages.byLogSeq(position);
    if (message === undefined) throw new Error(`The messages view lacks entry ${position}`);
    room.deliver({ type: "message", ...toWire(message) });
  }

  #deliverChange({ room: id, seq }: { room: string; seq: number }, position: Seq): void {
    const room = this.room(id);
    const message = room.isQuiet ? undefined : this.#store.messages.bySeq(id, seq);
    if (message !== undefined) room.deliver({ type: "changed", ...toWire(message), position });
  }

  #deliverRoom(fact: RoomFact): void {
    switch (fact.type) {
      case "room-made":
        return fact.access === "open" ? this.#openToAll(fact.id) : this.#open(fact);
      case "room-joined":
        return this.#ofAccount(fact.account, (connection) => this.#enter(connection, fact.room));
      case "room-left":
        return this.#ofAccount(fact.account, (connection) => {
          connection.exit(fact.room);
          connection.send({ type: "gone", room: fact.room });
        });
      case "room-renamed":
        return this.#tellOfRoom({ id: fact.room, name: fact.name });
      case "room-archived":
        return this.#tellOfRoom({ id: fact.room, isArchived: fact.isArchived });
    }
  }

  /** A new room that is open is the same to all. */
  #openToAll(id: string): void {
    const [first] = this.#connections;
    const row = first && this.#store.rooms.rowFor(first.user.id, id);
    if (row === undefined) return;
    for (const connection of this.#connections) connection.enter(id, 0);
    sendAll(this.#connections, { type: "room", room: { ...row, lastSeq: 0, read: 0, mentions: 0 } });
  }

  #open({ id, by, members = [] }: RoomMade): void {
    for (const account of [by, ...members]) {
      this.#ofAccount(account, (connection) => this.#enter(connection, id));
    }
  }

  /** Brings a connection into a room that its owner is in. */
  #enter(connection: Connection, id: string): void {
    const row = this.#store.rooms.rowFor(connection.user.id, id);
    if (row === undefined || !row.isMember) return;
    connection.enter(id, row.lastSeq);
    connection.send({ type: "room", room: row });
  }

  #ofAccount(id: string | undefined, tell: (connection: Connection) => void): void {
    for (const connection of this.#connections) if (connection.user.id === id) tell(connection);
  }

  #tellOfRoom(room: Extract<ServerMessage, { type: "room" }>["room"]): void {
    sendAll([...this.#connections].filter((connection) => connection.isIn(room.id)), { type: "room", room });
  }
}

/** Sends a message to many, encoded once. */
export function sendAll(connections: Iterable<Connection>, message: ServerMessage): void {
  const frame = new SharedText(encode(message));
  for (const connection of connections) connection.sendFrame(frame);
}
