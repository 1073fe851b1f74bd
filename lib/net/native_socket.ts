/**
 * A WebSocket of the runtime as a {@linkcode Socket}.
 *
 * What is done here: messages that are too long close with 1009, what waits to be sent is bounded, and `drained` is told,
 * which the runtime does not do. What the runtime's WebSocket leaves open, as seen on the wire with Deno 2.9.6 (2.4.2
 * is the same), and the raw transport does not:
 *
 * - Frames of the client may be unmasked (RFC 6455 §5.1), and lengths need not be the shortest (§5.2).
 * - A fragmented text may end inside a character: it is delivered without that (§8.1). In one frame, it is noticed.
 * - What breaks the protocol drops the connection without a close frame, so nobody is told 1002 or 1007 (§7.1.7); only a
 *   wrong close code is answered.
 * - A message may have up to 63 MiB, and takes that memory before it is seen here and refused.
 * - The closing handshake has no deadline, and there is no way to drop a connection: a client that never answers the
 *   close, or never reads, keeps it, with what waits, as long as it likes. It is counted until then.
 *
 * @module
 */
import { SharedText, type Socket, type SocketEvents, type UpgradeOptions } from "./socket.ts";

/** How a socket is carried. */
export interface CarryOptions extends UpgradeOptions {
  /** Told of errors in the handling of a socket, which close it with 1011. */
  readonly reportDefect: (error: unknown) => void;
}

/** A client that has more than this waiting is closed with 1013: the last resort, as a chat gives up long before. */
const MAX_WAITING_BYTES = 4 * 1024 * 1024;
/** How often sockets with something waiting are looked at, in ms: a replay sends 256 KiB in each such time at most. */
const DRAIN_POLL_MS = 20;

/**
 * Carries a socket that the runtime has upgraded: its events go to whoever accepts it once it is open.
 *
 * @param webSocket The socket, not open yet.
 * @param options Who accepts it, and its limits.
 */
export function carry(webSocket: WebSocket, options: CarryOptions): void {
  const socket = new NativeSocket(webSocket, options);
  webSocket.binaryType = "arraybuffer";
  webSocket.onopen = () => socket.open();
  webSocket.onmessage = ({ data }) => socket.receive(data);
  // A close always follows; without this listener an error event is reported as uncaught.
  webSocket.onerror = (event) => event.preventDefault();
  webSocket.onclose = () => socket.gone();
}

class NativeSocket implements Socket {
  readonly #webSocket: WebSocket;
  readonly #options: CarryOptions;
  #events: SocketEvents | undefined;
  #isGone = false;

  constructor(webSocket: WebSocket, options: CarryOptions) {
    this.#webSocket = webSocket;
    this.#options = options;
  }

  get bufferedAmount(): number {
    return this.#webSocket.bufferedAmount;
  }

  get isGone(): boolean {
    return this.#isGone;
  }

  send(message: string | SharedText | Uint8Array<ArrayBuffer>): void {
    if (this.#webSocket.readyState !== WebSocket.OPEN) return;
    if (this.bufferedAmount > MAX_WAITING_BYTES) return this.close(1013, "Too slow");
    this.#webSocket.send(message instanceof SharedText ? message.text : message);
    if (this.#events?.drained !== undefined) watchDrain(this);
  }

  close(code: number, reason: string): void {
    if (this.#webSocket.readyState <= WebSocket.OPEN) this.#webSocket.close(code, reason);
  }

  open(): void {
    this.#guarded(() => this.#events = this.#options.accept(this));
    // What was sent while it was accepted may wait still.
    if (this.#events?.drained !== undefined && this.bufferedAmount > 0) watchDrain(this);
  }

  /** The runtime may deliver what came behind the end of a socket that we are closing. */
  receive(data: string | ArrayBuffer): void {
    if (this.#webSocket.readyState !== WebSocket.OPEN) return;
    const { maxMessageBytes } = this.#options;
    if (isLonger(data, maxMessageBytes)) {
      return this.close(1009, `A message must not be longer than ${maxMessageBytes} bytes`);
    }
    this.#guarded(() => this.#events?.message(typeof data === "string" ? data : new Uint8Array(data)));
  }

  drained(): void {
    this.#guarded(() => this.#events?.drained?.());
  }

  /** The runtime tells twice of the end of a socket that has not answered a ping. */
  gone(): void {
    if (this.#isGone) return;
    this.#isGone = true;
    this.#guarded(() => this.#events?.closed());
  }

  #guarded(work: () => void): void {
    try {
      work();
    } catch (error) {
      this.#options.reportDefect(error);
      this.close(1011, "Something went wrong here");
    }
  }
}

/** A UTF-16 unit takes one to three bytes, so most texts need not be measured. */
function isLonger(data: string | ArrayBuffer, maxBytes: number): boolean {
  if (typeof data !== "string") return data.byteLength > maxBytes;
  if (data.length > maxBytes) return true;
  return data.length * 3 > maxBytes && new TextEncoder().encode(data).length > maxBytes;
}

/** The sockets that have something waiting, all looked at by one timer, which runs only while there are any. */
const draining = new Set<NativeSocket>();
let drainTimer: ReturnType<typeof setInterval> | undefined;

function watchDrain(socket: NativeSocket): void {
  draining.add(socket);
  drainTimer ??= setInterval(pollDrains, DRAIN_POLL_MS);
}

function pollDrains(): void {
  for (const socket of draining) {
    if (!socket.isGone && socket.bufferedAmount > 0) continue;
    draining.delete(socket);
    if (!socket.isGone) socket.drained();
  }
  if (draining.size > 0) return;
  clearInterval(drainTimer);
  drainTimer = undefined;
}
