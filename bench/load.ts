/**
 * The load generator: keep-alive connections on raw sockets, each with one request under way.
 *
 * @module
 */
import { type Reply, ReplyReader } from "./reply.ts";

/** What is asked, and what has to be answered. */
export interface LoadOptions {
  /** The address, with the path to GET. */
  readonly url: URL;
  /** Status and body of every reply; anything else ends the benchmark. */
  readonly expected: Pick<Reply, "status" | "body">;
}

/** How many connections ask at once. */
export const CONNECTIONS = 64;

/** Connections that ask the same thing again and again. */
export class Load implements Disposable {
  readonly #options: LoadOptions;
  readonly #connections: readonly Deno.Conn[];

  /** Opens the connections. */
  static async open(options: LoadOptions): Promise<Load> {
    return new Load(options, await Promise.all(Array.from({ length: CONNECTIONS }, () => dial(options.url))));
  }

  private constructor(options: LoadOptions, connections: readonly Deno.Conn[]) {
    this.#options = options;
    this.#connections = connections;
  }

  /**
   * Asks for a while.
   *
   * @param seconds How long.
   * @returns The number of requests answered, none left under way.
   * @throws {Error} If a reply is not the expected one.
   */
  async run(seconds: number): Promise<number> {
    const untilMs = performance.now() + seconds * 1_000;
    const counts = await Promise.all(this.#connections.map((connection) => this.#ask(connection, untilMs)));
    return counts.reduce((sum, count) => sum + count);
  }

  async #ask(connection: Deno.Conn, untilMs: number): Promise<number> {
    const { url, expected } = this.#options;
    const request = requestFor(url);
    const reader = new ReplyReader(connection);
    let count = 0;
    while (performance.now() < untilMs) {
      await writeAll(connection, request);
      check(await reader.read(), expected);
      count++;
    }
    return count;
  }

  /** Closes the connections. */
  [Symbol.dispose](): void {
    for (const connection of this.#connections) connection.close();
  }
}

/**
 * Asks once.
 *
 * @param url The address to GET.
 * @returns The reply as it stands on the wire.
 */
export async function ask(url: URL): Promise<Reply> {
  using connection = await dial(url);
  await writeAll(connection, requestFor(url));
  return await new ReplyReader(connection).read();
}

async function dial({ hostname, port }: URL): Promise<Deno.TcpConn> {
  const connection = await Deno.connect({ hostname, port: Number(port) });
  connection.setNoDelay();
  return connection;
}

function requestFor({ host, pathname, search }: URL): Uint8Array {
  return new TextEncoder().encode(`GET ${pathname}${search} HTTP/1.1\r\nHost: ${host}\r\nAccept: */*\r\n\r\n`);
}

async function writeAll(connection: Deno.Conn, bytes: Uint8Array): Promise<void> {
  let written = await connection.write(bytes);
  while (written < bytes.length) written += await connection.write(bytes.subarray(written));
}

function check({ status, body, head }: Reply, expected: LoadOptions["expected"]): void {
  if (status === expected.status && isEqual(body, expected.body)) return;
  throw new Error(`Unexpected reply: ${head}\n\n${new TextDecoder().decode(body)}`);
}

function isEqual(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index]);
}
