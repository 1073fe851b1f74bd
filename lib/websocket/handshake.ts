/**
 * The opening handshake of RFC 6455 §4.2, as a server must check and answer it.
 *
 * A request is an upgrade if it is a GET whose `Upgrade` names `websocket`, whose `Connection` names `Upgrade`, with
 * `Sec-WebSocket-Version: 13` and a key of 16 bytes in base64, each once. Subprotocols and extensions, if there are any,
 * have to be lists of tokens. That it comes by HTTP/1.1 and names its host is the transport's to check.
 *
 * @module
 */
import { createHash } from "node:crypto";

/** What a checked handshake says. */
export type Handshake =
  | {
    readonly ok: true;
    /** The subprotocol chosen. */
    readonly protocol: string | undefined;
    /** What `acceptKey()` makes the answer of. */
    readonly key: string;
  }
  | {
    readonly ok: false;
    readonly status: 400 | 426;
    readonly message: string;
    readonly headers: Readonly<Record<string, string>>;
  };

const UPGRADE_HEADERS = { upgrade: "websocket", connection: "Upgrade", "sec-websocket-version": "13" };
/** 16 bytes in base64: 22 digits, the last of which holds four bits, and the padding. */
const KEY = /^[A-Za-z0-9+/]{21}[AQgw]==$/;
/** RFC 9110 §5.6.2. */
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
/** What every server appends to the key (RFC 6455 §1.3). */
const ACCEPT_GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

/**
 * Checks the request that opens a WebSocket.
 *
 * @param request The request.
 * @param protocols The subprotocols that the server speaks.
 * @returns The subprotocol chosen and the key, or why the request cannot be upgraded: 426 if it is no upgrade or of
 * another version, 400 if it is malformed.
 */
export function checkHandshake(request: Pick<Request, "method" | "headers">, protocols: readonly string[]): Handshake {
  const { headers } = request;
  if (request.method !== "GET" || !hasToken(headers, "upgrade", "websocket")) {
    return refuse(426, "This address speaks WebSocket: connect to it with a WebSocket client");
  }
  if (headers.has("transfer-encoding") || (headers.get("content-length") ?? "0") !== "0") {
    return refuse(400, "A handshake has no body");
  }
  if (!hasToken(headers, "connection", "upgrade")) return refuse(400, "The Connection header must name Upgrade");
  if (headers.get("sec-websocket-version") !== "13") return refuse(426, "The WebSocket version must be 13");
  const key = headers.get("sec-websocket-key") ?? "";
  if (!KEY.test(key)) return refuse(400, "Sec-WebSocket-Key must be 16 bytes in base64");
  const offered = listOf(headers, "sec-websocket-protocol");
  if (offered !== undefined && !isProtocolList(offered)) {
    return refuse(400, "Sec-WebSocket-Protocol must be a list of different tokens");
  }
  const extensions = listOf(headers, "sec-websocket-extensions");
  if (extensions !== undefined && !isExtensionList(extensions)) {
    return refuse(400, "Sec-WebSocket-Extensions must be a list of tokens with parameters");
  }
  return { ok: true, protocol: offered?.find((name) => protocols.includes(name)), key };
}

/**
 * Answers the key of a handshake: the value of `Sec-WebSocket-Accept` (RFC 6455 §4.2.2).
 *
 * @param key The value of `Sec-WebSocket-Key`, as it came.
 * @returns The SHA-1 of the key and the protocol's GUID, in base64.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { acceptKey } from "./handshake.ts";
 *
 * assertEquals(acceptKey("dGhlIHNhbXBsZSBub25jZQ=="), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
 * ```
 */
export function acceptKey(key: string): string {
  return createHash("sha1").update(key + ACCEPT_GUID).digest("base64");
}

/** The members of a list; empty ones do not count (RFC 9110 §5.6.1). */
function listOf(headers: Headers, name: string): string[] | undefined {
  return headers.get(name)?.split(",").map(trimBlanks).filter((member) => member !== "");
}

/** Without the blanks around it that HTTP knows: spaces and tabs, and no others (RFC 9110 §5.6.3). */
function trimBlanks(text: string): string {
  let [start, end] = [0, text.length];
  while (start < end && isBlank(text[start])) start++;
  while (end > start && isBlank(text[end - 1])) end--;
  return text.slice(start, end);
}

function isBlank(character: string): boolean {
  return character === " " || character === "\t";
}

function hasToken(headers: Headers, name: string, token: string): boolean {
  return listOf(headers, name)?.some((member) => member.toLowerCase() === token) ?? false;
}

/** RFC 6455 §4.3: at least one, and §11.3.4 with §4.1: all unique. */
function isProtocolList(names: readonly string[]): boolean {
  return names.length > 0 && names.every((name) => TOKEN.test(name)) && new Set(names).size === names.length;
}

/** RFC 6455 §9.1. A quoted value has to be a token as well, so that no comma or semicolon stands in quotes. */
function isExtensionList(extensions: readonly string[]): boolean {
  return extensions.length > 0 && extensions.every((extension) => {
    const [name, ...parameters] = extension.split(";").map(trimBlanks);
    return TOKEN.test(name) && parameters.every(isParameter);
  });
}

function isParameter(parameter: string): boolean {
  const equals = parameter.indexOf("=");
  if (equals < 0) return TOKEN.test(parameter);
  const value = trimBlanks(parameter.slice(equals + 1));
  const quoted = /^"((?:\\?[^"\\])+)"$/.exec(value);
  return TOKEN.test(trimBlanks(parameter.slice(0, equals))) && TOKEN.test(quoted?.[1].replaceAll("\\", "") ?? value);
}

function refuse(status: 400 | 426, message: string): Handshake {
  return { ok: false, status, message, headers: status === 426 ? UPGRADE_HEADERS : {} };
}
