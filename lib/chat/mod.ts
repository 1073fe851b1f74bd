/**
 * The common room.
 *
 * Rooms and messages are entries of the log; this module follows it and hands each message to those who are here.
 *
 * @module
 */
import type { Account } from "../auth/accounts.ts";
import type { RateLimits } from "../auth/rate_limits.ts";
import { HttpError } from "../errors.ts";
import { SharedText, type Socket, type SocketEvents } from "../net/socket.ts";
import { decodeFact, encodeFact, keyOf } from "../store/entries.ts";
import { Conflict, type Entry, type Stop } from "../store/log.ts";
import type { Message, MessageRange } from "../store/messages_view.ts";
import type { Store } from "../store/mod.ts";
import type { RoomRow } from "../store/rooms_view.ts";
import { Turn } from "../turn.ts";
import { Connection, type ConnectionHost } from "./connection.ts";
import { type Draft, type Posted, Posting } from "./posting.ts";
import { LIMITS } from "./protocol.ts";
import { Registry } from "./registry.ts";
import { encode, Room } from "./room.ts";

/** The room that is always there. */
const COMMON_ROOM = "common";

/** Connections that one account may hold: tabs, phones and scripts. */
const MAX_CONNECTIONS = 50;
/** Clients that must reconnect do so spread over this long, in ms. */
const RECONNECT_SPREAD_MS = 2_000;

const RETRY_SOON = { "retry-after": "1" };

/** Who joins, with which session. */
export interface Joining {
  /** Whose the socket is. */
  readonly user: Account;
  /** The session that opened it. */
  readonly sessionKey: string;
}

/** The rooms, and who is in them. */
export class Chat {
  readonly #store: Store;
  readonly #limits: RateLimits;
  readonly #posting: Posting;
  readonly #reportDefect: (error: unknown) => void;
  readonly #turn: Turn;
  readonly #registry = new Registry();
  readonly #rooms = new Map<string, Room>();
  readonly #connections = new Set<Connection>();
  /** Open sockets by account, those that are closing among them: they cost as much. */
  readonly #sockets = new Map<string, number>();
  readonly #presence = { flush: () => this.#tellPresence() };
  readonly #host: ConnectionHost;
  #unfollow: Stop = () => {};
  #isClosing = false;

