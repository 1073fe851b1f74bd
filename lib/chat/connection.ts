/**
 * One member's socket.
 *
 * In each room a connection is first waiting, then replaying, then live. It waits for the client's `resume`, which says
 * what it has seen; replays everything since, page by page, as fast as the client reads; and goes live in the very turn
 * in which nothing is left to replay, so that no message falls between. A client that says nothing goes live from the
 * welcome on.
 *
 * @module
 */
import type { Account } from "../auth/accounts.ts";
import { HttpError } from "../errors.ts";
import type { SharedText, Socket, SocketEvents } from "../net/socket.ts";
import type { Message, MessageRange } from "../store/messages_view.ts";
import type { RoomRow } from "../store/rooms_view.ts";
import { nextTurn, type Turn } from "../turn.ts";
import { toFrames } from "./frames.ts";
import type { Draft, Posted } from "./posting.ts";
import { type ClientMessage, parseFrame, type Refusal, type ServerMessage } from "./protocol.ts";
import { encode, type Listener, type Room } from "./room.ts";

/** What a connection needs of the chat. */
export interface ConnectionHost {
  /** Says when a turn ends. */
  readonly turn: Turn;
  /** The room with an id. */
  room(id: string): Room | undefined;
  /** The newest sequence of a room. */
  lastSeq(room: string): number;
  /** Messages of a room, oldest first. */
  messages(room: string, range: MessageRange): Message[];
  /** Takes a message in. */
  post(author: Account, draft: Draft): Promise<Posted>;
  /** Refuses a client that asks for replays too often. */
  checkResume(user: Account): void;
  /** The connection is closing: nothing is to be sent to it any more. */
  left(connection: Connection): void;
  /** Its socket is gone. */
  gone(connection: Connection): void;
  /** Something broke that is nobody's fault but ours. */
  defect(error: unknown): void;
}

/** What a connection begins with. */
export interface ConnectionInit {
  /** Whose it is. */
  readonly user: Account;
  /** The session that opened it. */
  readonly sessionKey: string;
  /** The open socket. */
  readonly socket: Socket;
  /** The chat. */
  readonly host: ConnectionHost;
  /** The rooms, as the welcome tells them. */
  readonly rooms: readonly RoomRow[];
}

/** A client that has not said `resume` after this long goes live, in ms. */
const RESUME_GRACE_MS = 1_000;
/** Messages of a replay that are read at a time, and held while a slow reader is waited for: 1 MiB at most. */
const REPLAY_PAGE = 50;
/** A replay that has more than this unsent waits until all of it has left. */
const REPLAY_BUFFER_BYTES = 256 * 1024;
/** A live client further behind is closed with 1013 and resumes later; nobody else waits for it. */
const MAX_BUFFERED_BYTES = 1024 * 1024;
/** A replay that the client does not read for so long is given up, in ms. */
const REPLAY_STALL_MS = 30_000;
/** Malformed messages after which a connection is closed: its client will not learn. */
const MAX_MALFORMED = 100;

/** One member's socket. */
export class Connection implements SocketEvents, Listener {
  /** Whose it is. */
  readonly user: Account;
  /** The session that opened it: when that ends, it is closed. */
  readonly sessionKey: string;
  readonly #socket: Socket;
  readonly #host: ConnectionHost;
  /** The newest sequence sent, of each room that is not live yet. */
  readonly #behind: Map<string, number>;
  readonly #graceTimer: ReturnType<typeof setTimeout>;
  /** The rooms that a replay is under way in; it goes on from where `#behind` says. */
  readonly #replaying = new Set<string>();
  /** The rooms whose replay the client has asked for, and is told the end of. */
  readonly #resumed = new Set<string>();
  /** Settled when the socket has drained or is closing; there while a replay waits for that. */
  #draining: PromiseWithResolvers<void> | undefined;
  #outgoing: string[] = [];
  #malformed = 0;
  #isClosed = false;

  /**
   * Begins with a socket that is open.
   *
   * @param init The socket, whose it is, and the rooms as the welcome tells them.
   */
  constructor({ user, sessionKey, socket, host, rooms }: ConnectionInit) {
    this.user = user;
    this.sessionKey = sessionKey;
    this.#socket = socket;
    this.#host = host;
    this.#behind = new Map(rooms.map(({ id, lastSeq }) => [id, lastSeq]));
    this.#graceTimer = setTimeout(() => this.#goLive(), RESUME_GRACE_MS);
  }

  /** Sends a message at the end of this turn, together with the others. */
  send(message: ServerMessage): void {
    this.#outgoing.push(encode(message));
    this.#host.turn.add(this);
  }

