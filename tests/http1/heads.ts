/**
 * Heads as the tests write them: strings in which every character is a byte.
 *
 * @module
 */
import { Buffer } from "node:buffer";
import { ProtocolError } from "../../lib/http1/protocol_error.ts";
import { HEAD_LIMITS, type HeadLimits, RequestHead } from "../../lib/http1/request_head.ts";

/** The bytes of a string, in a buffer of their own. */
export function bytesOf(text: string): Buffer<ArrayBuffer> {
  const bytes = Buffer.allocUnsafeSlow(text.length);
  bytes.write(text, "latin1");
  return bytes;
}

/** A head parsed in one go. Fails if it is not complete. */
export function parseHead(text: string, limits: Partial<HeadLimits> = {}): RequestHead {
  const head = new RequestHead(bytesOf(text), { ...HEAD_LIMITS, ...limits });
  head.reset(0);
  if (!head.parse(text.length)) throw new TypeError("The head is not complete");
  return head;
}

/** A head whose lines end with CRLF, and an empty line. */
export function lines(...all: readonly string[]): string {
  return `${all.join("\r\n")}\r\n\r\n`;
}

/** What a head says, or with which status it is refused; `undefined` if more bytes are needed. */
export type Said = ReturnType<typeof say> | number | undefined;

/** All that a complete head says. */
export function say(head: RequestHead) {
  const { method, target, minorVersion, start, end, fields } = head;
  const all = Array.from({ length: fields.count }, (_, field) => [fields.name(field), fields.value(field)]);
  return { method, target, minorVersion, start, end, fields: all };
}

/**
 * What a parser says when bytes come in pieces.
 *
 * @param text The bytes.
 * @param ends Where each piece ends.
 */
export function feed(text: string, ends: Iterable<number>, limits: HeadLimits = HEAD_LIMITS): Said {
  const bytes = Buffer.alloc(text.length, 0xff);
  const head = new RequestHead(bytes, limits);
  head.reset(0);
  let start = 0;
  try {
    for (const end of ends) {
      bytes.write(text.slice(start, end), start, "latin1");
      start = end;
      if (head.parse(end)) return say(head);
    }
    return undefined;
  } catch (error) {
    if (error instanceof ProtocolError) return error.status;
    throw error;
  }
}
