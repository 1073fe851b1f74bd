import type { Peer } from "../context.ts";
import { HttpError } from "../errors.ts";
import type { RequestHead } from "../http1/request_head.ts";
import { lazyResponse } from "../lazy_response.ts";
import { acceptKey, checkHandshake } from "../websocket/handshake.ts";
import type { UpgradeOptions } from "./socket.ts";

/** What a {@linkcode RawPeer} is made of. */
export interface RawPeerInit {
  /** The IP address of the other side. */
  readonly address: string;
  /** Whether it speaks to us over TLS. */
  readonly isSecure: boolean;
  /** The head of the request under way. */
  readonly head: RequestHead;
}

/** The other side of a connection on bare sockets. */
export class RawPeer implements Peer {
  /** Its IP address. */
  readonly address: string;
  /** Whether it speaks to us over TLS. */
  readonly isSecure: boolean;
  readonly #head: RequestHead;
  #upgrade: UpgradeOptions | undefined;

  /**
   * Notes who is connected.
   *
   * @param init Who it is.
   */
  constructor({ address, isSecure, head }: RawPeerInit) {
    this.address = address;
    this.isSecure = isSecure;
    this.#head = head;
  }

  /**
   * Makes the connection of a request a WebSocket, once the reply is sent.
   *
   * @returns The reply that the handler has to return: 101.
   * @throws {HttpError} 426 or 400 if the request is no valid handshake.
   */
  upgrade(request: Request, options: UpgradeOptions): Response {
    if (this.#head.minorVersion === 0) throw new HttpError(400, "A WebSocket begins with HTTP/1.1");
    const handshake = checkHandshake(request, options.protocols);
    if (!handshake.ok) throw new HttpError(handshake.status, handshake.message, { headers: handshake.headers });
    this.#upgrade = options;
    const headers: Record<string, string> = {
      upgrade: "websocket",
      connection: "Upgrade",
      "sec-websocket-accept": acceptKey(handshake.key),
    };
    if (handshake.protocol !== undefined) headers["sec-websocket-protocol"] = handshake.protocol;
    return lazyResponse(null, { status: 101, headers });
  }

  /** Forgets what was asked for: another request begins. */
  reset(): void {
    this.#upgrade = undefined;
  }

  /**
   * How the connection is to be upgraded.
   *
   * @throws {TypeError} If the handler of this request did not ask for it.
   */
  get upgradeOptions(): UpgradeOptions {
    if (this.#upgrade !== undefined) return this.#upgrade;
    throw new TypeError("A reply with the status 101 comes from Peer.upgrade() alone");
  }
}
