/**
 * Step 2: the same server on bare sockets. The system gives us bytes;
 * the HTTP in between is ours.
 *
 *     deno run --allow-net=127.0.0.1 2_bare_sockets.ts [port]
 */
import { createHash } from "node:crypto";

// Whoever connects may be slow, endless or many. So each of the three
// has a bound.
const MAX_HEAD_BYTES = 8 * 1024;
const MAX_WAIT_MS = 5_000;
const MAX_CONNECTIONS = 200;

const REQUEST_LINE = /^([A-Z]+) (\/[!-~]*) HTTP\/1\.1$/;
const FIELD_LINE = /^([\w!#$%&'*+.^`|~-]+):([\t -~\P{ASCII}]*)$/u;
const encoder = new TextEncoder();
const decoder = new TextDecoder("latin1"); // one byte, one character: the bytes can be cut anywhere

interface Head {
  readonly method: string;
  readonly target: string;
  readonly fields: ReadonlyMap<string, string>;
}

/**
 * One connection: read a head, reply, and again; the rest of a read may
 * be the next request.
 */
async function serve(connection: Deno.TcpConn): Promise<void> {
  let text = "";
  for (let isOpen = true; isOpen;) {
    const timer = setTimeout(() => connection.close(), MAX_WAIT_MS);
    try {
      text = await readHead(connection, text);
      const end = text.indexOf("\r\n\r\n");
      const head = end < 0 ? undefined : parseHead(text.slice(0, end));
      isOpen = await respond(connection, head);
      text = text.slice(end + 4);
      if (!isOpen) await hangUp(connection);
    } finally {
      clearTimeout(timer);
    }
  }
}

/**
 * Reads until the empty line that ends a head: bytes come in pieces of
 * any size.
 */
async function readHead(connection: Deno.TcpConn, before: string): Promise<string> {
  const buffer = new Uint8Array(1024);
  let text = before;
  while (!text.includes("\r\n\r\n") && text.length <= MAX_HEAD_BYTES) {
    const count = await connection.read(buffer);
    if (count === null) throw new Deno.errors.ConnectionReset("They hung up");
    text += decoder.decode(buffer.subarray(0, count));
  }
  return text;
}

/**
 * Bytes to a request; `undefined` if they are none. What could be read
 * in two ways is none.
 */
function parseHead(text: string): Head | undefined {
  const [first, ...lines] = text.split("\r\n");
  const requestLine = REQUEST_LINE.exec(first);
  const fields = new Map<string, string>();
  for (const line of lines) {
    const [, name = "", value = ""] = FIELD_LINE.exec(line) ?? [];
    const key = name.toLowerCase();
    const isSecondHost = key === "host" && fields.has(key);
    if (name === "" || isSecondHost) return undefined;
    fields.set(key, value.trim());
  }
  if (requestLine === null || !fields.has("host")) return undefined;
  return { method: requestLine[1], target: requestLine[2], fields };
}

/**
 * Writes the reply; `false` if it is the last one of this connection.
 */
async function respond(connection: Deno.TcpConn, head: Head | undefined): Promise<boolean> {
  if (head === undefined) return await send(connection, { status: "400 Bad Request", body: "That is no request.\n" });
  const { method, target, fields } = head;
  if (fields.has("content-length") || fields.has("transfer-encoding")) {
    return await send(connection, { status: "413 Content Too Large", body: "No bodies here.\n" });
  }
  if (method !== "GET") return await send(connection, { status: "501 Not Implemented", body: "GET only.\n" });
  if (fields.get("upgrade")?.toLowerCase() === "websocket") return await shakeHands(connection, fields);
  const persists = fields.get("connection")?.toLowerCase() !== "close";
  return await send(connection, { status: "200 OK", body: `Hello! You asked for ${target}.\n`, persists });
}

async function send(
  connection: Deno.TcpConn,
  { status, body, persists = false }: { status: string; body: string; persists?: boolean },
): Promise<boolean> {
  const bytes = encoder.encode(body); // The length counts bytes, not letters: "é" is two.
  const head = `HTTP/1.1 ${status}\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: ${bytes.length}\r\n` +
    `${persists ? "" : "Connection: close\r\n"}\r\n`;
  await writeAll(connection, new Uint8Array([...encoder.encode(head), ...bytes]));
  return persists;
}

/**
 * A WebSocket begins as a request. The reply proves that we understood
 * it; then both sides send frames.
 */
async function shakeHands(connection: Deno.TcpConn, fields: ReadonlyMap<string, string>): Promise<boolean> {
  const key = fields.get("sec-websocket-key") ?? "";
  if (!/^[\w+/]{22}==$/.test(key)) return await send(connection, { status: "400 Bad Request", body: "No key.\n" });
  const accept = createHash("sha1").update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest("base64");
  const head = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n" +
    `Sec-WebSocket-Accept: ${accept}\r\n\r\n`;
  const text = encoder.encode("Hello over a WebSocket");
  const frames = [0x81, text.length, ...text, 0x88, 2, 0x03, 0xe8]; // one text, then "goodbye" with code 1000
  await writeAll(connection, new Uint8Array([...encoder.encode(head), ...frames]));
  return false;
}

/** A write may take fewer bytes than it is given. */
async function writeAll(connection: Deno.TcpConn, bytes: Uint8Array): Promise<void> {
  for (let sent = 0; sent < bytes.length;) sent += await connection.write(bytes.subarray(sent));
}

/**
 * Says goodbye, and hears out what is still under way: to close at once
 * could destroy the reply.
 */
async function hangUp(connection: Deno.TcpConn): Promise<void> {
  await connection.closeWrite();
  const buffer = new Uint8Array(1024);
  for (let reads = 0; reads < 64 && await connection.read(buffer) !== null; reads++);
}

const listener = Deno.listen({ hostname: "127.0.0.1", port: Number(Deno.args[0] ?? 8001) });
console.log(`Listening on http://127.0.0.1:${listener.addr.port}/`);
let connections = 0;
for await (const connection of listener) {
  if (connections >= MAX_CONNECTIONS) {
    connection.close();
    continue;
  }
  connections++;
  // What fails here is their connection, never the server.
  serve(connection).catch(() => {}).finally(() => {
    connections--;
    try {
      connection.close();
    } catch { /* It was closed before. */ }
  });
}
