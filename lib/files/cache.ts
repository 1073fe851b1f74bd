/** A value, and what it takes. */
export interface Kept<Value> {
  /** The value. */
  readonly value: Value;
  /** How many bytes it takes. */
  readonly bytes: number;
}

/** Keeps what was used last, up to a number of bytes. */
export class ByteCache<Value> {
  readonly #maxBytes: number;
  /** The oldest first. */
  readonly #kept = new Map<string, Kept<Value>>();
  #bytes = 0;

  /**
   * Makes an empty cache.
   *
   * @param maxBytes How many bytes it keeps at most.
   */
  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** How many bytes it keeps. */
  get bytes(): number {
    return this.#bytes;
  }

  /** What is kept by a key. This is no use of it: {@linkcode ByteCache.touch} is. */
  get(key: string): Value | undefined {
    return this.#kept.get(key)?.value;
  }

  /** Makes a value the last that is forgotten. */
  touch(key: string): void {
    const kept = this.#kept.get(key);
    if (kept === undefined) return;
    this.#kept.delete(key);
    this.#kept.set(key, kept);
  }

  /**
   * Keeps a value, and forgets those that have not been used for the longest time.
   *
   * @param key Its key; what was kept by it before is forgotten.
   * @param kept The value, and how many bytes it takes: if there is no room for them, it is not kept.
   */
  set(key: string, { value, bytes }: Kept<Value>): void {
    this.delete(key);
    if (bytes > this.#maxBytes) return;
    this.#kept.set(key, { value, bytes });
    this.#bytes += bytes;
    for (const [oldest] of this.#kept) {
      if (this.#bytes <= this.#maxBytes) return;
      this.delete(oldest);
    }
  }

  /** Forgets a value. */
  delete(key: string): void {
    const kept = this.#kept.get(key);
    if (kept === undefined) return;
    this.#kept.delete(key);
    this.#bytes -= kept.bytes;
  }
}
