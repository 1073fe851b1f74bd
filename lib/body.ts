/**
 * Reading the body of a request: the one place where its size, its time and its form are checked.
 *
 * @module
 */
import { HttpError } from "./errors.ts";

/** A schema that input is checked by: of valibot, or of any library that follows Standard Schema (version 1). */
export interface Schema<T> {
  /** The interface that all these libraries share. */
  readonly "~standard": {
    /** Checks a value. */
    readonly validate: (value: unknown) => Checked<T> | Promise<Checked<T>>;
  };
}

/** What a schema says of a value: the value, typed, or what is wrong with it. */
export type Checked<T> = { readonly value: T; readonly issues?: undefined } | { readonly issues: readonly Issue[] };

/** One thing that is wrong. */
export interface Issue {
  /** What it is. */
  readonly message: string;
  /** Where it is: keys, from the outside in. */
  readonly path?: ReadonlyArray<PropertyKey | { readonly key: PropertyKey }>;
}

/** Bounds of a body. */
export interface BodyLimits {
  /** Bytes of a body. Costs up to five times as much memory while it is read. @default 1048576 (1 MiB) */
  readonly maxBytes?: number;
  /** Time for all of it to come, in ms; a sender that trickles is cut. @default 30000 (30 s) */
  readonly timeoutMs?: number;
}

/** Bounds of a body that is read piece by piece. */
export interface PieceLimits extends BodyLimits {
  /** What comes at this pace, in bytes per second, may take longer than `timeoutMs`. @default no pace is enough */
  readonly leastBytesPerS?: number;
}

/** A request whose transport reads its body whole, within bounds, without a stream between. */
export interface WholeBody {
  /**
   * Reads all of the body.
   *
   * @param limits Its bounds.
   * @returns Its bytes, which stay as they are until the request is answered, and no longer.
   * @throws {HttpError} 413 if it is too large, 408 if it comes too slowly, 400 if it breaks off.
   */
  readWhole(limits: Required<BodyLimits>): Uint8Array<ArrayBuffer> | Promise<Uint8Array<ArrayBuffer>>;
  /**
   * Reads the body as a stream.
   *
   * @param maxBytes How large it may be.
   * @returns `undefined` if there is none. It fails with 413 if it is too large, 408 if it comes too slowly.
   */
  readStream(maxBytes: number): ReadableStream<Uint8Array<ArrayBuffer>> | undefined;
}

/** Bytes of a body, unless a route says otherwise: 1 MiB. */
export const MAX_BODY_BYTES = 1024 * 1024;
const TIMEOUT_MS = 30_000;
const decoder = new TextDecoder("utf-8", { fatal: true });
/** What a form is without files. */
export const FORM = "application/x-www-form-urlencoded";
/** What a form is with files. */
export const MULTIPART = "multipart/form-data";

/** The media type of a request's body, in lower case, without parameters. */
function mediaType(headers: Headers): string {
  return (headers.get("content-type") ?? "").split(";")[0].trim().toLowerCase();
}

/** Whether a request comes from an HTML form, and so wants a page for an answer. */
export function isForm(headers: Headers): boolean {
  const type = mediaType(headers);
  return type === FORM || type === MULTIPART;
}

/** Whether a body is a form without files. */
export function isUrlEncoded(headers: Headers): boolean {
  return mediaType(headers) === FORM;
}

/**
 * Reads a JSON body.
 *
 * @param request The request, its body unread.
 * @param limits Its bounds.
 * @returns What it says, not checked yet.
 * @throws {HttpError} 415 if it is not declared as JSON, 413 if it is too large, 408 if it comes too slowly, 400 if it is
 * not JSON in UTF-8.
 */
export async function readJson(request: Request, limits: BodyLimits = {}): Promise<unknown> {
  const type = mediaType(request.headers);
  if (type !== "application/json" && !type.endsWith("+json")) {
    throw new HttpError(415, "Send JSON, with the header Content-Type: application/json");
  }
  const text = await readText(request, limits);
  try {
    return JSON.parse(text);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new HttpError(400, `Cannot read the body as JSON: ${reason}`, { cause: error });
  }
}

/**
 * Checks input by a schema.
 *
 * @param schema What it has to be.
 * @param input What it is.
 * @returns The input, typed.
 * @throws {HttpError} 422 that says what is wrong with the first thing that is.
 */
export function checkInput<T>(schema: Schema<T>, input: unknown): T {
  const checked = schema["~standard"].validate(input);
  if (checked instanceof Promise) throw new TypeError("Cannot check input by an asynchronous schema");
  if (checked.issues === undefined) return checked.value;
  const [{ message, path = [] }] = checked.issues;
  const place = path.map((step) => String(typeof step === "object" ? step.key : step)).join(".");
  if (MISSING.test(message)) throw new HttpError(422, `${place} is missing`);
  throw new HttpError(422, place === "" ? message : `${place}: ${message}`);
}

