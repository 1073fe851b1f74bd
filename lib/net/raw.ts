/**
 * The raw transport: our own HTTP/1.1 and WebSocket server on `Deno.listen`, which needs nothing of the runtime but to
 * accept connections, read bytes and write bytes.
 *
 * @module
 */
import type { Handler } from "../context.ts";
import { Turn } from "../turn.ts";
import { type Acceptor, listenTcp } from "./acceptor.ts";
import { Deadlines } from "./deadlines.ts";
import { Headcount } from "./headcount.ts";
import type { Listener, ListenOptions } from "./listener.ts";
import { RawConnection } from "./raw_connection.ts";
import type { RawHost } from "./raw_host.ts";
import { RAW_LIMITS, type RawLimits } from "./raw_limits.ts";

/** How to listen on bare sockets. */
export interface RawListenOptions extends ListenOptions {
  /** Bounds other than {@linkcode RAW_LIMITS}. */
  readonly limits?: Partial<RawLimits>;
}

/** A running raw transport. */
export interface RawListener extends Listener {
  /** How many connections are open. */
  readonly connections: number;
}

/** How often deadlines are looked at, in ms. */
const TICK_MS = 250;
/** Said to who comes when there is no room, before the connection is closed. */
const FULL = new TextEncoder().encode(
  "HTTP/1.1 503 Service Unavailable\r\nretry-after: 10\r\ncontent-length: 0\r\nconnection: close\r\n\r\n",
);

/**
 * Serves a handler over HTTP/1.1 and WebSocket.
 *
 * @param handler The application.
 * @param options Where to listen, and what a client may cost.
 * @returns The running server.
 * @throws {StartError} If the address cannot be listened on.
 */
export function listenRaw(handler: Handler, options: RawListenOptions): RawListener {
  return new RawServer(handler, options);
}

class RawServer implements RawListener {
  readonly port: number;
  readonly #acceptor: Acceptor;
  readonly #host: RawHost;
  readonly #deadlines: Deadlines;
  readonly #connections = new Set<RawConnection>();
  readonly #headcount: Headcount;
  readonly #accepting: Promise<void>;
  readonly #closed = Promise.withResolvers<void>();
  #isStopping = false;

  constructor(handler: Handler, options: RawListenOptions) {
    const { hostname, tls, reportDefect, reportRefusal } = options;
    this.#acceptor = listenTcp(options);
    this.port = this.#acceptor.port;
    const fallbackHost = `${hostname.includes(":") ? `[${hostname}]` : hostname}:${this.port}`;
    const origin = { scheme: tls === undefined ? "http" : "https", fallbackHost };
    const limits = { ...RAW_LIMITS, ...options.limits };
    this.#host = { handler, limits, turn: new Turn(reportDefect), origin, reportDefect, reportRefusal };
    this.#headcount = new Headcount(limits);
    this.#deadlines = new Deadlines(Math.min(TICK_MS, shortest(limits) / 4), reportDefect);
    this.#accepting = this.#accept();
  }

  get connections(): number {
    return this.#connections.size;
  }

  async shutdown(): Promise<void> {
    this.#isStopping = true;
    this.#acceptor.close();
    await this.#accepting;
    for (const connection of this.#connections) connection.stop();
    if (this.#connections.size > 0) await this.#closed.promise;
  }

  async #accept(): Promise<void> {
    for (let stream = await this.#acceptor.accept(); stream !== undefined; stream = await this.#acceptor.accept()) {
      const { hostname: address } = stream.remoteAddr;
      if (!this.#isStopping && this.#headcount.hasRoomFor(address)) this.#serve(stream, address);
      else {
        this.#host.reportRefusal?.({ status: 503, message: "Too many connections", address });
        void turnAway(stream);
      }
    }
  }

  #serve(stream: Deno.Conn, address: string): void {
    const connection = new RawConnection(this.#host, { stream, address });
    this.#connections.add(connection);
    this.#deadlines.add(connection);
    this.#headcount.enter(address);
    void connection.serve().finally(() => {
      this.#connections.delete(connection);
      this.#deadlines.delete(connection);
      this.#headcount.leave(address);
      if (this.#isStopping && this.#connections.size === 0) this.#closed.resolve();
    });
  }
}

async function turnAway(stream: Deno.Conn): Promise<void> {
  try {
    await stream.write(FULL);
  } catch {
    // Gone already.
  } finally {
    stream.close();
  }
}

function shortest(limits: RawLimits): number {
  const { headTimeoutMs, idleTimeoutMs, bodyGraceMs, writeStallMs, lingerMs, pingAfterMs, closeTimeoutMs } = limits;
  return Math.min(headTimeoutMs, idleTimeoutMs, bodyGraceMs, writeStallMs, lingerMs, pingAfterMs, closeTimeoutMs);
}
