/**
 * The load of a room: WebSocket connections that all get each message that one of them sends.
 *
 * The first message is checked on every connection; from then on its frames are counted by their bytes.
 *
 * @module
 */
import type { Round } from "./http_load.ts";
import { close, connectTo, discard, Poller, receive, send } from "./libc.ts";
import { cpuUsOf } from "./proc.ts";

/** A room, and how many speak in it. */
export interface RoomLoadOptions {
  /** The port of its server on 127.0.0.1. */
  readonly port: number;
  /** The process of its server. */
  readonly pid: number;
  /** How many connections there are. */
  readonly sockets: number;
  /** How many messages are under way at once; the next is sent when one of them has reached everybody. */
  readonly inFlight: number;
  /** How long, in s. */
  readonly seconds: number;
}

/** Length of a message: below 126, so that a frame's head has two bytes (RFC 6455 §5.2). */
export const MESSAGE_BYTES = 120;
const FIN_TEXT = 0x81;
const MASKED = 0x80;
const MASK = [0x37, 0xfa, 0x21, 0x3d];
const MESSAGE = new TextEncoder().encode("A message to everybody in the room. ".repeat(4).slice(0, MESSAGE_BYTES));
/** As a server sends it. */
const DELIVERED = new Uint8Array([FIN_TEXT, MESSAGE_BYTES, ...MESSAGE]);
/** As a client sends it: masked (RFC 6455 §5.3). */
const SENT = new Uint8Array([
  FIN_TEXT,
  MASKED | MESSAGE_BYTES,
  ...MASK,
  ...MESSAGE.map((byte, index) => byte ^ MASK[index % 4]),
]);

/**
 * Speaks for a while; when it ends no message is under way.
 *
 * @returns What it took to deliver: one message to one connection counts as one.
 */
export function loadRoom({ pid, seconds, ...options }: RoomLoadOptions): Round {
  using room = new Room(options);
  room.checkDelivery();
  const cpuBeforeUs = cpuUsOf(pid);
  const beganAtMs = performance.now();
  const messages = room.speakUntil(beganAtMs + seconds * 1_000);
  return {
    count: messages * options.sockets,
    cpuUs: cpuUsOf(pid) - cpuBeforeUs,
    seconds: (performance.now() - beganAtMs) / 1_000,
  };
}

class Room implements Disposable {
  readonly #poller = new Poller();
  readonly #fds: readonly number[];
  readonly #inFlight: number;
  /** How many bytes have come, by descriptor. */
  readonly #received: Float64Array;
  /** How many connections a message under way has reached; it takes the place of the one that has reached all. */
  readonly #reached: Int32Array;
  #sent = 0;
  #delivered = 0;

  constructor({ port, sockets, inFlight }: Omit<RoomLoadOptions, "pid" | "seconds">) {
    this.#fds = Array.from({ length: sockets }, () => join(port));
    for (const fd of this.#fds) this.#poller.add(fd);
    this.#inFlight = inFlight;
    this.#received = new Float64Array(Math.max(...this.#fds) + 1);
    this.#reached = new Int32Array(inFlight);
  }

  /** Sends one message, and looks at what each connection gets. */
  checkDelivery(): void {
    send(this.#fds[0], SENT);
    const frame = new Uint8Array(DELIVERED.length);
    for (const fd of this.#fds) {
      for (let length = 0; length < frame.length;) length += receive(fd, frame.subarray(length));
      if (!frame.every((byte, index) => byte === DELIVERED[index])) throw new Error(`Unexpected frame: ${frame}`);
    }
  }

  /** Keeps messages under way until the time has come; returns how many were delivered to everybody. */
  speakUntil(endMs: number): number {
    for (let message = 0; message < this.#inFlight; message++) this.#speak();
    while (this.#delivered < this.#sent) {
      const ready = this.#poller.wait();
      const deliveredBefore = this.#delivered;
      for (let index = 0; index < ready; index++) this.#take(this.#poller.readyAt(index));
      if (performance.now() >= endMs) continue;
      for (let count = this.#delivered - deliveredBefore; count > 0; count--) this.#speak();
    }
    return this.#delivered;
  }

  /** Everybody speaks in turn. */
  #speak(): void {
    send(this.#fds[this.#sent++ % this.#fds.length], SENT);
  }

  #take(fd: number): void {
    const before = Math.floor(this.#received[fd] / DELIVERED.length);
    this.#received[fd] += discard(fd);
    const after = Math.floor(this.#received[fd] / DELIVERED.length);
    if (after > this.#sent) throw new Error("A connection got more than was sent");
    for (let message = before; message < after; message++) {
      if (++this.#reached[message % this.#inFlight] < this.#fds.length) continue;
      this.#reached[message % this.#inFlight] = 0;
      this.#delivered++;
    }
  }

  [Symbol.dispose](): void {
    for (const fd of this.#fds) close(fd);
    this.#poller[Symbol.dispose]();
  }
}

const HEAD_END = "\r\n\r\n";

/** Opens a WebSocket (RFC 6455 §4.1). */
function join(port: number): number {
  const fd = connectTo(port);
  const fields = [
    "GET / HTTP/1.1",
    `Host: 127.0.0.1:${port}`,
    "Upgrade: websocket",
    "Connection: Upgrade",
    "Sec-WebSocket-Version: 13",
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
  ];
  send(fd, new TextEncoder().encode(fields.join("\r\n") + HEAD_END));
  const buffer = new Uint8Array(1024);
  let head = "";
  while (!head.endsWith(HEAD_END)) head += new TextDecoder().decode(buffer.subarray(0, receive(fd, buffer)));
  if (!head.startsWith("HTTP/1.1 101 ")) throw new Error(`The server opens no WebSocket: ${head}`);
  return fd;
}
