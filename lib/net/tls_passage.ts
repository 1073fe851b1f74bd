/**
 * The bytes of one connection on their way through the relay, and all deadlines of its client.
 *
 * @module
 */
import { closeIfOpen } from "./accepting.ts";
import type { Waiting } from "./deadlines.ts";

/** Somebody who has connected to the relay. */
export interface Client {
  /** Its IP address. */
  readonly address: string;
  /** Cuts its connection. */
  end(): void;
}

/** A client that has not answered the server's part of the handshake in this time is cut, in ms. */
const HANDSHAKE_MS = 10_000;
/** How long a client may take to close after the server has, in ms. */
const LINGER_MS = 5_000;
/** Requests are short; a TLS record has 16 KiB. They are held by each connection. */
const BUFFER_BYTES = { up: 4 * 1024, down: 16 * 1024 };

/** A client's connection, and the one to the server: {@linkcode Passage.carry}, then {@linkcode Passage.linger}. */
export class Passage implements Client, Waiting {
  /** The client's IP address. */
  readonly address: string;
  readonly #client: Deno.TcpConn;
  readonly #server: Deno.TcpConn;
  readonly #maxStallMs: number;
  /** What comes from the client, until it ends. */
  #up: Promise<void> | undefined;
  #isWriting = false;
  /** How long the client has taken nothing of what is being written. */
  #stalledMs = 0;

  /**
   * Begins with two connections that nobody reads yet.
   *
   * @param client The client's.
   * @param options The server's, and how long the client may take nothing of what is sent to it, in ms.
   */
  constructor(client: Deno.TcpConn, { server, maxStallMs }: { server: Deno.TcpConn; maxStallMs: number }) {
    this.address = client.remoteAddr.hostname;
    this.#client = client;
    this.#server = server;
    this.#maxStallMs = maxStallMs;
  }

  /**
   * Closes both connections, whatever is on its way. In Deno 2.4 that does not end a write under way, as it does in 2.9: there
   * the side of a client that takes nothing stays until it leaves, and counts as long.
   */
  end(): void {
    closeIfOpen(this.#client);
    closeIfOpen(this.#server);
  }

  /** Time has passed: a client that takes nothing is cut. */
  tick(ms: number): void {
    if (!this.#isWriting) return;
    this.#stalledMs += ms;
    if (this.#stalledMs > this.#maxStallMs) this.end();
  }

  /** Carries bytes both ways, until the server has closed, or the client is lost; the server's side is closed then. */
  async carry(): Promise<void> {
    const handshakeTimer = setTimeout(() => this.end(), HANDSHAKE_MS);
    let hasServerSpoken = false;
    this.#up = this.#receive(this.#server, () => {
      if (hasServerSpoken) clearTimeout(handshakeTimer);
    });
    const to = { write: (bytes: Uint8Array) => this.#send(bytes), closeWrite: () => this.#client.closeWrite() };
    await pump({ from: this.#server, to, size: BUFFER_BYTES.down }, () => hasServerSpoken = true);
    clearTimeout(handshakeTimer);
    closeIfOpen(this.#server);
  }

  /** Reads what the client still sends, or closing would take the last reply back from it (RFC 9112 §9.6). */
  async linger(): Promise<void> {
    const lingerTimer = setTimeout(() => this.end(), LINGER_MS);
    await this.#up;
    await this.#receive(NOWHERE, () => {});
    clearTimeout(lingerTimer);
    this.end();
  }

  /** Carries what comes from the client. One that is lost needs no server, which would not notice if it is silent. */
  async #receive(to: Pipe["to"], onBytes: () => void): Promise<void> {
    const isLost = await pump({ from: this.#client, to, size: BUFFER_BYTES.up }, onBytes);
    if (isLost) this.end();
  }

  async #send(bytes: Uint8Array): Promise<number> {
    this.#stalledMs = 0;
    this.#isWriting = true;
    const sent = await this.#client.write(bytes);
    this.#isWriting = false;
    return sent;
  }
}

/** Takes bytes, and drops them. */
const NOWHERE = { write: (bytes: Uint8Array) => Promise.resolve(bytes.length), closeWrite: () => Promise.resolve() };

interface Pipe {
  readonly from: Pick<Deno.Conn, "read">;
  readonly to: Pick<Deno.Conn, "write" | "closeWrite">;
  readonly size: number;
}

/** Carries bytes one way, until either side ends. Whether the side that they come from was lost. */
async function pump({ from, to, size }: Pipe, onBytes: () => void): Promise<boolean> {
  const buffer = new Uint8Array(size);
  let isReading = true;
  try {
    for (let count; (count = await from.read(buffer)) !== null; isReading = true) {
      isReading = false;
      onBytes();
      for (let sent = 0; sent < count;) sent += await to.write(buffer.subarray(sent, count));
    }
    isReading = false;
    await to.closeWrite();
    return false;
  } catch {
    // One of them is gone: the other is told by the closing of both.
    return isReading;
  }
}
