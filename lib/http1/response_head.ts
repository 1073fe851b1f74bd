/**
 * The head of a reply: status line and fields (RFC 9112 §4, §5), written by bytes.
 *
 * Fields that say where the message ends and what becomes of the connection are the transport's: those that a handler
 * gives are read, and not sent. A name or value that could end a line is refused, so that no reply can be split in two.
 *
 * @module
 */
import { STATUS_TEXT } from "@std/http/status";
import { isFieldValue, isToken } from "./grammar.ts";

/** The fields of a reply, checked and encoded. */
export interface FieldBlock {
  /** The lines. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** What the handler says of the body's length, in bytes: for HEAD, and for streams. */
  readonly contentLength: number | undefined;
  /** Whether the handler wants the connection closed. */
  readonly closes: boolean;
  /** Whether the handler gives the date. */
  readonly hasDate: boolean;
  /** Whether the fields are those of a frozen record, and so may come again and again. */
  readonly isKept: boolean;
  /** The whole reply of just now with these fields, if it was made: see {@linkcode imageOf}. */
  image: ReplyImage | undefined;
}

/** A whole reply as it stands on the wire. */
export interface ReplyImage {
  /** Its body. */
  readonly body: Uint8Array;
  /** When it was made, in whole seconds since 1970: its `Date`. */
  readonly second: number;
  /** Head and body. */
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** What a head says besides its fields. */
export interface HeadOptions {
  /** The status code. */
  readonly status: number;
  /** The fields. */
  readonly block: FieldBlock;
  /** Bytes of the body, `"chunked"`, or `undefined` to say nothing of it. */
  length: number | "chunked" | undefined;
  /** What `Connection` says; `undefined` for what HTTP/1.1 takes for granted. */
  readonly connection: "close" | "keep-alive" | undefined;
}

/** How much a head needs besides its fields. */
export const HEAD_ROOM_BYTES = 256;

/** The transport's own, or of one connection only (RFC 9110 §7.6.1). */
const OWN_FIELDS = new Set(["connection", "content-length", "keep-alive", "transfer-encoding"]);
/** What the transport says itself; other options of `Connection`, such as `Upgrade`, are the handler's to give. */
const OWN_OPTIONS = new Set(["close", "keep-alive"]);
const latin1 = (text: string) => Uint8Array.from(text, (character) => character.charCodeAt(0));

const known = new WeakMap<object, FieldBlock>();

/**
 * Encodes fields; those of a frozen record only once.
 *
 * @param fields Name and value; a value holds bytes as characters (ISO 8859-1).
 * @throws {TypeError} If a name is no token, or a value holds what ends a line.
 */
export function encodeFields(fields: Readonly<Record<string, string>>): FieldBlock {
  let block = known.get(fields);
  if (block !== undefined) return block;
  const isKept = Object.isFrozen(fields);
  block = { ...encodeEntries(Object.entries(fields)), isKept };
  if (isKept) known.set(fields, block);
  return block;
}

/**
 * Encodes fields.
 *
 * @param fields Name and value.
 * @throws {TypeError} If a name is no token, or a value holds what ends a line.
 */
export function encodeEntries(fields: Iterable<readonly [name: string, value: string]>): FieldBlock {
  let lines = "";
  let contentLength: number | undefined;
  let closes = false;
  let hasDate = false;
  for (const [given, value] of fields) {
    const name = given.toLowerCase();
    if (!isToken(name) || !isFieldValue(value)) throw new TypeError(`Cannot send the header ${JSON.stringify(name)}`);
    if (name === "content-length" && /^\d{1,15}$/.test(value)) contentLength = Number(value);
    if (name === "connection") {
      const options = value.split(",").map((option) => option.trim());
      closes ||= options.some((option) => option.toLowerCase() === "close");
      lines += connectionLine(options);
    }
    if (name === "date") hasDate = true;
    if (!OWN_FIELDS.has(name)) lines += `${name}: ${value}\r\n`;
  }
  return { bytes: latin1(lines), contentLength, closes, hasDate, isKept: false, image: undefined };
}

function connectionLine(options: readonly string[]): string {
  const others = options.filter((option) => !OWN_OPTIONS.has(option.toLowerCase()));
  return others.length === 0 ? "" : `connection: ${others.join(", ")}\r\n`;
}

const CLOSE = latin1("connection: close\r\n");
const KEEP_ALIVE = latin1("connection: keep-alive\r\n");
const CHUNKED = latin1("transfer-encoding: chunked\r\n");
const CONTENT_LENGTH = latin1("content-length: ");
const statusLines: Array<Uint8Array | undefined> = [];
/** `HTTP/1.1 100 Continue`: send the body (RFC 9110 §10.1.1). */
export const CONTINUE: Uint8Array<ArrayBuffer> = latin1("HTTP/1.1 100 Continue\r\n\r\n");

/**
 * Writes a head.
 *
 * @param out Where to; it has room for the fields and {@linkcode HEAD_ROOM_BYTES} more.
 * @param start Where in `out` to start.
 * @param options What it says.
 * @returns Where it ends, and the body starts.
 */
export function writeHead(out: Uint8Array, start: number, { status, block, length, connection }: HeadOptions): number {
  let at = put(out, start, statusLines[status] ??= encodeStatusLine(status));
  if (!block.hasDate) at = put(out, at, dateLine());
  at = put(out, at, block.bytes);
  if (length === "chunked") at = put(out, at, CHUNKED);
  else if (length !== undefined) at = putNumberLine(out, put(out, at, CONTENT_LENGTH), length);
  if (connection !== undefined) at = put(out, at, connection === "close" ? CLOSE : KEEP_ALIVE);
  return putLineEnd(out, at);
}

/**
 * A reply that comes again and again, head and body in one: to send it is one write, and nothing is copied. Each second has
 * an image of its own, for the one of the second before may still be on its way.
 *
 * @param head Its head; the fields are those of a frozen record.
 * @param body Its body, which does not change.
 */
export function imageOf(head: HeadOptions, body: Uint8Array): Uint8Array<ArrayBuffer> {
  const { block } = head;
  const second = Math.floor(Date.now() / 1_000);
  const { image } = block;
  if (image !== undefined && image.second === second && image.body === body) return image.bytes;
  const bytes = new Uint8Array(HEAD_ROOM_BYTES + block.bytes.length + body.length);
  const bodyStart = writeHead(bytes, 0, { ...head, length: body.length });
  bytes.set(body, bodyStart);
  const whole = bytes.subarray(0, bodyStart + body.length);
  block.image = { body, second, bytes: whole };
  return whole;
}

function encodeStatusLine(status: number): Uint8Array {
  return latin1(`HTTP/1.1 ${status} ${STATUS_TEXT[status as keyof typeof STATUS_TEXT] ?? ""}\r\n`);
}

function put(out: Uint8Array, at: number, bytes: Uint8Array): number {
  out.set(bytes, at);
  return at + bytes.length;
}

function putLineEnd(out: Uint8Array, at: number): number {
  out[at] = 0x0d;
  out[at + 1] = 0x0a;
  return at + 2;
}

function putNumberLine(out: Uint8Array, at: number, number: number): number {
  let divisor = 1;
  while (number >= divisor * 10) divisor *= 10;
  for (; divisor >= 1; divisor /= 10) out[at++] = 0x30 + Math.floor(number / divisor) % 10;
  return putLineEnd(out, at);
}

let dateSecond = NaN;
let date: Uint8Array = latin1("");

/** `Date` of RFC 9110 §6.6.1, made once a second. */
function dateLine(): Uint8Array {
  const second = Math.floor(Date.now() / 1_000);
  if (second !== dateSecond) {
    dateSecond = second;
    date = latin1(`date: ${new Date(second * 1_000).toUTCString()}\r\n`);
  }
  return date;
}
