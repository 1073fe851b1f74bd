/**
 * The body of one request on bare sockets: read when somebody asks for it, in the framing that the head gives.
 *
 * @module
 */
import { tooLarge, type WholeBody } from "../body.ts";
import { HttpError } from "../errors.ts";
import { ChunkedDecoder } from "../http1/chunked.ts";
import { CHUNKED } from "../http1/framing.ts";
import { ProtocolError } from "../http1/protocol_error.ts";
import type { RawLimits } from "./raw_limits.ts";
import type { ReadBuffer } from "./read_buffer.ts";

/** What a body is read from. */
export interface BodySource {
  /** What has come: first the rest of the head's read, then whatever {@linkcode BodySource.receiveBody} adds. */
  readonly input: ReadBuffer;
  /** Reads more; `false` at the end of the connection. Fails with 408 if the body comes too slowly. */
  receiveBody(progress: BodyProgress): Promise<boolean>;
  /** Tells a client that waits for it to send the body. */
  sendContinue(): Promise<void>;
}

/** How far a body has come. */
export interface BodyProgress {
  /**
   * Notes that it was waited for.
   *
   * @param ms How long, since the last call, in ms.
   * @param limits Its least rate.
   * @returns Whether it is too slow: whoever sends so holds a request for nothing.
   */
  isLate(ms: number, limits: Pick<RawLimits, "bodyGraceMs" | "minBodyBytesPerS">): boolean;
}

/** How a body is framed. */
export interface RawBodyInit {
  /** Its length in bytes, or `CHUNKED`. */
  readonly length: number;
  /** Whether the client waits for leave to send it. */
  readonly isAwaited: boolean;
  /** Bytes that may be read where nobody says otherwise. */
  readonly maxBytes: number;
}

/** The body of one request. */
export class RawBody implements BodyProgress, Pick<WholeBody, "readWhole"> {
  /** Whether somebody has begun to read it. */
  isTaken = false;
  readonly #source: BodySource;
  /** How long it was waited for, and how long may be waited for all of it, in ms. */
  #waitedMs = 0;
  #timeoutMs = Infinity;
  /** How many bytes have come, with what their coding adds. */
  #receivedBytes = 0;
  #maxBytes: number;
  readonly #decoder: ChunkedDecoder | undefined;
  /** Bytes that are still to come; of a body in chunks nobody knows. */
  #remaining: number;
  /** Bytes that were read, without what their coding adds. */
  #dataBytes = 0;
  #isAwaited: boolean;
  #isBroken = false;
  /** Whether a read is under way, which nobody may wait for. */
  #isReceiving = false;
  #isOver = false;

  /**
   * Begins with a body of which nothing is read.
   *
   * @param source What it is read from.
   * @param init Its framing.
   */
  constructor(source: BodySource, { length, isAwaited, maxBytes }: RawBodyInit) {
    this.#source = source;
    this.#maxBytes = maxBytes;
    this.#decoder = length === CHUNKED ? new ChunkedDecoder() : undefined;
    this.#remaining = length === CHUNKED ? 0 : length;
    this.#isAwaited = isAwaited;
  }

