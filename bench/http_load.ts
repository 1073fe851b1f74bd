/**
 * The load of HTTP: connections kept alive, each with a number of requests under way.
 *
 * The replies are counted by their bytes: the caller has looked at one of them, and all have the same length.
 *
 * @module
 */
import { close, connectTo, discard, Poller, receive, send } from "./libc.ts";
import { cpuUsOf, memoryOf } from "./proc.ts";

/** A server, and what is asked of it. */
export interface Question {
  /** Its port on 127.0.0.1. */
  readonly port: number;
  /** Its process. */
  readonly pid: number;
  /** One request, as it stands on the wire. */
  readonly request: Uint8Array<ArrayBuffer>;
  /** The length of its reply. */
  readonly replyBytes: number;
  /** How many connections ask. */
  readonly connections: number;
}

/** How it is asked. */
export interface HttpLoadOptions extends Question {
  /** How many requests a connection sends at once; it sends the next ones when all are answered. */
  readonly pipelined: number;
  /** How long, in s. */
  readonly seconds: number;
}

/** What was measured. */
export interface Round {
  /** The processor time that the server used, in µs. */
  readonly cpuUs: number;
  /** How long it took, in s. */
  readonly seconds: number;
  /** How many requests were answered, or messages delivered. */
  readonly count: number;
}

/**
 * Asks for a while; when it ends no request is under way.
 *
 * @throws {Error} If the replies have another length.
 */
export function loadHttp({ pid, seconds, ...question }: HttpLoadOptions): Round {
  using connections = new Connections(question);
  const cpuBeforeUs = cpuUsOf(pid);
  const beganAtMs = performance.now();
  const count = connections.askUntil(beganAtMs + seconds * 1_000);
  return { count, cpuUs: cpuUsOf(pid) - cpuBeforeUs, seconds: (performance.now() - beganAtMs) / 1_000 };
}

/** Before the memory of idle connections is read, the server has so long to come to rest, in ms. */
const REST_MS = 1_000;

/** The server is asked for so long before, by so many: its heap grows with the work, which is no connection's fault. */
const WARM_UP = { connections: 64, seconds: 1, pipelined: 1 };

/**
 * The memory that a connection costs a server when it has been asked once and is kept alive.
 *
 * @returns Bytes for each connection.
 */
export function idleMemory({ connections, ...question }: Question): number {
  loadHttp({ ...question, ...WARM_UP });
  const before = memoryOf(question.pid);
  const fds = Array.from({ length: connections }, () => askOnce(question));
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, REST_MS);
  const after = memoryOf(question.pid);
  for (const fd of fds) close(fd);
  return (after - before) / connections;
}

/** What is asked of a server by clients that take their time. */
export interface SlowQuestion extends Pick<Question, "port" | "pid" | "request"> {
  /** How many there are. */
  readonly clients: number;
  /** How long they read, in s. */
  readonly seconds: number;
}

/** How often slow clients read, in ms. */
const SLOW_READ_MS = 50;

/**
 * The memory that a server needs while many clients read a large reply slowly, a little at a time.
 *
 * @returns Bytes, at most.
 */
export function slowMemory({ port, pid, request, clients, seconds }: SlowQuestion): number {
  const fds = Array.from({ length: clients }, () => connectTo(port));
  for (const fd of fds) send(fd, request);
  const buffer = new Uint8Array(64 * 1024);
  const endMs = performance.now() + seconds * 1_000;
  let most = 0;
  while (performance.now() < endMs) {
    for (const fd of fds) receive(fd, buffer);
    most = Math.max(most, memoryOf(pid));
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, SLOW_READ_MS);
  }
  for (const fd of fds) close(fd);
  return most;
}

function askOnce({ port, request, replyBytes }: Omit<Question, "connections">): number {
  const fd = connectTo(port);
  send(fd, request);
  for (let missing = replyBytes; missing > 0;) missing -= discard(fd);
  return fd;
}

class Connections implements Disposable {
  readonly #poller = new Poller();
  readonly #fds: readonly number[];
  readonly #requests: Uint8Array<ArrayBuffer>;
  readonly #repliesBytes: number;
  readonly #pipelined: number;
  /** How many bytes of the replies under way are still to come, by descriptor. */
  readonly #missing: Int32Array;

  constructor({ port, connections, request, replyBytes, pipelined }: Omit<HttpLoadOptions, "pid" | "seconds">) {
    this.#fds = Array.from({ length: connections }, () => connectTo(port));
    for (const fd of this.#fds) this.#poller.add(fd);
    this.#missing = new Int32Array(Math.max(...this.#fds) + 1);
    this.#requests = repeat(request, pipelined);
    this.#repliesBytes = replyBytes * pipelined;
    this.#pipelined = pipelined;
  }

  /** Every connection asks, and asks again until the time has come; returns the number of requests. */
  askUntil(endMs: number): number {
    for (const fd of this.#fds) this.#ask(fd);
    let batches = 0;
    for (let open = this.#fds.length; open > 0;) {
      const ready = this.#poller.wait();
      const isOver = performance.now() >= endMs;
      for (let index = 0; index < ready; index++) {
        const fd = this.#poller.readyAt(index);
        if (!this.#isAnswered(fd)) continue;
        batches++;
        if (isOver) open--;
        else this.#ask(fd);
      }
    }
    return batches * this.#pipelined;
  }

  #ask(fd: number): void {
    this.#missing[fd] = this.#repliesBytes;
    send(fd, this.#requests);
  }

  #isAnswered(fd: number): boolean {
    const missing = this.#missing[fd] -= discard(fd);
    if (missing < 0) throw new Error("A reply is longer than the first one");
    return missing === 0;
  }

  [Symbol.dispose](): void {
    for (const fd of this.#fds) close(fd);
    this.#poller[Symbol.dispose]();
  }
}

function repeat(bytes: Uint8Array<ArrayBuffer>, times: number): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(bytes.length * times);
  for (let time = 0; time < times; time++) all.set(bytes, time * bytes.length);
  return all;
}
