/**
 * Connections as they come, plain or over TLS.
 *
 * @module
 */
import { acceptFrom, closeIfOpen } from "./accepting.ts";
import { cannotListen, type Listener, type ListenOptions } from "./listener.ts";
import type { Certificate } from "./tls.ts";
import { type Backend, type Clients, listenRelay } from "./tls_relay.ts";

/** A listening socket. */
export interface Acceptor {
  /** The port it listens on. */
  readonly port: number;
  /** The next connection, its TLS handshake done; `undefined` once the acceptor is closed. */
  accept(): Promise<Deno.Conn<Deno.NetAddr> | undefined>;
  /** Takes no more connections; those that were accepted live on. */
  close(): void;
}

type Connection = Deno.Conn<Deno.NetAddr>;

/** A TLS handshake that takes longer is given up, in ms. */
const HANDSHAKE_MS = 10_000;
/** Connections in their handshake, and ready but not accepted, each; one more ends the oldest. */
const MAX_PENDING = 1_024;

/**
 * Listens for connections.
 *
 * @param options Where; with `tls`, connections have their handshake done, for HTTP/1.1 (ALPN, RFC 7301).
 * @throws {StartError} If the address cannot be listened on.
 */
export function listenTcp(options: ListenOptions): Acceptor {
  if (options.tls !== undefined) return new TlsAcceptor({ ...options, tls: options.tls });
  try {
    return new TcpAcceptor(options);
  } catch (error) {
    throw cannotListen(error, options);
  }
}

class TcpAcceptor implements Acceptor {
  readonly port: number;
  readonly #listener: Deno.TcpListener;
  readonly #reportDefect: (error: unknown) => void;

  constructor({ hostname, port, reportDefect }: ListenOptions) {
    this.#listener = Deno.listen({ hostname, port });
    this.port = this.#listener.addr.port;
    this.#reportDefect = reportDefect;
  }

  accept(): Promise<Connection | undefined> {
    return acceptFrom(this.#listener, this.#reportDefect);
  }

  close(): void {
    closeIfOpen(this.#listener);
  }
}

class TlsAcceptor implements Acceptor {
  readonly port: number;
  readonly #relay: Listener;
  readonly #reportDefect: (error: unknown) => void;
  /** What ends each handshake that is under way. */
  readonly #shaking = new Set<() => void>();
  readonly #ready: Connection[] = [];
  readonly #waiting: Array<(connection: Connection | undefined) => void> = [];
  #isClosed = false;

  constructor(options: ListenOptions & { readonly tls: Certificate }) {
    this.#reportDefect = options.reportDefect;
    this.#relay = listenRelay((backend) => this.#serve(backend), options);
    this.port = this.#relay.port;
  }

  accept(): Promise<Connection | undefined> {
    if (this.#ready.length > 0 || this.#isClosed) return Promise.resolve(this.#ready.shift());
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#relay.shutdown().catch(this.#reportDefect);
    for (const end of this.#shaking) end();
    for (const connection of this.#ready.splice(0)) closeIfOpen(connection);
    for (const resolve of this.#waiting.splice(0)) resolve(undefined);
  }

  /** Accepts what the relay passes to the listener of one certificate. */
  #serve({ clients, ...where }: Backend): Listener {
    const listener = Deno.listenTls({ ...where, alpnProtocols: ["http/1.1"] });
    const run = async () => {
      for (let connection; (connection = await acceptFrom(listener, this.#reportDefect)) !== undefined;) {
        void this.#shakeHands(connection, clients);
      }
    };
    const running = run().catch(this.#reportDefect);
    const shutdown = () => {
      closeIfOpen(listener);
      return running;
    };
    return { port: listener.addr.port, shutdown };
  }

  async #shakeHands(connection: Deno.TlsConn, clients: Clients): Promise<void> {
    const { port } = connection.remoteAddr;
    const end = () => {
      // Closing a connection in its handshake leaves its socket open in the runtime: it needs the other side's end.
      clients.get(port)?.end();
      closeIfOpen(connection);
    };
    this.#makeRoom();
    this.#shaking.add(end);
    const deadline = setTimeout(end, HANDSHAKE_MS);
    try {
      await connection.handshake();
      const client = clients.get(port);
      if (client === undefined) closeIfOpen(connection);
      else this.#handOver(asFrom(client.address, connection));
    } catch {
      // Whoever speaks no TLS, or leaves, is no defect of ours.
      end();
    } finally {
      clearTimeout(deadline);
      this.#shaking.delete(end);
    }
  }

  #makeRoom(): void {
    if (this.#shaking.size < MAX_PENDING) return;
    const [oldest] = this.#shaking;
    this.#shaking.delete(oldest);
    oldest();
  }

  #handOver(connection: Connection): void {
    const resolve = this.#waiting.shift();
    if (resolve !== undefined) return resolve(connection);
    if (this.#isClosed || this.#ready.length >= MAX_PENDING) closeIfOpen(connection);
    else this.#ready.push(connection);
  }
}

/** Has a connection say that it comes from the client, and not from the relay. */
function asFrom(hostname: string, connection: Connection): Connection {
  return Object.defineProperty(connection, "remoteAddr", { value: { ...connection.remoteAddr, hostname } });
}
