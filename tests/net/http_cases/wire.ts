/**
 * The client's side of the tests: a connection whose bytes are written and read as they are, and a parser of replies that
 * forgives nothing.
 *
 * @module
 */
import { escapeBytes } from "./case.ts";

/** A reply as it came. */
export interface Reply {
  /** 100–599. */
  readonly status: number;
  /** The phrase behind it. */
  readonly reason: string;
  /** Its fields, names in lower case. */
  readonly headers: ReadonlyMap<string, string>;
  /** How many `Set-Cookie` it has. */
  readonly cookies: readonly string[];
  /** Its body, one character a byte. */
  readonly body: string;
  /** Whether the body came to its end. */
  readonly isComplete: boolean;
  /** How many bytes it took. */
  readonly length: number;
}

/** How a reply is to be read. */
export interface ReplyOptions {
  /** It answers a HEAD. */
  readonly toHead?: boolean;
  /** No more bytes will come. */
  readonly isEnd?: boolean;
}

const STATUS_LINE = /^HTTP\/1\.1 ([1-5]\d\d) ([\t\x20-\x7e\x80-\xff]*)$/;
const FIELD =
  /^([!#$%&'*+.^_`|~0-9A-Za-z-]+): ?([\x21-\x7e\x80-\xff](?:[\t\x20-\x7e\x80-\xff]*[\x21-\x7e\x80-\xff])?)?$/;
/** RFC 9110 §5.6.7. */
const IMF_FIXDATE =
  /^(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) \d{4} \d\d:\d\d:\d\d GMT$/;
/** What may stand in a reply once at most. */
const SINGLE = ["date", "content-length", "transfer-encoding", "content-type", "connection"];

/**
 * Reads the first reply in some bytes.
 *
 * @returns The reply, or `undefined` if it has not come whole yet.
 * @throws {TypeError} If it is no well-formed HTTP/1.1.
 */
export function takeReply(bytes: string, options: ReplyOptions = {}): Reply | undefined {
  const end = bytes.indexOf("\r\n\r\n");
  if (end === -1) {
    if (options.isEnd && bytes !== "") throw malformed("the head breaks off", bytes);
    return undefined;
  }
  const [line, ...lines] = bytes.slice(0, end).split("\r\n");
  const [, status, reason] = STATUS_LINE.exec(line) ?? [];
  if (status === undefined) throw malformed("a bad status line", bytes);
  const { headers, cookies } = fieldsOf(lines);
  const head = { status: Number(status), reason, headers, cookies };
  checkHead(head, bytes);
  const body = bodyOf(bytes.slice(end + 4), head, options);
  return body && { ...head, ...body, length: end + 4 + body.length };
}

type Head = Pick<Reply, "status" | "headers">;
type Body = Pick<Reply, "body" | "isComplete" | "length">;

function fieldsOf(lines: readonly string[]): Pick<Reply, "headers" | "cookies"> {
  const headers = new Map<string, string>();
  const cookies: string[] = [];
  for (const line of lines) {
    const [, name, value = ""] = FIELD.exec(line) ?? [];
    if (name === undefined) throw malformed("a bad field", line);
    const key = name.toLowerCase();
    const before = headers.get(key);
    if (before !== undefined && SINGLE.includes(key)) throw malformed("a field that came twice", line);
    if (key === "set-cookie") cookies.push(value);
    headers.set(key, before === undefined ? value : `${before}, ${value}`);
  }
  return { headers, cookies };
}

function checkHead({ status, headers }: Head, bytes: string): void {
  const length = headers.get("content-length");
  const coding = headers.get("transfer-encoding");
  if (length !== undefined && coding !== undefined) throw malformed("two framings", bytes);
  if (length !== undefined && !/^(0|[1-9]\d*)$/.test(length)) throw malformed("a bad length", bytes);
  if (coding !== undefined && coding !== "chunked") throw malformed("an unknown coding", bytes);
  if ((status < 200 || status === 204) && (length ?? coding) !== undefined) throw malformed("a length", bytes);
  if (status >= 200 && status < 500 && !IMF_FIXDATE.test(headers.get("date") ?? "")) {
    throw malformed("no date, or a bad one", bytes);
  }
}

function bodyOf(bytes: string, { status, headers }: Head, { toHead, isEnd }: ReplyOptions): Body | undefined {
  if (toHead || status < 200 || status === 204 || status === 304) return { body: "", isComplete: true, length: 0 };
  if (headers.has("transfer-encoding")) return chunksOf(bytes, isEnd);
  const length = headers.has("content-length") ? Number(headers.get("content-length")) : undefined;
  if (length !== undefined && bytes.length >= length) {
    return { body: bytes.slice(0, length), isComplete: true, length };
  }
  return isEnd ? { body: bytes, isComplete: length === undefined, length: bytes.length } : undefined;
}

function chunksOf(bytes: string, isEnd = false): Body | undefined {
  let body = "";
  for (let at = 0;;) {
    const [line = "", hex] = /^(0|[1-9a-fA-F][0-9a-fA-F]*)\r\n/.exec(bytes.slice(at, at + 20)) ?? [];
    if (hex === undefined) {
      if (!/^[0-9a-fA-F]*\r?$/.test(bytes.slice(at))) throw malformed("a bad chunk size", bytes.slice(at));
      return isEnd ? { body, isComplete: false, length: bytes.length } : undefined;
    }
    const size = parseInt(hex, 16);
    const data = at + line.length;
    const chunk = bytes.slice(data, data + size);
    const close = bytes.slice(data + size, data + size + 2);
    if (!"\r\n".startsWith(close)) throw malformed("a chunk that does not end", bytes.slice(at));
    if (close !== "\r\n") return isEnd ? { body: body + chunk, isComplete: false, length: bytes.length } : undefined;
    at = data + size + 2;
    if (size === 0) return { body, isComplete: true, length: at };
    body += chunk;
  }
}

function malformed(what: string, bytes: string): TypeError {
  return new TypeError(`Not well-formed: ${what} in ${escapeBytes(bytes, 400)}`);
}

/** How a connection is doing: `late` when it was given up. */
export type WireState = "open" | "closed" | "reset" | "late";

/** A client's connection; every character is a byte. It is given up after a time. */
export class Wire implements Disposable {
  /** What has come and was not taken yet. */
  received = "";
  /** How it is doing. */
  state: WireState = "open";
  readonly #connection: Deno.TcpConn;
  readonly #giveUp: ReturnType<typeof setTimeout>;
  readonly #buffer = new Uint8Array(16_384);

  private constructor(connection: Deno.TcpConn, patienceMs: number) {
    this.#connection = connection;
    this.#giveUp = setTimeout(() => this.#end("late"), patienceMs);
  }

  /** Connects to a port of this machine. */
  static async open(port: number, patienceMs = 8_000): Promise<Wire> {
    const connection = await Deno.connect({ hostname: "127.0.0.1", port });
    connection.setNoDelay(true);
    return new Wire(connection, patienceMs);
  }

  /** Writes; a connection that does not take it any more is no error, for that is seen when it is read. */
  async write(text: string): Promise<void> {
    const bytes = toBytes(text);
    try {
      for (let at = 0; at < bytes.length;) at += await this.#connection.write(bytes.subarray(at));
    } catch {
      // What the other side said before it closed can still be read.
    }
  }

  /** Says that nothing more will be written. */
  async closeWrite(): Promise<void> {
    await this.#connection.closeWrite().catch(() => {});
  }

  /** Reads what comes next. Afterwards there is more in `received`, or the state is not `open` any more. */
  async read(): Promise<void> {
    try {
      const count = await this.#connection.read(this.#buffer);
      if (count === null) this.#end("closed");
      else this.received += toText(this.#buffer.subarray(0, count));
    } catch {
      this.#end("reset");
    }
  }

  /** Reads until the other side closes. */
  async readToEnd(): Promise<void> {
    while (this.state === "open") await this.read();
  }

  /** Takes the next reply, waiting for it; `undefined` if none comes any more. */
  async nextReply(options: ReplyOptions = {}): Promise<Reply | undefined> {
    for (;;) {
      const isEnd = this.state !== "open";
      const reply = takeReply(this.received, { ...options, isEnd });
      if (reply !== undefined) this.received = this.received.slice(reply.length);
      if (reply !== undefined || isEnd) return reply;
      await this.read();
    }
  }

  [Symbol.dispose](): void {
    this.#end("closed");
  }

  #end(state: WireState): void {
    clearTimeout(this.#giveUp);
    if (this.state !== "open") return;
    this.state = state;
    this.#connection.close();
  }
}

/** The bytes that a string stands for. */
export function toBytes(text: string): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(text.length);
  for (let at = 0; at < text.length; at++) bytes[at] = text.charCodeAt(at);
  return bytes;
}

/** The string that stands for bytes. */
export function toText(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length; at += 4_096) text += String.fromCharCode(...bytes.subarray(at, at + 4_096));
  return text;
}

/**
 * Waits until something is so.
 *
 * @throws {TypeError} If it is not so after a time.
 */
export async function until(what: string, isSo: () => boolean): Promise<void> {
  const endMs = Date.now() + 8_000;
  while (!isSo()) {
    if (Date.now() > endMs) throw new TypeError(`It did not come to be so: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
