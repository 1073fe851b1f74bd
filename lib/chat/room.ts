/**
 * One room: its order and its fan-out.
 *
 * A room's messages come from the log, in order and once. What comes in a turn is encoded once, into one frame, for
 * everybody who is live: whoever has seen all messages before. Who has not is replayed to first (see `connection.ts`).
 *
 * @module
 */
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

/** One room's live listeners. */
export class Room {
  readonly #turn: Turn;
  readonly #live = new Set<Listener>();
  #outgoing: string[] = [];

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
    this.flush();
    this.#live.add(listener);
  }

  /** Sends nothing more to somebody. */
  leave(listener: Listener): void {
    this.#live.delete(listener);
  }

  /** Sends what was gathered. */
  flush(): void {
    if (this.#outgoing.length === 0) return;
    const frames = toFrames(this.#outgoing).map((text) => new SharedText(text));
    this.#outgoing = [];
    for (const listener of this.#live) {
      for (const frame of frames) listener.sendFrame(frame);
    }
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
