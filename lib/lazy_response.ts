/**
 * A Response that is not made until somebody needs one.
 *
 * A real Response with its Headers costs as much as sending a small reply. Most replies are only a status, a few fields and
 * a text, which a transport of our own writes as they are. So the application makes these: to a route they are Responses
 * in every way; what they are made of is read by the transport, and the real one is made when anything else is touched.
 *
 * @module
 */
import { standInFor } from "./stand_in.ts";

/** What a reply holds: a text, bytes, a stream of bytes, or nothing. */
export type ReplyBody = string | Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array<ArrayBuffer>> | null;

/** Fields of a reply: names in lower case. A frozen object is checked and encoded once, however often it is used. */
export type ReplyFields = Readonly<Record<string, string>>;

/** Status and fields of a reply. */
export interface LazyInit {
  /** The status code. @default 200 */
  readonly status?: number;
  /** The fields; a text's media type is among them. */
  readonly headers?: ReplyFields;
}

const NO_FIELDS: ReplyFields = Object.freeze({});

/** What a transport sees of a {@linkcode lazyResponse}. */
export class LazyResponse {
  /** The status code. */
  readonly status: number;
  /** The body, as it was given. */
  readonly content: ReplyBody;
  /** The fields, as they were given; those of the real Response count once it is there. */
  readonly fields: ReplyFields;
  /** Whether anything was asked for that only a real Response has, such as its body as a stream. */
  isTouched = false;
  #real: Response | undefined;

  /**
   * Makes a reply; {@linkcode lazyResponse} hides it behind the type of a Response.
   *
   * @param content The body.
   * @param init Status and fields.
   */
  constructor(content: ReplyBody, { status = 200, headers = NO_FIELDS }: LazyInit) {
    this.status = status;
    this.content = content;
    this.fields = headers;
  }

  /** The fields of the real Response, which may be changed. */
  get headers(): Headers {
    return this.real().headers;
  }

  /** Whether there is a real Response, whose fields may have been changed. */
  get isReal(): boolean {
    return this.#real !== undefined;
  }

  /** The real Response. */
  real(): Response {
    return this.#real ??= Object.isFrozen(this.fields) ? this.#realOfKept() : new Response(this.content, this.#init());
  }

  /** Of a reply that comes again and again all that can be made once is. */
  #realOfKept(): Response {
    const { content, fields } = this;
    let headers = keptHeaders.get(fields);
    if (headers === undefined) keptHeaders.set(fields, headers = new Headers(fields));
    const body = content instanceof Uint8Array && "content-type" in fields ? textOf(content) ?? content : content;
    return new Response(body, this.#init(headers));
  }

  #init(headers: ReplyFields | Headers = this.fields): ResponseInit {
    return { status: this.status, headers };
  }
}

/** Headers by the frozen record that they are made of: to copy them costs less than to check the record again. */
const keptHeaders = new WeakMap<ReplyFields, Headers>();
/** The text of bytes, where it is ASCII: the runtime sends a text with less work than bytes, which it copies first. */
const keptTexts = new WeakMap<Uint8Array, { readonly text: string | undefined }>();
/** Longer bodies are sent as they are: their text would take as much memory again. */
const MAX_KEPT_TEXT_BYTES = 64 * 1024;

function textOf(bytes: Uint8Array): string | undefined {
  if (bytes.length > MAX_KEPT_TEXT_BYTES) return undefined;
  let kept = keptTexts.get(bytes);
  if (kept === undefined) {
    const isAscii = bytes.every((byte) => byte < 0x80);
    keptTexts.set(bytes, kept = { text: isAscii ? new TextDecoder().decode(bytes) : undefined });
  }
  return kept.text;
}

standInFor(Response, LazyResponse, (response) => {
  response.isTouched = true;
  return response.real();
});

/**
 * Makes a Response whose real one is made when it is needed.
 *
 * @param content The body; a text is sent in UTF-8.
 * @param init Status and fields.
 * @example
 * ```ts
 * import { lazyResponse } from "./lazy_response.ts";
 * import { assert, assertEquals } from "@std/assert";
 *
 * const response = lazyResponse("Hello", { status: 201, headers: { "content-type": "text/plain" } });
 * response.headers.set("x-request-id", "1");
 * assert(response instanceof Response);
 * assertEquals(response.ok, true);
 * assertEquals(await response.text(), "Hello");
 * ```
 */
export function lazyResponse(content: ReplyBody, init: LazyInit = {}): Response {
  return new LazyResponse(content, init) as unknown as Response;
}

/**
 * The same reply with other fields, or more.
 *
 * @param response Lazy or not; one that is not is changed, or copied if it cannot be, as those of `Response.redirect()`.
 * @param fields What to set; names in lower case.
 */
export function withFields(response: Response, fields: ReplyFields): Response {
  if (response instanceof LazyResponse && !response.isReal) {
    const { content, status } = response;
    return lazyResponse(content, { status, headers: { ...response.fields, ...fields } });
  }
  try {
    for (const [name, value] of Object.entries(fields)) response.headers.set(name, value);
    return response;
  } catch {
    return withFields(new Response(response.body, response), fields);
  }
}

/**
 * A Response that the runtime itself can send.
 *
 * @param response Lazy or not.
 * @throws {TypeError} If its fields are such as no reply may have.
 */
export function realResponse(response: Response): Response {
  return response instanceof LazyResponse ? response.real() : response;
}
