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
import { CONTINUE } from "../http1/response_head.ts";
import { requestUrl } from "../http1/target.ts";
import { nextTurn } from "../turn.ts";
import type { Waiting } from "./deadlines.ts";
import { isLoss } from "./losses.ts";
import { type BodyProgress, type BodySource, RawBody } from "./raw_body.ts";
import { type RawHost, refusal } from "./raw_host.ts";
import { RawPeer } from "./raw_peer.ts";
import { type Answered, sendReply } from "./raw_reply.ts";
import { RawRequest } from "./raw_request.ts";
import { RawSocket } from "./raw_socket.ts";
import { RawWriter } from "./raw_writer.ts";
import { type ByteStream, ReadBuffer } from "./read_buffer.ts";

/** What a connection waits for. */
type Phase = "head" | "idle" | "body" | "handler" | "linger" | "socket";

/** One connection. */
export class RawConnection implements Waiting, BodySource {
  /** What has come. */
  readonly input: ReadBuffer;
  readonly #host: RawHost;
  readonly #stream: ByteStream;
  readonly #peer: RawPeer;
  readonly #output: RawWriter;
  readonly #head: RequestHead;
  #phase: Phase = "head";
  #phaseMs = 0;
  /** Whether another request may come. */
  #persists = true;
  #isStopping = false;
  #isClosed = false;
  /** The body of the request under way, while more of it is awaited. */
  #awaited: { readonly body: BodyProgress; readonly fail: (error: HttpError) => void } | undefined;
  /** The newest read of a body. */
  #reading: Promise<boolean> | undefined;
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
    this.input = new ReadBuffer(stream, (bytes, distance) => this.#head.moveBy(bytes, distance));
    this.#head = new RequestHead(this.input.bytes, host.limits);
    this.#peer = new RawPeer({ address, isSecure: host.origin.scheme === "https", head: this.#head });
    this.#output = new RawWriter(stream);
  }

