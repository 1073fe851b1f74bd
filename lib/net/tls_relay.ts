/**
 * TLS with certificates that change while connections live on.
 *
 * What the runtime gives is not enough: a listener keeps the certificate that it began with; `Deno.serve` cannot stop
 * listening without closing idle connections and (from Deno 2.9 on) WebSockets; and a connection that is closed in the
 * midst of its TLS handshake keeps its socket until the client leaves. So each certificate gets a server of its own on a
 * loopback port, which speaks TLS itself, and this relay listens for the world: it passes the bytes of each connection,
 * still encrypted, to the server of the newest certificate, and can cut it at any time. The public port is never let go
 * of, so no connection is refused while certificates change. An older server ends with its last connection.
 *
 * A server knows who is behind a connection by the port that the relay connects from. Who connects to a loopback port
 * without the relay is not served.
 *
 * The transports see only the loopback connections, so what a client costs here is bounded here: how many there are, how
 * long one may take nothing, how long one may stay after its server has closed. How long one may be idle is the affair
 * of the transport, whose end of the loopback connection ends the client's: raw closes it after its `idleTimeoutMs`, native
 * has no such limit.
 *
 * The price is two more sockets a connection, and requests: where `Deno.serve` alone answers 75,000 small ones a second
 * over TLS, native behind the relay answers 29,000, and raw 18,000 (two cores, 32 connections, the client among them).
 *
 * @module
 */
import { acceptFrom, closeIfOpen, sendsAtOnce } from "./accepting.ts";
import { Deadlines } from "./deadlines.ts";
import { Headcount } from "./headcount.ts";
import { cannotListen, type Listener, type ListenOptions } from "./listener.ts";
import type { Certificate, TlsPair } from "./tls.ts";
import { type Client, Passage } from "./tls_passage.ts";

/** Who is behind each connection of a server, by the port that it comes from. */
export type Clients = ReadonlyMap<number, Client>;

/** Where the server of one certificate has to listen, and for whom. */
export interface Backend extends TlsPair {
  /** The loopback address. */
  readonly hostname: string;
  /** 0: any free port. */
  readonly port: 0;
  /** Whom it has to serve; a client is in it before its first byte comes, and until the loopback connection is closed. */
  readonly clients: Clients;
}

/** What clients may cost the relay, whichever transport is behind it. */
export interface RelayLimits {
  /** How long a client may take nothing of what is sent to it, in ms; then it is cut. @default 30000 */
  readonly writeStallMs: number;
  /**
   * Connections at once, those that linger among them; more are closed at once. Each costs 20 KiB and three descriptors.
   * More than raw serves and has in its handshakes, which answers 503. @default 18432
   */
  readonly maxConnections: number;
  /** Connections at once from one address; more are closed at once. Room for raw's answer, too. @default 10240 */
  readonly maxConnectionsPerAddress: number;
}

/** Where to listen, and what a client may cost. */
export interface RelayOptions extends ListenOptions {
  /** The certificate. */
  readonly tls: Certificate;
  /** Bounds other than the defaults. */
  readonly relayLimits?: Partial<RelayLimits>;
}

/** The server of one certificate. */
interface Generation {
  readonly server: Listener;
  readonly clients: Map<number, Client>;
  /** How many connections there are, those that are just being made among them. */
  connections: number;
}

const RELAY_LIMITS: RelayLimits = {
  writeStallMs: 30_000,
  maxConnections: 18 * 1_024,
  maxConnectionsPerAddress: 10 * 1_024,
};
const LOOPBACK = "127.0.0.1";
/** How often deadlines are looked at, in ms. */
const TICK_MS = 250;

/**
 * Listens with a certificate, and whatever follows it.
 *
 * @param serve Starts the server of one certificate.
 * @param options Where to listen, with what, and what a client may cost.
 * @returns The relay; its shutdown shuts the servers down, and cuts nobody.
 * @throws {StartError} If the address cannot be listened on.
 */
