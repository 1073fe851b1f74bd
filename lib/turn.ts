import { setImmediate } from "node:timers";

/** Resolves in the next turn of the event loop, when the others have had theirs. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** Something that gathers what it has to send. */
export interface Flushable {
  /** Sends what was gathered. */
  flush(): void;
}

/**
 * Flushes once at the end of the event loop's turn, whatever was gathered in it: what waits for a socket leaves
 * together. By turn, never by a timer, so that a quiet room waits for nothing.
 */
export class Turn {
  readonly #reportDefect: (error: unknown) => void;
  readonly #waiting = new Set<Flushable>();

  /**
   * Begins with nobody.
   *
   * @param reportDefect Told what a `flush()` throws; the others are flushed all the same.
   */
  constructor(reportDefect: (error: unknown) => void) {
    this.#reportDefect = reportDefect;
  }

  /** Has something flushed at the end of this turn. */
  add(flushable: Flushable): void {
    if (this.#waiting.size === 0) setImmediate(() => this.#end());
    this.#waiting.add(flushable);
  }

  #end(): void {
    const flushables = [...this.#waiting];
    this.#waiting.clear();
    for (const flushable of flushables) {
      try {
        flushable.flush();
      } catch (error) {
        this.#reportDefect(error);
      }
    }
  }
}
