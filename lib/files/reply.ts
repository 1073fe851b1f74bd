import { lazyResponse, type ReplyFields } from "../lazy_response.ts";
import { isSameVersion, isUnchanged } from "./conditions.ts";
import { contentRange, type Extent, lengthOf, multipart, readRanges } from "./ranges.ts";
import { openFile, type Piece, streamOf } from "./reading.ts";
import type { Representation } from "./representation.ts";

/** What is asked for. */
export interface Asked {
  /** Its method, GET or HEAD, its conditions and its range. */
  readonly request: Pick<Request, "method" | "headers">;
  /** Fields to add to the reply. */
  readonly fields?: ReplyFields;
}

/** A reply whose body has still to be put together. */
interface Framed {
  readonly status: 200 | 206;
  readonly fields: ReplyFields;
  readonly pieces: readonly Piece[];
}

/**
 * Answers a GET or HEAD with a representation: with all of it, with parts of it, or that it has not changed.
 *
 * @param representation What is sent.
 * @param asked What is asked for.
 * @returns The reply; a promise if the file has to be opened.
 * @throws {HttpError} 412 if a precondition fails, 416 if the range lies outside, 404 if the file is gone by now.
 */
export function answerWith(representation: Representation, asked: Asked): Response | Promise<Response> {
  const decided = decide(representation, asked);
  if (decided instanceof Response) return decided;
  const { body } = representation;
  if (body === undefined) return answerFromDisk(representation, asked);
  const { status, fields, pieces } = decided;
  return lazyResponse(joined(pieces, body), { status, headers: fields });
}

/** The reply, or what it is to be made of if bytes have to be cut out or read for it. */
function decide(representation: Representation, { request: { method, headers }, fields }: Asked): Response | Framed {
  if (isUnchanged(headers, representation)) {
    return lazyResponse(null, { status: 304, headers: representation.unchangedFieldsWith(fields) });
  }
  const whole = representation.fieldsWith(fields);
  if (method === "HEAD") return lazyResponse(null, { headers: whole });
  const extents = rangesFor(headers, representation);
  if (extents !== undefined) return frameParts(representation, { extents, whole });
  const { body, bytes } = representation;
  if (body !== undefined || bytes === 0) return lazyResponse(body ?? null, { headers: whole });
  return { status: 200, fields: whole, pieces: [{ start: 0, end: bytes }] };
}

/** A range is for GET alone (RFC 9110 §14.2). */
function rangesFor(headers: Pick<Headers, "get">, representation: Representation): readonly Extent[] | undefined {
  const range = headers.get("range");
  if (range === null || !isSameVersion(headers, representation)) return undefined;
  return readRanges(range, representation.bytes);
}

interface Parts {
  readonly extents: readonly Extent[];
  readonly whole: ReplyFields;
}

/** One part stands for itself, several come in a body of many (RFC 9110 §15.3.7). */
function frameParts({ bytes, contentType }: Representation, { extents, whole }: Parts): Framed {
  if (extents.length > 1) {
    const { heads, end, ...body } = multipart(extents, { bytes, contentType });
    const pieces = [...extents.flatMap((extent, index) => [heads[index], extent]), end];
    const fields = { ...whole, "content-type": body.contentType, "content-length": String(body.bytes) };
    return { status: 206, fields, pieces };
  }
  const fields = {
    ...whole,
    "content-range": contentRange(extents[0], bytes),
    "content-length": String(lengthOf(extents)),
  };
  return { status: 206, fields, pieces: extents };
}

/** What is decided is decided by what the file is when it is open: what is said of it is right whatever becomes of it. */
async function answerFromDisk(representation: Representation, asked: Asked): Promise<Response> {
  const opened = await openFile(representation.file);
  try {
    const decided = decide(representation.asOf(opened.stat), asked);
    if (!(decided instanceof Response)) {
      const { status, fields, pieces } = decided;
      return lazyResponse(streamOf(opened, pieces), { status, headers: fields });
    }
    opened[Symbol.dispose]();
    return decided;
  } catch (error) {
    opened[Symbol.dispose]();
    throw error;
  }
}

function joined(pieces: readonly Piece[], body: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const views = pieces.map((piece) => piece instanceof Uint8Array ? piece : body.subarray(piece.start, piece.end));
  if (views.length === 1) return views[0];
  const whole = new Uint8Array(views.reduce((sum, view) => sum + view.length, 0));
  let at = 0;
  for (const view of views) {
    whole.set(view, at);
    at += view.length;
  }
  return whole;
}
