/**
 * A WebSocket on bare sockets: frames in, frames out, and the closing handshake (RFC 6455 §5, §7).
 *
 * What is sent in a turn of the event loop leaves in one write. A socket whose client does not read is not read from
 * either, beyond a bound, and cut beyond twice of it.
 *
 * @module
 */
import { CloseError } from "../websocket/close_error.ts";
import { FrameParser } from "../websocket/frame_parser.ts";
import { encodeClose, encodeFrame, encodeText } from "../websocket/frame_writer.ts";
import { OPCODES } from "../websocket/opcodes.ts";
import { nextTurn, type Turn } from "../turn.ts";
import { FrameQueue } from "./frame_queue.ts";
import { isLoss } from "./losses.ts";
import type { RawLimits } from "./raw_limits.ts";
import type { ByteStream, ReadBuffer } from "./read_buffer.ts";
import { SharedText, type Socket, type SocketEvents, type UpgradeOptions } from "./socket.ts";

/** How a socket is to be run. */
export interface RawSocketInit {
  /** What the handler wants of it. */
  readonly options: UpgradeOptions;
  /** What a client may cost. */
  readonly limits: RawLimits;
  /** Says when a turn ends. */
  readonly turn: Turn;
  /** Ends the connection at once; may be called more than once. */
  readonly cut: () => void;
  /** Told of errors in the handling, which close it with 1011. */
  readonly reportDefect: (error: unknown) => void;
}

/** open: messages go both ways; closing: our close frame is sent, the other's is awaited; closed: nothing counts any more. */
type State = "open" | "closing" | "closed";

const NOTHING = new Uint8Array();
/** A close frame that says that an error of ours ended the connection (RFC 6455 §7.4.1). */
const BROKEN: readonly [code: number, reason: string] = [1011, "Something went wrong here"];

/** One WebSocket connection. */
export class RawSocket implements Socket {
  readonly #stream: ByteStream;
  readonly #init: RawSocketInit;
  readonly #parser: FrameParser;
  readonly #output: FrameQueue;
  #events: SocketEvents | undefined;
  #state: State = "open";
  /** How long nothing has come, and how long the closing takes, in ms. */
  #silentMs = 0;
  #closingMs = 0;
  #hasPinged = false;