/** What valibot says of a key that is not there, unless its schema says it otherwise. */
const MISSING = /^Invalid key: Expected "[^"]*" but received undefined$/;

/**
 * Refuses a body that is declared too large, before any of it is read.
 *
 * @param headers The headers of the request.
 * @param maxBytes How large it may be.
 * @throws {HttpError} 413 if it is larger.
 */
export function checkDeclaredLength(headers: Headers, maxBytes: number): void {
  if (Number(headers.get("content-length") ?? 0) > maxBytes) throw tooLarge(maxBytes);
}

/**
 * Reads a body as text in UTF-8.
 *
 * @param request The request, its body unread.
 * @param limits Its bounds.
 * @throws {HttpError} 413 if it is too large, 408 if it comes too slowly, 400 if it breaks off or is no text.
 */
export async function readText(
  request: Request,
  { maxBytes = MAX_BODY_BYTES, timeoutMs = TIMEOUT_MS }: BodyLimits = {},
): Promise<string> {
  checkDeclaredLength(request.headers, maxBytes);
  const limits = { maxBytes, timeoutMs };
  const read = hasWholeBody(request) ? request.readWhole(limits) : readBytes(request, limits);
  const bytes = read instanceof Promise ? await read : read;
  try {
    return decoder.decode(bytes);
  } catch (error) {
    throw new HttpError(400, "The body is not text in UTF-8", { cause: error });
  }
}

function hasWholeBody(request: Request): request is Request & WholeBody {
  return "readWhole" in request;
}

async function readBytes(request: Request, limits: Required<BodyLimits>): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const piece of readPieces(request, limits)) {
    length += piece.length;
    chunks.push(piece);
  }
  return join(chunks, length);
}

/**
 * Reads a body piece by piece, as it comes. The time in which nobody waits for a piece does not count.
 *
 * @param request The request, its body unread.
 * @param limits Its bounds.
 * @throws {HttpError} 413 if it is too large, 408 if it comes too slowly, 400 if it breaks off.
 */
export async function* readPieces(
  request: Request,
  { maxBytes = MAX_BODY_BYTES, timeoutMs = TIMEOUT_MS, leastBytesPerS = Infinity }: PieceLimits = {},
): AsyncGenerator<Uint8Array, void> {
  checkDeclaredLength(request.headers, maxBytes);
  const stream = hasWholeBody(request) ? request.readStream(maxBytes) : request.body;
  const reader = stream?.getReader();
  let length = 0;
  let leftMs = timeoutMs;
  try {
    while (reader !== undefined) {
      const beganAtMs = performance.now();
      const read = await readWithin(reader, leftMs);
      if (read === undefined) throw tooSlow(timeoutMs, leastBytesPerS);
      const { done, value } = read;
      if (done) return;
      leftMs -= performance.now() - beganAtMs - value.length / leastBytesPerS * 1_000;
      length += value.length;
      if (length > maxBytes) throw tooLarge(maxBytes);
      yield value;
    }
  } finally {
    // At the end this does nothing; before, it tells the transport that nobody wants the rest.
    reader?.cancel().catch(() => {});
  }
}

/** The next piece; `undefined` if it does not come in time. */
async function readWithin(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  leftMs: number,
): Promise<ReadableStreamReadResult<Uint8Array> | undefined> {
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    reader.cancel().catch(() => {});
  }, Math.max(0, leftMs));
  try {
    const read = await reader.read();
    return isLate ? undefined : read;
  } catch (error) {
    if (isLate) return undefined;
    throw error instanceof HttpError ? error : new HttpError(400, "The body broke off", { cause: error });
  } finally {
    clearTimeout(timer);
  }
}

function tooSlow(timeoutMs: number, leastBytesPerS: number): HttpError {
  if (leastBytesPerS !== Infinity) return new HttpError(408, "The body comes too slowly; send it again");
  return new HttpError(408, `The body did not come within ${timeoutMs / 1_000} s`);
}

function join(chunks: readonly Uint8Array[], length: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length);
  let offset = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, offset);
    offset += chunk.length;
  }
  return bytes;
}

/**
 * What is answered to a body that is too large.
 *
 * @param maxBytes How large it may be.
 */
export function tooLarge(maxBytes: number): HttpError {
  return new HttpError(413, `The body is larger than ${maxBytes.toLocaleString("en")} bytes; send less`);
}
