/**
 * How far people have read, gathered in memory and written now and then: a mark for every message and reader would be
 * most of the log. What a crash takes is some seconds of marks, and was acknowledged to nobody.
 *
 * @module
 */
import { encodeFact, keyOf } from "../store/entries.ts";
import type { Store } from "../store/mod.ts";

/** How often marks are written, in ms. */
const WRITE_EVERY_MS = 3_000;
/** Entries erased in one step. */
const ERASE_AT_ONCE = 1_000;

/** The marks that are not written yet. */
export class ReadMarks {
  readonly #store: Store;
  readonly #reportDefect: (error: unknown) => void;
  readonly #waiting = new Map<string, Map<string, number>>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  /**
   * Begins with none.
   *
   * @param deps Where marks are written, and who is told when they cannot be.
   */
  constructor({ store, reportDefect }: { store: Store; reportDefect: (error: unknown) => void }) {
    this.#store = store;
    this.#reportDefect = reportDefect;
  }

  /** The newest sequence that somebody has read in a room and that is not written yet; 0 if there is none. */
  waitingSeqOf(account: string, room: string): number {
    return this.#waiting.get(account)?.get(room) ?? 0;
  }

  /**
   * Notes that somebody has read.
   *
   * @param account Who.
   * @param room Where.
   * @param seq The newest sequence read.
   * @returns Whether that is news.
   */
  note(account: string, room: string, seq: number): boolean {
    if (seq <= (this.waitingSeqOf(account, room) || this.#store.reads.seqOf(account, room))) return false;
    const rooms = this.#waiting.get(account) ?? new Map<string, number>();
    this.#waiting.set(account, rooms.set(room, seq));
    this.#timer ??= setTimeout(() => void this.write().catch(this.#reportDefect), WRITE_EVERY_MS);
    return true;
  }

  /** Writes what was gathered. */
  async write(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const { log, reads } = this.#store;
    const waiting = [...this.#waiting];
    await Promise.all(waiting.flatMap(([account, marks]) => {
      return [...marks].map(([room, seq]) => {
        const fact = { type: "rooms-read", account, rooms: { [room]: seq } } as const;
        return log.append(keyOf.reads(`${account}/${room}`), encodeFact(fact));
      });
    }));
    for (const [account, marks] of waiting) {
      // What came while it was written waits for the next time.
      for (const [room, seq] of marks) if (seq <= reads.seqOf(account, room)) marks.delete(room);
      if (marks.size === 0) this.#waiting.delete(account);
      else this.#timer ??= setTimeout(() => void this.write().catch(this.#reportDefect), WRITE_EVERY_MS);
    }
  }

  /** Erases all marks of somebody, in the log too. */
  async erase(account: string): Promise<void> {
    this.#waiting.delete(account);
    const { log, rooms } = this.#store;
    const marks = await Promise.all(rooms.ids().map((room) => log.last(keyOf.reads(`${account}/${room}`))));
    const written = marks.flatMap((mark) => mark === undefined ? [] : [mark.seq]);
    for (let start = 0; start < written.length; start += ERASE_AT_ONCE) {
      await log.erase(written.slice(start, start + ERASE_AT_ONCE));
    }
  }

  /** Writes what is left, and ends. */
  async close(): Promise<void> {
    await this.write();
    clearTimeout(this.#timer);
  }
}
