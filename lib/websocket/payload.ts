/**
 * The payload of a message that comes in pieces.
 *
 * @module
 */

const EMPTY: Uint8Array<ArrayBuffer> = new Uint8Array();

/**
 * A buffer that grows with what really came, not with what was declared: at most twice as large, and each byte is copied
 * twice at most on average, however small the pieces are. Empty, it holds nothing.
 */
export class Payload {
  #buffer = EMPTY;
  #length = 0;

  /** How many bytes came. */
  get length(): number {
    return this.#length;
  }

  /** What came. */
  get bytes(): Uint8Array<ArrayBuffer> {
    return this.#buffer.subarray(0, this.#length);
  }

  /**
   * Copies a piece to the end.
   *
   * @param piece The bytes.
   * @param maxBytes How many bytes it can be in the end, this piece included; it never grows beyond.
   */
  append(piece: Uint8Array, maxBytes: number): void {
    const length = this.#length + piece.length;
    if (length > this.#buffer.length) {
      const buffer = new Uint8Array(Math.max(length, Math.min(2 * this.#buffer.length, maxBytes)));
      buffer.set(this.bytes);
      this.#buffer = buffer;
    }
    this.#buffer.set(piece, this.#length);
    this.#length = length;
  }

  /** Hands over what came, and begins anew. */
  take(): Uint8Array<ArrayBuffer> {
    const { bytes } = this;
    this.#buffer = EMPTY;
    this.#length = 0;
    return bytes;
  }
}
