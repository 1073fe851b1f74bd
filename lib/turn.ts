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
  readonly #waiting = new Set<Flushable>();

  /** Has something flushed at the end of this turn. */
  add(flushable: Flushable): void {
    if (this.#waiting.size === 0) setImmediate(() => this.#end());
    this.#waiting.add(flushable);
  }

  #end(): void {
    const flushables = [...this.#waiting];
    this.#waiting.clear();
    for (const flushable of flushables) flushable.flush();
  }
}
