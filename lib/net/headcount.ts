/** How many connections there may be. */
export interface HeadcountLimits {
  /** At once. */
  readonly maxConnections: number;
  /** At once from one address. */
  readonly maxConnectionsPerAddress: number;
}

/** Counts connections, in all and by address. */
export class Headcount {
  readonly #limits: HeadcountLimits;
  readonly #byAddress = new Map<string, number>();
  #all = 0;

  /**
   * Begins with none.
   *
   * @param limits How many there may be.
   */
  constructor(limits: HeadcountLimits) {
    this.#limits = limits;
  }

  /** Whether there may be one more from an address. */
  hasRoomFor(address: string): boolean {
    const { maxConnections, maxConnectionsPerAddress } = this.#limits;
    return this.#all < maxConnections && (this.#byAddress.get(address) ?? 0) < maxConnectionsPerAddress;
  }

  /** One more has come from an address. */
  enter(address: string): void {
    this.#all++;
    this.#byAddress.set(address, (this.#byAddress.get(address) ?? 0) + 1);
  }

  /** One that had come from an address is gone; of who has none nothing is kept. */
  leave(address: string): void {
    this.#all--;
    const count = (this.#byAddress.get(address) ?? 0) - 1;
    if (count > 0) this.#byAddress.set(address, count);
    else this.#byAddress.delete(address);
  }
}
