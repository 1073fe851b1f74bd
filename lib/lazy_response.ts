/**
 * A Response that is not made until somebody needs one.
 *
 * A real Response with its Headers costs as much as sending a small reply. Most replies are only a status, a few fields and
 * a text, which a transport of our own writes as they are. So the application makes these: to a route they are Responses
 * in every way; what they are made of is read by the transport, and the real one is made when anything else is touched.
 *
 * @module
 */

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
  /** The fields, as they were given; {@linkcode LazyResponse.changed} counts instead once it is there. */
  readonly fields: ReplyFields;
  /** The fields, once somebody has looked at them or changed them. */
  changed: Headers | undefined;
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

  /** The fields, which may be changed. */
  get headers(): Headers {
    return this.changed ??= this.#real?.headers ?? new Headers(this.fields);
  }

  /**
   * The real Response; from now on the body is its own.
   *
   * @throws {RangeError} With the status 101, which no Response may have.
   */
  real(): Response {
    if (this.#real !== undefined) return this.#real;
    const { status, content } = this;
    this.#real = new Response(content, { status, headers: this.changed ?? this.fields });
    this.changed = this.#real.headers;
    return this.#real;
  }

  /** Whether there is a real Response, which has the body. */
  get isReal(): boolean {
    return this.#real !== undefined;
  }
}

Object.setPrototypeOf(LazyResponse.prototype, Response.prototype);

for (const [name, { value }] of Object.entries(Object.getOwnPropertyDescriptors(Response.prototype))) {
  if (Object.hasOwn(LazyResponse.prototype, name) || name === "status") continue;
  const forward = typeof value === "function" ? { value: callReal(name) } : {
    get: function (this: LazyResponse) {
      return Reflect.get(this.real(), name);
    },
  };
  Object.defineProperty(LazyResponse.prototype, name, { ...forward, configurable: true });
}

function callReal(name: string) {
  return function (this: LazyResponse, ...args: unknown[]): unknown {
    const real = this.real();
    return Reflect.apply(Reflect.get(real, name), real, args);
  };
}

/**
 * Makes a Response whose real one is made when it is needed.
 *
 * @param content The body; a text is sent in UTF-8.
 * @param init Status and fields.
 * @example
 * ```ts
 * import { lazyResponse } from "./lazy_response.ts";
 * import { assertEquals, assertInstanceOf } from "@std/assert";
 *
 * const response = lazyResponse("Hello", { status: 201, headers: { "content-type": "text/plain" } });
 * response.headers.set("x-request-id", "1");
 * assertInstanceOf(response, Response);
 * assertEquals(response.ok, true);
 * assertEquals(await response.text(), "Hello");
 * ```
 */
export function lazyResponse(content: ReplyBody, init: LazyInit = {}): Response {
  return new LazyResponse(content, init) as unknown as Response;
}

/**
 * A Response that the runtime itself can send.
 *
 * @param response Lazy or not.
 * @throws {TypeError | RangeError} If its status or its fields are such as no reply may have.
 */
export function realResponse(response: Response): Response {
  return response instanceof LazyResponse ? response.real() : response;
}