  private constructor({ store, limits, reportDefect }: ChatDeps) {
    this.#store = store;
    this.#limits = limits;
    this.#reportDefect = reportDefect;
    this.#turn = new Turn(reportDefect);
    this.#posting = new Posting({ ...store, rate: limits.messages });
    this.#host = {
      turn: this.#turn,
      room: (id) => this.#rooms.get(id),
      lastSeq: (room) => store.rooms.byId(room)?.lastSeq ?? 0,
      messages: (room, range) => store.messages.range(room, range),
      post: (author, draft) => this.post(author, draft),
      checkResume: (user) => limits.sockets.check(user.id),
      left: (connection) => this.#left(connection),
      gone: ({ user }) => this.#countSocket(user, -1),
      defect: reportDefect,
    };
  }

  /**
   * Opens the rooms that the store holds; makes the common room if it is not there.
   *
   * @param deps The store, the rates, and who is told of defects.
   */
  static async open(deps: ChatDeps): Promise<Chat> {
    const { log, rooms } = deps.store;
    const chat = new Chat(deps);
    const made = encodeFact({ type: "room-made", id: COMMON_ROOM, name: "Common room" });
    await log.append(keyOf.room(COMMON_ROOM), made, { expect: 0 }).catch((error) => {
      if (!(error instanceof Conflict)) throw error;
    });
    for (const { id } of rooms.all()) chat.#rooms.set(id, new Room(chat.#turn));
    chat.#unfollow = log.follow(await log.head(), (entry) => chat.#follow(entry));
    return chat;
  }

  /** Who is here, by name. */
  get online(): readonly string[] {
    return this.#registry.online;
  }

  /** The rooms there are. */
  rooms(): RoomRow[] {
    return this.#store.rooms.all();
  }

  /**
   * Messages of a room, oldest first.
   *
   * @throws {HttpError} 404 if there is no such room.
   */
  messages(room: string, range: MessageRange): Message[] {
    if (this.#store.rooms.byId(room) === undefined) throw new HttpError(404, `There is no room ${room}`);
    return this.#store.messages.range(room, range);
  }

  /** Takes a message in: see {@linkcode Posting.post}. */
  post(author: Account, draft: Draft): Promise<Posted> {
    return this.#posting.post(author, draft);
  }

  /**
   * Refuses a member who opens too many connections, before the upgrade.
   *
   * @throws {HttpError} 429, or 503 if the server stops.
   */
  checkJoin(user: Account): void {
    if (this.#isClosing) throw new HttpError(503, "The server stops; come back in a moment", { headers: RETRY_SOON });
    this.#limits.sockets.check(user.id);
    if ((this.#sockets.get(user.id) ?? 0) >= MAX_CONNECTIONS) {
      throw new HttpError(429, `You have ${MAX_CONNECTIONS} connections open already; close one`);
    }
  }

  /** Welcomes a member's open socket. */
  join(socket: Socket, { user, sessionKey }: Joining): SocketEvents {
    const rooms = this.rooms();
    const connection = new Connection({ user, sessionKey, socket, host: this.#host, rooms });
    this.#connections.add(connection);
    this.#countSocket(user, 1);
    this.#registry.enter(user.name);
    this.#turn.add(this.#presence);
    connection.send({
      type: "welcome",
      you: { name: user.name, role: user.role },
      rooms,
      online: this.online,
      limits: LIMITS,
    });
    connection.flush();
    if (this.#isClosing) this.#sayBye(connection);
    this.#checkSession(connection).catch(this.#reportDefect);
    return connection;
  }

  /** Closes the connections of a session that has ended. */
  endSession(sessionKey: string): void {
    for (const connection of this.#connections) {
      if (connection.sessionKey === sessionKey) connection.close(4401, "Logged out");
    }
  }

  /** Says goodbye to everybody before the server stops. */
  close(): void {
    this.#isClosing = true;
    this.#unfollow();
    for (const connection of this.#connections) this.#sayBye(connection);
  }

  #sayBye(connection: Connection): void {
    connection.send({ type: "bye", retryAfterMs: Math.round(500 + Math.random() * RECONNECT_SPREAD_MS) });
    connection.close(1001, "The server stops");
  }

  /** The session may have ended between the handshake and the opening of the socket. */
  async #checkSession(connection: Connection): Promise<void> {
    if (await this.#store.log.get(connection.sessionKey) === undefined) connection.close(4401, "Logged out");
  }

  #countSocket({ id }: Account, change: 1 | -1): void {
    const count = (this.#sockets.get(id) ?? 0) + change;
    if (count > 0) this.#sockets.set(id, count);
    else this.#sockets.delete(id);
  }

  #follow({ seq, body }: Entry): void {
    const fact = decodeFact(body);
    if (fact?.type === "room-made") this.#rooms.set(fact.id, new Room(this.#turn));
    if (fact?.type !== "message-sent") return;
    try {
      const message = this.#store.messages.byLogSeq(seq);
      if (message === undefined) throw new Error(`The messages view lacks entry ${seq}`);
      this.#rooms.get(fact.room)?.deliver(message);
    } catch (error) {
      this.#reportDefect(error);
      this.#rooms.get(fact.room)?.reset();
    }
  }

  #left(connection: Connection): void {
    this.#connections.delete(connection);
    for (const room of this.#rooms.values()) room.leave(connection);
    this.#registry.leave(connection.user.name);
    this.#turn.add(this.#presence);
  }

  #tellPresence(): void {
    const changes = this.#registry.takeChanges();
    if (changes === undefined) return;
    const { joined, left } = changes;
    const text = encode({
      type: "presence",
      joined: joined.length > 0 ? joined : undefined,
      left: left.length > 0 ? left : undefined,
    });
    const frame = new SharedText(text);
    for (const connection of this.#connections) connection.sendFrame(frame);
  }
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