  /** See {@linkcode BodyProgress}. */
  isLate(ms: number, { bodyGraceMs, minBodyBytesPerS }: Parameters<BodyProgress["isLate"]>[1]): boolean {
    this.#waitedMs += ms;
    const leastBytes = (this.#waitedMs - bodyGraceMs) / 1_000 * minBodyBytesPerS;
    return this.#waitedMs > this.#timeoutMs || this.#receivedBytes < leastBytes;
  }

  /** Whether what is left of it may be worth the connection: see {@linkcode RawBody.drop}. */
  canDrop(maxBytes: number): boolean {
    return !this.#isAwaited && !this.#isBroken && !this.#isReceiving && this.#remaining <= maxBytes;
  }

  /** Whether all of it is read. */
  get isDone(): boolean {
    return this.#decoder?.isDone ?? this.#remaining === 0;
  }

  /**
   * Reads all of it.
   *
   * @param limits Its bounds.
   * @returns Its bytes, which stay as they are until the request is answered, and no longer.
   * @throws {HttpError} 413 if it is too large, 408 if it comes too slowly, 400 if its coding is broken or it breaks off.
   */
  readWhole(
    { maxBytes = this.#maxBytes, timeoutMs = Infinity } = {},
  ): Uint8Array<ArrayBuffer> | Promise<Uint8Array<ArrayBuffer>> {
    this.#take();
    this.#timeoutMs = timeoutMs;
    this.#maxBytes = maxBytes;
    this.#checkSize();
    const { input } = this.#source;
    if (this.#decoder !== undefined || input.length < this.#remaining) return this.#collect();
    return this.#takeBytes(this.#remaining);
  }

  /**
   * A stream of it. What is beyond the bound fails with 413.
   *
   * @param maxBytes The bound; that for all bodies unless told.
   */
  stream(maxBytes: number = this.#maxBytes): ReadableStream<Uint8Array<ArrayBuffer>> {
    let isFirst = true;
    return new ReadableStream({
      pull: async (controller) => {
        if (isFirst) this.#take();
        if (isFirst) this.#maxBytes = maxBytes;
        isFirst = false;
        const piece = await this.#readFor();
        if (piece === undefined) controller.close();
        else controller.enqueue(new Uint8Array(piece));
      },
    }, { highWaterMark: 0 });
  }

  /**
   * Reads and drops what is left of it.
   *
   * @param maxBytes How much is worth the connection.
   * @returns Whether all of it is read.
   */
  async drop(maxBytes: number): Promise<boolean> {
    if (!this.canDrop(maxBytes)) return false;
    this.#maxBytes = Infinity;
    try {
      for (let dropped = 0; !this.isDone; dropped += (await this.#read())?.length ?? 0) {
        if (dropped > maxBytes) return false;
      }
      return true;
    } catch (error) {
      if (error instanceof HttpError) return false;
      throw error;
    }
  }

  #take(): void {
    if (this.isTaken) throw new TypeError("The body of a request can be read once");
    this.isTaken = true;
  }

  /** The request is answered: what is left of its body is nobody's. A read that is under way ends with an error. */
  release(): void {
    this.#isOver = true;
  }

  async #collect(): Promise<Uint8Array<ArrayBuffer>> {
    let whole = new Uint8Array(Math.min(Math.max(this.#remaining, 1_024), 64 * 1024));
    let length = 0;
    for (let piece = await this.#readFor(); piece !== undefined; piece = await this.#readFor()) {
      if (length + piece.length > whole.length) whole = grown(whole, length + piece.length);
      whole.set(piece, length);
      length += piece.length;
    }
    return whole.subarray(0, length);
  }

  /** The next piece, for the handler. */
  async #readFor(): Promise<Uint8Array<ArrayBuffer> | undefined> {
    if (this.#isOver) throw new TypeError("The request is answered: its body is to be read before");
    return await this.#read();
  }

  /** The next piece, which is good until the next one is read; `undefined` at the end. */
  async #read(): Promise<Uint8Array<ArrayBuffer> | undefined> {
    try {
      while (!this.isDone) {
        this.#checkSize();
        const { input } = this.#source;
        const piece = input.length === 0 ? undefined : this.#takeSome();
        if (piece !== undefined && piece.length > 0) return piece;
        if (this.isDone) break;
        this.#checkSize();
        if (input.length === 0) await this.#receive();
      }
      return undefined;
    } catch (error) {
      this.#isBroken = true;
      if (error instanceof HttpError) throw error;
      if (error instanceof ProtocolError) throw new HttpError(error.status, error.message);
      throw new HttpError(400, "The body broke off", { cause: error });
    }
  }

  async #receive(): Promise<void> {
    this.#isReceiving = true;
    if (this.#isAwaited) await this.#source.sendContinue();
    this.#isAwaited = false;
    const hasMore = await this.#source.receiveBody(this);
    this.#isReceiving = false;
    if (!hasMore) throw new HttpError(400, "The body broke off");
  }

  #takeSome(): Uint8Array<ArrayBuffer> {
    const { input } = this.#source;
    if (this.#decoder === undefined) return this.#takeBytes(Math.min(this.#remaining, input.length));
    const decoder = this.#decoder;
    this.#receivedBytes += input.length;
    input.start = decoder.decode(input.bytes, input);
    this.#receivedBytes -= input.length;
    this.#dataBytes += decoder.dataEnd - decoder.dataStart;
    return input.view(decoder.dataStart, decoder.dataEnd);
  }

  #takeBytes(count: number): Uint8Array<ArrayBuffer> {
    const { input } = this.#source;
    this.#remaining -= count;
    this.#receivedBytes += count;
    this.#dataBytes += count;
    input.start += count;
    return input.view(input.start - count, input.start);
  }

  /** As much as is known of its size, before it is read. What is too large is not worth the connection. */
  #checkSize(): void {
    const remaining = this.#decoder?.remaining ?? this.#remaining;
    if (this.#dataBytes + remaining <= this.#maxBytes) return;
    this.#isBroken = true;
    throw tooLarge(this.#maxBytes);
  }
}

function grown(bytes: Uint8Array<ArrayBuffer>, least: number): Uint8Array<ArrayBuffer> {
  const larger = new Uint8Array(Math.max(2 * bytes.length, least));
  larger.set(bytes);
  return larger;
}
