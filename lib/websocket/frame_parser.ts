/**
 * What a client sends, from bytes to messages (RFC 6455 §5).
 *
 * - Every frame is masked; reserved bits and opcodes are not used; lengths have their shortest form (§5.2).
 * - A message is one frame, or one that is not final and continuations up to a final one; control frames, short and
 *   whole, may stand between them (§5.4, §5.5).
 * - Text is UTF-8 (§8.1): the first byte that cannot be ends the connection, wherever it stands.
 * - Behind a close frame nothing counts (§5.5.1).
 *
 * Extensions are declined. What permessage-deflate (RFC 7692) does to chat messages of 128 bytes, measured with zlib:
 * without context: 108 bytes, 24 µs; with a context for each connection: 28 bytes, but 11 µs for each receiver and 240
 * KiB each (33 bytes and 55 KiB with windows of 4 KiB), where one frame of 1 µs now serves a whole room.
 *
 * @module
 */
import { CloseError, isValidCloseCode } from "./close_error.ts";
import { FrameHead } from "./frame_head.ts";
import { OPCODES } from "./opcodes.ts";
import { Payload } from "./payload.ts";
import { turnMask, unmask } from "./unmask.ts";
import { Utf8Scanner } from "./utf8_scanner.ts";

/** What a client says, in order. What is handed over may be kept. */
export interface FrameEvents {
  /** A text message has come whole. */
  text(text: string): void;
  /** A binary message has come whole. */
  binary(bytes: Uint8Array<ArrayBuffer>): void;
  /** A ping, to be answered by a pong with the same payload of at most 125 bytes (RFC 6455 §5.5.2). */
  ping(payload: Uint8Array<ArrayBuffer>): void;
  /** A pong, asked for or not (RFC 6455 §5.5.3). */
  pong(payload: Uint8Array<ArrayBuffer>): void;
  /** A close frame, with a code that may be echoed, or none; no event follows (RFC 6455 §5.5.1). */
  close(code: number | undefined, reason: string): void;
}

/** How a connection is read. */
export interface FrameParserOptions {
  /** Longer messages are refused with 1009 by their declared length. Costs up to three times as much memory for a moment. */
  readonly maxMessageBytes: number;
  /** Who is told. */
  readonly events: FrameEvents;
}

/** The first byte of a text message of one frame, and the second ones of lengths that need no further bytes. */
const WHOLE_TEXT = 0x80 | OPCODES.text;
const MASKED = 0x80;
const MAX_SMALL_BYTES = 125;
/** The head of such a frame. */
const SMALL_HEAD_BYTES = 6;

const NOTHING: Uint8Array<ArrayBuffer> = new Uint8Array();

/** Checked already by the scanner; a byte order mark is text like any other. */
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/**
 * Reads the bytes of one connection, split anyhow.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { FrameParser } from "./frame_parser.ts";
 *
 * const texts: string[] = [];
 * const ignore = () => {};
 * const events = { text: (text: string) => texts.push(text), binary: ignore, ping: ignore, pong: ignore, close: ignore };
 * const parser = new FrameParser({ maxMessageBytes: 1024, events });
 * parser.push(new Uint8Array([0x81, 0x85, 0x37, 0xfa, 0x21, 0x3d, 0x7f, 0x9f]));
 * parser.push(new Uint8Array([0x4d, 0x51, 0x58]));
 * assertEquals(texts, ["Hello"]);
 * ```
 */
export class FrameParser {
  readonly #events: FrameEvents;
  readonly #maxMessageBytes: number;
  readonly #head = new FrameHead();
  readonly #utf8 = new Utf8Scanner();
  #isOver = false;
  /** How many bytes of payload the frame still lacks, and the mask for them; `undefined` while a head is read. */
  #missing: number | undefined;
  #mask = 0;
  /** What the message begun is of, and what its frames so far declared. */
  #message: "text" | "binary" | undefined;
  #messageBytes = 0;
  readonly #payload = new Payload();
  readonly #controlPayload = new Payload();

  /**
   * Makes the parser of a connection that is open now.
   *
   * @param options Its bound, and whom to tell.
   */
  constructor({ maxMessageBytes, events }: FrameParserOptions) {
    this.#maxMessageBytes = maxMessageBytes;
    this.#events = events;
  }

