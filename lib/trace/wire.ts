/**
 * What went over the wire, read again by the parts that the server itself reads it with.
 *
 * @module
 */
import { Buffer } from "node:buffer";
import type { Route, RouteTable } from "../file_routes.ts";
import { bodyLength, expectsContinue } from "../http1/framing.ts";
import { ProtocolError } from "../http1/protocol_error.ts";
import { RequestHead } from "../http1/request_head.ts";
import { requestUrl } from "../http1/target.ts";
import type { RequestLine } from "../log.ts";
import type { Match } from "../router.ts";

/** Where the read buffer of a connection ends. */
const MAX_HEAD_BYTES = 48 * 1024;

/** One request and its reply, as they went over the wire, and what the server says of them. */
export interface Exchange {
  /** Where the client connected from. */
  readonly clientPort: number;
  /** The server's host and port. */
  readonly host: string;
  /** The request's bytes. */
  readonly sent: Uint8Array;
  /** The reply's bytes, from the first on; not all of a long one. */
  readonly received: Uint8Array;
  /** How many bytes came in all. */
  readonly receivedBytes: number;
  /** In how many reads they came. */
  readonly reads: number;
  /** Whether the end was not seen: the client lost its patience, or the connection. */
  readonly isCut: boolean;
  /** The log's line of the request; `undefined` if it was none. */
  readonly line: RequestLine | undefined;
  /** What the log says that should not have happened. */
  readonly defects: readonly string[];
  /** The table of routes. */
  readonly routes: RouteTable;
}

/** A request, as the parser sees it. */
export interface ParsedRequest {
  /** Its head; if it is refused, only as far as it was parsed. */
  readonly head: RequestHead;
  /** Whether the head is complete, and was not refused. */
  readonly isComplete: boolean;
  /** What it was refused with. */
  readonly error: ProtocolError | undefined;
}

/** A reply, as a client sees it. */
export interface ParsedReply {
  /** The status code. */
  readonly status: number;
  /** Bytes of the head, and of `100 Continue` before it. */
  readonly headBytes: number;
  /** The fields. */
  readonly headers: Headers;
  /** The body, as far as it is kept. */
  readonly text: string;
}

/** An exchange, with its bytes parsed. */
export interface Seen extends Exchange, ParsedRequest {
  /** The reply; `undefined` if none came. */
  readonly reply: ParsedReply | undefined;
  /** The route of the path that the log names. */
  readonly match: Match<Route> | undefined;
}

/** Parses what went over the wire. */
export function see(exchange: Exchange): Seen {
  return { ...exchange, ...parseRequest(exchange), reply: parseReply(exchange.received), match: matchOf(exchange) };
}

function parseRequest({ sent, host }: Exchange): ParsedRequest {
  const head = new RequestHead(Buffer.from(sent.slice(0, MAX_HEAD_BYTES)));
  try {
    const isComplete = head.parse(Math.min(sent.length, MAX_HEAD_BYTES));
    if (isComplete) checkFraming(head, host);
    return { head, isComplete, error: undefined };
  } catch (error) {
    if (error instanceof ProtocolError) return { head, isComplete: false, error };
    throw error;
  }
}

/** What a connection checks of a head before the application is asked. */
function checkFraming(head: RequestHead, host: string): void {
  bodyLength(head);
  expectsContinue(head);
  requestUrl(head, { scheme: "http", fallbackHost: host });
}

function parseReply(received: Uint8Array): ParsedReply | undefined {
  const text = new TextDecoder("latin1").decode(received);
  for (let start = 0, end; (end = text.indexOf("\r\n\r\n", start)) !== -1; start = end + 4) {
    const [statusLine, ...lines] = text.slice(start, end).split("\r\n");
    const status = Number(statusLine.split(" ")[1]);
    if (status === 100) continue;
    const headers = new Headers(lines.map(toEntry));
    return { status, headBytes: end + 4, headers, text: new TextDecoder().decode(received.subarray(end + 4)) };
  }
  return undefined;
}

function toEntry(line: string): [name: string, value: string] {
  const colon = line.indexOf(":");
  return [line.slice(0, colon), line.slice(colon + 1).trim()];
}

function matchOf({ line, routes }: Exchange): Match<Route> | undefined {
  try {
    return line && routes.match(line.path);
  } catch {
    // The path cannot be decoded.
    return undefined;
  }
}
