/**
 * Who is writing, told at most once a second for each room, however many people write and however often they say so.
 *
 * @module
 */

/** How often a room is told, in ms. */
const TELL_EVERY_MS = 1_000;
/** Somebody who does not say so again has stopped, in ms. */
const LASTS_MS = 6_000;
/** Names that are told: more are "several people". */
const MAX_NAMES = 4;

/** Who is writing in which room. */
export class Typists {
  readonly #tell: (room: string, names: readonly string[]) => void;
  /** When each name stops, by room. */
  readonly #until = new Map<string, Map<string, number>>();
  readonly #changed = new Set<string>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  /**
   * Begins with nobody.
   *
   * @param tell Tells a room who writes there.
   */
  constructor(tell: (room: string, names: readonly string[]) => void) {
    this.#tell = tell;
  }

  /** Somebody is writing. */
  note(room: string, name: string): void {
    const names = this.#until.get(room) ?? new Map<string, number>();
    this.#until.set(room, names.set(name, Date.now() + LASTS_MS));
    this.#change(room);
  }

  /** Somebody has sent what they wrote. */
  stop(room: string, name: string): void {
    if (this.#until.get(room)?.delete(name)) this.#change(room);
  }

  /** Tells nobody any more. */
  close(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#until.clear();
  }

  #change(room: string): void {
    this.#changed.add(room);
    this.#timer ??= setTimeout(() => this.#tellAll(), TELL_EVERY_MS);
  }

  #tellAll(): void {
    this.#timer = undefined;
    const now = Date.now();
    for (const [room, names] of this.#until) {
      for (const [name, untilMs] of names) {
        if (untilMs > now) continue;
        names.delete(name);
        this.#changed.add(room);
      }
      if (names.size === 0) this.#until.delete(room);
    }
    for (const room of this.#changed) this.#tell(room, [...this.#until.get(room)?.keys() ?? []].slice(0, MAX_NAMES));
    this.#changed.clear();
    // Until the last one has stopped, or stays silent.
    if (this.#until.size > 0) this.#timer = setTimeout(() => this.#tellAll(), TELL_EVERY_MS);
  }
}
