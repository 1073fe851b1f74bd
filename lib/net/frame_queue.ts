/**
 * The frames that wait for one socket. They leave together: a write for each would cost more than all else.
 *
 * @module
 */
import type { ByteStream } from "./read_buffer.ts";

type Frame = Uint8Array<ArrayBuffer>;

/** More than this is not kept for the next socket of a room. */
const MAX_SHARED_BYTES = 64 * 1024;
/** What was joined last: the sockets of a room are sent the same frames one after the other. */
let shared: { readonly frames: readonly Frame[]; readonly bytes: Frame } = { frames: [], bytes: new Uint8Array() };

/** What a frame costs besides its bytes while it waits: a million empty pongs are not nothing. */
const FRAME_OVERHEAD_BYTES = 256;

/** What becomes of what waits. */
export interface FrameQueueEvents {
  /** All of it is written. */
  drained(): void;
  /** It could not be written; nothing waits any more. */
  failed(error: unknown): void;
}

/** Gathers frames and writes them. */
export class FrameQueue {
  readonly #stream: ByteStream;
  readonly #events: FrameQueueEvents;
  #bytes = 0;
  #frames: Frame[] = [];
  /** What is being written. */
  #writing: Frame | undefined;
  readonly #onWritten = (count: number) => this.#written(count);
  readonly #onFailed = (error: unknown) => this.#failed(error);
  #stalledMs = 0;
  #whenEmpty: PromiseWithResolvers<void> | undefined;

  /**
   * Begins with nothing.
   *
   * @param stream The connection.
   * @param events Told of its end, of either kind.
   */
  constructor(stream: ByteStream, events: FrameQueueEvents) {
    this.#stream = stream;
    this.#events = events;
  }

  /** How many bytes the system has not taken yet, with what it costs to keep their frames. */
  get bytes(): number {
    return this.#bytes + this.#frames.length * FRAME_OVERHEAD_BYTES;
  }

  /** Adds a frame, to be written when it is flushed. It may be shared by many, and so is never changed. */
  add(frame: Uint8Array<ArrayBuffer>): void {
    this.#frames.push(frame);
    this.#bytes += frame.length;
  }

  /** Writes what waits, unless a write is under way, which will take it along. */
  flush(): void {
    if (this.#writing !== undefined || this.#frames.length === 0) return;
    const bytes = join(this.#frames);
    this.#frames = [];
    this.#write(bytes);
  }

  /** Resolves when nothing waits any more, be it written or lost. */
  async empty(): Promise<void> {
    this.flush();
    if (this.bytes > 0) await (this.#whenEmpty ??= Promise.withResolvers()).promise;
  }

  /** Forgets what waits: the connection is gone. */
  drop(): void {
    this.#frames = [];
    this.#writing = undefined;
    this.#bytes = 0;
    this.#whenEmpty?.resolve();
    this.#whenEmpty = undefined;
  }

  /**
   * How long the client has read nothing.
   *
   * @param ms How much time has passed since the last call, in ms.
   * @returns The time in ms; 0 if nothing is being written.
   */
  stalledMs(ms: number): number {
    return this.#stalledMs = this.#writing !== undefined ? this.#stalledMs + ms : 0;
  }

  /** No function waits for a write: a room has thousands, and a promise for each would cost as much again. */
  #write(bytes: Frame): void {
    this.#writing = bytes;
    this.#stream.write(bytes).then(this.#onWritten, this.#onFailed);
  }

  #written(count: number): void {
    const bytes = this.#writing;
    if (bytes === undefined) return;
    this.#stalledMs = 0;
    this.#bytes -= count;
    if (count < bytes.length) return this.#write(bytes.subarray(count));
    this.#writing = undefined;
    if (this.#frames.length > 0) return this.flush();
    this.#whenEmpty?.resolve();
    this.#whenEmpty = undefined;
    this.#events.drained();
  }

  #failed(error: unknown): void {
    this.drop();
    this.#events.failed(error);
  }
}

function join(frames: readonly Frame[]): Frame {
  if (frames.length === 1) return frames[0];
  if (isSame(frames, shared.frames)) return shared.bytes;
  const bytes = new Uint8Array(frames.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const frame of frames) {
    bytes.set(frame, at);
    at += frame.length;
  }
  if (bytes.length <= MAX_SHARED_BYTES) shared = { frames, bytes };
  return bytes;
}

function isSame(a: readonly Frame[], b: readonly Frame[]): boolean {
  return a.length === b.length && a.every((frame, index) => frame === b[index]);
}
