/**
 * One room: its order and its fan-out.
 *
 * A room's messages come from the log, in order and once. What comes in a turn is encoded once, into one frame, for
 * everybody who is live: whoever has seen all messages before. Who has not is replayed to first (see `connection.ts`).
 *
 * @module
 */
import { setImmediate } from "node:timers";
import { SharedText } from "../net/socket.ts";
import type { Turn } from "../turn.ts";
import { toFrames } from "./frames.ts";
import type { ServerMessage } from "./protocol.ts";

/** Somebody to send a frame to. */
export interface Listener {
  /** Sends a frame that many share. */
  sendFrame(frame: SharedText): void;
  /** Closes the connection. */
  close(code: number, reason: string): void;
}

/** Of the time that telling all has taken, the part for which what comes next is gathered. */
const REST = 0.5;
/** A room rests no longer, in ms. */
const MAX_REST_MS = 20;
/** A room that tells all faster does not rest: nothing would be gained. */
const MIN_COST_MS = 2;

/** One room's live listeners. */
export class Room {
  readonly #turn: Turn;
  readonly #live = new Set<Listener>();
  #outgoing: string[] = [];
  /** When the room has rested from telling all, as `performance.now()` counts. */
  #restedAtMs = 0;
  #restTimer: ReturnType<typeof setTimeout> | undefined;

  /**
   * Makes a room that nobody is in.
   *
   * @param turn Says when a turn ends.
   */
  constructor(turn: Turn) {
    this.#turn = turn;
  }

  /** Whether nobody is live, so that nothing needs to be made for them. */
  get isQuiet(): boolean {
    return this.#live.size === 0;
  }

  /** Sends a message to all who are live, at the end of the turn. */
  deliver(message: ServerMessage): void {
    if (this.isQuiet) return;
    this.#outgoing.push(encode(message));
    this.#turn.add(this);
  }

  /**
   * Makes somebody live who has seen all that the messages view holds.
   *
   * What was gathered in this turn is in the view too, so it leaves before: nobody gets a message twice.
   */
  join(listener: Listener): void {
    this.#send();
    this.#live.add(listener);
  }

  /** Sends nothing more to somebody. */
  leave(listener: Listener): void {
    this.#live.delete(listener);
  }

  /**
   * Sends what was gathered. In a crowd that takes some ms, of which most is the same for one message and for ten: so it
   * rests a little after it, and what comes meanwhile leaves together.
   */
  flush(): void {
    if (this.#outgoing.length === 0 || this.#restTimer !== undefined) return;
    const nowMs = performance.now();
    if (nowMs >= this.#restedAtMs) return this.#send();
    this.#restTimer = setTimeout(() => this.#send(), this.#restedAtMs - nowMs);
  }

  #send(): void {
    clearTimeout(this.#restTimer);
    this.#restTimer = undefined;
    if (this.#outgoing.length === 0) return;
    const isBusy = this.#outgoing.length > 1;
    const frames = toFrames(this.#outgoing).map((text) => new SharedText(text));
    this.#outgoing = [];
    const beganAtMs = performance.now();
    for (const listener of this.#live) {
      for (const frame of frames) listener.sendFrame(frame);
    }
    // Where one speaks at a time there is nothing to gather.
    if (isBusy) setImmediate(() => this.#rest(performance.now() - beganAtMs));
  }

  #rest(costMs: number): void {
    if (costMs >= MIN_COST_MS) this.#restedAtMs = performance.now() + Math.min(costMs * REST, MAX_REST_MS);
  }

  /** Closes all who are live, so that they resume: a message could not be sent to them. */
  reset(): void {
    for (const listener of [...this.#live]) listener.close(1011, "Something went wrong here; resume later");
  }
}

/** Encodes a message for the wire. */
export function encode(message: ServerMessage): string {
  return JSON.stringify(message);
}
