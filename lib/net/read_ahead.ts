import { clearImmediate, setImmediate } from "node:timers";

type Piece = Uint8Array<ArrayBuffer>;
type Read = ReadableStreamReadResult<Piece>;

/** A stream whose first two reads may be looked at before they are taken. */
export class ReadAhead {
  readonly #reader: ReadableStreamDefaultReader<Piece>;
  readonly #ahead: Promise<Read>[] = [];
  /** Whether the first piece takes its time. */
  isLate = false;

  /**
   * Begins at the start of a stream.
   *
   * @param reader Reads it.
   */
  constructor(reader: ReadableStreamDefaultReader<Uint8Array<ArrayBuffer>>) {
    this.#reader = reader;
  }

  /** All of the stream, if it is there by the end of this turn and in one piece; `undefined` otherwise. */
  async whole(): Promise<Uint8Array<ArrayBuffer> | undefined> {
    const first = await this.#look();
    this.isLate = first === undefined;
    if (first === undefined || first.done) return first && new Uint8Array();
    return (await this.#look())?.done ? first.value : undefined;
  }

  /** The next piece; `undefined` at the end. */
  async next(): Promise<Uint8Array<ArrayBuffer> | undefined> {
    return (await (this.#ahead.shift() ?? this.#reader.read())).value;
  }

  /** Gives the stream up. */
  cancel(reason: unknown): void {
    for (const read of this.#ahead) read.catch(() => {});
    this.#reader.cancel(reason).catch(() => {});
  }

  async #look(): Promise<Read | undefined> {
    const read = this.#reader.read();
    this.#ahead.push(read);
    const { promise: turnEnd, resolve } = Promise.withResolvers<undefined>();
    const immediate = setImmediate(() => resolve(undefined));
    try {
      return await Promise.race([read, turnEnd]);
    } finally {
      clearImmediate(immediate);
    }
  }
}
