/**
 * The head of a request: request line and fields (RFC 9112 §2–§5), parsed by bytes.
 *
 * What is refused here is refused for everybody behind us, because two servers that read the same bytes differently can be
 * played against each other (request smuggling):
 *
 * - a line ends with CRLF, and nothing else; no CR, LF or NUL stands anywhere else;
 * - method and field names are tokens; no space before the colon, no folded lines;
 * - exactly one valid `Host` with HTTP/1.1.
 *
 * Parsing makes no strings. It notes where each field stands, and text is made when somebody asks.
 *
 * @module
 */
import type { Buffer } from "node:buffer";
import { FieldTable } from "./field_table.ts";
import { COLON, CR, FIELD_VALUE, isAuthority, isBlank, LF, SP, TARGET, TOKEN } from "./grammar.ts";
import { texts } from "./interner.ts";
import { ProtocolError } from "./protocol_error.ts";

/** Bounds of a head. */
export interface HeadLimits {
  /** Bytes of a request's target: longer is 414. RFC 9112 §3 asks for 8,000 at least. @default 8000 */
  readonly maxTargetBytes: number;
  /** Bytes of all fields together: more is 431. Browsers send under 2 KiB, cookies seldom over 8. @default 32768 (32 KiB) */
  readonly maxFieldsBytes: number;
  /** Fields: more is 431. Each costs 32 bytes of memory. @default 100 */
  readonly maxFields: number;
}

/** The bounds of a head, unless told otherwise. */
export const HEAD_LIMITS: HeadLimits = { maxTargetBytes: 8_000, maxFieldsBytes: 32 * 1024, maxFields: 100 };

/** Empty lines before a request that are let pass: some clients end a body with one (RFC 9112 §2.2). */
const MAX_EMPTY_LINES = 4;
/** No method that is registered has more than 17 characters. */
const MAX_METHOD_BYTES = 64;
/** `HTTP/1.1` and CRLF. */
const VERSION_BYTES = 10;

/** The hosts that were asked for last, as validating one costs more than all the rest. */
const validHosts = new Set<string>();
const MAX_VALID_HOSTS = 256;

/** What one line of the fields turns out to be. */
const INCOMPLETE = 0;
const FIELD = 1;
const END = 2;

/** The head of one request; to be used again for the next one on the connection. */
export class RequestHead {
  /** The header fields. */
  readonly fields: FieldTable;
  /** 1 for HTTP/1.1 and anything above, 0 for HTTP/1.0. */
  minorVersion = 1;
  readonly #limits: HeadLimits;
  /** The bytes that it is read from. */
  #bytes: Buffer<ArrayBuffer>;
  #start = 0;
  /** Where parsing goes on, at the start of a line. */
  #position = 0;
  /** What has been looked through without finding the end of the line at `#position`. */
  #seen = 0;
  #method: string | undefined;
  #methodEnd = 0;
  #targetStart = 0;
  #targetEnd = 0;
  /** How many empty lines stood before the request. */
  #emptyLines = 0;
  /** Where the fields start; 0 while the request line is awaited. */
  #fieldsStart = 0;

  /**
   * Makes a head to parse requests with.
   *
   * @param bytes The connection's read buffer.
   * @param limits Its bounds.
   */
  constructor(bytes: Buffer<ArrayBuffer>, limits: HeadLimits = HEAD_LIMITS) {
    this.#bytes = bytes;
    this.#limits = limits;
    this.fields = new FieldTable(bytes, limits.maxFields);
  }

  /**
   * Begins with a new request.
   *
   * @param start Where in `bytes` it starts.
   */
  reset(start: number): void {
    this.#start = this.fields.start = start;
    this.#position = this.#seen = this.#methodEnd = start;
    this.#fieldsStart = this.#emptyLines = 0;
    this.#method = undefined;
    this.minorVersion = 1;
    this.fields.clear();
  }