  /** Sends what was gathered in this turn. */
  flush(): void {
    if (this.#outgoing.length === 0) return;
    const frames = toFrames(this.#outgoing);
    this.#outgoing = [];
    for (const frame of frames) this.sendFrame(frame);
  }

  /** Sends a frame, which many may share. */
  sendFrame(frame: string | SharedText): void {
    if (this.#isClosed) return;
    if (this.#socket.bufferedAmount > MAX_BUFFERED_BYTES) return this.close(1013, "Too slow; resume later");
    this.#socket.send(frame);
  }

  /** Closes the connection, with what waits sent before. */
  close(code: number, reason: string): void {
    if (this.#isClosed) return;
    if (code !== 1013) this.flush();
    this.#leave();
    this.#socket.close(code, reason);
  }

  /** Hears what the client says; the protocol knows text only. */
  message(frame: string | Uint8Array): void {
    if (typeof frame !== "string") return this.close(1003, "Send text messages");
    for (const message of parseFrame(frame)) {
      if (this.#isClosed) return;
      if ("error" in message) this.#refuseMalformed(message);
      else void this.#handle(message);
    }
  }

  /** Goes on with the replays that wait for the client to read. */
  drained(): void {
    this.#draining?.resolve();
    this.#draining = undefined;
  }

  /** The socket is gone, and what it took is free. */
  closed(): void {
    this.#leave();
    this.#host.gone(this);
  }

  /** From now on nothing is heard of it nor sent to it, though the socket may take its time to close. */
  #leave(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    clearTimeout(this.#graceTimer);
    this.drained();
    this.#host.left(this);
  }

  async #handle(message: ClientMessage): Promise<void> {
    const key = message.type === "send" ? message.key : undefined;
    try {
      if (message.type === "resume") return this.#resume(message.rooms);
      this.#goLive();
      const { seq } = await this.#host.post(this.user, message);
      this.send({ type: "ack", key: message.key, seq });
    } catch (error) {
      if (!(error instanceof HttpError)) this.#host.defect(error);
      this.#refuse({ key, error: error instanceof HttpError ? error : new HttpError(500) });
    }
  }

  #refuse({ key, error: { status, message, headers } }: Refusal): void {
    const seconds = headers["retry-after"];
    const retryAfterMs = seconds === undefined ? undefined : Number(seconds) * 1_000;
    this.send({ type: "refused", key, status, message, retryAfterMs });
  }

  #refuseMalformed(refusal: Refusal): void {
    this.#refuse(refusal);
    if (++this.#malformed >= MAX_MALFORMED) this.close(1008, "Too many malformed messages");
  }

  #resume(seen: Readonly<Record<string, number>>): void {
    this.#host.checkResume(this.user);
    const unknown = Object.keys(seen).find((id) => this.#host.room(id) === undefined);
    if (unknown !== undefined) throw new HttpError(404, `There is no room ${unknown}`);
    for (const [id, seq] of Object.entries(seen)) {
      this.#host.room(id)!.leave(this);
      // Who has seen more than there is comes from another server, or from before a backup: it is told what there is.
      this.#behind.set(id, Math.min(seq, this.#host.lastSeq(id)));
      this.#resumed.add(id);
    }
    this.#goLive();
  }

  /** Replays what was missed in each room that is not live: since the resume, or else since the welcome. */
  #goLive(): void {
    clearTimeout(this.#graceTimer);
    for (const id of this.#behind.keys()) {
      if (!this.#replaying.has(id)) this.#replay(id, this.#host.room(id)!).catch((error) => this.#broken(error));
    }
  }

  #broken(error: unknown): void {
    this.#host.defect(error);
    this.close(1011, "Something went wrong here; resume later");
  }

  async #replay(id: string, room: Room): Promise<void> {
    this.#replaying.add(id);
    while (!this.#isClosed) {
      const after = this.#behind.get(id)!;
      const page = this.#host.messages(id, { after, limit: REPLAY_PAGE });
      // Between this look and going live nothing may wait: what was said meanwhile would be left out.
      if (page.length === 0) return this.#caughtUp(id, { room, upTo: after });
      this.#behind.set(id, page.at(-1)!.seq);
      for (const frame of toFrames(page.map((message) => encode({ type: "message", ...message })))) {
        this.sendFrame(frame);
        await this.#hasRoom();
      }
      // After a short page one looks again at once, or a busy room would never be caught up with.
      if (page.length === REPLAY_PAGE) await nextTurn();
    }
  }

  /** Waits, if much is unsent, for all of it to leave; gives up a client that does not read. */
  async #hasRoom(): Promise<void> {
    if (this.#isClosed || this.#socket.bufferedAmount <= REPLAY_BUFFER_BYTES) return;
    this.#draining ??= Promise.withResolvers();
    const stallTimer = setTimeout(() => this.close(1013, "Too slow; resume later"), REPLAY_STALL_MS);
    await this.#draining.promise;
    clearTimeout(stallTimer);
  }

  #caughtUp(id: string, { room, upTo }: { room: Room; upTo: number }): void {
    this.#replaying.delete(id);
    this.#behind.delete(id);
    if (this.#isClosed) return;
    room.join(this);
    if (this.#resumed.delete(id)) this.send({ type: "replayed", room: id, upTo });
  }
}
