/**
 * Forms with files, `multipart/form-data` (RFC 7578): read part by part as they come. Nothing is kept of a body but the
 * head of the part at hand, and the piece of its content that was read last.
 *
 * @module
 */
import { MAX_BODY_BYTES, MULTIPART, type PieceLimits, readPieces } from "./body.ts";
import { HttpError } from "./errors.ts";
import { type PartHead, readParameters, readPartHead } from "./multipart/part_head.ts";
import { type Found, MultipartScanner } from "./multipart/scanner.ts";

/** Bounds of a form. Beyond, it is refused with 413, or with 408 if it is time. */
export interface MultipartLimits extends PieceLimits {
  /** Parts, fields and files together. @default 1000 */
  readonly maxParts?: number;
  /** Fields that are no files; of a form without files too. @default 1000 */
  readonly maxFields?: number;
  /** Bytes of one field that is no file. @default 524288 (512 KiB) */
  readonly maxFieldBytes?: number;
  /** Bytes of one file. @default all that the body may have */
  readonly maxFileBytes?: number;
  /** Bytes of the head of one part. @default 8192 (8 KiB) */
  readonly maxHeadBytes?: number;
}

/** Fields of a form. PHP, Django and Werkzeug take as many. */
export const MAX_FIELDS = 1_000;
const MAX_PARTS = 1_000;
const MAX_FIELD_BYTES = 512 * 1024;
const MAX_HEAD_BYTES = 8 * 1024;
/** A large file may take long, at the pace of a bad line. */
const LEAST_BYTES_PER_S = 4_096;
/** Characters of a boundary (RFC 2046 §5.1.1); it does not end with a space. */
const BOUNDARY = /^[\w'()+,./:=? -]{0,69}[\w'()+,./:=?-]$/;

const decoder = new TextDecoder("utf-8", { fatal: true });

/**
 * Reads a form part by part.
 *
 * @param request The request, its body unread.
 * @param limits Its bounds.
 * @returns The parts, in order. What is not read of one is passed over when the next is asked for.
 * @throws {HttpError} 415 if it is no multipart form, 413 if it or a part of it is too large, 408 if it comes too slowly,
 * 400 if it is malformed or breaks off.
 */
export async function* readParts(request: Request, limits: MultipartLimits = {}): AsyncGenerator<FormPart, void> {
  const { maxBytes = MAX_BODY_BYTES, maxParts = MAX_PARTS, maxFields = MAX_FIELDS } = limits;
  const { maxFieldBytes = MAX_FIELD_BYTES, maxFileBytes = maxBytes, maxHeadBytes = MAX_HEAD_BYTES } = limits;
  const boundary = boundaryOf(request.headers);
  const pieces = readPieces(request, { leastBytesPerS: LEAST_BYTES_PER_S, ...limits, maxBytes });
  const source = new PartSource(pieces, new MultipartScanner({ boundary, maxHeadBytes }));
  try {
    let [partCount, fieldCount] = [0, 0];
    for (let found = await source.next(); found.kind !== "end"; found = await source.next()) {
      if (found.kind !== "head") continue;
      const head = readPartHead(found.bytes);
      const isFile = head.fileName !== undefined;
      if (++partCount > maxParts) {
        throw new HttpError(413, `The form has more than ${said(maxParts)} parts; send fewer`);
      }
      if (!isFile && ++fieldCount > maxFields) throw tooManyFields(maxFields);
      const part = new FormPart(head, { source, maxBytes: isFile ? maxFileBytes : maxFieldBytes });
      yield part;
      await part.finish();
    }
    for await (const _ of pieces); // what comes after the end belongs to the body, but says nothing
  } finally {
    await pieces.return(undefined);
  }
}

/** What is answered to too many fields. */
export function tooManyFields(maxFields: number): HttpError {
  return new HttpError(413, `The form has more than ${said(maxFields)} fields; send fewer`);
}

function said(count: number): string {
  return count.toLocaleString("en");
}

function boundaryOf(headers: Headers): string {
  const value = headers.get("content-type") ?? "";
  const [type] = value.split(";", 1);
  if (type.trim().toLowerCase() !== MULTIPART) {
    throw new HttpError(415, `Send a form with files, with the header Content-Type: ${MULTIPART}`);
  }
  const boundary = readParameters(value, type.length)?.get("boundary");
  if (boundary !== undefined && BOUNDARY.test(boundary)) return boundary;
  throw new HttpError(400, `Cannot read the boundary of the form: send Content-Type: ${MULTIPART}; boundary=…`);
}

