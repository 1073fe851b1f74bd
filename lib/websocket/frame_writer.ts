/**
 * Frames as a server sends them: whole messages, not masked (RFC 6455 §5.1, §5.2).
 *
 * @module
 */
import { isValidCloseCode } from "./close_error.ts";
import { MAX_CONTROL_BYTES, type Opcode, OPCODES } from "./opcodes.ts";

const encoder = new TextEncoder();
const FINAL = 0x80;

/** Where texts are encoded before it is known how long they are: room for a head of 4 bytes, then the text. */
const scratch = new Uint8Array(64 * 1024);
const scratchPayload = scratch.subarray(4);
/** The same for a head of 2 bytes. */
const shortScratch = scratch.subarray(2);
/** A UTF-16 code unit becomes 3 bytes at most. */
const MAX_SCRATCH_UNITS = Math.floor(scratchPayload.length / 3);

/**
 * Makes the frame of a text message. Texts of up to 21844 UTF-16 code units cost one allocation; longer ones two.
 *
 * @param text Any text; a lone surrogate becomes U+FFFD.
 * @returns The frame.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { encodeText } from "./frame_writer.ts";
 *
 * assertEquals(encodeText("Hi"), new Uint8Array([0x81, 2, 0x48, 0x69]));
 * ```
 */
export function encodeText(text: string): Uint8Array<ArrayBuffer> {
  if (text.length > MAX_SCRATCH_UNITS) return encodeFrame(OPCODES.text, encoder.encode(text));
  const { written } = encoder.encodeInto(text, scratchPayload);
  const frame = written < 126 ? shortScratch : scratch;
  writeHead(frame, FINAL | OPCODES.text, written);
  return frame.slice(0, headLength(written) + written);
}

/**
 * Makes the frame of a whole message or of a control frame.
 *
 * @param opcode What kind of frame it is.
 * @param payload What it carries, copied; in a control frame, at most 125 bytes.
 * @returns The frame.
 * @throws {RangeError} If the payload is too long for a control frame (RFC 6455 §5.5).
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { encodeFrame } from "./frame_writer.ts";
 * import { OPCODES } from "./opcodes.ts";
 *
 * assertEquals(encodeFrame(OPCODES.pong, new Uint8Array([1, 2])), new Uint8Array([0x8a, 2, 1, 2]));
 * ```
 */
export function encodeFrame(opcode: Opcode, payload: Uint8Array): Uint8Array<ArrayBuffer> {
  const { length } = payload;
  if (opcode >= OPCODES.close && length > MAX_CONTROL_BYTES) {
    throw new RangeError(`Cannot make a control frame of ${length} bytes: the longest has ${MAX_CONTROL_BYTES}`);
  }
  const start = headLength(length);
  const frame = new Uint8Array(start + length);
  writeHead(frame, FINAL | opcode, length);
  frame.set(payload, start);
  return frame;
}

/**
 * Makes a close frame.
 *
 * @param code A close code that may be sent, or nothing for an empty frame, as it answers one.
 * @param reason Why; cut at 123 bytes, between two characters. Left out if there is no code.
 * @returns The frame.
 * @throws {RangeError} If the code must not be sent (RFC 6455 §7.4).
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { encodeClose } from "./frame_writer.ts";
 *
 * assertEquals(encodeClose(1000, "!"), new Uint8Array([0x88, 3, 0x03, 0xe8, 0x21]));
 * assertEquals(encodeClose(undefined, ""), new Uint8Array([0x88, 0]));
 * ```
 */
export function encodeClose(code: number | undefined, reason: string): Uint8Array<ArrayBuffer> {
  if (code === undefined) return encodeFrame(OPCODES.close, new Uint8Array());
  if (!isValidCloseCode(code)) throw new RangeError(`Cannot send the close code ${code}`);
  const payload = new Uint8Array(MAX_CONTROL_BYTES);
  payload.set([code >> 8, code & 0xff]);
  const { written } = encoder.encodeInto(reason, payload.subarray(2));
  return encodeFrame(OPCODES.close, payload.subarray(0, 2 + written));
}

/** How long the head of a frame is, in bytes. */
function headLength(length: number): number {
  return length < 126 ? 2 : length < 65_536 ? 4 : 10;
}

/** The length in its shortest form, which alone is allowed. */
function writeHead(frame: Uint8Array<ArrayBuffer>, firstByte: number, length: number): void {
  frame[0] = firstByte;
  if (length < 126) {
    frame[1] = length;
  } else if (length < 65_536) {
    frame[1] = 126;
    frame[2] = length >> 8;
    frame[3] = length & 0xff;
  } else {
    frame[1] = 127;
    new DataView(frame.buffer, frame.byteOffset).setBigUint64(2, BigInt(length));
  }
}
