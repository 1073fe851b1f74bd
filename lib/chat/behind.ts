import type { Changed, ChangeRange, Message, MessageRange } from "../store/messages_view.ts";
import { encode } from "./room.ts";
import { toWire } from "./wire.ts";

/** Where what was missed is read. */
export interface History {
  /** The position of the newest entry that was handed on: what is read now is at least as new. */
  readonly position: number;
  /** The newest sequence of a room. */
  lastSeq(room: string): number;
  /** The position of the newest change of a message of a room; 0 if there is none. */
  lastChange(room: string): number;
  /** Messages of a room, oldest first. */
  range(room: string, range: MessageRange): Message[];
  /** Messages of a room that have changed, in the order of their last change. */
  changed(room: string, range: ChangeRange): Message[];
}

/** Messages that are read at a time, and held while a slow reader is waited for: 1 MiB at most. */
export const PAGE = 50;

/** What somebody has missed in a room, page by page: first what has changed of the messages seen, then those not seen. */
export class Behind {
  readonly #history: History;
  readonly #room: string;
  #after: number;
  #since: Changed;

  /**
   * Begins where somebody left.
   *
   * @param history Where what was missed is read.
   * @param missed The room, the newest sequence seen, and the newest position known; without that, changes are left out.
   */
  constructor(
    history: History,
    { room, seen, since = history.position }: { room: string; seen: number; since?: number },
  ) {
    this.#history = history;
    this.#room = room;
    this.#after = seen;
    this.#since = { change: since };
  }

  /** The newest sequence that was taken; all before it were, too. */
  get upTo(): number {
    return this.#after;
  }

  /** Takes the next page, encoded; empty when nothing is left in this moment. */
  nextPage(): string[] {
    const { position } = this.#history;
    const changed = this.#nextChanged();
    // What is erased has a position that nobody is at yet: it must not be taken for one that was reached.
    if (changed.length > 0) return changed.map((message) => encodeChanged(message, position));
    this.#since = { change: Math.max(this.#since.change, position) };
    if (this.#after >= this.#history.lastSeq(this.#room)) return [];
    const messages = this.#history.range(this.#room, { after: this.#after, limit: PAGE });
    this.#after = messages.at(-1)?.seq ?? this.#after;
    return messages.map((message) => encode({ type: "message", ...toWire(message) }));
  }

  /** What was sent in this replay may have changed since, while the client was waited for. */
  #nextChanged(): Message[] {
    if (this.#since.seq === undefined && this.#since.change >= this.#history.lastChange(this.#room)) return [];
    const changed = this.#history.changed(this.#room, { since: this.#since, upTo: this.#after, limit: PAGE });
    const last = changed.at(-1);
    if (last !== undefined) this.#since = { change: last.change!, seq: last.seq };
    return changed;
  }
}

function encodeChanged(message: Message, position: number): string {
  return encode({ type: "changed", ...toWire(message), position: Math.min(message.change!, position) });
}
