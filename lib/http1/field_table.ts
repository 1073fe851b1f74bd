/**
 * The header fields of one message: where each stands, and its text when somebody asks.
 *
 * @module
 */
import type { Buffer } from "node:buffer";
import { LOWER_CASE } from "./grammar.ts";
import { texts } from "./interner.ts";
import { ProtocolError } from "./protocol_error.ts";

const NONE = -1;

/** The fields of one message; to be used again for the next one on the connection. */
export class FieldTable {
  /** The bytes that the fields stand in. */
  bytes: Buffer<ArrayBuffer>;
  /** Where in `bytes` the message starts: all places are counted from there. */
  start = 0;
  /** How many fields there are. */
  count = 0;
  /** The field `Host`, by its number; -1 if there is none. */
  host: number = NONE;
  /** The field `Connection`, the first one, by its number; -1 if there is none. */
  connection: number = NONE;
  /** The field `Content-Length`, the first one, by its number; -1 if there is none. */
  contentLength: number = NONE;
  /** How many fields `Content-Length` there are. */
  contentLengths = 0;
  /** Whether there is a field `Transfer-Encoding`. */
  hasTransferEncoding = false;
  /** Whether there is a field `Expect`. */
  hasExpect = false;
  readonly #maxFields: number;
  /** Start and end of each name and value. It grows with what comes: an idle connection has room for few. */
  readonly #places: number[] = [];

  /**
   * Makes an empty table.
   *
   * @param bytes The connection's read buffer.
   * @param maxFields How many fields fit in; one more is 431.
   */
  constructor(bytes: Buffer<ArrayBuffer>, maxFields: number) {
    this.bytes = bytes;
    this.#maxFields = maxFields;
  }

  /** Forgets all fields. */
  clear(): void {
    this.count = this.contentLengths = 0;
    this.host = this.connection = this.contentLength = NONE;
    this.hasTransferEncoding = this.hasExpect = false;
  }

  /**
   * Adds a field by its name; {@linkcode FieldTable.setValue} completes it.
   *
   * @param start Where in `bytes` the name starts.
   * @param end Where it ends.
   * @throws {ProtocolError} 431 if there are too many, 400 if it is a second `Host`.
   */
  addName(start: number, end: number): void {
    const field = this.count++;
    if (field === this.#maxFields) {
      throw new ProtocolError(`A request has at most ${this.#maxFields} header fields`, 431);
    }
    this.#places[4 * field] = start - this.start;
    this.#places[4 * field + 1] = end - this.start;
    this.#note(start, end - start);
  }

  /**
   * Says where the value of the newest field stands.
   *
   * @param start Where in `bytes` it starts.
   * @param end Where it ends.
   */
  setValue(start: number, end: number): void {
    const field = this.count - 1;
    this.#places[4 * field + 2] = start - this.start;
    this.#places[4 * field + 3] = end - this.start;
  }

  /**
   * The value of a field, each byte one character (RFC 9110 §5.5: `obs-text` is kept).
   *
   * @param name The name, in lower case.
   * @returns The value; of a field that came more than once all of them, joined by commas, cookies by semicolons;
   * `undefined` if there is none.
   */
  get(name: string): string | undefined {
    let found: string | undefined;
    for (let field = 0; field < this.count; field++) {
      if (!this.#isNamed(field, name)) continue;
      const value = this.value(field);
      found = found === undefined ? value : found + (name === "cookie" ? "; " : ", ") + value;
    }
    return found;
  }

  /** Whether there is a field with a name, given in lower case. */
  has(name: string): boolean {
    for (let field = 0; field < this.count; field++) {
      if (this.#isNamed(field, name)) return true;
    }
    return false;
  }

  /** The name of a field by its number, as it came. */
  name(field: number): string {
    return this.bytes.toString(
      "latin1",
      this.start + this.#places[4 * field],
      this.start + this.#places[4 * field + 1],
    );
  }

  /** The value of a field by its number. */
  value(field: number): string {
    return this.bytes.toString(
      "latin1",
      this.start + this.#places[4 * field + 2],
      this.start + this.#places[4 * field + 3],
    );
  }

  /** The value of `Host`; `undefined` if there is none. */
  get hostValue(): string | undefined {
    if (this.host === NONE) return undefined;
    const start = this.start + this.#places[4 * this.host + 2];
    return texts.text(this.bytes, { start, end: this.start + this.#places[4 * this.host + 3] });
  }

  #isNamed(field: number, name: string): boolean {
    const start = this.#places[4 * field];
    return this.#places[4 * field + 1] - start === name.length && isName(this.bytes, this.start + start, name);
  }

  /** Notes the fields that say where the message ends, and what becomes of the connection. */
  #note(start: number, length: number): void {
    const { bytes } = this;
    const field = this.count - 1;
    if (length === 4 && isName(bytes, start, "host")) {
      if (this.host !== NONE) throw new ProtocolError("A request has one Host, and no more");
      this.host = field;
    } else if (length === 10 && isName(bytes, start, "connection")) {
      if (this.connection === NONE) this.connection = field;
    } else if (length === 14 && isName(bytes, start, "content-length")) {
      if (this.contentLengths++ === 0) this.contentLength = field;
    } else if (length === 17 && isName(bytes, start, "transfer-encoding")) {
      this.hasTransferEncoding = true;
    } else if (length === 6 && isName(bytes, start, "expect")) {
      this.hasExpect = true;
    }
  }
}

/** Whether a name stands at a place, in whichever case; the lengths are known to be the same. */
function isName(bytes: Uint8Array, start: number, name: string): boolean {
  for (let i = 0; i < name.length; i++) {
    if (LOWER_CASE[bytes[start + i]] !== name.charCodeAt(i)) return false;
  }
  return true;
}
