/**
 * Asks once, and reads the reply as far as a benchmark has to: a status line, fields, and a body of a declared length.
 * Anything else is an error, so that no benchmark measures what it did not mean to.
 *
 * @module
 */

/** A reply as it stands on the wire. */
export interface Reply {
  /** The status code. */
  readonly status: number;
  /** Status line and fields, without the empty line. */
  readonly head: string;
  /** The body. */
  readonly body: Uint8Array;
  /** The length of all that. */
  readonly bytes: number;
}

/** What is asked. */
export interface RequestParts {
  /** The path on the server. */
  readonly path: string;
  /** A JSON text to POST; without it the request is a GET. */
  readonly json?: string;
  /** Further fields. */
  readonly fields?: Readonly<Record<string, string>>;
}

/** A reply larger than this is not read, in bytes. */
const MAX_REPLY_BYTES = 2 * 1024 * 1024;
const HEAD_END = "\r\n\r\n";

/** A request as it stands on the wire. */
export function requestTo({ host }: URL, { path, json, fields: more = {} }: RequestParts): Uint8Array<ArrayBuffer> {
  const fields = [`${json === undefined ? "GET" : "POST"} ${path} HTTP/1.1`, `Host: ${host}`, "Accept: */*"];
  fields.push(...Object.entries(more).map(([name, value]) => `${name}: ${value}`));
  if (json !== undefined) fields.push("Content-Type: application/json", `Content-Length: ${json.length}`);
  return new TextEncoder().encode(fields.join("\r\n") + HEAD_END + (json ?? ""));
}

/**
 * Asks once.
 *
 * @param url The server.
 * @param request As {@linkcode requestTo} makes it.
 * @throws {Error} If the connection ends, or what comes is not one whole reply of a declared length.
 */
export async function ask({ hostname, port }: URL, request: Uint8Array): Promise<Reply> {
  using connection = await Deno.connect({ hostname, port: Number(port) });
  await connection.write(request);
  const buffer = new Uint8Array(MAX_REPLY_BYTES);
  let length = 0;
  let reply: Reply | undefined;
  while (reply === undefined) {
    const count = await connection.read(buffer.subarray(length));
    if (!count) throw new Error(`The server ended its reply too early, or it has more than ${MAX_REPLY_BYTES} bytes`);
    reply = parseReply(buffer.subarray(0, length += count));
  }
  return reply;
}

/** The reply; `undefined` if more bytes are needed. */
function parseReply(bytes: Uint8Array): Reply | undefined {
  const text = new TextDecoder("latin1").decode(bytes.subarray(0, 64 * 1024));
  const headLength = text.indexOf(HEAD_END);
  if (headLength === -1) return undefined;
  const head = text.slice(0, headLength);
  const bodyStart = headLength + HEAD_END.length;
  const status = statusOf(head);
  const end = bodyStart + (status === 304 ? 0 : contentLengthOf(head));
  if (bytes.length < end) return undefined;
  if (bytes.length > end) throw new Error(`The server sent ${bytes.length - end} bytes after its reply`);
  return { status, head, body: bytes.subarray(bodyStart, end), bytes: end };
}

function statusOf(head: string): number {
  const line = /^HTTP\/1\.1 (\d{3}) /.exec(head);
  if (line === null) throw new Error(`This is no reply of HTTP/1.1: ${head}`);
  return Number(line[1]);
}

function contentLengthOf(head: string): number {
  const field = /\r\ncontent-length:[ \t]*(\d+)[ \t]*(?:\r\n|$)/i.exec(head);
  if (field === null) throw new Error(`A reply has no Content-Length: ${head}`);
  return Number(field[1]);
}
