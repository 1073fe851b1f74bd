/**
 * Many WebSockets in one room, in one loop over all of them.
 *
 * @module
 */
import { Poller } from "./libc.ts";
import { type Door, Member } from "./member.ts";

/** A room, and who is to be in it. */
export interface CrowdOptions {
  /** The port of its server on 127.0.0.1. */
  readonly port: number;
  /** How many connections there are. */
  readonly sockets: number;
  /** How to enter a room of Commonroom; without one the server speaks no protocol. */
  readonly door?: Door;
  /** The newest message that they have seen; by default all there are. */
  readonly seenSeq?: number;
  /** How many connect at once. @default 200 */
  readonly atOnce?: number;
}

/** A server that says nothing more for so long is at rest, in ms: longer than it gathers who came. */
const REST_MS = 350;
/** Messages that may be on their way at once. */
const MAX_UNDER_WAY = 1 << 16;

/** Those in a room. */
export class Crowd implements Disposable {
  /** They, all live. */
  readonly members: readonly Member[];
  readonly #poller = new Poller();
  readonly #byFd: Member[] = [];
  /** How many members a message under way has reached; its place is free again when it has reached all. */
  readonly #reached = new Int32Array(MAX_UNDER_WAY);
  #delivered = 0;

  /**
   * Comes in, and waits until all are live.
   *
   * @param options Where, and how many.
   */
  constructor({ port, sockets, door, seenSeq, atOnce = 200 }: CrowdOptions) {
    const members: Member[] = [];
    this.members = members;
    while (members.length < sockets) {
      const wave = Array.from({ length: Math.min(atOnce, sockets - members.length) }, (_, index) => {
        return this.#add(new Member({ port, cookie: door?.cookies[members.length + index], seenSeq }));
      });
      while (!wave.every(({ isLive }) => isLive)) this.pump();
      members.push(...wave);
    }
  }

  /** How many messages have reached everybody since the last rest. */
  get delivered(): number {
    return this.#delivered;
  }

  /** Hears until the server says nothing more, and begins to count anew. */
  rest(): void {
    while (this.pump(REST_MS) > 0);
    for (const member of this.members) member.forget();
    this.#reached.fill(0);
    this.#delivered = 0;
  }

  /**
   * Hears what has come.
   *
   * @param timeoutMs How long to wait if nothing has; by default a server that says nothing is an error.
   * @returns How many members had something to hear.
   */
  pump(timeoutMs?: number): number {
    const ready = this.#poller.wait(timeoutMs);
    for (let index = 0; index < ready; index++) {
      const member = this.#byFd[this.#poller.readyAt(index)];
      let message = member.messages;
      member.read();
      for (; message < member.messages; message++) this.#reach(message % MAX_UNDER_WAY);
    }
    return ready;
  }

  /** Everybody leaves. */
  [Symbol.dispose](): void {
    for (const member of this.members) member.close();
    this.#poller[Symbol.dispose]();
  }

  #add(member: Member): Member {
    this.#byFd[member.fd] = member;
    this.#poller.add(member.fd);
    return member;
  }

  #reach(place: number): void {
    if (++this.#reached[place] < this.members.length) return;
    this.#reached[place] = 0;
    this.#delivered++;
  }
}

/** The crowds that stay between two measurements, by the port of their server. */
const crowds = new Map<number, Crowd>();

/**
 * The crowd at a server, which comes in the first time; all others are heard too, as a server expects answers to its
 * pings.
 */
export function crowdAt(options: CrowdOptions): Crowd {
  const crowd = crowds.get(options.port) ?? new Crowd(options);
  crowds.set(options.port, crowd);
  for (const other of crowds.values()) while (other.pump(0) > 0);
  crowd.rest();
  return crowd;
}

/** All crowds leave. */
export function leaveRooms(): void {
  for (const crowd of crowds.values()) crowd[Symbol.dispose]();
  crowds.clear();
}
