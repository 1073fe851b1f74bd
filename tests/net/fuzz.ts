/**
 * The fuzzer of the raw transport: seeded mutations and splits of valid traffic, many connections at once. Whatever comes,
 * only well-formed replies go out, nobody gets another's bytes, and no connection is left.
 *
 * @module
 */
import type { Handler, Peer } from "../../lib/context.ts";
import { HttpError } from "../../lib/errors.ts";
import { listenRaw } from "../../lib/net/raw.ts";
import { makeSession, Random, type Session, TOKEN } from "./fuzz_traffic.ts";
import { escapeBytes } from "./http_cases/case.ts";
import { takeReply, toBytes, toText, until, Wire } from "./http_cases/wire.ts";

/** How long to go on, and from where. */
export interface FuzzOptions {
  /** Where the numbers begin. */
  readonly seed: number;
  /** The first iteration: to see one again that failed. @default 0 */
  readonly from?: number;
  /** Whether to go on, asked after each batch, with the number of connections so far. */
  readonly goesOn: (iterations: number) => boolean;
}

/** What has been seen. */
export interface FuzzReport {
  /** How many connections there were. */
  readonly iterations: number;
  /** How many replies there were of each status. */
  readonly statuses: ReadonlyMap<number, number>;
  /** How many frames of WebSockets came back. */
  readonly frames: number;
}

/** So many connections are under way at once. */
const BATCH = 64;
/** Short, so that what is left incomplete does not hold up the rest. */
const LIMITS = { headTimeoutMs: 1_000, idleTimeoutMs: 1_000, bodyGraceMs: 500, writeStallMs: 1_000, lingerMs: 300 };

/**
 * Runs batches of connections against a listener of its own.
 *
 * @param options How long.
 * @throws {TypeError} At the first thing that is wrong, with what is needed to see it again.
 */
export async function fuzz({ seed, from = 0, goesOn }: FuzzOptions): Promise<FuzzReport> {
  const defects: unknown[] = [];
  const sockets = { opened: 0, closed: 0 };
  const reportDefect = (error: unknown) => void defects.push(error);
  const listener = listenRaw(handlerOf(sockets), { hostname: "127.0.0.1", port: 0, reportDefect, limits: LIMITS });
  const run = new Run(listener.port, seed);
  try {
    let iterations = 0;
    do {
      await run.batch(from + iterations);
      iterations += BATCH;
      if (defects.length > 0) throw failure(`a defect: ${inspect(defects[0])}`, { seed, from });
    } while (goesOn(iterations));
    await until("no connection is left", () => listener.connections === 0);
    if (sockets.opened !== sockets.closed) throw failure("a socket was not told of its end", { seed, from });
    return { iterations, statuses: run.statuses, frames: run.frames };
  } finally {
    await listener.shutdown();
  }
}

function inspect(error: unknown): string {
  return error instanceof Error ? error.stack ?? error.message : String(error);
}

function failure(problem: string, { seed, from }: { seed: number; from: number }): TypeError {
  return new TypeError(`${problem}\n  deno task fuzz --seed ${seed} --from ${from}`);
}

/** Tells what it saw; `x-method` says whether a reply has a body. */
function handlerOf(sockets: { opened: number; closed: number }): Handler {
  return async (request, peer) => {
    const { method, url } = request;
    const headers = { "x-method": method };
    try {
      if (url.includes("/socket/")) return echoSocket(request, { peer, sockets });
      if (url.includes("/ignore")) return new Response(url, { headers });
      if (url.includes("/nothing/")) return new Response(null, { status: 204, headers });
      if (url.includes("/stream/")) {
        return new Response(ReadableStream.from([toBytes(url), toBytes("end")]), { headers });
      }
      if (url.includes("/later/")) await new Promise((resolve) => setTimeout(resolve));
      const body = toText(new Uint8Array(await request.arrayBuffer()));
      return Response.json({ url, body, headers: [...request.headers] }, { headers });
    } catch (error) {
      const { status = 400 } = error as { status?: number };
      return new Response("refused", { status, headers });
    }
  };
}

function echoSocket(
  request: Request,
  { peer, sockets }: { peer: Peer; sockets: { opened: number; closed: number } },
): Response {
  try {
    return peer.upgrade(request, {
      protocols: [],
      maxMessageBytes: 4_096,
      accept(socket) {
        sockets.opened += 1;
        return { message: (message) => socket.send(message), closed: () => void (sockets.closed += 1) };
      },
    });
  } catch (error) {
    if (!(error instanceof HttpError)) throw error;
    return new Response("no handshake", { status: error.status, headers: { "x-method": request.method } });
  }
}

/** One run of the fuzzer. */
class Run {
  /** How many replies there were of each status. */
  readonly statuses = new Map<number, number>();
  /** How many frames came back. */
  frames = 0;
  readonly #port: number;
  readonly #seed: number;

