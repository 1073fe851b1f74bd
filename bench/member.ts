/**
 * One WebSocket of the load generator, from the handshake on (RFC 6455 §4.1).
 *
 * @module
 */
import { FrameScanner } from "./frame_scanner.ts";
import { close, connectTo, receive, send } from "./libc.ts";

/** The way into a room of Commonroom. */
export interface Door {
  /** The cookies of the sessions, one for each member. */
  readonly cookies: readonly string[];
}

/** What a member begins with. */
export interface MemberInit {
  /** The port of the server on 127.0.0.1. */
  readonly port: number;
  /** The session; without one the server speaks no protocol: each frame is a message. */
  readonly cookie?: string;
  /** The newest message seen; by default whatever there is has been seen. */
  readonly seenSeq?: number;
}

/** Length of a message's text: below 126, so that its frame's head has two bytes where nothing is around it. */
export const MESSAGE_BYTES = 120;
const TEXT = "A message to everybody in the room. ".repeat(4).slice(0, MESSAGE_BYTES);
const MASK = [0x37, 0xfa, 0x21, 0x3d];
const FIN_TEXT = 0x81;
const FIN_PONG = 0x8a;
const MASKED = 0x80;
const HEAD_END = "\r\n\r\n";
const UTF8 = new TextEncoder();
/** All members read into it, one after the other. */
const BUFFER = new Uint8Array(1024 * 1024);
const PONG = masked(FIN_PONG, new Uint8Array());
const BARE_MESSAGE = masked(FIN_TEXT, UTF8.encode(TEXT));
/** More than any sequence: a server that knows less says what there is. */
const ALL_SEEN = 2 ** 40;
/** Keys differ from those of another run on the same data. */
const RUN = Date.now().toString(36);
let sent = 0;

/** One WebSocket. */
export class Member {
  /** The descriptor of its socket. */
  readonly fd: number;
  readonly #init: MemberInit;
  readonly #scanner: FrameScanner;
  #head: string | undefined = "";

  /**
   * Connects, and asks for a WebSocket; {@linkcode Member.read} goes on when something comes.
   *
   * @param init Where, and who.
   */
  constructor(init: MemberInit) {
    this.#init = init;
    this.#scanner = new FrameScanner(init.cookie !== undefined);
    this.fd = connectTo(init.port);
    send(this.fd, UTF8.encode(handshake(init)));
  }

  /** Whether what the room says comes to it as it is said. */
  get isLive(): boolean {
    return this.#head === undefined && (this.#init.cookie === undefined || this.#scanner.replayed > 0);
  }

  /** How many messages of the room it has heard. */
  get messages(): number {
    return this.#scanner.messages;
  }

  /** How many of its own messages were acknowledged. */
  get acks(): number {
    return this.#scanner.acks;
  }

  /** Hears what has come; waits if nothing has. */
  read(): void {
    const bytes = BUFFER.subarray(0, receive(this.fd, BUFFER));
    if (this.#head === undefined) this.#scanner.take(bytes);
    else this.#readHead(bytes);
    for (; this.#scanner.pings > 0; this.#scanner.pings--) send(this.fd, PONG);
  }

  /**
   * Says something, or several things at once.
   *
   * @param count How many messages, each in a frame of its own.
   */
  speak(count = 1): void {
    if (this.#init.cookie === undefined) return send(this.fd, BARE_MESSAGE);
    const frames = Array.from({ length: count }, () => chatMessage());
    send(this.fd, frames.length === 1 ? frames[0] : new Uint8Array(frames.flatMap((frame) => [...frame])));
  }

  /** Counts anew what is heard. */
  forget(): void {
    this.#scanner.messages = 0;
    this.#scanner.acks = 0;
  }

  /** Leaves without a word. */
  close(): void {
    close(this.fd);
  }

  #readHead(bytes: Uint8Array): void {
    // The bytes of frames may follow at once: one character for each byte.
    this.#head += String.fromCharCode(...bytes);
    const end = this.#head!.indexOf(HEAD_END);
    if (end < 0) return;
    if (!this.#head!.startsWith("HTTP/1.1 101 ")) throw new Error(`The server opens no WebSocket: ${this.#head}`);
    const behind = Uint8Array.from(this.#head!.slice(end + HEAD_END.length), (byte) => byte.charCodeAt(0));
    this.#head = undefined;
    const { cookie, seenSeq = ALL_SEEN } = this.#init;
    if (cookie !== undefined) send(this.fd, chatFrame({ type: "resume", rooms: { common: seenSeq } }));
    this.#scanner.take(behind);
  }
}

function handshake({ port, cookie }: MemberInit): string {
  const fields = [
    `GET ${cookie === undefined ? "/" : "/api/chat"} HTTP/1.1`,
    `Host: 127.0.0.1:${port}`,
    "Upgrade: websocket",
    "Connection: Upgrade",
    "Sec-WebSocket-Version: 13",
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
    ...cookie === undefined ? [] : ["Sec-WebSocket-Protocol: commonroom.v1", `Cookie: ${cookie}`],
  ];
  return fields.join("\r\n") + HEAD_END;
}

function chatMessage(): Uint8Array<ArrayBuffer> {
  return chatFrame({ type: "send", room: "common", key: `${RUN}-${sent++}`, text: TEXT });
}

function chatFrame(message: object): Uint8Array<ArrayBuffer> {
  return masked(FIN_TEXT, UTF8.encode(JSON.stringify(message)));
}

/** A frame as a client sends it (RFC 6455 §5.3), of less than 64 KiB. */
function masked(firstByte: number, payload: Uint8Array): Uint8Array<ArrayBuffer> {
  const { length } = payload;
  const lengthBytes = length < 126 ? [MASKED | length] : [MASKED | 126, length >> 8, length & 0xff];
  const start = 1 + lengthBytes.length + MASK.length;
  const frame = new Uint8Array(start + length);
  frame.set([firstByte, ...lengthBytes, ...MASK]);
  for (let index = 0; index < length; index++) frame[start + index] = payload[index] ^ MASK[index & 3];
  return frame;
}
