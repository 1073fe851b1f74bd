import type { ServerMessage } from "../../lib/chat/protocol.ts";
import type { SharedText, Socket } from "../../lib/net/socket.ts";

/** A socket that keeps what it is sent. */
export class FakeSocket implements Socket {
  /** The frames that were sent. */
  readonly frames: string[] = [];
  /** How it was closed. */
  closedWith: { readonly code: number; readonly reason: string } | undefined;
  /** What the test says waits to be sent. */
  bufferedAmount = 0;
  readonly #waiting = new Set<() => void>();

  send(message: string | SharedText | Uint8Array): void {
    if (message instanceof Uint8Array) throw new TypeError("The chat sends text only");
    this.frames.push(typeof message === "string" ? message : message.text);
    this.#wake();
  }

  close(code: number, reason: string): void {
    this.closedWith ??= { code, reason };
    this.#wake();
  }

  /** All messages that were sent, in order. */
  get said(): ServerMessage[] {
    return this.frames.flatMap((frame) => JSON.parse(frame));
  }

  /** The messages of one type. */
  of<Type extends ServerMessage["type"]>(type: Type): Array<Extract<ServerMessage, { type: Type }>> {
    return this.said.filter((message) => message.type === type) as Array<Extract<ServerMessage, { type: Type }>>;
  }

  /** Waits until a question holds of what was sent. */
  async until(holds: (socket: this) => boolean): Promise<void> {
    while (!holds(this)) await new Promise<void>((resolve) => this.#waiting.add(resolve));
  }

  #wake(): void {
    for (const wake of this.#waiting) wake();
    this.#waiting.clear();
  }
}
