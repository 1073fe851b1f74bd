/**
 * One connection of the raw transport, from its first byte to its last. `serve()` is its whole life; the rest are its steps.
 *
 * A wait costs no timer: the connection notes what it waits for, its phase, and `tick()` measures how long.
 *
 * @module
 */
import { HttpError } from "../errors.ts";
import { bodyLength, expectsContinue, wantsToPersist } from "../http1/framing.ts";
import { ProtocolError } from "../http1/protocol_error.ts";
import { RequestHead } from "../http1/request_head.ts";
import { requestUrl } from "../http1/target.ts";
import { nextTurn } from "../turn.ts";
import { BodyReader } from "./body_reader.ts";
import type { Waiting } from "./deadlines.ts";
import { isLoss } from "./losses.ts";
import { RawBody } from "./raw_body.ts";
import { type RawHost, refusal } from "./raw_host.ts";
import { RawPeer } from "./raw_peer.ts";
import { type Answered, discard, sendReply } from "./raw_reply.ts";
import { RawRequest } from "./raw_request.ts";
import { RawSocket } from "./raw_socket.ts";
import { RawWriter } from "./raw_writer.ts";
import { type ByteStream, ReadBuffer } from "./read_buffer.ts";

/** What a connection waits for. */
type Phase = "head" | "idle" | "handler" | "refused" | "linger" | "socket";

/** What a read buffer holds besides the longest target and the most fields. */
const SPARE_BYTES = 8 * 1024;

/** One connection. */
export class RawConnection implements Waiting {
  readonly #input: ReadBuffer;
  readonly #host: RawHost;
  readonly #stream: ByteStream;
  readonly #peer: RawPeer;
  readonly #output: RawWriter;
  readonly #head: RequestHead;
  readonly #bodies: BodyReader;
  #phase: Phase = "head";
  #phaseMs = 0;
  /** Whether another request may come. */
  #persists = true;
  #isStopping = false;
  #isClosed = false;
  #socket: RawSocket | undefined;

