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
import { nextTurn, type Turn } from "../turn.ts";
import { Behind, type History, PAGE } from "./behind.ts";
import { toFrames } from "./frames.ts";
import { type ClientMessage, parseFrame, type Refusal, type Resume, type ServerMessage } from "./protocol.ts";
import { encode, type Listener, type Room } from "./room.ts";
import type { RoomRow } from "./wire.ts";

/** What a connection needs of the chat. */
export interface ConnectionHost {
  /** Says when a turn ends. */
  readonly turn: Turn;
  /** Where what was missed is read. */
  readonly history: History;
  /** The room with an id. */
  room(id: string): Room;
  /** Whether somebody may read a room, and it is there. */
  mayRead(user: Account, room: string): boolean;
  /** Does what a client asks, and says what to answer. */
  answer(connection: Connection, message: Exclude<ClientMessage, Resume>): Promise<ServerMessage | undefined>;
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
  /** The rooms that are not live yet. */
  readonly #behind: Map<string, Behind>;
  /** The rooms that are live, or will be. */
  readonly #rooms: Set<string>;
  readonly #graceTimer: ReturnType<typeof setTimeout>;
  /** The rooms whose replay the client has asked for, and is told the end of. */
  readonly #resumed = new Set<string>();
  /** Settled when the socket has drained or is closing; there while a replay waits for that. */
  #draining: PromiseWithResolvers<void> | undefined;
  #outgoing: string[] = [];
  #malformed = 0;
  #isClosed = false;
  /** Whether the client may still say what it has seen. */
  #isWaiting = true;
  #isCatchingUp = false;

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
    const entered = rooms.filter(({ isMember }) => isMember);
    this.#rooms = new Set(entered.map(({ id }) => id));
    this.#behind = new Map(
      entered.map(({ id, lastSeq }) => [id, new Behind(host.history, { room: id, seen: lastSeq })]),
    );
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

  /** Whether it is told what happens in a room. */
  isIn(room: string): boolean {
    return this.#rooms.has(room);
  }

  /**
   * From now on it is told what happens in a room.
   *
   * @param room Which one.
   * @param lastSeq The newest sequence that need not be sent.
   */
  enter(room: string, lastSeq: number): void {
    if (this.#isClosed || this.#rooms.has(room)) return;
    this.#rooms.add(room);
    this.#behind.set(room, new Behind(this.#host.history, { room, seen: lastSeq }));
    if (!this.#isWaiting) this.#goLive();
  }

  /** From now on it is told nothing more of a room. */
  exit(room: string): void {
    this.#rooms.delete(room);
    this.#behind.delete(room);
    this.#resumed.delete(room);
    this.#host.room(room).leave(this);
  }

  async #handle(message: ClientMessage): Promise<void> {
    try {
      if (message.type === "resume") return this.#resume(message);
      this.#goLive();
      const answer = await this.#host.answer(this, message);
      if (answer !== undefined) this.send(answer);
    } catch (error) {
      if (!(error instanceof HttpError)) this.#host.defect(error);
      const key = "key" in message ? message.key : undefined;
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

  #resume({ rooms, since }: Resume): void {
    this.#host.checkResume(this.user);
    const others = new Map(this.#behind);
    this.#behind.clear();
    for (const [id, seq] of Object.entries(rooms)) {
      others.delete(id);
      if (this.#host.mayRead(this.user, id)) this.#resumeRoom(id, { seq, since });
      else this.#refuseRoom(id);
    }
    // The rooms that the client names come first.
    for (const [id, behind] of others) this.#behind.set(id, behind);
    this.#goLive();
  }

  /** The other rooms are resumed all the same: somebody may have been sent out of one a moment ago. */
  #refuseRoom(id: string): void {
    this.#refuse({ error: new HttpError(404, `There is no room ${id}`) });
    this.send({ type: "gone", room: id });
  }

  #resumeRoom(id: string, { seq, since }: { seq: number; since: number | undefined }): void {
    this.#host.room(id).leave(this);
    // Who has seen more than there is comes from another server, or from before a backup: it is told what there is.
    const seen = Math.min(seq, this.#host.history.lastSeq(id));
    this.#behind.set(id, new Behind(this.#host.history, { room: id, seen, since }));
    this.#rooms.add(id);
    this.#resumed.add(id);
  }

  /** Replays what was missed in each room that is not live: since the resume, or else since the welcome. */
  #goLive(): void {
    clearTimeout(this.#graceTimer);
    this.#isWaiting = false;
    if (this.#isCatchingUp) return;
    this.#isCatchingUp = true;
    this.#catchUp().catch((error) => this.#broken(error));
  }

  #broken(error: unknown): void {
    this.#host.defect(error);
    this.close(1011, "Something went wrong here; resume later");
  }

  /** Room after room, so that no more is on its way than one of them needs. */
  async #catchUp(): Promise<void> {
    for (let [next] = this.#behind; next !== undefined && !this.#isClosed; [next] = this.#behind) {
      const [id, behind] = next;
      const page = behind.nextPage();
      // Between this look and going live nothing may wait: what was said meanwhile would be left out.
      if (page.length === 0) this.#caughtUp(id, behind.upTo);
      for (const frame of toFrames(page)) {
        this.sendFrame(frame);
        await this.#hasRoom();
      }
      // After a short page one looks again at once, or a busy room would never be caught up with.
      if (page.length === PAGE) await nextTurn();
    }
    this.#isCatchingUp = false;
  }

  /** Waits, if much is unsent, for all of it to leave; gives up a client that does not read. */
  async #hasRoom(): Promise<void> {
    if (this.#isClosed || this.#socket.bufferedAmount <= REPLAY_BUFFER_BYTES) return;
    this.#draining ??= Promise.withResolvers();
    const stallTimer = setTimeout(() => this.close(1013, "Too slow; resume later"), REPLAY_STALL_MS);
    await this.#draining.promise;
    clearTimeout(stallTimer);
  }

  #caughtUp(id: string, upTo: number): void {
    this.#behind.delete(id);
    this.#host.room(id).join(this);
    if (this.#resumed.delete(id)) this.send({ type: "replayed", room: id, upTo });
  }
}
