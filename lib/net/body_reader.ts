import { HttpError } from "../errors.ts";
import type { RequestHead } from "../http1/request_head.ts";
import { CONTINUE } from "../http1/response_head.ts";
import { nextTurn } from "../turn.ts";
import type { BodyProgress, BodySource } from "./raw_body.ts";
import type { RawLimits } from "./raw_limits.ts";
import type { RawWriter } from "./raw_writer.ts";
import type { ReadBuffer } from "./read_buffer.ts";

/** What bodies are read from, and what stands beside them. */
export interface BodyReaderInit {
  /** What has come. */
  readonly input: ReadBuffer;
  /** The head of the request under way: it is kept while its body is read behind it. */
  readonly head: RequestHead;
  /** What goes out. */
  readonly output: RawWriter;
}

/** Reads the bodies of one connection's requests, each at its pace or not at all. */
export class BodyReader implements BodySource {
  /** What has come. */
  readonly input: ReadBuffer;
  /** Whether the reply to the request under way is being sent: nothing else may be said then. */
  isReplying = false;
  readonly #head: RequestHead;
  readonly #output: RawWriter;
  /** The body that more is awaited of, and how to give it up. */
  #awaited: { readonly body: BodyProgress; readonly fail: (error: HttpError) => void } | undefined;
  #reading: Promise<boolean> | undefined;

  /**
   * Begins with a connection on which nothing has come.
   *
   * @param init The connection.
   */
  constructor({ input, head, output }: BodyReaderInit) {
    this.input = input;
    this.#head = head;
    this.#output = output;
  }

  /** Reads more of the body of the request under way. */
  async receiveBody(body: BodyProgress): Promise<boolean> {
    if (!this.isReplying) await this.#output.flush();
    if (this.input.wasFilled) await nextTurn();
    if (this.input.length === 0) this.input.clear(this.#head.end);
    const { promise: late, reject: fail } = Promise.withResolvers<never>();
    this.#awaited = { body, fail };
    try {
      this.#reading = this.input.fill(this.#head.start);
      return await Promise.race([this.#reading, late]);
    } finally {
      this.#awaited = undefined;
    }
  }

  /** Tells a client that waits for it to send the body; not in the midst of the reply. */
  async sendContinue(): Promise<void> {
    if (this.isReplying) return;
    await this.#output.write(CONTINUE);
    await this.#output.flush();
  }

  /**
   * Time has passed.
   *
   * @param ms How much, in ms.
   * @param limits The least rate of a body.
   * @returns Whether a body was given up because it comes too slowly.
   */
  tick(ms: number, limits: RawLimits): boolean {
    if (!this.#awaited?.body.isLate(ms, limits)) return false;
    this.#awaited.fail(new HttpError(408, "The body comes too slowly; send it again"));
    return true;
  }

  /** Waits for the read that a body which was given up has left behind. */
  async settled(): Promise<void> {
    await this.#reading;
  }
}
