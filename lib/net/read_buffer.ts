/**
 * What has come on a connection and is not taken yet: one buffer, small while little comes.
 *
 * @module
 */
import { Buffer } from "node:buffer";
import { ProtocolError } from "../http1/protocol_error.ts";

/** A connection: of `Deno.listen`, or what a test puts in its place. */
export interface ByteStream {
  /** Reads what has come, at least a byte; `null` at the end. */
  read(into: Uint8Array): Promise<number | null>;
  /** Writes some of the bytes; resolves with how many. */
  write(bytes: Uint8Array): Promise<number>;
  /** Says that nothing more will be written. */
  closeWrite(): Promise<void>;
  /** Ends it; a read or a write under way fails. */
  close(): void;
}

/** What a connection begins with: many requests fit in, and one that says nothing costs little. */
const INITIAL_BYTES = 1024;
/** What a connection that needed more keeps for its next request. */
const MAX_KEPT_BYTES = 4 * 1024;
/** What a connection asks of its buffer. */
export interface ReadBufferInit {
  /** How much has to fit in at most, in bytes: a head of the largest size, and some more. */
  readonly maxBytes: number;
  /** Told where the bytes now stand, and how far they have moved towards the end. */
  readonly onMoved: (bytes: Buffer<ArrayBuffer>, distance: number) => void;
}

/** Reads a connection. What is kept may move when more is read. */
export class ReadBuffer {
  /** What has come stands in here, from `start` to `end`. */
  bytes: Buffer<ArrayBuffer> = Buffer.allocUnsafeSlow(INITIAL_BYTES);
  /** Where the bytes start that are not taken yet. */
  start = 0;
  /** Where they end. */
  end = 0;
  /** Whether the last read found as much as there was room for, so that there may be more at once. */
  wasFilled = false;
  readonly #stream: ByteStream;
  readonly #init: ReadBufferInit;

  /**
   * Begins with nothing.
   *
   * @param stream The connection.
   * @param init How large it may get, and who is told when it moves.
   */
  constructor(stream: ByteStream, init: ReadBufferInit) {
    this.#stream = stream;
    this.#init = init;
  }

  /** How many bytes have come and are not taken yet. */
  get length(): number {
    return this.end - this.start;
  }

  /**
   * What has come, from one place to another. A plain Uint8Array, for a slice of a Buffer is no copy.
   *
   * @param start Where in `bytes` it starts.
   * @param end Where it ends.
   */
  view(start: number, end: number): Uint8Array<ArrayBuffer> {
    return new Uint8Array(this.bytes.buffer, this.bytes.byteOffset + start, end - start);
  }

  /**
   * Reads on, behind what has come.
   *
   * @param keptFrom Where in `bytes` that starts which must be kept.
   * @returns Whether anything came before the end.
   */
  async fill(keptFrom: number): Promise<boolean> {
    return this.take(await this.#stream.read(this.room(keptFrom)));
  }

  /**
   * Where the next bytes are to be read into: {@linkcode ReadBuffer.fill} in two steps, for whoever counts promises.
   *
   * @param keptFrom Where in `bytes` that starts which must be kept.
   * @throws {ProtocolError} 431 if that leaves no room: to read into nothing would never end.
   */
  room(keptFrom: number): Uint8Array<ArrayBuffer> {
    if (this.end === this.bytes.length) this.#makeRoom(keptFrom);
    else if (this.wasFilled && this.bytes.length < MAX_KEPT_BYTES) this.#move(MAX_KEPT_BYTES, keptFrom);
    if (this.end === this.bytes.length) throw new ProtocolError("The request's head is too large", 431);
    return this.end === 0 ? this.bytes : this.view(this.end, this.bytes.length);
  }

  /**
   * Takes note of what was read.
   *
   * @param count How many bytes; `null` at the end.
   * @returns Whether anything came before the end.
   */
  take(count: number | null): boolean {
    this.end += count ?? 0;
    this.wasFilled = this.end === this.bytes.length;
    return count !== null;
  }

  /** Takes all that has come as read. What is kept stands before `start`. */
  clear(start: number): void {
    this.start = this.end = start;
  }

  /** Nothing is kept any more: a buffer that grew large becomes smaller where what has come fits in. */
  shrink(): void {
    if (this.start === this.end) this.start = this.end = 0;
    if (this.bytes.length > MAX_KEPT_BYTES && this.length < MAX_KEPT_BYTES) this.#move(MAX_KEPT_BYTES, this.start);
  }

  /** Doubles the buffer if what is kept fills more than half of it. */
  #makeRoom(keptFrom: number): void {
    const isCrowded = this.end - keptFrom > this.bytes.length / 2;
    this.#move(isCrowded ? Math.min(2 * this.bytes.length, this.#init.maxBytes) : this.bytes.length, keptFrom);
  }

  #move(bytes: number, keptFrom: number): void {
    const target = bytes === this.bytes.length ? this.bytes : Buffer.allocUnsafeSlow(bytes);
    this.bytes.copy(target, 0, keptFrom, this.end);
    this.bytes = target;
    this.start -= keptFrom;
    this.end -= keptFrom;
    this.#init.onMoved(target, -keptFrom);
  }
}
