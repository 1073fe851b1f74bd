/**
 * The opening handshake of RFC 6455 §4.2.1, as a server must check it.
 *
 * A request is an upgrade if it is a GET whose `Upgrade` names `websocket`, whose `Connection` names `Upgrade`, with
 * `Sec-WebSocket-Version: 13` and a key of 16 bytes in base64.
 *
 * @module
 */

/** What a checked handshake says. */
export type Handshake =
  | { readonly ok: true; readonly protocol: string | undefined }
  | {
    readonly ok: false;
    readonly status: 400 | 426;
    readonly message: string;
    readonly headers: Readonly<Record<string, string>>;
  };

const UPGRADE_HEADERS = { upgrade: "websocket", connection: "Upgrade", "sec-websocket-version": "13" };
/** 16 bytes in base64: 22 digits, the last of which holds four bits, and the padding. */
const KEY = /^[A-Za-z0-9+/]{21}[AQgw]==$/;

/**
 * Checks the request that opens a WebSocket.
 *
 * @param request The request.
 * @param protocols The subprotocols that the server speaks.
 * @returns The subprotocol chosen, or why the request cannot be upgraded: 426 if it is no upgrade or of another
 * version, 400 if it is malformed.
 */
export function checkHandshake(request: Pick<Request, "method" | "headers">, protocols: readonly string[]): Handshake {
  const { headers } = request;
  if (request.method !== "GET" || !tokens(headers, "upgrade").includes("websocket")) {
    return refuse(426, "This address speaks WebSocket: connect to it with a WebSocket client");
  }
  if (!tokens(headers, "connection").includes("upgrade")) {
    return refuse(400, "The Connection header must name Upgrade");
  }
  if (headers.get("sec-websocket-version") !== "13") {
    return refuse(426, "The WebSocket version must be 13");
  }
  if (!KEY.test(headers.get("sec-websocket-key") ?? "")) {
    return refuse(400, "Sec-WebSocket-Key must be 16 bytes in base64");
  }
  const offered = (headers.get("sec-websocket-protocol") ?? "").split(",").map((name) => name.trim());
  return { ok: true, protocol: offered.find((name) => protocols.includes(name)) };
}

function tokens(headers: Headers, name: string): string[] {
  return (headers.get(name) ?? "").toLowerCase().split(",").map((token) => token.trim());
}

function refuse(status: 400 | 426, message: string): Handshake {
  return { ok: false, status, message, headers: status === 426 ? UPGRADE_HEADERS : {} };
}