  /**
   * Says that the bytes have moved.
   *
   * @param bytes Where they stand now.
   * @param distance How far they have moved, towards the end.
   */
  moveBy(bytes: Buffer<ArrayBuffer>, distance: number): void {
    this.#bytes = this.fields.bytes = bytes;
    this.#start = this.fields.start += distance;
    this.#position += distance;
    this.#seen += distance;
    this.#methodEnd += distance;
    this.#targetStart += distance;
    this.#targetEnd += distance;
    if (this.#fieldsStart > 0) this.#fieldsStart += distance;
  }

  /** Where the head starts. */
  get start(): number {
    return this.#start;
  }

  /** Where the head ends and the body starts, once all of it is parsed. */
  get end(): number {
    return this.#position;
  }

  /**
   * Parses on.
   *
   * @param end Where the bytes end that have come.
   * @returns Whether the head is complete.
   * @throws {ProtocolError} 400, 414, 431, 501 or 505 if it is malformed or too large.
   */
  parse(end: number): boolean {
    if (this.#seen > this.#position && !this.#hasLineEnd(end)) return this.#awaitMore(end);
    if (this.#fieldsStart === 0 && !this.#parseRequestLine(end)) return this.#awaitMore(end);
    for (;;) {
      const found = this.#parseField(end);
      if (found === INCOMPLETE) return this.#awaitMore(end);
      if (found === END) break;
    }
    this.#checkHost();
    return true;
  }

  /** The method. */
  get method(): string {
    return this.#method ??= texts.text(this.#bytes, { start: this.#start, end: this.#methodEnd });
  }

  /** Whether the request is a HEAD, as far as it has come: its answer has no body, even if that is a refusal. */
  get isHead(): boolean {
    return this.#bytes.toString("latin1", this.#start, this.#methodEnd) === "HEAD";
  }

  /** The request target, as it came. */
  get target(): string {
    return texts.text(this.#bytes, { start: this.#targetStart, end: this.#targetEnd });
  }

  /** Who sends a line byte by byte must not have it parsed at each of them. */
  #hasLineEnd(end: number): boolean {
    const at = this.#bytes.indexOf(LF, this.#seen);
    return at !== -1 && at < end;
  }

  #awaitMore(end: number): false {
    this.#seen = end;
    if (this.#fieldsStart === 0) this.#checkTargetBytes(end - this.#position - MAX_METHOD_BYTES);
    else this.#checkFieldsBytes(end);
    return false;
  }

  #checkTargetBytes(bytes: number): void {
    const { maxTargetBytes } = this.#limits;
    if (bytes > maxTargetBytes) {
      throw new ProtocolError(`The request's target has at most ${maxTargetBytes} bytes`, 414);
    }
  }

  #checkFieldsBytes(end: number): void {
    const { maxFieldsBytes } = this.#limits;
    if (end - this.#fieldsStart <= maxFieldsBytes) return;
    throw new ProtocolError(`The request's header fields have at most ${maxFieldsBytes} bytes together`, 431);
  }

  #parseRequestLine(end: number): boolean {
    if (!this.#skipEmptyLines(end)) return false;
    const bytes = this.#bytes;
    let at = this.#start;
    while (at < end && TOKEN[bytes[at]] === 1) at++;
    this.#methodEnd = at;
    if (at - this.#start > MAX_METHOD_BYTES) throw new ProtocolError("This server knows no such method", 501);
    if (at < end && (bytes[at] !== SP || at === this.#start)) {
      throw new ProtocolError("A request begins with a method, which is a token, and one space");
    }
    this.#targetStart = ++at;
    while (at < end && TARGET[bytes[at]] === 1) at++;
    this.#targetEnd = at;
    this.#checkTargetBytes(at - this.#targetStart);
    if (at < end && (bytes[at] !== SP || at === this.#targetStart)) {
      throw new ProtocolError("After the method come the target, percent-encoded, one space and the version");
    }
    return this.#parseVersion(at + 1, end);
  }

  /** Skips the empty lines before a request, and begins at what follows. */
  #skipEmptyLines(end: number): boolean {
    const bytes = this.#bytes;
    while (this.#position < end && bytes[this.#position] === CR) {
      if (this.#position + 1 === end) return false;
      if (bytes[this.#position + 1] !== LF) throw new ProtocolError("A line ends with CR and LF, not with CR alone");
      if (++this.#emptyLines > MAX_EMPTY_LINES) {
        throw new ProtocolError("Too many empty lines stand before the request");
      }
      this.#position += 2;
    }
    this.#start = this.fields.start = this.#position;
    return this.#position < end;
  }

  #parseVersion(start: number, end: number): boolean {
    const bytes = this.#bytes;
    for (let i = 0; i < VERSION_BYTES && start + i < end; i++) {
      if (!isVersionByte(bytes[start + i], i)) {
        throw new ProtocolError("A request line ends with one space, HTTP/1.1, CR and LF");
      }
    }
    if (end < start + VERSION_BYTES) return false;
    if (bytes[start + 5] !== 0x31) throw new ProtocolError("This server speaks HTTP/1.1", 505);
    this.minorVersion = bytes[start + 7] === 0x30 ? 0 : 1;
    this.#position = this.#fieldsStart = start + VERSION_BYTES;
    return true;
  }

  #parseField(end: number): number {
    const bytes = this.#bytes;
    const start = this.#position;
    let at = start;
    if (at < end && bytes[at] === CR) return this.#parseEnd(end);
    while (at < end && TOKEN[bytes[at]] === 1) at++;
    if (at === end) return INCOMPLETE;
    if (bytes[at] !== COLON || at === start) throw malformedName(bytes[at], at === start);
    const nameEnd = at++;
    while (at < end && isBlank(bytes[at])) at++;
    const valueStart = at;
    while (at < end && FIELD_VALUE[bytes[at]] === 1) at++;
    if (at < end && bytes[at] !== CR) throw new ProtocolError("A header field's value holds a control character");
    if (at + 1 >= end) return INCOMPLETE;
    if (bytes[at + 1] !== LF) throw new ProtocolError("A line ends with CR and LF, not with CR alone");
    let valueEnd = at;
    while (valueEnd > valueStart && isBlank(bytes[valueEnd - 1])) valueEnd--;
    this.#position = at + 2;
    this.#checkFieldsBytes(this.#position);
    this.fields.addName(start, nameEnd);
    this.fields.setValue(valueStart, valueEnd);
    return FIELD;
  }

  #parseEnd(end: number): number {
    if (this.#position + 1 >= end) return INCOMPLETE;
    if (this.#bytes[this.#position + 1] !== LF) {
      throw new ProtocolError("A line ends with CR and LF, not with CR alone");
    }
    this.#position += 2;
    return END;
  }

  /** RFC 9112 §3.2: exactly one valid Host; HTTP/1.0 may do without. */
  #checkHost(): void {
    const host = this.fields.hostValue;
    if (host === undefined) {
      if (this.minorVersion === 0) return;
      throw new ProtocolError("A request of HTTP/1.1 names the host that it is for: Host is missing");
    }
    if (validHosts.has(host)) return;
    if (!isAuthority(host)) throw new ProtocolError("Host must be a name or an address, with or without a port");
    if (validHosts.size === MAX_VALID_HOSTS) validHosts.clear();
    if (host.length <= 255) validHosts.add(host);
  }
}

/** `HTTP/` DIGIT `.` DIGIT CR LF (RFC 9112 §2.3). */
function isVersionByte(byte: number, index: number): boolean {
  if (index === 5 || index === 7) return byte >= 0x30 && byte <= 0x39;
  return byte === "HTTP/1.1\r\n".charCodeAt(index);
}

function malformedName(byte: number, isFirst: boolean): ProtocolError {
  if (isBlank(byte)) {
    return new ProtocolError(
      isFirst ? "A header field may not be folded over lines" : "No space may stand before a header field's colon",
    );
  }
  return new ProtocolError("A header field begins with its name, which is a token, and a colon");
}
