/**
 * The chunked coding (RFC 9112 §7.1): decoding it as it comes, and encoding.
 *
 * A chunk is its size in hexadecimal digits, CRLF, so many bytes, CRLF; the last has the size 0 and is followed by trailer
 * fields, which are checked and dropped, and an empty line. Nothing is let pass that others may read differently: no bare
 * LF, no space before the size, nothing behind it but an extension, no size that does not fit.
 *
 * @module
 */
import { ChunkExtensions } from "./chunk_extension.ts";
import { COLON, CR, FIELD_VALUE, HEX_VALUE, LF, TOKEN } from "./grammar.ts";
import { ProtocolError } from "./protocol_error.ts";

/** What fits in a number, with much to spare. */
const MAX_SIZE = 2 ** 48;
/** Leading zeros count too: nobody needs many. */
const MAX_SIZE_DIGITS = 16;
/** Bytes of all trailer fields. */
const MAX_TRAILER_BYTES = 4 * 1024;

/** What comes next. */
const enum State {
  FirstDigit,
  Size,
  Extension,
  SizeEnd,
  Data,
  DataCr,
  DataLf,
  TrailerStart,
  TrailerName,
  TrailerValue,
  TrailerLf,
  LastLf,
  Done,
}

/** Decodes one body. */
export class ChunkedDecoder {
  /** Where the data that the last call found starts, in the bytes that it was given. */
  dataStart = 0;
  /** Where that data ends; the same as its start if there was none. */
  dataEnd = 0;
  #state: State = State.FirstDigit;
  #digits = 0;
  #remaining = 0;
  readonly #extensions = new ChunkExtensions();
  #trailerBytes = 0;

  /** How much of the chunk that has begun is still to come, in bytes. */
  get remaining(): number {
    return this.#remaining;
  }

  /** Whether the end of the body has come. */
  get isDone(): boolean {
    return this.#state === State.Done;
  }

  /**
   * Decodes on, up to the end of the next run of data.
   *
   * @param bytes What has come.
   * @param range Where in `bytes` to go on, and where they end.
   * @returns Where the next call has to go on.
   * @throws {ProtocolError} 400 if the coding is broken, or a size or the extensions are beyond all measure; 431 if
   * the trailers are.
   */
  decode(bytes: Uint8Array, { start, end }: { readonly start: number; readonly end: number }): number {
    this.dataStart = this.dataEnd = start;
    for (let at = start; at < end && this.#state !== State.Done; at++) {
      if (this.#state === State.Data) return this.#takeData(at, end);
      this.#state = this.#next(bytes[at]);
      if (this.#state === State.Done) return at + 1;
    }
    return end;
  }

  #takeData(at: number, end: number): number {
    const taken = Math.min(this.#remaining, end - at);
    this.#remaining -= taken;
    if (this.#remaining === 0) this.#state = State.DataCr;
    this.dataStart = at;
    return this.dataEnd = at + taken;
  }

  #next(byte: number): State {
    switch (this.#state) {
      case State.FirstDigit:
      case State.Size:
        return this.#size(byte);
      case State.Extension:
        return this.#extensions.take(byte) ? State.SizeEnd : State.Extension;
      case State.SizeEnd:
        return this.#sizeEnd(byte);
      case State.DataCr:
        return expect(byte, CR, State.DataLf);
      case State.DataLf:
        this.#digits = 0;
        return expect(byte, LF, State.FirstDigit);
      case State.LastLf:
        return expect(byte, LF, State.Done);
      default:
        return this.#trailer(byte);
    }
  }

  #size(byte: number): State {
    const value = HEX_VALUE[byte];
    if (value !== 255) {
      this.#remaining = this.#remaining * 16 + value;
      if (++this.#digits > MAX_SIZE_DIGITS || this.#remaining >= MAX_SIZE) {
        throw new ProtocolError("The size of a chunk is beyond all measure");
      }
      return State.Size;
    }
    if (this.#state === State.FirstDigit) {
      throw new ProtocolError("A chunk begins with its size, in hexadecimal digits");
    }
    if (byte === CR) return State.SizeEnd;
    this.#extensions.begin(byte);
    return State.Extension;
  }

  #sizeEnd(byte: number): State {
    const next = this.#remaining === 0 ? State.TrailerStart : State.Data;
    return expect(byte, LF, next);
  }

  #trailer(byte: number): State {
    if (++this.#trailerBytes > MAX_TRAILER_BYTES) throw new ProtocolError("The trailer fields are too large", 431);
    switch (this.#state) {
      case State.TrailerStart:
        if (byte === CR) return State.LastLf;
        return checkTrailer(TOKEN[byte] === 1, State.TrailerName);
      case State.TrailerName:
        if (byte === COLON) return State.TrailerValue;
        return checkTrailer(TOKEN[byte] === 1, State.TrailerName);
      case State.TrailerValue:
        if (byte === CR) return State.TrailerLf;
        return checkTrailer(FIELD_VALUE[byte] === 1, State.TrailerValue);
      default:
        return expect(byte, LF, State.TrailerStart);
    }
  }
}

function expect(byte: number, expected: number, next: State): State {
  if (byte === expected) return next;
  throw new ProtocolError("The chunked coding is broken: CRLF ends each size, each chunk and each trailer");
}

function checkTrailer(isAllowed: boolean, next: State): State {
  if (isAllowed) return next;
  throw new ProtocolError("A trailer field is malformed");
}

const encoder = new TextEncoder();
/** The end of a body in chunks. */
export const LAST_CHUNK: Uint8Array = encoder.encode("0\r\n\r\n");

/**
 * Encodes one chunk.
 *
 * @param data What it holds; not empty, for an empty one would be the last.
 */
export function encodeChunk(data: Uint8Array): Uint8Array<ArrayBuffer> {
  const size = encoder.encode(`${data.length.toString(16)}\r\n`);
  const chunk = new Uint8Array(size.length + data.length + 2);
  chunk.set(size);
  chunk.set(data, size.length);
  chunk.set([CR, LF], size.length + data.length);
  return chunk;
}
