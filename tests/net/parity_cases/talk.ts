/**
 * WebSockets of a parity case, byte by byte: a client so plain that it shows what a server does with a broken one.
 *
 * @module
 */
import { toBytes, toText, Wire } from "../http_cases/wire.ts";
import { masked } from "../../websocket/frames.ts";
import type { Subject } from "./subject.ts";

const KEY = "dGhlIHNhbXBsZSBub25jZQ==";
const TEXT = 0x81;
const BINARY = 0x82;
const CLOSE = 0x88;

/** The sockets of one case. */
export class Talk {
  /** What each socket heard, by name. */
  readonly heard: Record<string, unknown[]> = {};
  readonly #subject: Subject;
  readonly #clients: TalkClient[] = [];

  /** Begins with no sockets. */
  constructor(subject: Subject) {
    this.#subject = subject;
  }

  /** Opens the first socket of a member: the welcome comes, and then the presence. */
  async join(member: string): Promise<TalkClient> {
    const client = await this.open(member);
    await client.take(2);
    return client;
  }

  /** Opens a socket of a member, under a name of its own if they have more than one. */
  async open(
    member: string,
    { name = member, headers = {} }: { name?: string; headers?: Readonly<Record<string, string>> } = {},
  ): Promise<TalkClient> {
    const fields = {
      host: "{host}",
      upgrade: "websocket",
      connection: "Upgrade",
      "sec-websocket-version": "13",
      "sec-websocket-key": KEY,
      "sec-websocket-protocol": "commonroom.v1",
      cookie: `{cookie of ${member}}`,
      ...headers,
    };
    const lines = Object.entries(fields).map(([field, value]) => `${field}: ${value}\r\n`).join("");
    const wire = await Wire.open(this.#subject.port);
    const client = new TalkClient(wire, this.heard[name] = []);
    this.#clients.push(client);
    await wire.write(this.#subject.fill(`GET /api/chat HTTP/1.1\r\n${lines}\r\n`));
    await client.shakeHands();
    return client;
  }

  /** Stops the server. */
  stopServer(): Promise<void> {
    return this.#subject.stop();
  }

  /** Asks by HTTP in between. */
  async ask(path: string, { as, body }: { as: string; body: object }): Promise<string> {
    const [{ status }] = await this.#subject.do({ path, as, body });
    return status;
  }

  /** Ends all sockets. */
  close(): void {
    for (const client of this.#clients) client[Symbol.dispose]();
  }
}

/** One socket. */
export class TalkClient implements Disposable {
  readonly #wire: Wire;
  readonly #heard: unknown[];
  readonly #waiting: unknown[] = [];

  constructor(wire: Wire, heard: unknown[]) {
    this.#wire = wire;
    this.#heard = heard;
  }

  [Symbol.dispose](): void {
    this.#wire[Symbol.dispose]();
  }

  /** Notes the answer to the handshake. */
  async shakeHands(): Promise<void> {
    const wire = this.#wire;
    while (!wire.received.includes("\r\n\r\n") && wire.state === "open") await wire.read();
    const end = wire.received.indexOf("\r\n\r\n");
    const [line, ...lines] = wire.received.slice(0, end).split("\r\n");
    wire.received = wire.received.slice(end + 4);
    const fields = lines.map((field) =>
      field.replace(/^[^:]+/, (name) => name.toLowerCase()).replace(/^date:.*/, "date")
    );
    this.#heard.push({ line, fields: fields.sort() });
  }

  /** Says a message, or a text as it is. */
  say(message: object | string): Promise<void> {
    const text = typeof message === "string" ? message : JSON.stringify(message);
    return this.frame(TEXT, new TextEncoder().encode(text));
  }

  /** Says a binary message. */
  sendBytes(bytes: Uint8Array): Promise<void> {
    return this.frame(BINARY, bytes);
  }

  /** Sends a close frame. */
  sendClose(code?: number, reason = ""): Promise<void> {
    const head = code === undefined ? [] : [code >> 8, code & 0xff];
    return this.frame(CLOSE, Uint8Array.of(...head, ...new TextEncoder().encode(reason)));
  }

  /** Sends one masked frame. */
  frame(firstByte: number, payload: Uint8Array): Promise<void> {
    return this.raw(masked(firstByte, payload));
  }

  /** Sends bytes as they are. */
  raw(bytes: Uint8Array): Promise<void> {
    return this.#wire.write(toText(bytes));
  }

  /**
   * Waits until so many more things were heard, or the connection is closed. A close frame counts as one, and so does the
   * end of the connection. What comes besides is left for the next time.
   */
  async take(count: number): Promise<void> {
    this.#parse();
    while (this.#waiting.length < count && this.#wire.state === "open") {
      await this.#wire.read();
      this.#parse();
      if (this.#wire.state !== "open") this.#note(this.#wire.state);
    }
    this.#heard.push(...this.#waiting.splice(0, count));
  }

  /** Waits until the server closes the connection. */
  toEnd(): Promise<void> {
    return this.take(Infinity);
  }

  #parse(): void {
    const wire = this.#wire;
    for (let frame = frameOf(wire.received); frame !== undefined; frame = frameOf(wire.received)) {
      wire.received = wire.received.slice(frame.length);
      this.#hear(frame);
    }
  }

  #hear({ firstByte, payload }: Frame): void {
    if (firstByte === TEXT) {
      const said = JSON.parse(new TextDecoder().decode(toBytes(payload)));
      for (const message of [said].flat()) this.#note(plain(message));
    } else if (firstByte === CLOSE) {
      const code = payload === "" ? undefined : payload.charCodeAt(0) * 256 + payload.charCodeAt(1);
      this.#note({ close: code, reason: payload.slice(2) });
    } else {
      this.#note({ firstByte, payload });
    }
  }

  #note(event: unknown): void {
    this.#waiting.push(event);
  }
}

/** When to come back is left to chance, so that not all come at once. */
function plain(message: Readonly<Record<string, unknown>>): unknown {
  return message.type === "bye" ? { ...message, retryAfterMs: typeof message.retryAfterMs } : message;
}

interface Frame {
  readonly firstByte: number;
  readonly payload: string;
  readonly length: number;
}

/** The first frame in what a server sent, if it has come whole. */
function frameOf(bytes: string): Frame | undefined {
  if (bytes.length < 2) return undefined;
  const [firstByte, short] = [bytes.charCodeAt(0), bytes.charCodeAt(1)];
  const start = short < 126 ? 2 : short === 126 ? 4 : 10;
  if (bytes.length < start) return undefined;
  let size = short < 126 ? short : 0;
  for (let at = 2; at < start; at++) size = size * 256 + bytes.charCodeAt(at);
  const length = start + size;
  return bytes.length < length ? undefined : { firstByte, payload: bytes.slice(start, length), length };
}