/** Pieces of a body → what is in it. */
class PartSource {
  readonly #pieces: AsyncIterator<Uint8Array>;
  readonly #scanner: MultipartScanner;

  constructor(pieces: AsyncIterator<Uint8Array>, scanner: MultipartScanner) {
    this.#pieces = pieces;
    this.#scanner = scanner;
  }

  async next(): Promise<Found> {
    for (;;) {
      const found = this.#scanner.next();
      if (found !== undefined) return found;
      const { done, value } = await this.#pieces.next();
      if (done) throw new HttpError(400, "The form breaks off: its last boundary is missing");
      this.#scanner.write(value);
    }
  }
}

interface PartInit {
  readonly source: PartSource;
  /** Bytes of its content. */
  readonly maxBytes: number;
}

/** One part of a form: a field, or a file. It is read once, and before the next part is asked for. */
export class FormPart implements AsyncIterable<Uint8Array<ArrayBuffer>> {
  /** The name of its field. */
  readonly name: string;
  /**
   * What its file is called, without folders; empty where no file was chosen; `undefined` for a field that is no file.
   * Whoever sent it says so: it may be the name of anything, and twice the same.
   */
  readonly fileName: string | undefined;
  /** Its media type, as whoever sent it says. */
  readonly type: string;
  readonly #init: PartInit;
  #state: "new" | "taken" | "done" = "new";

  /**
   * Begins with a part whose content is still to come.
   *
   * @param head What it says of itself.
   * @param init Where its content comes from.
   */
  constructor({ name, fileName, type }: PartHead, init: PartInit) {
    this.name = name;
    this.fileName = fileName;
    this.type = type;
    this.#init = init;
  }

  /**
   * Its content, piece by piece as it comes.
   *
   * @throws {HttpError} 413 if it is too large, 408 if it comes too slowly, 400 if the form is malformed or breaks off.
   */
  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array<ArrayBuffer>, void> {
    if (this.#state !== "new") throw new TypeError("A part of a form is read once, before the next one is asked for");
    this.#state = "taken";
    let length = 0;
    for (let piece = await this.#next(); piece !== undefined; piece = await this.#next()) {
      length += piece.length;
      if (length > this.#init.maxBytes) throw this.#tooLarge(this.#init.maxBytes);
      yield piece;
    }
  }

  /**
   * All of its content.
   *
   * @param maxBytes How much it may be; never more than the limits of the form say.
   * @throws {HttpError} As when it is read piece by piece.
   */
  async bytes(maxBytes: number = this.#init.maxBytes): Promise<Uint8Array<ArrayBuffer>> {
    let whole = new Uint8Array(1_024);
    let length = 0;
    for await (const piece of this) {
      if (length + piece.length > maxBytes) throw this.#tooLarge(maxBytes);
      if (length + piece.length > whole.length) {
        const larger = new Uint8Array(2 * (length + piece.length));
        larger.set(whole);
        whole = larger;
      }
      whole.set(piece, length);
      length += piece.length;
    }
    return whole.slice(0, length);
  }

  /**
   * All of its content, as text.
   *
   * @throws {HttpError} 400 if it is not in UTF-8; else as when it is read piece by piece.
   */
  async text(): Promise<string> {
    const bytes = await this.bytes();
    try {
      return decoder.decode(bytes);
    } catch (cause) {
      throw new HttpError(400, `The field ${this.name} is not text in UTF-8`, { cause });
    }
  }

  /** Passes over what is left of it. */
  async finish(): Promise<void> {
    if (this.#state === "done") return;
    const isUnread = this.#state === "new";
    this.#state = "taken";
    let passed = 0;
    for (let piece = await this.#next(); piece !== undefined; piece = await this.#next()) {
      passed += piece.length;
      if (isUnread && passed > this.#init.maxBytes) throw this.#tooLarge(this.#init.maxBytes);
    }
  }

  async #next(): Promise<Uint8Array<ArrayBuffer> | undefined> {
    if (this.#state === "done") return undefined;
    const found = await this.#init.source.next();
    if (found.kind === "content") return found.bytes;
    this.#state = "done";
    return undefined;
  }

  #tooLarge(maxBytes: number): HttpError {
    const what = this.fileName === undefined ? "field" : "file";
    return new HttpError(413, `The ${what} ${this.name} is larger than ${said(maxBytes)} bytes; send less`);
  }
}
