/** What a route may stream: text, sent in UTF-8, or bytes. */
export type Piece = string | Uint8Array;

/** How a stream is watched. */
export interface ByteStreamOptions {
  /** Told of what the source throws: by then the head has been sent, so the reply can only break off. */
  readonly reportDefect?: (error: unknown) => void;
}

const encoder = new TextEncoder();

/**
 * A stream of bytes that asks its source for no more than is being sent. When nobody reads any more, the source is told:
 * a generator runs its `finally` once its last `await` is over.
 *
 * @param source Gives text or bytes.
 * @param options Who is told of its errors.
 * @example
 * ```ts
 * import { byteStream } from "./byte_stream.ts";
 * import { assertEquals } from "@std/assert";
 *
 * async function* count() {
 *   for (const word of ["one ", "two"]) yield word;
 * }
 * assertEquals(await new Response(byteStream(count())).text(), "one two");
 * ```
 */
export function byteStream(
  source: AsyncIterable<Piece>,
  { reportDefect = () => {} }: ByteStreamOptions = {},
): ReadableStream<Uint8Array<ArrayBuffer>> {
  const iterator = source[Symbol.asyncIterator]();
  return new ReadableStream({
    async pull(controller) {
      try {
        const { done, value } = await iterator.next();
        if (done) controller.close();
        else controller.enqueue(toBytes(value));
      } catch (error) {
        reportDefect(error);
        throw error;
      }
    },
    cancel() {
      // Not waited for: the source may be in the midst of something that takes its time.
      Promise.resolve(iterator.return?.()).catch(reportDefect);
    },
  }, { highWaterMark: 0 });
}

function toBytes(piece: unknown): Uint8Array<ArrayBuffer> {
  if (typeof piece === "string") return new Uint8Array(encoder.encode(piece));
  if (piece instanceof Uint8Array) return new Uint8Array(piece);
  throw new TypeError(`A route streams text and bytes, and not ${piece === null ? "null" : typeof piece}`);
}
