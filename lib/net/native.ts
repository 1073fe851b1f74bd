/**
 * The native transport: `Deno.serve` carries the application.
 *
 * What the runtime leaves open here, and the raw transport will not: no deadline for a request's head, no limit of
 * idle connections, a missing Host is let through; and when there are no more file descriptors (EMFILE), the server stops
 * accepting for good. What it leaves open of WebSockets: see `native_socket.ts`.
 *
 * @module
 */
import type { Handler, Peer } from "../context.ts";
import { HttpError } from "../errors.ts";
import { isAuthority } from "../http1/grammar.ts";
import { realResponse } from "../lazy_response.ts";
import { checkHandshake } from "../websocket/handshake.ts";
import { cannotListen, type Listener, type ListenOptions } from "./listener.ts";
import { carry } from "./native_socket.ts";
import type { UpgradeOptions } from "./socket.ts";
import { type Backend, listenRelay } from "./tls_relay.ts";

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
export function listenNative(handler: Handler, options: ListenOptions): Listener {
  const { hostname, port, tls, reportDefect } = options;
  if (tls !== undefined) {
    return listenRelay((backend) => serveBackend(handler, { backend, reportDefect }), { ...options, tls });
  }
  try {
    const server = Deno.serve({ hostname, port, onListen() {} }, (request, { remoteAddr }) => {
      // The address is read at once: when the request is over, the runtime does not tell it any more.
      const peer = new NativePeer({ address: remoteAddr.hostname, isSecure: false, reportDefect });
      return realised(handler(request, peer));
    });
    return listenerOf(server);
  } catch (error) {
    throw cannotListen(error, options);
  }
}

interface ServeOptions {
  readonly backend: Backend;
  readonly reportDefect: (error: unknown) => void;
}

/** Serves the clients of the relay with one certificate. */
function serveBackend(handler: Handler, { backend: { clients, ...where }, reportDefect }: ServeOptions): Listener {
  const server = Deno.serve({ ...where, onListen() {} }, (request, { remoteAddr }) => {
    const address = clients.get(remoteAddr.port)?.address;
    if (address === undefined) return new Response(null, { status: 421 });
    return realised(handler(request, new NativePeer({ address, isSecure: true, reportDefect })));
  });
  return listenerOf(server);
}

function listenerOf(server: Deno.HttpServer<Deno.NetAddr>): Listener {
  const failed = server.finished.then(() => new Promise<never>(() => {}));
  // Whoever waits for it is told; if nobody does, the process goes on.
  failed.catch(() => {});
  return { port: server.addr.port, failed, shutdown: () => server.shutdown() };
}

/** The runtime sends only Responses that it has made itself. */
function realised(response: Response | Promise<Response>): Response | Promise<Response> {
  return response instanceof Promise ? response.then(realResponse) : realResponse(response);
}

interface PeerInit {
  readonly address: string;
  readonly isSecure: boolean;
  readonly reportDefect: (error: unknown) => void;
}

class NativePeer implements Peer {
  readonly address: string;
  readonly isSecure: boolean;
  readonly #reportDefect: (error: unknown) => void;

  constructor({ address, isSecure, reportDefect }: PeerInit) {
    this.address = address;
    this.isSecure = isSecure;
    this.#reportDefect = reportDefect;
  }

  upgrade(request: Request, options: UpgradeOptions): Response {
    const handshake = checkHandshake(request, options.protocols);
    if (!handshake.ok) throw new HttpError(handshake.status, handshake.message, { headers: handshake.headers });
    // The runtime lets a missing or a malformed one through; the version of HTTP, which may be 1.0, it does not tell.
    if (!isAuthority(request.headers.get("host") ?? "")) throw new HttpError(400, "A request names one host");
    const { socket, response } = Deno.upgradeWebSocket(request, {
      protocol: handshake.protocol,
      idleTimeout: IDLE_TIMEOUT_S,
    });
    carry(socket, { ...options, reportDefect: this.#reportDefect });
    return response;
  }
}
