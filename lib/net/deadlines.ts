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
  readonly #reportDefect: (error: unknown) => void;
  readonly #waiting = new Set<Waiting>();
  #toldAtMs = 0;
  #timer: ReturnType<typeof setInterval> | undefined;

  /**
   * Begins with nobody waiting, and no timer.
   *
   * @param tickMs How often to tell, in ms.
   * @param reportDefect Told what a `tick()` throws; the others are told the time all the same.
   */
  constructor(tickMs: number, reportDefect: (error: unknown) => void) {
    this.#tickMs = tickMs;
    this.#reportDefect = reportDefect;
  }

  /** Tells somebody of the time from now on. */
  add(waiting: Waiting): void {
    this.#waiting.add(waiting);
    if (this.#timer !== undefined) return;
    this.#toldAtMs = performance.now();
    this.#timer = setInterval(() => this.#tick(), this.#tickMs);
  }

  /** Tells somebody no more. */
  delete(waiting: Waiting): void {
    this.#waiting.delete(waiting);
    if (this.#waiting.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #tick(): void {
    const nowMs = performance.now();
    const passedMs = nowMs - this.#toldAtMs;
    this.#toldAtMs = nowMs;
    for (const waiting of this.#waiting) {
      try {
        waiting.tick(passedMs);
      } catch (error) {
        this.#reportDefect(error);
      }
    }
  }
}
