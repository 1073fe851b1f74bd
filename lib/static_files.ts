/**
 * Files of a folder, served as they are.
 *
 * A path leads to a file only if every segment of it is an ordinary name: no `..`, no dotfile, no separator or NUL in any
 * encoding. What it leads to must, with all links resolved, still lie under the root.
 *
 * Conditional and range requests follow RFC 9110 §13 and §14. The validator is strong: size and time of change in ms.
 *
 * @module
 */
import { contentType } from "@std/media-types/content-type";
import { extname, join, SEPARATOR } from "@std/path";
import { HttpError } from "./errors.ts";
import { Gate } from "./gate.ts";
import { lazyResponse, type ReplyBody } from "./lazy_response.ts";

/** A file found, opened only when its bytes are needed. */
export interface StaticFile {
  /** Its path, with all links resolved. */
  readonly path: string;
  /** Its length. */
  readonly bytes: number;
  /** When it was last changed, in ms since 1970. */
  readonly modifiedAtMs: number;
}

/** The whole of a file, encoded as its client accepts it. */
export interface EncodedFile {
  /** The content coding (RFC 9110 §8.4.1). */
  readonly coding: "br" | "gzip";
  /** Its bytes. */
  readonly body: Uint8Array<ArrayBuffer>;
}

/** A folder to serve. */
export interface StaticFolder {
  /** Its path, absolute. */
  readonly dir: string;
  /** What in it is never served, with all links resolved: the data folder, where that lies inside. */
  readonly hiddenDir?: string;
}

/** Files up to this size are read whole: one read costs less than a stream. */
const MAX_WHOLE_BYTES = 128 * 1024;
/** Bytes of one read of a larger file. */
const CHUNK_BYTES = 64 * 1024;
/**
 * Reads at once. What was read is sent in the same turn, and connections are only looked at between turns: a hundred
 * downloads in each of them would make everybody else wait.
 */
const reading = new Gate(4);
/** Longer names exist on no file system. */
const MAX_SEGMENT_BYTES = 255;
const INDEX = "index.html";

/**
 * Finds the file of a path.
 *
 * @param folder The folder.
 * @param path An absolute URL path, percent-encoded.
 * @returns The file; for a folder its `index.html`, or the folder's path with a slash if that is missing from the URL;
 * `undefined` if there is nothing to serve.
 * @throws {HttpError} 400 if the percent-encoding is malformed.
 */
export async function findFile(
  folder: StaticFolder,
  path: string,
): Promise<StaticFile | { readonly redirect: string } | undefined> {
  const segments = decodePath(path);
  if (segments === undefined) return undefined;
  try {
    const realRoot = await realPath(folder.dir);
    const real = await realPath(join(folder.dir, ...segments));
    if (!isInside(real, realRoot) || (folder.hiddenDir !== undefined && isInside(real, folder.hiddenDir))) {
      return undefined;
    }
    const stat = await Deno.stat(real);
    if (stat.isFile) return path.endsWith("/") ? undefined : toFile(real, stat);
    if (!stat.isDirectory) return undefined;
    return await findIndex(real, { realRoot, path });
  } catch (error) {
    if (isAbsence(error)) return undefined;
    throw error;
  }
}

async function findIndex(
  dir: string,
  { realRoot, path }: { realRoot: string; path: string },
): Promise<StaticFile | { readonly redirect: string } | undefined> {
  const real = await realPath(join(dir, INDEX));
  const stat = await Deno.stat(real);
  if (!stat.isFile || !isInside(real, realRoot)) return undefined;
  return path.endsWith("/") ? toFile(real, stat) : { redirect: `${path}/` };
}

function decodePath(path: string): string[] | undefined {
  const encoded = path.slice(1).split("/");
  if (encoded.at(-1) === "") encoded.pop();
  const segments = encoded.map(decodeSegment);
  return segments.every(isOrdinary) ? segments : undefined;
}

function decodeSegment(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch (error) {
    throw new HttpError(400, `Cannot decode ${segment}: % is followed by two hexadecimal digits, of UTF-8`, {
      cause: error,
    });
  }
}

