/** Something that must not wait for ever. */
export interface Waiting {
  /**
   * Time has passed.
   *
   * @param ms How much, since the last call.
   */
  tick(ms: number): void;
}

/**
 * Tells all who wait, a few times a second, how much time has passed. So a wait costs the setting of a number, not a timer
 * of its own: deadlines are late by one tick at most.
 */
export class Deadlines {
  readonly #tickMs: number;
  readonly #waiting = new Set<Waiting>();
  #timer: ReturnType<typeof setInterval> | undefined;

  /**
   * Begins with nobody waiting, and no timer.
   *
   * @param tickMs How often to tell, in ms.
   */
  constructor(tickMs: number) {
    this.#tickMs = tickMs;
  }

  /** Tells somebody of the time from now on. */
  add(waiting: Waiting): void {
    this.#waiting.add(waiting);
    this.#timer ??= setInterval(() => this.#tick(), this.#tickMs);
  }

  /** Tells somebody no more. */
  delete(waiting: Waiting): void {
    this.#waiting.delete(waiting);
    if (this.#waiting.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #tick(): void {
    for (const waiting of this.#waiting) waiting.tick(this.#tickMs);
  }
}
