/**
 * Reading files: whole, or in pieces as they are sent.
 *
 * @module
 */
import { HttpError } from "../errors.ts";
import { Gate } from "../gate.ts";
import { type FoundFile, isAbsence, isEmbedded, realPath, stampOf } from "./found.ts";
import type { Extent } from "./ranges.ts";

/** Bytes of one read of a file that is sent in pieces. */
const CHUNK_BYTES = 64 * 1024;
/**
 * Reads at once. What was read is sent in the same turn, and connections are only looked at between turns: a hundred
 * downloads in each of them would make everybody else wait.
 */
const reading = new Gate(4);

/** A file that is open. */
export interface OpenFile extends Disposable {
  /** The file. */
  readonly file: Deno.FsFile;
  /** What the system says of it. */
  readonly stat: Deno.FileInfo;
}

/**
 * Opens a file that was found.
 *
 * @param found What was found.
 * @throws {HttpError} 404 if it is gone by now, may not be read, or if its path leads elsewhere than it did.
 */
export async function openFile(found: FoundFile): Promise<OpenFile> {
  try {
    const file = await Deno.open(found.path);
    try {
      const stat = await statOf(file, found);
      await checkIsStill(found, stat);
      return { file, stat, [Symbol.dispose]: () => file.close() };
    } catch (error) {
      file.close();
      throw error;
    }
  } catch (error) {
    throw isAbsence(error) ? new HttpError(404, "The file is gone", { cause: error }) : error;
  }
}

/** What a compiled binary holds cannot be asked once it is open, nor does it change. */
async function statOf(file: Deno.FsFile, { path }: FoundFile): Promise<Deno.FileInfo> {
  return Deno.build.standalone && isEmbedded(path) ? await Deno.stat(path) : await file.stat();
}

/**
 * What was opened must be what lies under the root: whoever may write there could put a link in the place of a folder
 * between the look and the opening.
 */
async function checkIsStill({ path }: FoundFile, { isFile, dev, ino }: Deno.FileInfo): Promise<void> {
  const real = await realPath(path);
  const now = await Deno.stat(real);
  if (real !== path || !isFile || now.dev !== dev || now.ino !== ino) {
    throw new Deno.errors.NotFound("The path leads elsewhere by now");
  }
}

/** The content of a file at one time. */
export interface Whole {
  /** The bytes; `undefined` if there are too many. */
  readonly bytes: Uint8Array<ArrayBuffer> | undefined;
  /** What the system said of the file when they were read. */
  readonly stat: Deno.FileInfo;
}

/** A file that changes each time while it is read is taken as it came the last time. */
const MAX_TRIES = 3;

/**
 * Reads a file whole. A file that changes meanwhile is read again.
 *
 * @param found The file.
 * @param maxBytes How long it may be.
 * @throws {HttpError} 404 if it is gone.
 */
export async function readWhole(found: FoundFile, maxBytes: number): Promise<Whole> {
  for (let tries = 1;; tries++) {
    using opened = await openFile(found);
    if (opened.stat.size > maxBytes) return { bytes: undefined, stat: opened.stat };
    const bytes = await readUpTo(opened.file, opened.stat.size);
    const stat = await statOf(opened.file, found);
    const isSame = stampOf(stat) === stampOf(opened.stat) && bytes.length === stat.size;
    if (isSame || tries === MAX_TRIES) return { bytes, stat };
  }
}

async function readUpTo(file: Deno.FsFile, length: number): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(length);
  let end = 0;
  while (end < length) {
    const read = await file.read(bytes.subarray(end));
    if (read === null) return bytes.slice(0, end);
    end += read;
  }
  return bytes;
}

/** A piece of a body: bytes, or a part of the file. */
export type Piece = Uint8Array<ArrayBuffer> | Extent;

/**
 * A body that is read when the client reads it. A file that shrinks meanwhile breaks the reply off, so that nobody takes
 * it for whole.
 *
 * @param opened The file, which is closed when the body ends.
 * @param pieces What the body is made of.
 */
export function streamOf({ file }: OpenFile, pieces: readonly Piece[]): ReadableStream<Uint8Array<ArrayBuffer>> {
  const chunks = chunksOf(file, pieces);
  return new ReadableStream({
    async pull(controller) {
      try {
        const { value, done } = await chunks.next();
        if (value !== undefined) return controller.enqueue(value);
        if (done) {
          file.close();
          controller.close();
        }
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

async function* chunksOf(file: Deno.FsFile, pieces: readonly Piece[]): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  for (const piece of pieces) {
    if (piece instanceof Uint8Array) yield piece;
    else yield* extentOf(file, piece);
  }
}

async function* extentOf(file: Deno.FsFile, { start, end }: Extent): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  await file.seek(start, Deno.SeekMode.Start);
  for (let position = start; position < end;) {
    const chunk = new Uint8Array(Math.min(end - position, CHUNK_BYTES));
    const read = await reading.through(() => file.read(chunk));
    if (read === null) throw new Error("The file became shorter while it was sent");
    position += read;
    yield chunk.subarray(0, read);
  }
}
