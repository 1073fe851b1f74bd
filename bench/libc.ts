/**
 * TCP sockets of the system's C library: a load generator must cost less than the servers that it measures.
 *
 * A request costs it three system calls and no promise; `Deno.connect` costs a third more (measured: 8–10 µs against
 * 12–13; wrk takes 9). The sockets block: what is sent is short, and is read only when there is something to read.
 *
 * @module
 */

const AF_INET = 2;
const SOCK_STREAM = 1;
const IPPROTO_TCP = 6;
const TCP_NODELAY = 1;
const TCP_CONGESTION = 13;
const MSG_NOSIGNAL = 0x4000;
const MSG_TRUNC = 0x20;
const EPOLL_CTL_ADD = 1;
const EPOLLIN = 1;
/** `struct epoll_event` is packed on x86-64 only. */
const EVENT_BYTES = Deno.build.arch === "x86_64" ? 12 : 16;
const EVENT_FD_AT = EVENT_BYTES - 8;
const MAX_EVENTS = 256;
/** A server that says nothing for so long will say nothing more, in ms. */
const SILENCE_MS = 10_000;
/** Read at once at most, in bytes. */
const MAX_READ_BYTES = 4n * 1024n * 1024n;

const { symbols: libc } = Deno.dlopen("libc.so.6", {
  socket: { parameters: ["i32", "i32", "i32"], result: "i32" },
  setsockopt: { parameters: ["i32", "i32", "i32", "buffer", "u32"], result: "i32" },
  connect: { parameters: ["i32", "buffer", "u32"], result: "i32" },
  send: { parameters: ["i32", "buffer", "usize", "i32"], result: "i32" },
  recv: { parameters: ["i32", "buffer", "usize", "i32"], result: "i32" },
  close: { parameters: ["i32"], result: "i32" },
  epoll_create1: { parameters: ["i32"], result: "i32" },
  epoll_ctl: { parameters: ["i32", "i32", "i32", "buffer"], result: "i32" },
  epoll_wait: { parameters: ["i32", "buffer", "i32", "i32"], result: "i32" },
});

/**
 * Connects to a port of this machine.
 *
 * @returns The descriptor of the socket.
 */
export function connectTo(port: number): number {
  const fd = succeed(libc.socket(AF_INET, SOCK_STREAM, 0), "socket");
  succeed(libc.setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, new Uint8Array([1, 0, 0, 0]), 4), "setsockopt");
  // The cheapest way to send, whatever the system's is; each end chooses its own.
  const reno = new TextEncoder().encode("reno");
  succeed(libc.setsockopt(fd, IPPROTO_TCP, TCP_CONGESTION, reno, reno.length), "setsockopt");
  succeed(libc.connect(fd, loopback(port), 16), "connect");
  return fd;
}

/** `struct sockaddr_in` of 127.0.0.1. */
function loopback(port: number): Uint8Array<ArrayBuffer> {
  const address = new Uint8Array(16);
  new Uint16Array(address.buffer)[0] = AF_INET;
  address.set([port >> 8, port & 0xff, 127, 0, 0, 1], 2);
  return address;
}

/** Sends all the bytes. */
export function send(fd: number, bytes: Uint8Array<ArrayBuffer>): void {
  const sent = succeed(libc.send(fd, bytes, BigInt(bytes.length), MSG_NOSIGNAL), "send");
  if (sent < bytes.length) send(fd, bytes.subarray(sent));
}

/** Waits for bytes, and reads at most so many as the buffer holds; returns how many. */
export function receive(fd: number, buffer: Uint8Array<ArrayBuffer>): number {
  return received(libc.recv(fd, buffer, BigInt(buffer.length), 0));
}

/** Takes what has come without looking at it: the kernel drops it and copies nothing. Returns how many bytes it was. */
export function discard(fd: number): number {
  return received(libc.recv(fd, null, MAX_READ_BYTES, MSG_TRUNC));
}

function received(count: number): number {
  if (succeed(count, "recv") > 0) return count;
  throw new Error("The server closed a connection");
}

/** Closes a socket. */
export function close(fd: number): void {
  succeed(libc.close(fd), "close");
}

/** Tells which of many sockets have something to read. */
export class Poller implements Disposable {
  readonly #fd = succeed(libc.epoll_create1(0), "epoll_create1");
  readonly #events = new Uint8Array(MAX_EVENTS * EVENT_BYTES);
  readonly #view = new DataView(this.#events.buffer);

  /** Watches a socket, until it is closed. */
  add(fd: number): void {
    const event = new Uint8Array(EVENT_BYTES);
    const view = new DataView(event.buffer);
    view.setUint32(0, EPOLLIN, true);
    view.setInt32(EVENT_FD_AT, fd, true);
    succeed(libc.epoll_ctl(this.#fd, EPOLL_CTL_ADD, fd, event), "epoll_ctl");
  }

  /**
   * Waits until there is something to read.
   *
   * @param timeoutMs How long, in ms; by default a server that says nothing for a long time is an error.
   * @returns How many sockets {@linkcode Poller.readyAt} names.
   */
  wait(timeoutMs?: number): number {
    const count = succeed(libc.epoll_wait(this.#fd, this.#events, MAX_EVENTS, timeoutMs ?? SILENCE_MS), "epoll_wait");
    if (count === 0 && timeoutMs === undefined) throw new Error(`The server has said nothing for ${SILENCE_MS} ms`);
    return count;
  }

  /** One of the sockets that have something to read. */
  readyAt(index: number): number {
    return this.#view.getInt32(index * EVENT_BYTES + EVENT_FD_AT, true);
  }

  /** Watches no more. */
  [Symbol.dispose](): void {
    close(this.#fd);
  }
}

function succeed(result: number, call: string): number {
  if (result < 0) throw new Error(`${call}() failed: the server closed a connection, or \`ulimit -n\` is too low`);
  return result;
}