/** A dotfile is nobody's business, but for `.well-known` (RFC 8615). */
function isOrdinary(name: string): boolean {
  return name !== "" && !/[/\\\0]/.test(name) && (!name.startsWith(".") || name === ".well-known") &&
    new TextEncoder().encode(name).length <= MAX_SEGMENT_BYTES;
}

/** The files inside a compiled binary have no links, and no real path. */
async function realPath(path: string): Promise<string> {
  return Deno.build.standalone && isEmbedded(path) ? path : await Deno.realPath(path);
}

function isEmbedded(path: string): boolean {
  return path.startsWith(join(import.meta.dirname!, ".."));
}

/**
 * Whether a path is a folder, or lies in it.
 *
 * @param path A path, absolute, with all links resolved.
 * @param root The folder, likewise.
 */
export function isInside(path: string, root: string): boolean {
  return path === root || path.startsWith(root.endsWith(SEPARATOR) ? root : root + SEPARATOR);
}

function toFile(path: string, { size, mtime }: Deno.FileInfo): StaticFile {
  return { path, bytes: size, modifiedAtMs: mtime?.getTime() ?? 0 };
}

function isAbsence(error: unknown): boolean {
  return error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory ||
    error instanceof Deno.errors.PermissionDenied || error instanceof Deno.errors.FilesystemLoop ||
    error instanceof Deno.errors.InvalidData;
}

/**
 * Answers a GET or HEAD of a file.
 *
 * @param file What {@linkcode findFile} found.
 * @param request Its method, conditions and range.
 * @param encoded What to send in place of the file, for a request without a range.
 * @throws {HttpError} 412 if a precondition fails, 416 if the range lies outside, 404 if the file is gone by now.
 */
export async function serveFile(file: StaticFile, request: Request, encoded?: EncodedFile): Promise<Response> {
  const { method, headers } = request;
  const variant = encoded === undefined ? "" : `-${encoded.coding}`;
  const etag = `"${file.modifiedAtMs.toString(36)}-${file.bytes.toString(36)}${variant}"`;
  const replyHeaders: Record<string, string> = {
    "accept-ranges": "bytes",
    "cache-control": "no-cache",
    etag,
    "last-modified": new Date(file.modifiedAtMs).toUTCString(),
  };
  const validators = { etag, modifiedAtS: Math.floor(file.modifiedAtMs / 1_000) };
  checkPreconditions(headers, validators);
  if (isNotModified(headers, validators)) return lazyResponse(null, { status: 304, headers: replyHeaders });
  replyHeaders["content-type"] = contentType(extname(file.path)) ?? "application/octet-stream";
  if (encoded !== undefined) return sendEncoded(encoded, { method, headers: replyHeaders });
  const range = method === "GET" ? readRange(headers, { ...validators, bytes: file.bytes }) : undefined;
  const { start, end } = range ?? { start: 0, end: file.bytes };
  replyHeaders["content-length"] = String(end - start);
  if (range !== undefined) replyHeaders["content-range"] = `bytes ${start}-${end - 1}/${file.bytes}`;
  const body = method === "HEAD" ? null : await openBody(file.path, { start, end });
  return lazyResponse(body, { status: range === undefined ? 200 : 206, headers: replyHeaders });
}

function sendEncoded({ coding, body }: EncodedFile, reply: { method: string; headers: Record<string, string> }) {
  const headers = { ...reply.headers, "content-encoding": coding, "content-length": String(body.length) };
  return lazyResponse(reply.method === "HEAD" ? null : body, { status: 200, headers });
}

interface Validators {
  readonly etag: string;
  /** HTTP dates have whole seconds. */
  readonly modifiedAtS: number;
}

/** RFC 9110 §13.2.2, steps 1 and 2. */
function checkPreconditions(headers: Headers, { etag, modifiedAtS }: Validators): void {
  const ifMatch = headers.get("if-match");
  const unmodifiedSince = parseDate(headers.get("if-unmodified-since"));
  const holds = ifMatch !== null
    ? hasEtag(ifMatch, { etag, isWeakAllowed: false })
    : unmodifiedSince === undefined || modifiedAtS <= unmodifiedSince;
  if (!holds) throw new HttpError(412, "The file has changed since; fetch it again");
}