  /** Answers requests, one after the other, until either side has had enough. Never fails. */
  async serve(): Promise<void> {
    try {
      while (this.#persists && this.#socket === undefined) {
        if (!this.#parseHead() && !await this.#receiveHead()) return;
        const answered = this.#answer();
        if (answered !== undefined) await answered;
      }
      await this.#output.flush();
      if (this.#socket !== undefined) {
        this.#enter("socket");
        return await this.#socket.serve(this.input);
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
    return this.input.length > 0 && this.#head.parse(this.input.end);
  }

  /** Reads until a head is complete, once all replies are sent. Whether one came before the end. */
  async #receiveHead(): Promise<boolean> {
    if (this.#output.length > 0) await this.#output.flush();
    // Who sends more than we read at a time gives way to the others.
    if (this.input.wasFilled) await nextTurn();
    if (this.input.length > 0) this.#enter("head");
    do {
      if (!this.input.take(await this.#stream.read(this.input.room(this.input.start)))) return false;
      if (this.#phase === "idle") this.#enter("head");
      // The rest of a head that was late is read only so that the refusal arrives.
      if (this.#phase === "linger") this.input.clear(this.input.start);
    } while (this.#phase === "linger" || !this.#head.parse(this.input.end));
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
    this.input.start = head.end;
    const length = bodyLength(head);
    const isAwaited = expectsContinue(head);
    const url = requestUrl(head, this.#host.origin);
    const content = length === 0
      ? undefined
      : new RawBody(this, { length, isAwaited, maxBytes: this.#host.limits.maxBodyBytes });
    this.#persists = wantsToPersist(head) && !this.#isStopping;
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

  /** A handler that throws all the same is answered for. */
  #explain(error: unknown): Response {
    if (!(error instanceof HttpError)) this.#host.reportDefect(error);
    return refusal(error instanceof HttpError ? error : new HttpError(500));
  }

  async #answerLater(request: RawRequest, response: Promise<Response>): Promise<void> {
    if (this.#output.length > 0) await Promise.all([response, this.#output.flush()]);
    await this.#reply(request, await response);
  }

  #reply(request: RawRequest, response: Response): void | Promise<void> {
    const answered = {
      isHead: request.method === "HEAD",
      minorVersion: this.#head.minorVersion,
      persists: this.#persists && !this.#isStopping && this.#canPersistAfter(request.content),
    };
    const sent = this.#send(response, answered);
    if (sent instanceof Promise) return sent.then((persists) => this.#finish(request, persists));
    return this.#finish(request, sent);
  }

  #send(response: Response, answered: Answered): boolean | Promise<boolean> {
    if (response.status === 101) {
      const { limits, reportDefect } = this.#host;
      const cut = () => this.#close();
      this.#socket = new RawSocket(this.#stream, { options: this.#peer.takeUpgrade(), limits, cut, reportDefect });
    }
    try {
      return sendReply(this.#output, response, answered);
    } catch (error) {
      // Fields that no reply may have: nothing of it is sent yet.
      return sendReply(this.#output, this.#explain(error), answered);
    }
  }

  #canPersistAfter(body: RawBody | undefined): boolean {
    return body === undefined || body.isDone || body.canDrop(this.#host.limits.maxDrainBytes);
  }

  /** The request gives way to the next one. */
  #finish(request: RawRequest, persists: boolean): void | Promise<void> {
    const { content } = request;
    request.release();
    this.#persists = persists;
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
    this.input.shrink();
    this.#head.reset(this.input.start);
    this.#enter("idle");
  }

  /** Reads more of the body of the request under way. */
  async receiveBody(body: BodyProgress): Promise<boolean> {
    if (this.#output.length > 0) await this.#output.flush();
    if (this.input.wasFilled) await nextTurn();
    if (this.input.length === 0) this.input.clear(this.#head.end);
    this.#enter("body");
    const { promise: late, reject: fail } = Promise.withResolvers<never>();
    this.#awaited = { body, fail };
    try {
      this.#reading = this.input.fill(this.#head.start);
      return await Promise.race([this.#reading, late]);
    } finally {
      this.#awaited = undefined;
      this.#enter("handler");
    }
  }

  /** Tells a client that waits for it to send the body. */
  async sendContinue(): Promise<void> {
    await this.#output.write(CONTINUE);
    await this.#output.flush();
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
    this.#host.reportRefusal?.({ status: error.status, address: this.#peer.address });
    await sendReply(this.#output, refusal(error), { isHead: this.#head.isHead, minorVersion: 1, persists: false });
    await this.#output.flush();
    await this.#stream.closeWrite();
  }

  /**
   * Closes so that the last reply arrives: what still comes is read for a while, for closing a connection with unread bytes
   * resets it, and a reset can overtake the reply (RFC 9112 §9.6).
   */
  async #linger(): Promise<void> {
    this.#enter("linger");
    // A body that was late has left a read behind.
    await this.#reading;
    do this.input.clear(0); while (await this.input.fill(0));
  }

  /** Takes no more requests: a connection that waits for one is closed, any other after its reply. */
  stop(): void {
    this.#isStopping = true;
    this.#socket?.close(1001, "The server stops");
    if (this.#phase === "idle" || this.#phase === "head") this.#close();
  }

  /** Time has passed: whoever makes us wait too long is cut. */
  tick(ms: number): void {
    const { limits } = this.#host;
    this.#phaseMs += ms;
    if (this.#phase === "socket") return this.#socket?.tick(ms);
    if (this.#output.stalledMs(ms) > limits.writeStallMs) return this.#close();
    if (this.#phase === "head" && this.#phaseMs > limits.headTimeoutMs) return this.#expire();
    if (this.#phase === "idle" && this.#phaseMs > limits.idleTimeoutMs) return this.#close();
    if (this.#phase === "linger" && this.#phaseMs > limits.lingerMs) return this.#close();
    if (this.#awaited?.body.isLate(ms, limits)) {
      this.#persists = false;
      this.#awaited.fail(new HttpError(408, "The body comes too slowly; send it again"));
    }
  }

  #enter(phase: Phase): void {
    this.#phase = phase;
    this.#phaseMs = 0;
  }

  /** The head is late: who has sent a part of it is told so. Whoever reads it reads on until the end. */
  #expire(): void {
    if (this.input.length === 0) return this.#close();
    this.#enter("linger");
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
