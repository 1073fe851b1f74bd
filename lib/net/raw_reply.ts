/**
 * Sending one reply: its framing (RFC 9112 §6.3), then its bytes.
 *
 * @module
 */
import { encodeChunk, LAST_CHUNK } from "../http1/chunked.ts";
import { encodeEntries, encodeFields, type FieldBlock, type HeadOptions } from "../http1/response_head.ts";
import { LazyResponse, type ReplyBody } from "../lazy_response.ts";
import { ReadAhead } from "./read_ahead.ts";
import type { RawWriter } from "./raw_writer.ts";

/** What a reply answers. */
export interface Answered {
  /** Whether only the head is sent. */
  readonly isHead: boolean;
  /** 1 for HTTP/1.1, 0 for HTTP/1.0, which knows no chunks. */
  readonly minorVersion: number;
  /** Whether the connection goes on after the reply. */
  readonly persists: boolean;
  /** What to answer instead of a reply that cannot be sent. */
  readonly explain: (error: unknown) => Response;
}

/** A reply, taken apart. */
interface Parts {
  readonly status: number;
  readonly block: FieldBlock;
  readonly body: ReplyBody;
}

/**
 * Sends a reply. What is short is only gathered, for {@linkcode RawWriter.flush}. A reply whose fields are such as none
 * may have is not sent, but explained.
 *
 * @param writer Where to.
 * @param response The reply; status 101 too.
 * @param answered What it answers.
 * @returns Whether the connection can go on; a promise if that takes time.
 */
export function sendReply(writer: RawWriter, response: Response, answered: Answered): boolean | Promise<boolean> {
  let parts: Parts;
  try {
    parts = partsOf(response);
  } catch (error) {
    discard(response, error);
    return sendReply(writer, answered.explain(error), answered);
  }
  const { status, block, body } = parts;
  const persists = answered.persists && !block.closes;
  const head: HeadOptions = { status, block, length: undefined, connection: connectionField(persists, answered) };
  if (status === 101) return settled(writer.addHead({ ...head, connection: undefined }), true);
  if (status === 204 || status === 304 || answered.isHead || body === null) {
    return sendEmpty(writer, { head, body, answered });
  }
  if (body instanceof ReadableStream) return sendStream(writer, { head, body, answered });
  return settled(writer.addReply(head, body), persists);
}

function settled<Value>(added: void | Promise<void>, value: Value): Value | Promise<Value> {
  return added === undefined ? value : added.then(() => value);
}

/**
 * Gives up a reply that is not sent: whatever its body holds, such as a file, is let go.
 *
 * @param response The reply.
 * @param reason Why.
 */
export function discard(response: Response, reason: unknown): void {
  const body = response instanceof LazyResponse ? response.content : response.body;
  if (body instanceof ReadableStream && !body.locked) body.cancel(reason).catch(() => {});
}

function connectionField(persists: boolean, { minorVersion }: Answered): HeadOptions["connection"] {
  if (!persists) return "close";
  return minorVersion === 0 ? "keep-alive" : undefined;
}

function partsOf(response: Response): Parts {
  const { status } = response;
  if (!(response instanceof LazyResponse) || response.isTouched) {
    return { status, block: encodeEntries(response.headers), body: response.body as ReplyBody };
  }
  const block = response.isReal ? encodeEntries(response.headers) : encodeFields(response.fields);
  return { status, block, body: response.content };
}

interface Sent<Body> {
  readonly head: HeadOptions;
  readonly body: Body;
  readonly answered: Answered;
}

/** No body: a 204 and a 304 say nothing of its length (RFC 9110 §8.6), a HEAD what the GET would have said. */
function sendEmpty(writer: RawWriter, sent: Sent<ReplyBody>): boolean | Promise<boolean> {
  const { head: { status, block }, body, answered: { isHead } } = sent;
  if (body instanceof ReadableStream) return sendUnread(writer, { ...sent, body });
  if (status === 204 || status === 304) return addEmpty(writer, { ...sent, length: undefined });
  return addEmpty(writer, { ...sent, length: isHead ? lengthOf(body, block) : 0 });
}

type Empty = Pick<Sent<ReplyBody>, "head"> & { readonly length: number | undefined };

function addEmpty(writer: RawWriter, { head, length }: Empty): boolean | Promise<boolean> {
  return settled(writer.addHead({ ...head, length }), head.connection !== "close");
}

function lengthOf(body: string | Uint8Array | null, { contentLength }: FieldBlock): number {
  if (typeof body === "string") return new TextEncoder().encode(body).length;
  return body?.length ?? contentLength ?? 0;
}

/** A stream that is not sent, but may be counted. */
async function sendUnread(
  writer: RawWriter,
  { head, body, answered }: Sent<ReadableStream<Uint8Array<ArrayBuffer>>>,
): Promise<boolean> {
  const { status, block } = head;
  const source = new ReadAhead(body.getReader());
  let whole: Uint8Array<ArrayBuffer> | undefined;
  try {
    whole = await source.whole();
    source.cancel("The body is not asked for");
  } catch (error) {
    return sendReply(writer, answered.explain(error), answered);
  }
  const isSilent = status === 204 || status === 304;
  const length = answered.isHead ? whole?.length ?? block.contentLength : 0;
  return await addEmpty(writer, { head, length: isSilent ? undefined : length });
}

/**
 * A body of unknown length comes in chunks; for HTTP/1.0 it ends with the connection. One that is whole by the end of this
 * turn has a length that is known: such is the body of every `new Response("text")`.
 */
async function sendStream(
  writer: RawWriter,
  { head, body, answered }: Sent<ReadableStream<Uint8Array<ArrayBuffer>>>,
): Promise<boolean> {
  const source = new ReadAhead(body.getReader());
  let whole: Uint8Array<ArrayBuffer> | undefined;
  try {
    whole = await source.whole();
  } catch (error) {
    // Nothing is sent yet.
    return sendReply(writer, answered.explain(error), answered);
  }
  try {
    const contentLength = whole?.length ?? head.block.contentLength;
    const isChunked = contentLength === undefined && answered.minorVersion > 0;
    const persists = head.connection !== "close" && (isChunked || contentLength !== undefined);
    const connection = persists ? head.connection : "close";
    await writer.addHead({ ...head, connection, length: isChunked ? "chunked" : contentLength });
    // A head must not wait for a body that takes its time.
    if (source.isLate) await writer.flush();
    await pump(writer, { source, isChunked, contentLength });
    return persists;
  } catch (error) {
    source.cancel(error);
    throw error;
  }
}

interface Pumped {
  readonly source: ReadAhead;
  readonly isChunked: boolean;
  readonly contentLength: number | undefined;
}

async function pump(writer: RawWriter, { source, isChunked, contentLength = Infinity }: Pumped): Promise<void> {
  let sent = 0;
  for (let piece = await source.next(); piece !== undefined; piece = await source.next()) {
    if (piece.length === 0) continue;
    sent += piece.length;
    if (sent > contentLength) throw new RangeError(`The reply has more than the ${contentLength} bytes it promised`);
    await writer.write(isChunked ? encodeChunk(piece) : piece);
    await writer.flush();
  }
  if (contentLength !== Infinity && sent < contentLength) {
    throw new RangeError(`The reply has ${sent} of the ${contentLength} bytes it promised`);
  }
  if (isChunked) await writer.write(LAST_CHUNK);
}