  constructor(port: number, seed: number) {
    this.#port = port;
    this.#seed = seed;
  }

  /** Runs a batch at once, and sees that the server still answers. */
  async batch(from: number): Promise<void> {
    const runs = await Promise.allSettled(Array.from({ length: BATCH }, (_, index) => this.#iterate(from + index)));
    for (const run of runs) if (run.status === "rejected") throw run.reason;
    using wire = await Wire.open(this.#port);
    await wire.write("GET /probe HTTP/1.1\r\nHost: a\r\n\r\n");
    const reply = await wire.nextReply();
    if (reply?.status !== 200) throw failure(`no answer to a probe, ${wire.state}`, { seed: this.#seed, from });
  }

  async #iterate(iteration: number): Promise<void> {
    const session = makeSession(new Random(this.#seed ^ Math.imul(iteration + 1, 0x9e3779b1)));
    const { received, state } = await converse(this.#port, session);
    try {
      if (!session.aborts) this.#check(session, { received, isCut: state === "reset" });
      if (state === "late") throw new TypeError("the connection was neither answered nor closed");
    } catch (error) {
      const bytes = session.pieces.map((piece) => `\n  sent "${escapeBytes(piece, 50_000)}"`).join("");
      const problem = `${(error as Error).message}${bytes}\n  received "${escapeBytes(received)}"`;
      throw failure(problem, { seed: this.#seed, from: iteration });
    }
  }

  #check({ token }: Session, { received, isCut }: { received: string; isCut: boolean }): void {
    const foreign = (received.match(TOKEN) ?? []).filter((found) => found !== token && isLive(found));
    if (foreign.length > 0) throw new TypeError(`the token ${foreign[0]} is not of this connection`);
    let rest = received;
    while (rest !== "") {
      const reply = takeReply(rest, { isEnd: true, toHead: isToHead(rest) });
      if (reply === undefined) return;
      this.statuses.set(reply.status, (this.statuses.get(reply.status) ?? 0) + 1);
      rest = rest.slice(reply.length);
      if (!reply.isComplete && !isCut && !(reply.status >= 400 && reply.body === "")) {
        throw new TypeError(`the body of a ${reply.status} breaks off`);
      }
      if (reply.status === 101) return void (this.frames += countFrames(rest, isCut));
    }
  }
}

/** A reply to a HEAD, as far as the handler saw one. */
function isToHead(bytes: string): boolean {
  return /^x-method: HEAD\r$/m.test(bytes.slice(0, bytes.indexOf("\r\n\r\n") + 2));
}

/** The tokens of the last connections: a mutation may make what looks like a token, and is nobody's. */
const tokens = new Set<string>();
const MAX_TOKENS = 10_000;

function isLive(token: string): boolean {
  return tokens.has(token);
}

function remember(token: string): void {
  tokens.add(token);
  for (const oldest of tokens) {
    if (tokens.size <= MAX_TOKENS) return;
    tokens.delete(oldest);
  }
}

/** Sends what a session has, and reads what comes until the other side closes. */
async function converse(port: number, session: Session): Promise<Pick<Wire, "received" | "state">> {
  const { pieces, waits, aborts, token } = session;
  remember(token);
  const wire = await Wire.open(port, 10_000);
  const reading = waits ? readHead(wire) : wire.readToEnd();
  for (const [index, piece] of pieces.entries()) {
    if (waits && index === 1) await reading;
    if (index > 0) await new Promise((resolve) => setTimeout(resolve));
    await wire.write(piece);
  }
  if (aborts) wire[Symbol.dispose]();
  else await wire.closeWrite();
  await reading;
  await wire.readToEnd();
  const { received, state } = wire;
  wire[Symbol.dispose]();
  return { received, state };
}

async function readHead(wire: Wire): Promise<void> {
  while (wire.state === "open" && !wire.received.includes("\r\n\r\n")) await wire.read();
}

/**
 * Counts the frames that a server has sent.
 *
 * @throws {TypeError} If they are not well-formed: RFC 6455 §5.
 */
export function countFrames(bytes: string, isCut: boolean): number {
  let count = 0;
  for (let at = 0; at < bytes.length; count++) {
    const [first, second] = [bytes.charCodeAt(at), bytes.charCodeAt(at + 1)];
    if (![0x81, 0x82, 0x88, 0x89, 0x8a].includes(first)) throw new TypeError(`a frame begins with ${first}`);
    if (second >= 127) throw new TypeError("a frame of a server is masked, or too long");
    if (first >= 0x88 && second > 125) throw new TypeError("a control frame is too long");
    const length = second === 126 ? bytes.charCodeAt(at + 2) * 256 + bytes.charCodeAt(at + 3) : second;
    at += (second === 126 ? 4 : 2) + length;
    if (first === 0x88 && at < bytes.length) throw new TypeError("something follows a close frame");
    if (!(at <= bytes.length) && !isCut) throw new TypeError("a frame breaks off");
  }
  return count;
}