/** RFC 9110 §13.2.2, steps 3 and 4. */
function isNotModified(headers: Headers, { etag, modifiedAtS }: Validators): boolean {
  const ifNoneMatch = headers.get("if-none-match");
  if (ifNoneMatch !== null) return hasEtag(ifNoneMatch, { etag, isWeakAllowed: true });
  const modifiedSince = parseDate(headers.get("if-modified-since"));
  return modifiedSince !== undefined && modifiedAtS <= modifiedSince;
}

function hasEtag(list: string, { etag, isWeakAllowed }: { etag: string; isWeakAllowed: boolean }): boolean {
  if (list.trim() === "*") return true;
  const tags = list.match(/(?:W\/)?"[\x21\x23-\x7e\x80-\xff]*"/g) ?? [];
  return tags.some((tag) => tag === etag || (isWeakAllowed && tag === `W/${etag}`));
}

/** Whole seconds since 1970; `undefined` if it is no HTTP date (RFC 9110 §5.6.7), which is to be ignored. */
function parseDate(text: string | null): number | undefined {
  if (text === null || !/^(Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*,? .+/.test(text)) return undefined;
  const at = Date.parse(/GMT$/.test(text) ? text : `${text} GMT`);
  return Number.isNaN(at) ? undefined : Math.floor(at / 1_000);
}

interface Extent {
  readonly start: number;
  /** The byte after the last. */
  readonly end: number;
}

/**
 * The range to send, or `undefined` for the whole file: without a range, with several (which a server may answer whole,
 * RFC 9110 §14.2), with one that is malformed, or if `If-Range` says that the client's part is of another version.
 */
function readRange(headers: Headers, file: Validators & { bytes: number }): Extent | undefined {
  const range = /^bytes=[ \t]*(\d*)-(\d*)[ \t]*$/i.exec(headers.get("range") ?? "");
  if (range === null || !isSameVersion(headers.get("if-range"), file)) return undefined;
  const [, first, last] = range;
  if (first === "" && last === "") return undefined;
  if (first !== "" && last !== "" && Number(last) < Number(first)) return undefined;
  const start = first === "" ? Math.max(0, file.bytes - Number(last)) : Number(first);
  const end = first === "" || last === "" ? file.bytes : Math.min(file.bytes, Number(last) + 1);
  if (start < end) return { start, end };
  throw new HttpError(416, `The file has ${file.bytes} bytes`, {
    headers: { "content-range": `bytes */${file.bytes}` },
  });
}

function isSameVersion(ifRange: string | null, { etag, modifiedAtS }: Validators): boolean {
  return ifRange === null || ifRange.trim() === etag || parseDate(ifRange) === modifiedAtS;
}

async function openBody(path: string, { start, end }: Extent): Promise<ReplyBody> {
  if (start === end) return null;
  try {
    const file = await Deno.open(path);
    const stream = streamOf(file, { start, end });
    return end - start > MAX_WHOLE_BYTES ? stream : await readWhole(stream, end - start);
  } catch (error) {
    throw isAbsence(error) ? new HttpError(404, "The file is gone", { cause: error }) : error;
  }
}

async function readWhole(
  stream: ReadableStream<Uint8Array<ArrayBuffer>>,
  bytes: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const whole = new Uint8Array(bytes);
  let length = 0;
  for await (const chunk of stream) {
    whole.set(chunk, length);
    length += chunk.length;
  }
  return whole;
}

/** Reads when the client does; a file that shrinks meanwhile breaks the reply off, so that nobody takes it for whole. */
function streamOf(file: Deno.FsFile, { start, end }: Extent): ReadableStream<Uint8Array<ArrayBuffer>> {
  let position = start;
  return new ReadableStream({
    async start() {
      if (start > 0) await file.seek(start, Deno.SeekMode.Start);
    },
    async pull(controller) {
      try {
        const chunk = new Uint8Array(Math.min(end - position, CHUNK_BYTES));
        const read = await reading.through(() => file.read(chunk));
        if (read === null) throw new Error("The file became shorter while it was sent");
        position += read;
        controller.enqueue(chunk.subarray(0, read));
        if (position < end) return;
        controller.close();
        file.close();
      } catch (error) {
        file.close();
        throw error;
      }
    },
    cancel() {
      file.close();
    },
  }, { highWaterMark: 0 });
}
