/** Tests that stop the clock do not stop this one. */
const { setTimeout } = globalThis;
/** The longest piece of work between which questions are answered, in ms. */
const SLICE_MS = 8;
/** The same in steps, whatever the clock says. */
const SLICE_STEPS = 256;

/**
 * Rests for a moment. Not for a mere turn of the event loop: a thread that always has something to do takes in messages
 * only after every 31 turns.
 */
function rest(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 1));
}

/** Cuts long work into slices, and lets questions go before it. */
export class Pace {
  #asking = 0;
  #answered: PromiseWithResolvers<void> | undefined;
  #beganAtMs = performance.now();
  #steps = 0;

  /** Answers a question; long work stands still meanwhile. */
  async ask<T>(answer: () => T | Promise<T>): Promise<T> {
    this.#asking++;
    this.#begin();
    try {
      return await answer();
    } finally {
      this.#asking--;
      if (this.#asking === 0) {
        this.#answered?.resolve();
        this.#answered = undefined;
      }
    }
  }

  /** Whether it is time to {@linkcode Pace.breathe}; called at each step. */
  isDue(): boolean {
    return ++this.#steps >= SLICE_STEPS || (this.#steps % 8 === 0 && performance.now() - this.#beganAtMs > SLICE_MS);
  }

  /** Lets other questions in, and stays a question itself. */
  async pause(): Promise<void> {
    await rest();
    this.#begin();
  }

  /** Lets others go on, and waits until the questions that they ask are answered. */
  async breathe(): Promise<void> {
    await rest();
    while (this.#asking > 0) {
      this.#answered ??= Promise.withResolvers();
      await this.#answered.promise;
    }
    this.#begin();
  }

  #begin(): void {
    this.#steps = 0;
    this.#beganAtMs = performance.now();
  }
}