  /**
   * Reads the next bytes. After an error, whether of the client's or of an event's, and after a close frame, the parser
   * is dead: it ignores what it is given.
   *
   * @param bytes What came from the socket. Overwritten by what it means; not kept.
   * @throws {CloseError} 1002 if the client breaks the protocol, 1007 if text is not UTF-8, 1009 if a message is too long.
   */
  push(bytes: Uint8Array<ArrayBuffer>): void {
    let at = 0;
    try {
      while (at < bytes.length && !this.#isOver) {
        if (this.#missing !== undefined) at = this.#takePayload(bytes, at);
        else if (this.#isSmallText(bytes, at)) at = this.#takeSmallText(bytes, at);
        else at = this.#takeHead(bytes, at);
      }
    } catch (error) {
      this.#end();
      throw error;
    }
  }

  /** Whether a short text message of one frame, which is what a chat is made of, lies here whole. */
  #isSmallText(bytes: Uint8Array, at: number): boolean {
    if (bytes[at] !== WHOLE_TEXT || this.#message !== undefined || !this.#head.isEmpty) return false;
    const length = bytes[at + 1] - MASKED;
    const rest = bytes.length - at - SMALL_HEAD_BYTES;
    return length >= 0 && length <= Math.min(MAX_SMALL_BYTES, rest, this.#maxMessageBytes);
  }

  /** The same as by the head and the payload, without their steps. */
  #takeSmallText(bytes: Uint8Array<ArrayBuffer>, at: number): number {
    const start = at + SMALL_HEAD_BYTES;
    const end = start + bytes[at + 1] - MASKED;
    const mask = (bytes[at + 2] << 24) | (bytes[at + 3] << 16) | (bytes[at + 4] << 8) | bytes[at + 5];
    const payload = bytes.subarray(start, end);
    if (unmask(payload, mask) > 0x7f) this.#scanText(payload, { isLast: true });
    this.#events.text(decoder.decode(payload));
    return end;
  }

  #takeHead(bytes: Uint8Array, at: number): number {
    while (at < bytes.length) {
      if (!this.#head.take(bytes[at++])) continue;
      this.#missing = this.#head.length;
      this.#mask = this.#head.mask;
      if (!this.#head.isControl) this.#beginDataFrame();
      if (this.#missing === 0) this.#takePiece(NOTHING, 0);
      break;
    }
    return at;
  }

  #beginDataFrame(): void {
    const { opcode, length } = this.#head;
    if (opcode === OPCODES.continuation) {
      if (this.#message === undefined) throw new CloseError(1002, "There is no message to continue");
    } else {
      if (this.#message !== undefined) throw new CloseError(1002, "A message must end before another begins");
      this.#message = opcode === OPCODES.text ? "text" : "binary";
    }
    this.#messageBytes += length;
    if (this.#messageBytes > this.#maxMessageBytes) {
      throw new CloseError(1009, `A message must not be longer than ${this.#maxMessageBytes} bytes`);
    }
  }

  #takePayload(bytes: Uint8Array<ArrayBuffer>, at: number): number {
    const missing = this.#missing ?? 0;
    const piece = bytes.subarray(at, at + missing);
    const bits = unmask(piece, this.#mask);
    this.#mask = turnMask(this.#mask, piece.length);
    this.#missing = missing - piece.length;
    this.#takePiece(piece, bits);
    return at + piece.length;
  }

  /** A piece of the frame's payload; `bits` are those set in any byte of it. */
  #takePiece(piece: Uint8Array<ArrayBuffer>, bits: number): void {
    const isLast = this.#missing === 0;
    if (isLast) this.#missing = undefined;
    if (this.#head.isControl) this.#takeControl(piece, isLast);
    else this.#takeMessage(piece, { bits, isLast: isLast && this.#head.isFinal });
  }

  #takeMessage(piece: Uint8Array<ArrayBuffer>, { bits, isLast }: { bits: number; isLast: boolean }): void {
    const isText = this.#message === "text";
    if (isText && (bits > 0x7f || !this.#utf8.isComplete)) this.#scanText(piece, { isLast });
    if (!isLast || this.#payload.length > 0) {
      this.#payload.append(piece, this.#head.isFinal ? this.#messageBytes : this.#maxMessageBytes);
    }
    if (!isLast) return;
    const bytes = this.#payload.length > 0 ? this.#payload.take() : piece;
    this.#message = undefined;
    this.#messageBytes = 0;
    if (isText) this.#events.text(decoder.decode(bytes));
    else this.#events.binary(bytes.slice());
  }

  #scanText(piece: Uint8Array, { isLast }: { isLast: boolean }): void {
    if (!this.#utf8.scan(piece) || (isLast && !this.#utf8.isComplete)) {
      throw new CloseError(1007, "The text is not UTF-8");
    }
  }

  #takeControl(piece: Uint8Array, isLast: boolean): void {
    const { opcode, length } = this.#head;
    const before = this.#controlPayload.length;
    this.#controlPayload.append(piece, length);
    if (opcode === OPCODES.close) this.#checkClose(before, isLast);
    if (!isLast) return;
    const payload = this.#controlPayload.take();
    if (opcode === OPCODES.ping) this.#events.ping(payload);
    else if (opcode === OPCODES.pong) this.#events.pong(payload);
    else this.#takeClose(payload);
  }

  /** Code and reason are checked as they come. The reason is text like any other: a message under way is given up. */
  #checkClose(before: number, isLast: boolean): void {
    if (before === 0) this.#utf8.reset();
    const { bytes } = this.#controlPayload;
    if (bytes.length >= 2 && !isValidCloseCode(closeCode(bytes))) {
      throw new CloseError(1002, `The close code ${closeCode(bytes)} must not be sent`);
    }
    this.#scanText(bytes.subarray(Math.max(2, before)), { isLast });
  }

  #takeClose(payload: Uint8Array): void {
    this.#end();
    const code = payload.length === 0 ? undefined : closeCode(payload);
    this.#events.close(code, decoder.decode(payload.subarray(2)));
  }

  #end(): void {
    this.#isOver = true;
    this.#payload.take();
    this.#controlPayload.take();
  }
}

function closeCode(payload: Uint8Array): number {
  return (payload[0] << 8) | payload[1];
}
