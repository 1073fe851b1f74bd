/**
 * Where the body of a request ends, and what becomes of its connection (RFC 9112 §6, §9.3).
 *
 * Of every two ways to read a length one is refused: a request that two servers read differently is two requests to one
 * of them.
 *
 * @module
 */
import type { RequestHead } from "./request_head.ts";
import { ProtocolError } from "./protocol_error.ts";

/** The length of a body that comes in chunks: nobody knows it yet. */
export const CHUNKED: number = -1;

/** More digits than this are refused as too large: the number is beyond 2^49. */
const MAX_LENGTH_DIGITS = 15;

/**
 * The length of a request's body.
 *
 * @param head The head, complete.
 * @returns Bytes; or {@linkcode CHUNKED}.
 * @throws {ProtocolError} 400 if it can be read in two ways, 501 if it comes in a coding other than `chunked`, 413 if the
 * length is beyond all measure.
 */
export function bodyLength(head: RequestHead): number {
  const { fields } = head;
  if (fields.hasTransferEncoding) return checkTransferEncoding(head);
  if (fields.contentLengths === 0) return 0;
  if (fields.contentLengths > 1) throw new ProtocolError("A request has one Content-Length, and no more");
  const digits = fields.value(fields.contentLength);
  if (!/^\d+$/.test(digits)) throw new ProtocolError("Content-Length is a number of bytes: digits, and nothing else");
  const length = digits.replace(/^0+(?=\d)/, "");
  if (length.length > MAX_LENGTH_DIGITS) throw new ProtocolError("The body is too large", 413);
  return Number(length);
}

function checkTransferEncoding({ fields, minorVersion }: RequestHead): number {
  if (minorVersion === 0) throw new ProtocolError("Transfer-Encoding does not belong to HTTP/1.0");
  if (fields.contentLengths > 0) throw new ProtocolError("Transfer-Encoding and Content-Length exclude each other");
  const codings = fields.get("transfer-encoding")!.toLowerCase();
  if (codings === "chunked") return CHUNKED;
  if (/^[!#$%&'*+.^_`|~\w-]+(?:[\t ]*,[\t ]*chunked)$/.test(codings) && !/^chunked\b/.test(codings)) {
    throw new ProtocolError("Of the transfer codings this server knows only chunked", 501);
  }
  throw new ProtocolError("Transfer-Encoding has to be chunked, and nothing else");
}

/**
 * Whether the client wants to go on with this connection (RFC 9112 §9.3).
 *
 * @param head The head, complete.
 */
export function wantsToPersist({ fields, minorVersion }: RequestHead): boolean {
  if (fields.connection === -1) return minorVersion === 1;
  const options = fields.get("connection")!.toLowerCase().split(",").map((option) => option.trim());
  if (options.includes("close")) return false;
  return minorVersion === 1 || options.includes("keep-alive");
}

/**
 * Whether the client waits for leave to send the body (RFC 9110 §10.1.1).
 *
 * @param head The head, complete.
 * @throws {ProtocolError} 417 if it expects anything else.
 */
export function expectsContinue({ fields, minorVersion }: RequestHead): boolean {
  if (!fields.hasExpect || minorVersion === 0) return false;
  if (fields.get("expect")!.toLowerCase() === "100-continue") return true;
  throw new ProtocolError("Of the expectations this server knows only 100-continue", 417);
}
