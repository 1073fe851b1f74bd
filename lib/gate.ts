/** Lets so many through at once, and the others wait their turn. */
export class Gate {
  #free: number;
  readonly #waiting: Array<() => void> = [];

  /**
   * Opens a gate.
   *
   * @param width How many may be inside at once.
   */
  constructor(width: number) {
    this.#free = width;
  }

  /**
   * Does some work inside.
   *
   * @param work What to do; the next one comes in when it has ended, well or not.
   */
  async through<Result>(work: () => Promise<Result>): Promise<Result> {
    if (this.#free > 0) this.#free--;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#free++;
      else next();
    }
  }
}
