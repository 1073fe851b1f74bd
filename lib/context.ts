/**
 * The seam between transports, application and routes.
 *
 * A transport calls a {@linkcode Handler} with a Request and a {@linkcode Peer}; a route gets a {@linkcode Context}.
 * Nothing above `net/` knows which transport runs.
 *
 * @module
 */
import type { Account } from "./auth/accounts.ts";
import type { Session } from "./auth/sessions.ts";
import { type BodyLimits, checkInput, isForm, MAX_BODY_BYTES, readJson, type Schema } from "./body.ts";
import type { ContextInit, Peer, Services } from "./context/services.ts";
import { type CookieKey, CookieStore } from "./cookie_store.ts";
import { HttpError } from "./errors.ts";
import { type EventSource, eventStream, type EventStreamOptions, lastEventId } from "./event_stream.ts";
import { type Flash, type FlashKind, setFlash, takeFlash } from "./flash.ts";
import { checkFields, fieldsOf, readForm } from "./form_input.ts";
import { html, type HtmlValue } from "./html.ts";
import { type FormPart, type MultipartLimits, readParts } from "./multipart.ts";
import type { UpgradeOptions } from "./net/socket.ts";
import { lazyResponse } from "./lazy_response.ts";
import type { Entry } from "./pages/site.ts";
import { jsonReply } from "./replies.ts";
import { type Page, type PageOptions, renderPage, type RouteFolder } from "./render.ts";
import { fillPattern, type Params, type ParamsOf } from "./router.ts";

export { localPath } from "./context/local_path.ts";
export type { ContextInit, Handler, Peer, Services } from "./context/services.ts";

/** Tells the requests of one run from those of another. */
const RUN = crypto.randomUUID().slice(0, 8);

/** What a route gets: the request, who makes it, and ways to answer. */
export class Context {
  /** The request. */
  readonly request: Request;
  /** The other side. */
  readonly peer: Peer;
  /** What the routes work with. */
  readonly services: Services;
  /** The path of the URL, percent-encoded and normalised; `-` if the URL is malformed. */
  path = "-";
  /** The values of the route's parameters, percent-decoded. */
  params: Params = {};
  /** How large the body may be, in bytes: what the route says. */
  maxBodyBytes: number = MAX_BODY_BYTES;
  /** The session of the request, if somebody is logged in. */
  session: Session | undefined;
  /** The folder of the route: its layouts and error pages. */
  folder: RouteFolder | undefined;
  /** The route that answers, if there is one. */
  route: { readonly pattern: string; readonly file: string } | undefined;
  /** Where whoever asks for what is not there may have wanted to go. */
  suggestions: readonly Entry[] = [];
  readonly #requestNumber: number;
  readonly #serveFile: ContextInit["serveFile"];
  readonly #cookieKey: CookieKey;
  #cookie: CookieStore | undefined;
  #headers: Headers | undefined;
  #url: URL | undefined;

  /**
   * Puts the context together.
   *
   * @param init What the application knows.
   */
  constructor({ request, peer, requestNumber, services, serveFile, cookieKey }: ContextInit) {
    this.request = request;
    this.peer = peer;
    this.#requestNumber = requestNumber;
    this.services = services;
    this.#serveFile = serveFile;
    this.#cookieKey = cookieKey;
  }

  /** Stands in the log and in error replies. */
  get requestId(): string {
    return `${RUN}-${this.#requestNumber}`;
  }

  /** Who is logged in. */
  get user(): Account | undefined {
    return this.session?.user;
  }

  /** The URL of the request. */
  get url(): URL {
    return this.#url ??= new URL(this.request.url);
  }

  /** The parameters of the query. */
  get query(): URLSearchParams {
    return this.url.searchParams;
  }

  /**
   * The parameters of the query, checked. Of one that stands more than once a schema gets an array if it wants one, else
   * the last.
   *
   * @param schema What they have to be.
   * @throws {HttpError} 422 with what is wrong.
   */
  queryAs<T>(schema: Schema<T>): T {
    return checkFields(schema, fieldsOf(this.query));
  }

