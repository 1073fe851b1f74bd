/**
 * Reads HTTP/1.1 replies from a connection, as far as a load generator has to: a status line, fields, and a body of a
 * declared length. Anything else is an error, so that no benchmark measures what it did not mean to.
 *
 * @module
 */

/** A reply as it stands on the wire. */
export interface Reply {
  /** The status code. */
  readonly status: number;
  /** Status line and fields, without the empty line. */
  readonly head: string;
  /** The body; valid until the next reply is read. */
  readonly body: Uint8Array;
}

/** Where bytes come from: a connection. */
export interface ByteSource {
  /** Fills the buffer from its beginning; `null` at the end. */
  read(buffer: Uint8Array): Promise<number | null>;
}

/** A reply larger than this is not read, in bytes. */
const MAX_REPLY_BYTES = 64 * 1024;
const CR = 0x0d;
const LF = 0x0a;
const DECODER = new TextDecoder("latin1");

/** Reads one reply after the other, none before it was asked for. */
export class ReplyReader {
  readonly #source: ByteSource;
  readonly #buffer = new Uint8Array(MAX_REPLY_BYTES);
  #length = 0;

  /**
   * Reads from a connection.
   *
   * @param source The connection.
   */
  constructor(source: ByteSource) {
    this.#source = source;
  }

  /**
   * Reads the reply to the one request under way.
   *
   * @throws {Error} If the connection ends, or what comes is not one whole reply of a declared length.
   */
  async read(): Promise<Reply> {
    this.#length = 0;
    let headEnd = -1;
    while (headEnd === -1) {
      await this.#fill();
      headEnd = endOfHead(this.#buffer, this.#length);
    }
    const head = DECODER.decode(this.#buffer.subarray(0, headEnd));
    const bodyStart = headEnd + 4;
    const replyEnd = bodyStart + contentLengthOf(head);
    while (this.#length < replyEnd) await this.#fill();
    if (this.#length > replyEnd) throw new Error(`The server sent ${this.#length - replyEnd} bytes after its reply`);
    return { status: statusOf(head), head, body: this.#buffer.subarray(bodyStart, replyEnd) };
  }

  async #fill(): Promise<void> {
    const space = this.#buffer.subarray(this.#length);
    if (space.length === 0) throw new Error(`A reply is larger than ${MAX_REPLY_BYTES} bytes`);
    const count = await this.#source.read(space);
    if (count === null) throw new Error("The server closed the connection before its reply was whole");
    this.#length += count;
  }
}

function endOfHead(bytes: Uint8Array, length: number): number {
  for (let at = bytes.indexOf(CR); at !== -1 && at + 3 < length; at = bytes.indexOf(CR, at + 1)) {
    if (bytes[at + 1] === LF && bytes[at + 2] === CR && bytes[at + 3] === LF) return at;
  }
  return -1;
}

function statusOf(head: string): number {
  const line = /^HTTP\/1\.1 (\d{3}) /.exec(head);
  if (line === null) throw new Error(`This is no reply of HTTP/1.1: ${head}`);
  return Number(line[1]);
}

function contentLengthOf(head: string): number {
  const field = /\r\ncontent-length:[ \t]*(\d+)[ \t]*(?:\r\n|$)/i.exec(head);
  if (field === null) throw new Error(`A reply has no Content-Length: ${head}`);
  return Number(field[1]);
}
