/**
 * A client's frames in a readable form, and what a parser makes of them.
 */
import { CloseError } from "../../lib/websocket/close_error.ts";
import { FrameParser } from "../../lib/websocket/frame_parser.ts";

/** One event, payloads of other things than text in hex; `error` is a CloseError that came out of `push()`. */
export type Said =
  | readonly ["text", string]
  | readonly ["binary" | "ping" | "pong", string]
  | readonly ["close", number | undefined, string]
  | readonly ["error", number];

/** A wire of a client: the frames, and what has to come of them. */
export interface WireCase {
  readonly name: string;
  /** See {@linkcode wire}. */
  readonly frames: string;
  readonly said: readonly Said[];
}

const MASK = [0x37, 0xfa, 0x21, 0x3d];

/** Bytes from hex; blanks do not count. */
export function fromHex(hex: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(hex.replaceAll(/\s/g, "").match(/../g) ?? [], (byte) => parseInt(byte, 16));
}

/** Hex from bytes. */
export function toHex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Hex of text in UTF-8. */
export function hexOf(text: string): string {
  return toHex(new TextEncoder().encode(text));
}

/** Bytes one behind the other. */
export function concat(pieces: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(pieces.reduce((length, piece) => length + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return bytes;
}

/** A masked frame with its length in the shortest form. */
export function masked(
  firstByte: number,
  payload: Uint8Array,
  mask: readonly number[] = MASK,
): Uint8Array<ArrayBuffer> {
  const { length } = payload;
  const form = length < 126
    ? [length]
    : length < 65_536
    ? [126, length >> 8, length & 0xff]
    : [127, 0, 0, 0, 0, length >>> 24, (length >> 16) & 0xff, (length >> 8) & 0xff, length & 0xff];
  form[0] |= 0x80;
  return concat([Uint8Array.of(firstByte, ...form, ...mask), payload.map((byte, at) => byte ^ mask[at & 3])]);
}

/**
 * A client's bytes from `81:68656c6c6f 89:`: frames, each the first byte and the payload, which is masked and whose length
 * is put before it. `=8105` stands for bytes as they are, `*70000` behind the payload repeats it.
 */
export function wire(frames: string): Uint8Array<ArrayBuffer> {
  return concat(
    frames.trim().split(/\s+/).filter((frame) => frame !== "").map((frame) => {
      if (frame.startsWith("=")) return fromHex(frame.slice(1));
      const [firstByte, payload] = frame.split(":");
      const [hex, times = "1"] = payload.split("*");
      return masked(parseInt(firstByte, 16), fromHex(hex.repeat(Number(times))));
    }),
  );
}

/** What a parser says of pieces, one after the other. Each piece is overwritten when it is read: nothing may hold it. */
export function hear(pieces: Iterable<Uint8Array>, maxMessageBytes = 1 << 20): Said[] {
  const said: Array<() => Said> = [];
  const parser = new FrameParser({
    maxMessageBytes,
    events: {
      text: (text) => said.push(() => ["text", text]),
      binary: (bytes) => said.push(() => ["binary", toHex(bytes)]),
      ping: (payload) => said.push(() => ["ping", toHex(payload)]),
      pong: (payload) => said.push(() => ["pong", toHex(payload)]),
      close: (code, reason) => said.push(() => ["close", code, reason]),
    },
  });
  for (const piece of pieces) {
    const bytes = piece.slice();
    try {
      parser.push(bytes);
    } catch (error) {
      if (!(error instanceof CloseError)) throw error;
      said.push(() => ["error", error.code]);
    }
    bytes.fill(0xff);
  }
  return said.map((event) => event());
}

/** Bytes one by one. */
export function* byteByByte(bytes: Uint8Array): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length; at++) yield bytes.subarray(at, at + 1);
}

/** Ways to split bytes: whole, in two wherever it is (of long ones, only where it matters), and one by one. */
export function* splits(bytes: Uint8Array): Generator<Iterable<Uint8Array>> {
  yield [bytes];
  const { length } = bytes;
  for (let at = 0; at <= length; at++) {
    const matters = length < 500 || at < 20 || at > length - 10 || at % Math.ceil(length / 8) === 0;
    if (matters) yield [bytes.subarray(0, at), bytes.subarray(at)];
  }
  yield byteByByte(bytes);
}
