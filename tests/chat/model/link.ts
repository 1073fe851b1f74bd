import type { SharedText, Socket, SocketEvents } from "../../../lib/net/socket.ts";

/** Where what the server says arrives, and the news of the end. */
export interface LinkEnd {
  /** A frame has come. */
  frame(text: string): void;
  /** The link is lost to the client, whoever ended it. */
  lost(): void;
}

/** How a client reads, and what it leaves waiting, in bytes: so that a replay waits, or that it is too slow to be live. */
const WAITING_BYTES = { well: 0, slowly: 512 * 1024, not: 2 * 1024 * 1024 };

/**
 * One connection, client and server, with the net between: what is sent waits until it is delivered, one frame at a time,
 * in order, in each direction; it may be cut at any point.
 */
export class Link implements Socket {
  /** How the client reads just now. */
  reads: keyof typeof WAITING_BYTES = "well";
  readonly #heard: (text: string) => void;
  #client: LinkEnd | undefined;
  #server: SocketEvents | undefined;
  #up: Array<string | undefined> = [];
  #down: Array<string | undefined> = [];
  #isClosing = false;

  /**
   * Opens a connection.
   *
   * @param client Who hears what the server says.
   * @param heard Told each frame in the moment in which the server sends it.
   */
  constructor(client: LinkEnd, heard: (text: string) => void) {
    this.#client = client;
    this.#heard = heard;
  }

  /** Has the server's side hear what comes. */
  attach(server: SocketEvents): void {
    this.#server = server;
  }

  get bufferedAmount(): number {
    return this.#down.reduce((bytes, frame) => bytes + (frame?.length ?? 0), WAITING_BYTES[this.reads]);
  }

  /** Whether something is under way to the client, who reads. */
  get hasDown(): boolean {
    return this.#down.length > 0 && this.reads !== "not";
  }

  /** Whether something is under way to the server. */
  get hasUp(): boolean {
    return this.#up.length > 0 && this.#server !== undefined;
  }

  send(message: string | SharedText | Uint8Array<ArrayBuffer>): void {
    if (this.#isClosing) return;
    if (message instanceof Uint8Array) throw new TypeError("The chat sends text only");
    const text = typeof message === "string" ? message : message.text;
    this.#heard(text);
    this.#down.push(text);
  }

  close(_code: number, _reason: string): void {
    if (this.#isClosing) return;
    this.#isClosing = true;
    this.#down.push(undefined);
  }

  /** The client says something. */
  say(text: string): void {
    this.#up.push(text);
  }

  /** Delivers one frame to the client, or the news of the end. */
  deliverDown(): void {
    if (!this.hasDown) return;
    const frame = this.#down.shift();
    if (frame === undefined) return this.cut();
    this.#client?.frame(frame);
    this.#tellDrained();
  }

  /** Delivers one frame to the server, or the news of the end. */
  deliverUp(): void {
    if (!this.hasUp) return;
    const frame = this.#up.shift();
    if (frame === undefined) {
      const server = this.#server;
      this.#server = undefined;
      server?.closed();
    } else if (!this.#isClosing) this.#server?.message(frame);
  }

  /** The client reads well again. */
  recover(): void {
    this.reads = "well";
    this.#tellDrained();
  }

  /**
   * The client loses the connection; the server hears of it when it has heard what is under way still.
   *
   * @param arriving How many frames of those under way to the server arrive all the same.
   */
  cut(arriving: number = this.#up.length): void {
    const client = this.#client;
    if (client === undefined) return;
    this.#client = undefined;
    this.#down = [];
    this.#up = [...this.#up.slice(0, arriving), undefined];
    client.lost();
  }

  /**
   * The server is dead: it hears nothing more, and the client only what had left.
   *
   * @param left How many of the frames that are under way to the client had left.
   */
  die(left: number): void {
    this.#server = undefined;
    this.#isClosing = true;
    this.#up = [];
    this.#down = [...this.#down.slice(0, left), undefined];
  }

  #tellDrained(): void {
    if (this.bufferedAmount === 0) this.#server?.drained?.();
  }
}
