/**
 * The seam between transports, application and routes.
 *
 * A transport calls a {@linkcode Handler} with a Request and a {@linkcode Peer}; a route gets a {@linkcode Context}.
 * Nothing above `net/` knows which transport runs.
 *
 * @module
 */
import type { Account, Accounts } from "./auth/accounts.ts";
import type { Invitations } from "./auth/invitations.ts";
import type { Moderation } from "./auth/moderation.ts";
import type { PersonalExports } from "./auth/personal_export.ts";
import type { Profiles } from "./auth/profiles.ts";
import type { RateLimits } from "./auth/rate_limits.ts";
import type { Resets } from "./auth/resets.ts";
import type { Session, Sessions } from "./auth/sessions.ts";
import type { SetupLink } from "./auth/setup_link.ts";
import { type BodyLimits, checkInput, isForm, MAX_BODY_BYTES, readForm, readJson, type Schema } from "./body.ts";
import type { Chat } from "./chat/mod.ts";
import { HttpError } from "./errors.ts";
import { type Flash, type FlashKind, setFlash, takeFlash } from "./flash.ts";
import type { UpgradeOptions } from "./net/socket.ts";
import type { Site } from "./pages/site.ts";
import { lazyResponse } from "./lazy_response.ts";
import { jsonReply } from "./replies.ts";
import { type Page, type PageOptions, renderPage, type RouteFolder } from "./render.ts";
import { fillPattern, type Params } from "./router.ts";
import type { Search } from "./search/mod.ts";

/** Answers a request; it never throws. Of the reply to a HEAD the transport sends only the head. */
export type Handler = (request: Request, peer: Peer) => Response | Promise<Response>;

/** The other side of a request. */
export interface Peer {
  /** Its IP address. */
  readonly address: string;
  /** Whether it speaks to us over TLS. */
  readonly isSecure: boolean;
  /**
   * Makes the connection of a request a WebSocket.
   *
   * @returns The reply that the handler has to return.
   * @throws {HttpError} 426 or 400 if the request is no valid handshake.
   */
  upgrade(request: Request, options: UpgradeOptions): Response;
}

/** What the routes work with. */
export interface Services {
  /** Who there is. */
  readonly accounts: Accounts;
  /** Who is logged in. */
  readonly sessions: Sessions;
  /** How people appear. */
  readonly profiles: Profiles;
  /** Who may register by invitation. */
  readonly invitations: Invitations;
  /** The links with which passwords are set anew. */
  readonly resets: Resets;
  /** Roles, mutes, bans and removals. */
  readonly moderation: Moderation;
  /** What members get of all that is theirs. */
  readonly exports: PersonalExports;
  /** The link that makes the administrator. */
  readonly setup: SetupLink;
  /** How fast things may come. */
  readonly limits: RateLimits;
  /** Whether anyone may register without an invitation. */
  readonly isRegistrationOpen: boolean;
  /** The rooms. */
  readonly chat: Chat;
  /** The search. */
  readonly search: Search;
  /** The site. */
  readonly site: Site;
}

/** What the application knows of a request when a route is called. */
export interface ContextInit {
  /** The request. */
  readonly request: Request;
  /** The other side. */
  readonly peer: Peer;
  /** Tells it from the other requests of this run. */
  readonly requestNumber: number;
  /** What the routes work with. */
  readonly services: Services;
  /** A file of the site by its path; `undefined` if there is none. */
  readonly serveFile: (path: string, context: Context) => Promise<Response | undefined>;
}

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
  readonly #requestNumber: number;
  readonly #serveFile: ContextInit["serveFile"];
  #headers: Headers | undefined;
  #url: URL | undefined;

  /**
   * Puts the context together.
   *
   * @param init What the application knows.
   */
  constructor({ request, peer, requestNumber, services, serveFile }: ContextInit) {
    this.request = request;
    this.peer = peer;
    this.#requestNumber = requestNumber;
    this.services = services;
    this.#serveFile = serveFile;
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
   * Reads the body of an HTML form.
   *
   * @param schema What its fields have to be.
   * @param limits Its size and time.
   * @throws {HttpError} 400, 408, 413, 415 or 422, each with what to do; 401 if the session has ended meanwhile.
   */
  async form<T>(schema: Schema<T>, limits?: BodyLimits): Promise<T> {
    const input = await readForm(this.request, { maxBytes: this.maxBodyBytes, ...limits });
    await this.#findSessionAgain();
    return checkInput(schema, input);
  }

  /** A body may come half a minute after its head: whoever was banned or has gone meanwhile must not act any more. */
  async #findSessionAgain(): Promise<void> {
    if (this.session === undefined) return;
    this.session = await this.services.sessions.findAgain(this.session);
    if (this.session === undefined) throw new HttpError(401, "Your session has ended; log in again");
  }

  /** Reads a form from a browser, or JSON from anything else: see {@linkcode Context.form} and {@linkcode Context.json}. */
  input<T>(schema: Schema<T>, limits?: BodyLimits): Promise<T> {
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
   * @param params A value for each of its parameters.
   */
  urlFor(pattern: string, params?: Params): string {
    return fillPattern(pattern, params);
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

/**
 * A path on this server to go to after a login, and nowhere else.
 *
 * @param next What the request says.
 * @param fallback Where to go if that is missing or leads away.
 */
export function localPath(next: string | null | undefined, fallback: string): string {
  return next && /^\/(?![/\\])[\x21-\x7e]*$/.test(next) ? next : fallback;
}
