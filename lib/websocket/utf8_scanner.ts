/**
 * Whether bytes are UTF-8, told at the first byte that cannot be (RFC 3629 §4), wherever the bytes are split.
 *
 * The built-in decoder in its streaming mode tells the same, but makes a string of each piece; here nothing is made.
 *
 * @module
 */

/** A reader that keeps only its place within a character between two pieces. */
export class Utf8Scanner {
  /** How many bytes of the character begun are to come, and between which bounds the next lies. */
  #missing = 0;
  #lowest = 0x80;
  #highest = 0xbf;

  /** Whether the bytes so far end with a whole character. */
  get isComplete(): boolean {
    return this.#missing === 0;
  }

  /** Forgets what came. */
  reset(): void {
    this.#expect(0);
  }

  /**
   * Reads the next bytes.
   *
   * @param bytes Any number of them.
   * @returns Whether all that came since the last reset may be the beginning of UTF-8. After a false, only a reset helps.
   *
   * @example
   * ```ts
   * import { assert } from "@std/assert";
   * import { Utf8Scanner } from "./utf8_scanner.ts";
   *
   * const scanner = new Utf8Scanner();
   * assert(scanner.scan(new Uint8Array([0xf0, 0x9f])) && !scanner.isComplete);
   * assert(scanner.scan(new Uint8Array([0x99, 0x82])) && scanner.isComplete);
   * assert(!scanner.scan(new Uint8Array([0xed, 0xa0])), "a surrogate is recognised by its second byte");
   * ```
   */
  scan(bytes: Uint8Array): boolean {
    const { length } = bytes;
    let at = 0;
    while (at < length) {
      if (this.#missing > 0) {
        if (!this.#continue(bytes[at++])) return false;
        continue;
      }
      while (at < length && bytes[at] < 0x80) at++;
      if (at < length && !this.#begin(bytes[at++])) return false;
    }
    return true;
  }

  /** The first byte of a character beyond ASCII; C0, C1 and F5–FF begin none. */
  #begin(byte: number): boolean {
    if (byte < 0xc2 || byte > 0xf4) return false;
    this.#expect(byte < 0xe0 ? 1 : byte < 0xf0 ? 2 : 3);
    // Overlong forms, surrogates and what is beyond U+10FFFF are told by the second byte.
    if (byte === 0xe0) this.#lowest = 0xa0;
    else if (byte === 0xed) this.#highest = 0x9f;
    else if (byte === 0xf0) this.#lowest = 0x90;
    else if (byte === 0xf4) this.#highest = 0x8f;
    return true;
  }

  #continue(byte: number): boolean {
    if (byte < this.#lowest || byte > this.#highest) return false;
    this.#expect(this.#missing - 1);
    return true;
  }

  #expect(missing: number): void {
    this.#missing = missing;
    this.#lowest = 0x80;
    this.#highest = 0xbf;
  }
}
