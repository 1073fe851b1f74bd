/**
 * The grammar of multipart bodies (RFC 2046 §5.1.1, RFC 7578): bytes in, parts out, whatever pieces they come in.
 *
 * - A body begins with `--boundary`; each part ends with CRLF `--boundary`; the last is followed by `--`.
 * - Behind a boundary stands white space, then CRLF, then the head of a part, which ends with an empty line.
 * - Whatever else stands behind a boundary is refused: some readers would take it for a part, and some for its content.
 * - What comes after the end is of no meaning.
 *
 * @module
 */
import { HttpError } from "../errors.ts";

/** What was found. */
export type Found =
  | { readonly kind: "head"; readonly bytes: Uint8Array<ArrayBuffer> }
  | { readonly kind: "content"; readonly bytes: Uint8Array<ArrayBuffer> }
  | { readonly kind: "part end" }
  | { readonly kind: "end" };

/** How a body is delimited. */
export interface ScannerInit {
  /** What stands between its parts, without dashes. */
  readonly boundary: string;
  /** Bytes of the head of a part. */
  readonly maxHeadBytes: number;
}

const [CR, LF, DASH, SPACE, TAB] = [13, 10, 45, 32, 9];
const EMPTY_LINE = [CR, LF, CR, LF];
const encoder = new TextEncoder();
const FIRST_BYTES = 4_096;

/**
 * Reads one body.
 *
 * @example
 * ```ts
 * import { MultipartScanner } from "./scanner.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const scanner = new MultipartScanner({ boundary: "b", maxHeadBytes: 100 });
 * scanner.write(new TextEncoder().encode("--b\r\nA: 1\r\n\r\ntext\r\n--b--"));
 * const kinds = [];
 * for (let found = scanner.next(); found !== undefined; found = scanner.next()) kinds.push(found.kind);
 * assertEquals(kinds, ["head", "content", "part end", "end"]);
 * ```
 */
export class MultipartScanner {
  readonly #delimiter: Uint8Array;
  readonly #maxHeadBytes: number;
  #state: "first" | "boundary" | "head" | "content" | "end" = "first";
  #buffer = new Uint8Array(FIRST_BYTES);
  #start = 0;
  #end = 0;
  /** Before this nothing is to be looked for again. */
  #searched = 0;

  /**
   * Begins with a body of which nothing has come.
   *
   * @param init Its boundary.
   */
  constructor({ boundary, maxHeadBytes }: ScannerInit) {
    this.#delimiter = encoder.encode(`\r\n--${boundary}`);
    this.#maxHeadBytes = maxHeadBytes;
    // So that the first boundary is like the others.
    this.write(Uint8Array.of(CR, LF));
  }

  /** Adds what has come; it is copied. */
  write(piece: Uint8Array): void {
    this.#makeRoom(piece.length);
    this.#buffer.set(piece, this.#end);
    this.#end += piece.length;
  }

  /**
   * What comes next.
   *
   * @returns `undefined` if more has to come first; after the end for ever.
   * @throws {HttpError} 400 if the body is malformed, 413 if the head of a part is too large.
   */
  next(): Found | undefined {
    switch (this.#state) {
      case "first":
        return this.#first();
      case "boundary":
        return this.#behindBoundary();
      case "head":
        return this.#head();
      case "content":
        return this.#content();
      case "end":
        return undefined;
    }
  }

  #first(): Found | undefined {
    const matched = this.#match(this.#start);
    if (matched === "no") throw new HttpError(400, "The form does not begin with the boundary that its header names");
    if (matched === "maybe") return undefined;
    this.#take(this.#delimiter.length);
    this.#state = "boundary";
    return this.#behindBoundary();
  }

  #behindBoundary(): Found | undefined {
    if (this.#end - this.#start < 2) return undefined;
    if (this.#buffer[this.#start] === DASH && this.#buffer[this.#start + 1] === DASH) {
      this.#state = "end";
      return { kind: "end" };
    }
    let at = this.#start;
    while (at < this.#end && (this.#buffer[at] === SPACE || this.#buffer[at] === TAB)) at++;
    if (at - this.#start > this.#maxHeadBytes) throw this.#headTooLarge();
    const [cr, lf] = [this.#buffer[at], this.#buffer[at + 1]];
    if ((at < this.#end && cr !== CR) || (at + 1 < this.#end && lf !== LF)) {
      throw new HttpError(400, "A boundary of the form is followed by something else than the end of its line");
    }
    if (at + 2 > this.#end) return undefined;
    this.#take(at + 2 - this.#start);
    this.#state = "head";
    return this.#head();
  }

  #head(): Found | undefined {
    const found = this.#findEmptyLine();
    if ((found ?? this.#end) - this.#start > this.#maxHeadBytes) throw this.#headTooLarge();
    if (found === undefined) return undefined;
    const bytes = this.#buffer.slice(this.#start, found);
    this.#take(found + EMPTY_LINE.length - this.#start);
    this.#state = "content";
    return { kind: "head", bytes };
  }

  #findEmptyLine(): number | undefined {
    for (let at = Math.max(this.#start, this.#searched); at + EMPTY_LINE.length <= this.#end; at++) {
      this.#searched = at;
      if (EMPTY_LINE.every((byte, index) => this.#buffer[at + index] === byte)) return at;
    }
    return undefined;
  }

  #content(): Found | undefined {
    const bytes = this.#buffer.subarray(0, this.#end);
    let at = bytes.indexOf(CR, this.#start);
    while (at !== -1 && this.#match(at) === "no") at = bytes.indexOf(CR, at + 1);
    const until = at === -1 ? this.#end : at;
    if (until > this.#start) {
      const content = this.#buffer.slice(this.#start, until);
      this.#take(content.length);
      return { kind: "content", bytes: content };
    }
    if (at === -1 || this.#match(at) === "maybe") return undefined;
    this.#take(this.#delimiter.length);
    this.#state = "boundary";
    return { kind: "part end" };
  }

  /** Whether the delimiter stands at a place, as far as anything has come. */
  #match(at: number): "yes" | "no" | "maybe" {
    for (let index = 0; index < this.#delimiter.length; index++) {
      if (at + index >= this.#end) return "maybe";
      if (this.#buffer[at + index] !== this.#delimiter[index]) return "no";
    }
    return "yes";
  }

  #take(count: number): void {
    this.#start += count;
    this.#searched = this.#start;
  }

  /** Moves what is left to the front, or to a larger buffer: each byte moves but a few times, however small the pieces. */
  #makeRoom(count: number): void {
    if (this.#end + count <= this.#buffer.length) return;
    const left = this.#buffer.subarray(this.#start, this.#end);
    const isRoomy = 2 * (left.length + count) <= this.#buffer.length;
    const buffer = isRoomy ? this.#buffer : new Uint8Array(2 * (left.length + count));
    buffer.set(left);
    this.#searched -= this.#start;
    this.#end -= this.#start;
    this.#start = 0;
    this.#buffer = buffer;
  }

  #headTooLarge(): HttpError {
    const bytes = this.#maxHeadBytes.toLocaleString("en");
    return new HttpError(413, `The head of a part of the form is larger than ${bytes} bytes; shorten its names`);
  }
}