  /** What this browser keeps for us from request to request, whoever is logged in: signed, but not secret. */
  get cookie(): CookieStore {
    return this.#cookie ??= new CookieStore({
      cookies: this.request.headers,
      reply: this.headers,
      isSecure: this.peer.isSecure,
      key: this.#cookieKey,
    });
  }

  /** Whether the request comes from an HTML form, and so wants a page for an answer. */
  get isForm(): boolean {
    return isForm(this.request.headers);
  }

  /** Headers to add to the reply, whichever it will be. */
  get headers(): Headers {
    return this.#headers ??= new Headers();
  }

  /** Whether any header is to be added to the reply. */
  get hasHeaders(): boolean {
    return this.#headers !== undefined;
  }

  /**
   * The session of whoever is logged in.
   *
   * @throws {HttpError} 401 if nobody is.
   */
  requireSession(): Session {
    if (this.session === undefined) throw new HttpError(401, "Log in first");
    return this.session;
  }

  /**
   * Reads a JSON body.
   *
   * @param schema What it has to be.
   * @param limits Its size and time.
   * @throws {HttpError} 400, 408, 413, 415 or 422, each with what to do; 401 if the session has ended meanwhile.
   */
  async json<T>(schema: Schema<T>, limits?: BodyLimits): Promise<T> {
    const input = await readJson(this.request, { maxBytes: this.maxBodyBytes, ...limits });
    await this.#findSessionAgain();
    return checkInput(schema, input);
  }

  /**
   * Reads the body of an HTML form, whole: urlencoded, or multipart with files. Of a field that stands more than once a
   * schema gets an array if it wants one, else the last. For large files there is {@linkcode Context.parts}.
   *
   * @param schema What its fields have to be; a file is a `File`.
   * @param limits Its sizes and its time.
   * @throws {HttpError} 400, 408, 413, 415 or 422, each with what to do; 401 if the session has ended meanwhile.
   */
  async form<T>(schema: Schema<T>, limits?: MultipartLimits): Promise<T> {
    const fields = await readForm(this.request, { maxBytes: this.maxBodyBytes, ...limits });
    await this.#findSessionAgain();
    return checkFields(schema, fields);
  }

  /**
   * Reads a multipart form part by part, as it comes: of a file there is never more here than the piece at hand.
   *
   * @param limits Its sizes and its time; `maxBytes` is the route's `maxBodyBytes` unless told.
   * @throws {HttpError} 400, 408, 413 or 415, each with what to do; 401 if the session has ended meanwhile.
   */
  async *parts(limits?: MultipartLimits): AsyncGenerator<FormPart> {
    for await (const part of readParts(this.request, { maxBytes: this.maxBodyBytes, ...limits })) {
      await this.#findSessionAgain();
      yield part;
    }
  }

  /** A body may come half a minute after its head: whoever was banned or has gone meanwhile must not act any more. */
  async #findSessionAgain(): Promise<void> {
    if (this.session === undefined) return;
    this.session = await this.services.sessions.findAgain(this.session);
    if (this.session === undefined) throw new HttpError(401, "Your session has ended; log in again");
  }

  /** Reads a form from a browser, or JSON from anything else: see {@linkcode Context.form} and {@linkcode Context.json}. */
  input<T>(schema: Schema<T>, limits?: MultipartLimits): Promise<T> {
    return this.isForm ? this.form(schema, limits) : this.json(schema, limits);
  }

  /**
   * Renders a page inside the layouts of the route's folder.
   *
   * @param page What the page shows; escaped by default.
   * @param options Its title, and the status and headers of the reply.
   */
  render(page: Page, options: PageOptions = {}): Response {
    return renderPage(this, page, options);
  }

  /** HTML without JSX: see {@linkcode html}. */
  html(strings: TemplateStringsArray, ...values: readonly HtmlValue[]): Page {
    return html(strings, ...values);
  }

  /**
   * Answers with server-sent events: see {@linkcode eventStream}.
   *
   * @param source The events.
   * @param options Heartbeat and return.
   */
  events(source: EventSource, options?: EventStreamOptions): Response {
    return eventStream(source, options);
  }

  /** The id of the last event that this browser got before it lost the stream. */
  get lastEventId(): string | undefined {
    return lastEventId(this.request);
  }

  /**
   * Gives up, with an error page or an error in JSON.
   *
   * @param status The status, 400–599.
   * @param message What the client is told; never a secret.
   * @throws {HttpError} Always.
   */
  fail(status: number, message?: string): never {
    throw new HttpError(status, message);
  }

  /**
   * Answers with JSON and a status of its own; with 200 a route just returns the object.
   *
   * @param status The status of the reply.
   * @param body What becomes JSON.
   */
  reply(status: number, body: object): Response {
    return jsonReply(body, status);
  }

  /**
   * Sends the browser elsewhere, by GET.
   *
   * @param location A path on this server.
   * @param status 303 unless told.
   */
  redirect(location: string, status: 301 | 302 | 303 | 307 | 308 = 303): Response {
    return lazyResponse(null, { status, headers: { location, "cache-control": "private, no-cache" } });
  }

  /**
   * The path of a route.
   *
   * @param pattern As `routes` lists it: `/rooms/[room]`.
   * @param params A value for each of its parameters; TypeScript asks for them by name.
   * @throws {TypeError} If one is missing.
   */
  urlFor<Pattern extends string>(pattern: Pattern, ...params: ParamsOf<Pattern>): string {
    return fillPattern(pattern, params[0]);
  }

  /** Shows a message on the next page that this browser gets: of a problem, unless told. */
  flash(message: string, kind?: FlashKind): void {
    setFlash(this.headers, { message, kind });
  }

  /** Takes the message that {@linkcode Context.flash} left, if there is one. */
  takeFlash(): Flash | undefined {
    return takeFlash(this);
  }

  /**
   * Makes the connection a WebSocket.
   *
   * @param options What is spoken on it, and by whom.
   * @returns The reply to return.
   * @throws {HttpError} 426 or 400 if the request is no valid handshake.
   */
  upgrade(options: UpgradeOptions): Response {
    return this.peer.upgrade(this.request, options);
  }

  /**
   * A file of the site.
   *
   * @param path Its path on the site.
   * @returns The reply, or `undefined` if there is no such file.
   */
  file(path: string): Promise<Response | undefined> {
    return this.#serveFile(path, this);
  }
}
