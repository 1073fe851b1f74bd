/** Chance that can be repeated: the same seed gives the same course. */
export class Random {
  #state: number;

  /** Begins with a seed, any whole number. */
  constructor(seed: number) {
    this.#state = seed | 0;
  }

  /** From 0 to 1, without 1 (mulberry32). */
  next(): number {
    this.#state = this.#state + 0x6d2b79f5 | 0;
    let mixed = Math.imul(this.#state ^ this.#state >>> 15, 1 | this.#state);
    mixed = mixed + Math.imul(mixed ^ mixed >>> 7, 61 | mixed) ^ mixed;
    return ((mixed ^ mixed >>> 14) >>> 0) / 2 ** 32;
  }

  /** A whole number below a bound. */
  below(bound: number): number {
    return Math.floor(this.next() * bound);
  }

  /** Whether something happens that has a chance. */
  chance(probability: number): boolean {
    return this.next() < probability;
  }

  /** One of those, or `undefined` if there are none. */
  pick<T>(from: readonly T[]): T | undefined {
    return from[this.below(from.length)];
  }
}
