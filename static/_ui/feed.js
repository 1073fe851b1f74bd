/**
 * The order of the open room: each message once, none left out, each in its newest state.
 *
 * The server counts the messages of a room 1, 2, 3 … One that is not the next is not taken; if one is missing, all since
 * the last are asked for again. A change of a message bears its position in the server's log: the newest wins, in
 * whatever order they come.
 *
 * `position` says that every change up to there is known. While a replay is under way changes may come in any order, so
 * it moves on only when the replay has ended: who is cut in the middle asks from the old position again.
 *
 * @import { Clock } from "./outbox.js"
 *
 * @typedef {object} FeedInit
 * @property {string} room The room that is shown.
 * @property {number} last The sequence of the newest message shown; 0 if there is none.
 * @property {number} [position] The log's position when they were read; absent: not known.
 * @property {Record<string, number>} [others] The last sequence known in other rooms, to be counted there.
 * @property {(message: { type: string, [name: string]: unknown }) => boolean} send Sends to the server, and says whether it left.
 * @property {Clock} [clock] By default the real one.
 */
import { CLOCK } from "./outbox.js";

/** So many messages are remembered with the position of their last change. */
const MAX_KNOWN = 500;

export class Feed {
  /** The sequence of the newest message shown; 0 if there is none. */
  last;
  /** @type {number | undefined} Every change of what is shown is known up to this position. */
  position;
  #room;
  #others;
  #send;
  #clock;
  /** @type {Map<number, number>} The position of the newest state known, by sequence. */
  #known = new Map();
  /** The newest position seen, which may not be all there is. */
  #newest = 0;
  /** How many replays were asked for and not ended. */
  #asked = 0;
  /** Two replays may have been under way at once: their ends cannot be told apart, until the next connection. */
  #isDoubtful = false;
  /** @type {(() => void) | undefined} */
  #stopWaiting;

  /** @param {FeedInit} init */
  constructor({ room, last, position, others = {}, send, clock = CLOCK }) {
    this.#room = room;
    this.last = last;
    this.position = position;
    this.#others = new Map(Object.entries(others));
    this.#send = send;
    this.#clock = clock;
  }

  /**
   * Asks for all messages since the last, and for all changes since the position.
   *
   * @param {{ position?: number, rooms: readonly { id: string }[] }} [welcome] Given on a new connection.
   */
  resume(welcome) {
    this.#stopWaiting?.();
    this.#stopWaiting = undefined;
    if (welcome !== undefined) this.#begin(welcome);
    const rooms = { ...Object.fromEntries(this.#others), [this.#room]: this.last };
    if (!this.#send({ type: "resume", rooms, since: this.position })) return;
    if (++this.#asked > 1) this.#isDoubtful = true;
  }

  /**
   * Whether a message of the open room is the next. If it is not, and one is missing, that is asked for; if it is known,
   * it may still be newer than what is shown: ask {@linkcode Feed.renews}.
   */
  takes(message) {
    const { seq } = message;
    if (seq === this.last + 1) {
      this.last = seq;
      this.knows(message);
      return true;
    }
    if (seq > this.last && this.#asked === 0) this.resume();
    return false;
  }

  /** Whether a changed message is to be shown so: it is in the open room, not after its end, and newer than what is known. */
  takesChange({ room, seq, position }) {
    if (room !== this.#room) return false;
    this.#newest = Math.max(this.#newest, position);
    if (this.#asked === 0 && !this.#isDoubtful) this.#moveOn();
    // What is not shown yet comes in its newest state.
    if (seq > this.last || position <= (this.#known.get(seq) ?? 0)) return false;
    this.knows({ seq, change: position });
    return true;
  }

  /**
   * Whether a message that was not taken, as it is shown already, is to be shown anew: a replay that was asked for while
   * another was under way may send it again, and in between it may have changed.
   *
   * @param {{ room: string, seq: number, change?: number }} message
   */
  renews({ room, seq, change }) {
    return change !== undefined && this.takesChange({ room, seq, position: change });
  }

  /**
   * Remembers how new a message of the open room is that came in another way, such as an earlier one.
   *
   * @param {{ seq: number, change?: number }} message
   */
  knows({ seq, change }) {
    if (change === undefined) return;
    this.#known.delete(seq);
    this.#known.set(seq, change);
    // A Map keeps the order of insertion: the first is the one that changed longest ago.
    if (this.#known.size > MAX_KNOWN) this.#known.delete(/** @type {number} */ (this.#known.keys().next().value));
  }

  /** Whether a message of another room is new there. From then on that room is asked for too. */
  counts({ room, seq }) {
    if (seq <= (this.#others.get(room) ?? 0)) return false;
    this.#others.set(room, seq);
    return true;
  }

  /** Asks for a room no more, as one is not in it any more. */
  forget(room) {
    this.#others.delete(room);
  }

  /** The server has sent all there was in the open room. */
  caughtUp() {
    this.#asked = 0;
    if (!this.#isDoubtful) this.#moveOn();
  }

  /** The server would not do something now, which may have been a replay: it is asked for again. */
  resumeLater(waitMs) {
    this.#stopWaiting?.();
    this.#stopWaiting = this.#clock.later(() => this.resume(), waitMs);
  }

  #begin({ position = 0, rooms }) {
    this.#asked = 0;
    this.#isDoubtful = false;
    this.#newest = position;
    // To ask for a room that one is not in any more would be refused, and all the others with it.
    const ids = new Set(rooms.map(({ id }) => id));
    for (const room of this.#others.keys()) if (!ids.has(room)) this.#others.delete(room);
  }

  #moveOn() {
    this.position = Math.max(this.position ?? 0, this.#newest);
  }
}
