/**
 * The Request that a handler gets on bare sockets: made of the bytes that came, and only as far as somebody looks.
 *
 * A real Request with its Headers costs more than to parse a request and answer it. So these have the prototypes of the
 * real ones, answer what handlers ask for again and again, and make the real one when anything else is touched. They are
 * good until the request is answered; then its bytes give way to the next.
 *
 * @module
 */
import type { BodyLimits, WholeBody } from "../body.ts";
import type { FieldTable } from "../http1/field_table.ts";
import type { RequestHead } from "../http1/request_head.ts";
import { standInFor } from "../stand_in.ts";
import type { RawBody } from "./raw_body.ts";

/** What a request is made of. */
export interface RawRequestInit {
  /** The method. */
  readonly method: string;
  /** The URL, absolute. */
  readonly url: string;
  /** Its head, which holds the header fields. */
  readonly head: RequestHead;
  /** What was sent as its body; `undefined` if there is nothing. */
  readonly content: RawBody | undefined;
}

/** The header fields of a request. */
class RawHeaders {
  #fields: FieldTable | undefined;
  #real: Headers | undefined;

  constructor(fields: FieldTable) {
    this.#fields = fields;
  }

  get(name: string): string | null {
    return this.#real === undefined ? this.#table().get(name.toLowerCase()) ?? null : this.#real.get(name);
  }

  has(name: string): boolean {
    return this.#real === undefined ? this.#table().has(name.toLowerCase()) : this.#real.has(name);
  }

  real(): Headers {
    if (this.#real !== undefined) return this.#real;
    const fields = this.#table();
    const headers = new Headers();
    for (let field = 0; field < fields.count; field++) headers.append(fields.name(field), fields.value(field));
    return this.#real = headers;
  }

  release(): void {
    this.#fields = undefined;
  }

  #table(): FieldTable {
    if (this.#fields !== undefined) return this.#fields;
    throw new TypeError("The request is answered: its headers are to be read before");
  }
}

/** A request that came on a bare socket. */
export class RawRequest implements WholeBody {
  /** The method, as it came. */
  readonly method: string;
  /** The URL, absolute, as it came. */
  readonly url: string;
  /** What was sent as its body; `undefined` if there is nothing. */
  readonly content: RawBody | undefined;
  readonly #fields: FieldTable;
  #headers: RawHeaders | undefined;
  #isOver = false;
  #real: Request | undefined;

  /**
   * Makes a request; {@linkcode RawRequest.asRequest} hides it behind the type of one.
   *
   * @param init What it is made of.
   */
  constructor({ method, url, head, content }: RawRequestInit) {
    this.method = method;
    this.url = url;
    this.#fields = head.fields;
    this.content = content;
  }

  /** What a handler may read: the content of a GET or HEAD means nothing (RFC 9110 §9.3.1). */
  get #body(): RawBody | undefined {
    return this.method === "GET" || this.method === "HEAD" ? undefined : this.content;
  }

  /** What handlers see. */
  get asRequest(): Request {
    return this as unknown as Request;
  }

  /** The header fields. */
  get headers(): Headers {
    if (this.#headers === undefined) {
      this.#headers = new RawHeaders(this.#fields);
      if (this.#isOver) this.#headers.release();
    }
    return this.#headers as unknown as Headers;
  }

  /** Whether somebody has begun to read the body. */
  get bodyUsed(): boolean {
    return this.#body?.isTaken ?? false;
  }

  /** Reads the body whole: see {@linkcode WholeBody}. */
  readWhole(limits: Required<BodyLimits>): Uint8Array<ArrayBuffer> | Promise<Uint8Array<ArrayBuffer>> {
    return this.#body?.readWhole(limits) ?? new Uint8Array();
  }

  /** Reads the body as a stream: see {@linkcode WholeBody}. */
  readStream(maxBytes: number): ReadableStream<Uint8Array<ArrayBuffer>> | undefined {
    return this.#body?.stream(maxBytes);
  }

  /** The bytes of the body. */
  async bytes(): Promise<Uint8Array<ArrayBuffer>> {
    if (this.#real !== undefined) return new Uint8Array(await this.#real.arrayBuffer());
    return new Uint8Array(await this.#body?.readWhole() ?? []);
  }

  /** The body as a text in UTF-8. */
  async text(): Promise<string> {
    if (this.#real !== undefined) return await this.#real.text();
    return new TextDecoder().decode(await this.#body?.readWhole());
  }

  /** The body as JSON. */
  async json(): Promise<unknown> {
    return JSON.parse(await this.text());
  }

  /** The real Request, which has the body. */
  real(): Request {
    if (this.#real !== undefined) return this.#real;
    const { method, url } = this;
    const headers = (this.headers as unknown as RawHeaders).real();
    const body = this.#body?.stream();
    return this.#real = new Request(url, { method, headers, body });
  }

  /** The request is answered, and its bytes give way. */
  release(): void {
    this.#isOver = true;
    this.#headers?.release();
  }
}

standInFor(Headers, RawHeaders, (headers) => headers.real());
standInFor(Request, RawRequest, (request) => request.real());