  /**
   * Begins with a connection whose handshake is being answered.
   *
   * @param stream The connection.
   * @param init How it is to be run.
   */
  constructor(stream: ByteStream, init: RawSocketInit) {
    this.#stream = stream;
    this.#init = init;
    this.#output = new FrameQueue(stream, { drained: () => this.#drained(), failed: (error) => this.#lost(error) });
    this.#parser = new FrameParser({
      maxMessageBytes: init.options.maxMessageBytes,
      events: {
        text: (text) => this.#deliver(text),
        binary: (bytes) => this.#deliver(bytes),
        ping: (payload) => this.#answerPing(payload),
        pong() {},
        close: (code) => this.#answerClose(code),
      },
    });
  }

  /** How many bytes the system has not taken yet. */
  get bufferedAmount(): number {
    return this.#output.bytes;
  }

  /** Sends a message, with others of this turn; does nothing once the connection is closing. */
  send(message: string | SharedText | Uint8Array<ArrayBuffer>): void {
    if (this.#state === "open") this.#post(frameOf(message));
  }

  /** Begins the closing handshake, behind what waits to be sent. */
  close(code: number, reason: string): void {
    if (this.#state !== "open") return;
    const frame = encodeClose(code, reason);
    this.#state = "closing";
    this.#post(frame);
  }

  /**
   * Reads until the connection is closed by either side, or lost. Never fails.
   *
   * @param input What came behind the handshake, and will.
   */
  async serve(input: ReadBuffer): Promise<void> {
    this.#guard(() => this.#events = this.#init.options.accept(this));
    try {
      while (this.#state !== "closed" && await this.#receive(input)) this.#parse(input);
    } catch (error) {
      this.#lost(error);
    }
    this.#state = "closed";
    this.#guard(() => this.#events?.closed());
    await this.#end(input).catch((error) => this.#lost(error));
    this.#cut();
  }

  /** Time has passed, in ms: a silent client is asked whether it is there, and cut if it does not answer. */
  tick(ms: number): void {
    const { pingAfterMs, writeStallMs, closeTimeoutMs } = this.#init.limits;
    // Who has not read what was sent before need not answer yet; whether it reads at all, the stall tells.
    if (this.#output.bytes === 0) this.#silentMs += ms;
    if (this.#state !== "open") this.#closingMs += ms;
    const isGone = this.#silentMs > 2 * pingAfterMs || this.#closingMs > closeTimeoutMs;
    if (isGone || this.#output.stalledMs(ms) > writeStallMs) return this.#cut();
    if (this.#silentMs <= pingAfterMs || this.#hasPinged || this.#state !== "open") return;
    this.#hasPinged = true;
    this.#post(encodeFrame(OPCODES.ping, NOTHING));
  }

  /** Waits for more, unless there is some already. Who does not read is not read from. Whether more came before the end. */
  async #receive(input: ReadBuffer): Promise<boolean> {
    const { maxPendingBytes } = this.#init.limits;
    if (this.#output.bytes > maxPendingBytes) await this.#output.empty();
    if (input.wasFilled) await nextTurn();
    if (input.length === 0) {
      input.clear(0);
      if (!await input.fill(0)) return false;
    }
    this.#silentMs = 0;
    this.#hasPinged = false;
    return true;
  }

  #parse(input: ReadBuffer): void {
    try {
      this.#parser.push(input.view(input.start, input.end));
    } catch (error) {
      if (!(error instanceof CloseError)) throw error;
      if (this.#state === "open") this.#post(encodeClose(error.code, error.message));
      this.#state = "closed";
    }
    input.clear(0);
  }

  #deliver(message: string | Uint8Array<ArrayBuffer>): void {
    if (this.#state === "open") this.#guard(() => this.#events?.message(message));
  }

  #drained(): void {
    if (this.#state === "open" && this.#events?.drained !== undefined) this.#guard(() => this.#events?.drained?.());
  }

  #answerPing(payload: Uint8Array<ArrayBuffer>): void {
    if (this.#state === "open") this.#post(encodeFrame(OPCODES.pong, payload));
  }

  /** The other side closes, or answers our closing; the answer has the same code (RFC 6455 §5.5.1). */
  #answerClose(code: number | undefined): void {
    if (this.#state === "open") this.#post(encodeClose(code, ""));
    this.#state = "closed";
  }

  #post(frame: Uint8Array<ArrayBuffer>): void {
    this.#output.add(frame);
    if (this.#output.bytes > 2 * this.#init.limits.maxPendingBytes) this.#cut();
    else this.#init.turn.add(this.#output);
  }

  /** From now on nothing is delivered nor sent; whoever reads the connection learns of its end. */
  #cut(): void {
    this.#state = "closed";
    this.#output.drop();
    this.#init.cut();
  }

  /** After both close frames the server ends the connection, so that the close frame arrives (RFC 6455 §7.1.1). */
  async #end(input: ReadBuffer): Promise<void> {
    await this.#output.empty();
    await this.#stream.closeWrite();
    do input.clear(0); while (await input.fill(0));
  }

  #lost(error: unknown): void {
    if (!isLoss(error)) this.#init.reportDefect(error);
    this.#cut();
  }

  /** What goes wrong in the handling of one socket ends that socket. */
  #guard(work: () => void): void {
    try {
      work();
    } catch (error) {
      this.#init.reportDefect(error);
      this.close(...BROKEN);
    }
  }
}

/** The frame of a message; that of a shared text is made once. */
function frameOf(message: string | SharedText | Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  if (typeof message === "string") return encodeText(message);
  if (message instanceof SharedText) return message.frame ??= encodeText(message.text);
  return encodeFrame(OPCODES.binary, message);
}