  /**
   * Begins with an accepted connection.
   *
   * @param host Its server.
   * @param stream The connection.
   * @param address The IP address of the other side.
   */
  constructor(host: RawHost, { stream, address }: { readonly stream: ByteStream; readonly address: string }) {
    this.#host = host;
    this.#stream = stream;
    this.#input = new ReadBuffer(stream, {
      maxBytes: host.limits.maxTargetBytes + host.limits.maxFieldsBytes + SPARE_BYTES,
      onMoved: (bytes, distance) => this.#head.moveBy(bytes, distance),
    });
    this.#head = new RequestHead(this.#input.bytes, host.limits);
    this.#peer = new RawPeer({ address, isSecure: host.origin.scheme === "https", head: this.#head });
    this.#output = new RawWriter(stream);
    this.#bodies = new BodyReader({ input: this.#input, head: this.#head, output: this.#output });
  }

  /** Answers requests, one after the other, until either side has had enough. Never fails. */
  async serve(): Promise<void> {
    try {
      while (this.#persists && this.#socket === undefined) {
        if (!this.#parseHead() && !await this.#receiveHead()) break;
        const answered = this.#answer();
        if (answered !== undefined) await answered;
      }
      await this.#output.flush();
      if (this.#socket !== undefined) {
        this.#enter("socket");
        if (this.#isStopping) this.stop();
        return await this.#socket.serve(this.#input);
      }
      await this.#stream.closeWrite();
      await this.#linger();
    } catch (error) {
      await this.#end(error);
    } finally {
      this.#close();
    }
  }

  /** Parses what has come. Whether a head is complete. */
  #parseHead(): boolean {
    return this.#input.length > 0 && this.#head.parse(this.#input.end);
  }

  /** Reads until a head is complete, once all replies are sent. Whether one came before the end. */
  async #receiveHead(): Promise<boolean> {
    if (this.#output.length > 0) await this.#output.flush();
    if (this.#isStopping) return false;
    // Who sends more than we read at a time gives way to the others.
    if (this.#input.wasFilled) await nextTurn();
    if (this.#input.length > 0) this.#enter("head");
    do {
      if (!this.#input.take(await this.#stream.read(this.#input.room(this.#input.start)))) return false;
      if (this.#phase === "idle") this.#enter("head");
      // The rest of a head that was late is read only so that the refusal arrives.
      if (this.#phase === "refused") this.#input.clear(this.#input.start);
    } while (this.#phase === "refused" || !this.#head.parse(this.#input.end));
    return true;
  }

  /** Hands a request to the application, and sends its reply. Short replies wait for others that can be sent with them. */
  #answer(): void | Promise<void> {
    const request = this.#beginRequest();
    this.#enter("handler");
    const response = this.#ask(request);
    if (response instanceof Promise) return this.#answerLater(request, response);
    return this.#reply(request, response);
  }

  #beginRequest(): RawRequest {
    const head = this.#head;
    this.#input.start = head.end;
    const length = bodyLength(head);
    const isAwaited = expectsContinue(head);
    const url = requestUrl(head, this.#host.origin);
    const content = length === 0
      ? undefined
      : new RawBody(this.#bodies, { length, isAwaited, maxBytes: this.#host.limits.maxBodyBytes });
    this.#persists = wantsToPersist(head) && !this.#isStopping;
    this.#bodies.isReplying = false;
    this.#peer.reset();
    return new RawRequest({ method: head.method, url, head, content });
  }

  #ask(request: RawRequest): Response | Promise<Response> {
    try {
      const response = this.#host.handler(request.asRequest, this.#peer);
      return response instanceof Promise ? response.catch((error) => this.#explain(error)) : response;
    } catch (error) {
      return this.#explain(error);
    }
  }

  /** A handler that throws all the same is answered for, and so is a reply that cannot be sent. */
  readonly #explain = (error: unknown): Response => {
    if (!(error instanceof HttpError)) this.#host.reportDefect(error);
    return refusal(error instanceof HttpError ? error : new HttpError(500));
  };

  async #answerLater(request: RawRequest, response: Promise<Response>): Promise<void> {
    try {
      if (this.#output.length > 0) await this.#output.flush();
    } catch (error) {
      void response.then((response) => discard(response, error));
      throw error;
    }
    await this.#reply(request, await response);
  }

  #reply(request: RawRequest, response: Response): void | Promise<void> {
    const answered = {
      isHead: request.method === "HEAD",
      minorVersion: this.#head.minorVersion,
      persists: this.#persists && !this.#isStopping && this.#canPersistAfter(request.content),
      explain: this.#explain,
    };
    this.#bodies.isReplying = true;
    const sent = response.status === 101
      ? this.#sendUpgrade(response, answered)
      : sendReply(this.#output, response, answered);
    if (sent instanceof Promise) return sent.then((persists) => this.#finish(request, persists));
    return this.#finish(request, sent);
  }

  #sendUpgrade(response: Response, answered: Answered): boolean | Promise<boolean> {
    const explain = (error: unknown) => {
      this.#socket = undefined;
      return this.#explain(error);
    };
    try {
      const { limits, turn, reportDefect } = this.#host;
      const options = this.#peer.upgradeOptions;
      this.#socket = new RawSocket(this.#stream, { options, limits, turn, cut: () => this.#close(), reportDefect });
      return sendReply(this.#output, response, { ...answered, explain });
    } catch (error) {
      return sendReply(this.#output, explain(error), answered);
    }
  }

  #canPersistAfter(body: RawBody | undefined): boolean {
    return body === undefined || body.isDone || body.canDrop(this.#host.limits.maxDrainBytes);
  }

  /** The request gives way to the next one. */
  #finish(request: RawRequest, persists: boolean): void | Promise<void> {
    const { content } = request;
    request.release();
    content?.release();
    this.#persists = persists && !this.#isStopping;
    if (content !== undefined && !content.isDone) return this.#drop(content);
    this.#awaitNext();
  }

  /** Of a body that nobody wanted some is read, so that the connection can go on. */
  async #drop(body: RawBody): Promise<void> {
    if (this.#persists) await this.#output.flush();
    this.#persists &&= await body.drop(this.#host.limits.maxDrainBytes);
    this.#awaitNext();
  }

  #awaitNext(): void {
    this.#input.shrink();
    this.#head.reset(this.#input.start);
    this.#enter("idle");
  }

  /** Ends after what is no request, or after a loss, which is nobody's defect. Never fails. */
  async #end(error: unknown): Promise<void> {
    try {
      if (!(error instanceof ProtocolError)) throw error;
      await this.#sayNo(error);
      await this.#linger();
    } catch (error) {
      if (!this.#isClosed && !isLoss(error)) this.#host.reportDefect(error);
    }
  }

  /** Says what is wrong, after the replies to what was right before, and that nothing follows. */
  async #sayNo(error: ProtocolError): Promise<void> {
    const { status, message } = error;
    this.#host.reportRefusal?.({ status, message, address: this.#peer.address });
    const answered = { isHead: this.#head.isHead, minorVersion: 1, persists: false, explain: this.#explain };
    await sendReply(this.#output, refusal(error), answered);
    await this.#output.flush();
    await this.#stream.closeWrite();
  }

  /**
   * Closes so that the last reply arrives: what still comes is read for a while, for closing a connection with unread bytes
   * resets it, and a reset can overtake the reply (RFC 9112 §9.6).
   */
  async #linger(): Promise<void> {
    this.#enter("linger");
    await this.#bodies.settled();
    do this.#input.clear(0); while (await this.#input.fill(0));
  }

  /** Takes no more requests: a connection that waits for one is closed, any other after its reply. */
  stop(): void {
    this.#isStopping = true;
    // Not before its handshake is answered.
    if (this.#phase === "socket") this.#socket?.close(1001, "The server stops");
    if ((this.#phase === "idle" || this.#phase === "head") && this.#output.isIdle) this.#close();
  }

  /** Time has passed: whoever makes us wait too long is cut. */
  tick(ms: number): void {
    const { limits } = this.#host;
    this.#phaseMs += ms;
    if (this.#phase === "socket") return this.#socket?.tick(ms);
    if (this.#output.stalledMs(ms) > limits.writeStallMs) return this.#close();
    if (this.#phase === "head" && this.#phaseMs > limits.headTimeoutMs) return this.#expire();
    if (this.#phase === "idle" && this.#phaseMs > limits.idleTimeoutMs) return this.#close();
    if ((this.#phase === "refused" || this.#phase === "linger") && this.#phaseMs > limits.lingerMs) {
      return this.#close();
    }
    if (this.#bodies.tick(ms, limits)) this.#persists = false;
  }

  #enter(phase: Phase): void {
    this.#phase = phase;
    this.#phaseMs = 0;
  }

  /** The head is late: who has sent a part of it is told so. Whoever reads it reads on until the end. */
  #expire(): void {
    if (this.#input.length === 0) return this.#close();
    this.#enter("refused");
    const { headTimeoutMs } = this.#host.limits;
    const late = new ProtocolError(`The request's head did not come within ${headTimeoutMs / 1_000} s`, 408);
    this.#sayNo(late).catch(() => this.#close());
  }

  #close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#stream.close();
  }
}
