/**
 * What stands around a request: its handler, its other side, and what the routes work with.
 *
 * @module
 */
import type { Accounts } from "../auth/accounts.ts";
import type { Invitations } from "../auth/invitations.ts";
import type { Moderation } from "../auth/moderation.ts";
import type { PersonalExports } from "../auth/personal_export.ts";
import type { Profiles } from "../auth/profiles.ts";
import type { RateLimits } from "../auth/rate_limits.ts";
import type { Resets } from "../auth/resets.ts";
import type { Sessions } from "../auth/sessions.ts";
import type { SetupLink } from "../auth/setup_link.ts";
import type { Chat } from "../chat/mod.ts";
import type { Context } from "../context.ts";
import type { CookieKey } from "../cookie_store.ts";
import type { UpgradeOptions } from "../net/socket.ts";
import type { Site } from "../pages/site.ts";
import type { Search } from "../search/mod.ts";

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
  /** What the cookie of {@linkcode Context.cookie} is signed with. */
  readonly cookieKey: CookieKey;
}
