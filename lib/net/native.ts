/**
 * The native transport: `Deno.serve` carries the application.
 *
 * What the runtime leaves open here, and the raw transport will not: no deadline for a request's head, no limit of
 * idle connections, a missing Host is let through; WebSocket frames may be unmasked and up to 63 MiB long, and a closing
 * handshake has no deadline.
 *
 * @module
 */
import type { Handler, Peer } from "../context.ts";
import { HttpError, StartError } from "../errors.ts";
import { checkHandshake } from "../websocket/handshake.ts";
import type { Socket, SocketEvents, UpgradeOptions } from "./socket.ts";

/** A running server. */
export interface Listener {
  /** The port it listens on. */
  readonly port: number;
  /** Takes no more connections, and resolves when the requests under way are answered. */
  shutdown(): Promise<void>;
}

/** Where to listen. */
export interface ListenOptions {
  /** An address of this machine. */
  readonly hostname: string;
  /** 0–65535; 0 takes any free port. */
  readonly port: number;
  /** Told of errors in the handling of a socket, which close it with 1011. */
  readonly reportDefect: (error: unknown) => void;
}

/** Close a WebSocket whose other side has not answered a ping for so long, in seconds: a lost phone is noticed. */
const IDLE_TIMEOUT_S = 30;

/**
 * Serves a handler over HTTP.
 *
 * @param handler The application.
 * @param options Where to listen.
 * @returns The running server.
 * @throws {StartError} If the address cannot be listened on.
 */
export function listenNative(handler: Handler, { hostname, port, reportDefect }: ListenOptions): Listener {
  try {
    const server = Deno.serve(
      { hostname, port, onListen() {} },
      (request, info) => handler(request, new NativePeer(info, reportDefect)),
    );
    return { port: server.addr.port, shutdown: () => server.shutdown() };
  } catch (error) {
    throw new StartError(`Cannot listen on ${hostname}:${port}: ${reasonOf(error)}`, { cause: error });
  }
}

function reasonOf(error: unknown): string {
  if (error instanceof Deno.errors.AddrInUse) return "the port is in use; choose another with --port";
  if (error instanceof Deno.errors.PermissionDenied) return "not permitted; ports below 1024 belong to the system";
  return error instanceof Error ? error.message : String(error);
}

class NativePeer implements Peer {
  readonly isSecure = false;
  readonly address: string;
  readonly #reportDefect: (error: unknown) => void;

  /** The address is read at once: when the request is over, the runtime does not tell it any more. */
  constructor({ remoteAddr }: Deno.ServeHandlerInfo<Deno.NetAddr>, reportDefect: (error: unknown) => void) {
    this.address = remoteAddr.hostname;
    this.#reportDefect = reportDefect;
  }

  upgrade(request: Request, options: UpgradeOptions): Response {
    const handshake = checkHandshake(request, options.protocols);
    if (!handshake.ok) throw new HttpError(handshake.status, handshake.message, { headers: handshake.headers });
    const { socket, response } = Deno.upgradeWebSocket(request, {
      protocol: handshake.protocol,
      idleTimeout: IDLE_TIMEOUT_S,
    });
    carry(socket, { ...options, reportDefect: this.#reportDefect });
    return response;
  }
}

interface Carried extends UpgradeOptions {
  readonly reportDefect: (error: unknown) => void;
}

function carry(socket: WebSocket, { accept, maxMessageBytes, reportDefect }: Carried): void {
  let events: SocketEvents | undefined;
  const guarded = (work: () => void) => {
    try {
      work();
    } catch (error) {
      reportDefect(error);
      if (socket.readyState <= WebSocket.OPEN) socket.close(1011, "Something went wrong here");
    }
  };
  const receive = (data: unknown) => {
    if (typeof data !== "string") events?.invalid(1003, "Send text messages");
    else if (isLonger(data, maxMessageBytes)) events?.invalid(1009, `A message has at most ${maxMessageBytes} bytes`);
    else if (socket.readyState === WebSocket.OPEN) events?.message(data);
  };
  socket.binaryType = "arraybuffer";
  socket.onopen = () => guarded(() => events = accept(new NativeSocket(socket)));
  socket.onmessage = ({ data }) => guarded(() => receive(data));
  // A close always follows; without this listener an error event is reported as uncaught.
  socket.onerror = (event) => event.preventDefault();
  socket.onclose = () => guarded(() => events?.closed());
}

/** A UTF-16 unit takes one to three bytes, so most texts need not be measured. */
function isLonger(text: string, maxBytes: number): boolean {
  if (text.length > maxBytes) return true;
  return text.length * 3 > maxBytes && new TextEncoder().encode(text).length > maxBytes;
}

class NativeSocket implements Socket {
  readonly #socket: WebSocket;

  constructor(socket: WebSocket) {
    this.#socket = socket;
  }

  get bufferedAmount(): number {
    return this.#socket.bufferedAmount;
  }

  send(text: string): void {
    if (this.#socket.readyState === WebSocket.OPEN) this.#socket.send(text);
  }

  close(code: number, reason: string): void {
    if (this.#socket.readyState <= WebSocket.OPEN) this.#socket.close(code, reason);
  }
}
