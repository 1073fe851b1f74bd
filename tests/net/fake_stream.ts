/**
 * A connection that a test holds both ends of.
 *
 * @module
 */
import { setImmediate } from "node:timers";
import type { ByteStream } from "../../lib/net/read_buffer.ts";
import { toBytes, toText } from "./http_cases/wire.ts";

/** A connection without a system below it. Every character of a text is a byte. */
export class FakeStream implements ByteStream {
  /** What was written, one text a write. */
  readonly writes: string[] = [];
  /** The very bytes that were written. */
  readonly written: Uint8Array[] = [];
  /** How much one read is given, and one write takes, at most. */
  readonly maxBytes: number;
  /** How many reads there were. */
  reads = 0;
  /** Whether nothing more will be written. */
  isWriteClosed = false;
  /** Whether it is closed. */
  isClosed = false;
  #incoming: Uint8Array[] = [];
  #isEnded = false;
  #wake = Promise.withResolvers<void>();
  #gate: PromiseWithResolvers<void> | undefined;

  constructor({ maxBytes = Infinity } = {}) {
    this.maxBytes = maxBytes;
  }

  /** The other side sends. */
  feed(text: string | Uint8Array): void {
    this.#incoming.push(typeof text === "string" ? toBytes(text) : text.slice());
    this.#wake.resolve();
  }

  /** The other side ends what it sends. */
  end(): void {
    this.#isEnded = true;
    this.#wake.resolve();
  }

  /** The other side reads nothing from now on. */
  stall(): void {
    this.#gate ??= Promise.withResolvers();
  }

  /** The other side reads again. */
  resume(): void {
    this.#gate?.resolve();
    this.#gate = undefined;
  }

  async read(into: Uint8Array): Promise<number | null> {
    this.reads++;
    while (this.#incoming.length === 0) {
      this.#checkOpen();
      if (this.#isEnded) return null;
      this.#wake = Promise.withResolvers();
      await this.#wake.promise;
    }
    const [piece] = this.#incoming;
    const count = Math.min(piece.length, into.length, this.maxBytes);
    into.set(piece.subarray(0, count));
    if (count === piece.length) this.#incoming.shift();
    else this.#incoming[0] = piece.subarray(count);
    return count;
  }

  async write(bytes: Uint8Array): Promise<number> {
    await this.#gate?.promise;
    this.#checkOpen();
    const count = Math.min(bytes.length, this.maxBytes);
    this.writes.push(toText(bytes.subarray(0, count)));
    this.written.push(bytes);
    return count;
  }

  closeWrite(): Promise<void> {
    this.#checkOpen();
    this.isWriteClosed = true;
    return Promise.resolve();
  }

  close(): void {
    this.isClosed = true;
    this.#wake.resolve();
    this.resume();
  }

  #checkOpen(): void {
    if (this.isClosed) throw new Deno.errors.BadResource("Closed");
  }
}

/** Waits until the event loop has turned, so that all that was ready has happened. */
export async function turns(count = 3): Promise<void> {
  for (let i = 0; i < count; i++) await new Promise<void>((resolve) => setImmediate(resolve));
}
