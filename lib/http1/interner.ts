/**
 * Strings made once: methods, paths and hosts come again and again, and making a string of bytes costs more than finding
 * the one that was made before.
 *
 * @module
 */
import type { Buffer } from "node:buffer";

/** Longer texts are made anew each time. */
const MAX_LENGTH = 64;
/** Texts that are kept, a power of two: at most 64 KiB. Who sends others only makes them be forgotten. */
const SLOTS = 1024;

interface Slot {
  readonly bytes: Uint8Array;
  readonly text: string;
}

/** Keeps the texts that came last. */
export class Interner {
  readonly #slots = new Array<Slot | undefined>(SLOTS).fill(undefined);

  /**
   * The text of some bytes.
   *
   * @param bytes Holds the text.
   * @param range Where in `bytes` it starts, and where it ends; each byte is one character (ISO 8859-1).
   */
  text(bytes: Buffer, { start, end }: { readonly start: number; readonly end: number }): string {
    const length = end - start;
    if (length > MAX_LENGTH) return bytes.toString("latin1", start, end);
    let hash = length;
    for (let i = start; i < end; i++) hash = (Math.imul(hash, 31) + bytes[i]) | 0;
    const index = (hash ^ (hash >>> 15)) & (SLOTS - 1);
    const slot = this.#slots[index];
    if (slot !== undefined && isSame(slot.bytes, { bytes, start, length })) return slot.text;
    const text = bytes.toString("latin1", start, end);
    this.#slots[index] = { bytes: Uint8Array.prototype.slice.call(bytes, start, end), text };
    return text;
  }
}

function isSame(kept: Uint8Array, { bytes, start, length }: { bytes: Uint8Array; start: number; length: number }) {
  if (kept.length !== length) return false;
  for (let i = 0; i < length; i++) {
    if (kept[i] !== bytes[start + i]) return false;
  }
  return true;
}

/** Methods, targets and hosts; no other values, which may be secrets. */
export const texts: Interner = new Interner();
