/**
 * What a chat sees of a WebSocket connection, whichever transport carries it.
 *
 * @module
 */

/**
 * A text message for many sockets. A transport that makes frames itself keeps the frame here, so that it is made once for
 * a whole room.
 */
export class SharedText {
  /** What it says. */
  readonly text: string;
  /** Its frame, as the transport made it for the first socket. */
  frame: Uint8Array<ArrayBuffer> | undefined;

  /**
   * Makes a message that may be sent to any number of sockets.
   *
   * @param text What it says.
   */
  constructor(text: string) {
    this.text = text;
  }
}

/** One open WebSocket connection. */
export interface Socket {
  /** How many bytes wait to be sent; on bare sockets, those that the system has not taken yet. */
  readonly bufferedAmount: number;
  /** Sends a message, text or binary, at the end of this turn at the latest; does nothing once the connection is closing. */
  send(message: string | SharedText | Uint8Array<ArrayBuffer>): void;
  /**
   * Begins the closing handshake, behind what waits to be sent. No message is delivered any more.
   *
   * @param code A close code that an endpoint may send: 1000–1014 or 3000–4999 (RFC 6455 §7.4).
   * @param reason At most 123 bytes.
   */
  close(code: number, reason: string): void;
}

/** What happens on a connection. What breaks the protocol, or is too long, is closed by the transport itself. */
export interface SocketEvents {
  /** A message has come: text as a string, binary as bytes. */
  message(message: string | Uint8Array<ArrayBuffer>): void;
  /** All that waited to be sent is handed to the system: `bufferedAmount` is 0 again. */
  drained?(): void;
  /** The connection is gone: closed by either side, or lost. Comes once, and last. */
  closed(): void;
}

/** How a connection is to be upgraded. */
export interface UpgradeOptions {
  /** The subprotocols spoken here; one that the client offers is chosen (RFC 6455 §1.9). */
  readonly protocols: readonly string[];
  /** Longer messages close the connection with 1009. */
  readonly maxMessageBytes: number;
  /** Called once the connection is open. */
  readonly accept: (socket: Socket) => SocketEvents;
}
