/**
 * What a chat sees of a WebSocket connection, whichever transport carries it.
 *
 * @module
 */

/** One open WebSocket connection. */
export interface Socket {
  /** How many bytes wait to be sent. */
  readonly bufferedAmount: number;
  /** Sends a text message; does nothing once the connection is closing. */
  send(text: string): void;
  /**
   * Begins the closing handshake.
   *
   * @param code A close code that an endpoint may send: 1000–1014 or 3000–4999 (RFC 6455 §7.4).
   * @param reason At most 123 bytes.
   */
  close(code: number, reason: string): void;
}

/** What happens on a connection. */
export interface SocketEvents {
  /** A text message has come. */
  message(text: string): void;
  /** Something has come that is no text message, or too long a one; the code says which. It has to be closed. */
  invalid(code: number, reason: string): void;
  /** The connection is gone: closed by either side, or lost. Comes once. */
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