export function listenRelay(serve: (backend: Backend) => Listener, options: RelayOptions): Listener {
  try {
    return new Relay(serve, options);
  } catch (error) {
    throw cannotListen(error, options);
  }
}

class Relay implements Listener {
  readonly port: number;
  readonly #listener: Deno.TcpListener;
  readonly #certificate: Certificate;
  readonly #serve: (backend: Backend) => Listener;
  readonly #reportDefect: (error: unknown) => void;
  readonly #limits: RelayLimits;
  readonly #deadlines: Deadlines;
  readonly #headcount: Headcount;
  readonly #generations = new Set<Generation>();
  readonly #unfollow: () => void;
  readonly #running: Promise<void>;
  #newest: Generation;

  constructor(serve: (backend: Backend) => Listener, options: RelayOptions) {
    const { hostname, port, tls, reportDefect } = options;
    this.#serve = serve;
    this.#certificate = tls;
    this.#reportDefect = reportDefect;
    this.#limits = { ...RELAY_LIMITS, ...options.relayLimits };
    this.#headcount = new Headcount(this.#limits);
    this.#deadlines = new Deadlines(Math.min(TICK_MS, this.#limits.writeStallMs / 4), reportDefect);
    this.#listener = Deno.listen({ hostname, port });
    this.port = this.#listener.addr.port;
    this.#newest = this.#begin();
    this.#unfollow = tls.follow(() => this.#renew());
    this.#running = this.#run();
  }

  async shutdown(): Promise<void> {
    this.#unfollow();
    closeIfOpen(this.#listener);
    await this.#running;
    await Promise.all([...this.#generations].map(({ server }) => server.shutdown()));
  }

  #begin(): Generation {
    const clients = new Map<number, Client>();
    const server = this.#serve({ ...this.#certificate.pair, hostname: LOOPBACK, port: 0, clients });
    const generation = { server, clients, connections: 0 };
    this.#generations.add(generation);
    return generation;
  }

  #renew(): void {
    const before = this.#newest;
    try {
      this.#newest = this.#begin();
    } catch (error) {
      return this.#reportDefect(error);
    }
    this.#endIfDone(before);
  }

  #endIfDone(generation: Generation): void {
    if (generation === this.#newest || generation.connections > 0) return;
    this.#generations.delete(generation);
    generation.server.shutdown().catch(this.#reportDefect);
  }

  async #run(): Promise<void> {
    for (let client; (client = await acceptFrom(this.#listener, this.#reportDefect)) !== undefined;) {
      if (this.#headcount.hasRoomFor(client.remoteAddr.hostname)) void this.#pass(client);
      else closeIfOpen(client);
    }
  }

  /** Passes a connection to the newest server, until both sides have closed. */
  async #pass(client: Deno.TcpConn): Promise<void> {
    const generation = this.#newest;
    const { hostname: address } = client.remoteAddr;
    generation.connections++;
    this.#headcount.enter(address);
    try {
      await this.#carry(client, generation);
    } catch (error) {
      this.#reportDefect(error);
      closeIfOpen(client);
    }
    generation.connections--;
    this.#headcount.leave(address);
    this.#endIfDone(generation);
  }

  async #carry(client: Deno.TcpConn, { clients, server: { port } }: Generation): Promise<void> {
    const server = await Deno.connect({ hostname: LOOPBACK, port });
    if (!sendsAtOnce(server, this.#reportDefect)) return closeIfOpen(client);
    const from = server.localAddr.port;
    const passage = new Passage(client, { server, maxStallMs: this.#limits.writeStallMs });
    clients.set(from, passage);
    this.#deadlines.add(passage);
    await passage.carry();
    // The port is free once the server has closed: it may be another client's already.
    if (clients.get(from) === passage) clients.delete(from);
    await passage.linger();
    this.#deadlines.delete(passage);
  }
}
