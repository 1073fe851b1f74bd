/**
 * `commonroom trace`: sends one request to the application on bare sockets, over a real connection inside this process, and
 * prints its bytes as they go in, what each of the eight stations decides, and the reply's bytes as they come out.
 *
 * @module
 */
import type { Config, TraceRequest } from "../config.ts";
import { loadRoutes } from "../file_routes.ts";
import { Logger, type RequestLine } from "../log.ts";
import { ROUTES_DIR, startServer } from "../server.ts";
import { within } from "../within.ts";
import { decide, STATIONS } from "./stations.ts";
import { showBytes, showDecision, type TextStyle } from "./text.ts";
import type { Exchange } from "./wire.ts";

/** How long the reply may take, in ms: a stream may never end. */
const PATIENCE_MS = 5_000;
/** More of a reply is counted, not kept. */
const MAX_KEPT_BYTES = 64 * 1024;
const READ_BYTES = 16 * 1024;

/** How a request is traced. */
export interface TraceOptions {
  /** The folder to serve, and who may read it; the rest is this command's own: nothing is kept. */
  readonly config: Config;
  /** Told the trace. */
  readonly logger: Logger;
  /** Whether the trace has colours. @default true at a terminal, unless NO_COLOR is set */
  readonly isColoured?: boolean;
}

/**
 * Traces one request.
 *
 * @param request The request.
 * @param options Which site is asked, and who is told.
 * @throws {StartError} If the server cannot be started.
 */
export async function trace(
  request: TraceRequest,
  { config, logger, isColoured = Deno.stdout.isTerminal() && !Deno.noColor }: TraceOptions,
): Promise<void> {
  const { note, target } = targetOf(request.target);
  if (note !== undefined) logger.say(`${note}\n`);
  logger.say(describe(await send({ ...request, target }, config), { isColoured }));
}

/** A URL may be given, as for curl: but no other program's pages can be traced. */
function targetOf(text: string): { target: string; note?: string } {
  const [, host, rest] = /^https?:\/\/([^/?#]*)([^#]*)/i.exec(text) ?? [];
  if (host === undefined) return { target: text };
  const target = rest.startsWith("/") ? rest : `/${rest}`;
  const isHere = /^(localhost|127\.0\.0\.1|\[::1\])(:\d*)?$/i.test(host);
  return { target, note: isHere ? undefined : `This traces the program's own pages, not those of ${host}: ${target}` };
}

async function send(request: TraceRequest, config: Config): Promise<Exchange> {
  const lines: string[] = [];
  const log = new Logger("json", (text) => void lines.push(...text.split("\n")));
  const server = await startServer(
    { ...config, transport: "raw", host: "127.0.0.1", port: 0, tls: undefined, dataDir: ":memory:" },
    log,
  );
  try {
    const { host } = new URL(server.url);
    const sent = new TextEncoder().encode(requestText(request, host));
    const transfer = await exchange(sent, Number(new URL(server.url).port));
    log.flush();
    return {
      host,
      sent,
      ...transfer,
      ...readLog(lines),
      routes: await loadRoutes(ROUTES_DIR, { beside: config.routesDir }),
    };
  } finally {
    await server.close();
  }
}

/** The request as it goes over the wire. */
function requestText(
  { target, body, header, method = body === undefined ? "GET" : "POST" }: TraceRequest,
  host: string,
) {
  const fields = [`Host: ${host}`, "User-Agent: commonroom-trace", "Accept: */*"];
  if (body !== undefined) {
    const type = /^\s*[[{]/.test(body) ? "application/json" : "application/x-www-form-urlencoded";
    fields.push(`Content-Type: ${type}`, `Content-Length: ${new TextEncoder().encode(body).length}`);
  }
  const given = header?.split(":")[0].toLowerCase();
  const kept = fields.filter((field) => field.split(":")[0].toLowerCase() !== given);
  if (header !== undefined) kept.push(header);
  return [`${method} ${target} HTTP/1.1`, ...kept, "", body ?? ""].join("\r\n");
}

type Transfer = Pick<Exchange, "clientPort" | "received" | "receivedBytes" | "reads" | "isCut">;

/** Says all at once, and then that nothing follows: so the server closes when it has answered, and the end is seen. */
async function exchange(sent: Uint8Array, port: number): Promise<Transfer> {
  using connection = await Deno.connect({ hostname: "127.0.0.1", port });
  const reply = new Reply();
  const say = async () => {
    for (let at = 0; at < sent.length;) at += await connection.write(sent.subarray(at));
    await connection.closeWrite();
  };
  // Whoever is refused early may find the connection closed before all is said.
  await within(Promise.allSettled([say(), reply.read(connection)]), PATIENCE_MS);
  const { received, receivedBytes, reads, isComplete } = reply;
  return { received, receivedBytes, reads, isCut: !isComplete, clientPort: connection.localAddr.port };
}

/** What comes back. */
class Reply {
  receivedBytes = 0;
  reads = 0;
  isComplete = false;
  readonly #kept = new Uint8Array(MAX_KEPT_BYTES);

  get received(): Uint8Array {
    return this.#kept.subarray(0, this.receivedBytes);
  }

  async read(connection: Deno.Conn): Promise<void> {
    const buffer = new Uint8Array(READ_BYTES);
    for (let read = await connection.read(buffer); read !== null; read = await connection.read(buffer)) {
      const room = Math.max(0, MAX_KEPT_BYTES - this.receivedBytes);
      this.#kept.set(buffer.subarray(0, Math.min(read, room)), Math.min(this.receivedBytes, MAX_KEPT_BYTES));
      this.receivedBytes += read;
      this.reads++;
    }
    this.isComplete = true;
  }
}

function readLog(lines: readonly string[]): Pick<Exchange, "line" | "defects"> {
  const said = lines.filter((line) => line !== "").map((line) => JSON.parse(line));
  const line = said.find((entry): entry is RequestLine => "status" in entry);
  return { line, defects: said.filter((entry) => "error" in entry).map(({ error }) => String(error)) };
}

/** The trace of one request, as it is printed. */
function describe(exchange: Exchange, style: TextStyle): string {
  const { sent, received, receivedBytes } = exchange;
  const decisions = decide(exchange);
  return [
    ...showBytes(sent, { ...style, arrow: "→", title: "The request, as it goes in", total: sent.length }),
    ...STATIONS.flatMap((station, index) =>
      showDecision({ ...station, ...decisions[index], number: index + 1 }, style)
    ),
    ...showBytes(received, { ...style, arrow: "←", title: "The reply, as it comes out", total: receivedBytes }),
  ].join("\n");
}
