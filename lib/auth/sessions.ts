/**
 * Who is logged in. A session is a random token in a cookie; the store knows only its hash.
 *
 * @module
 */
import { deleteCookie, getCookies, setCookie } from "@std/http/cookie";
import type { Log } from "../store/log.ts";
import type { Account, Accounts } from "./accounts.ts";
import { hashToken, newToken } from "./tokens.ts";

/** A time that somebody is logged in. */
export interface Session {
  /** Whose it is. */
  readonly user: Account;
  /** When it ends unless it is used, in ms since 1970. */
  readonly expiresAtMs: number;
  /** The key under which the store keeps it. */
  readonly key: string;
  /** Whether it has just been prolonged: then its cookie has to be, too. */
  readonly isRenewed: boolean;
}

interface Kept {
  readonly account: string;
  readonly expiresAtMs: number;
}

const DAY_MS = 24 * 60 * 60 * 1_000;
const LIFETIME_MS = 30 * DAY_MS;
/** A session slides at most once a day: not every request is a write. */
const RENEW_AFTER_MS = DAY_MS;
const TOKEN = /^[\w-]{43}$/;

/** The sessions of this server. */
export class Sessions {
  readonly #log: Log;
  readonly #accounts: Accounts;

  /**
   * Opens the sessions.
   *
   * @param deps Where sessions are kept, and the accounts they belong to.
   */
  constructor({ log, accounts }: { log: Log; accounts: Accounts }) {
    this.#log = log;
    this.#accounts = accounts;
  }

  /**
   * Begins a session.
   *
   * @param user Who has logged in.
   * @returns The token, for {@linkcode setSessionCookie}.
   */
  async begin(user: Account): Promise<string> {
    const token = newToken();
    await this.#keep(keyOf(token), user.id);
    return token;
  }

  /**
   * Finds the session of a request, and lets it slide.
   *
   * @param token What the cookie holds.
   * @returns The session, or `undefined` if there is none or it has expired.
   */
  async find(token: string): Promise<Session | undefined> {
    if (!TOKEN.test(token)) return undefined;
    const key = keyOf(token);
    const body = await this.#log.get(key);
    if (body === undefined) return undefined;
    const { account, expiresAtMs } = JSON.parse(body) as Kept;
    const user = this.#accounts.byId(account);
    if (user === undefined) return undefined;
    const isFresh = expiresAtMs - Date.now() > LIFETIME_MS - RENEW_AFTER_MS;
    if (isFresh) return { user, key, expiresAtMs, isRenewed: false };
    try {
      return { user, key, expiresAtMs: await this.#keep(key, account), isRenewed: true };
    } catch {
      // The disk is full, or busy: the session is as good as before, and is prolonged another time.
      return { user, key, expiresAtMs, isRenewed: false };
    }
  }

  /** Ends a session. */
  end(session: Session): Promise<void> {
    return this.#log.drop(session.key);
  }

  async #keep(key: string, account: string): Promise<number> {
    const expiresAtMs = Date.now() + LIFETIME_MS;
    await this.#log.put(key, JSON.stringify({ account, expiresAtMs } satisfies Kept), LIFETIME_MS);
    return expiresAtMs;
  }
}

/**
 * The session token that a request carries.
 *
 * @param headers The request's headers.
 * @param isSecure Whether it came over TLS.
 */
export function sessionToken(headers: Headers, isSecure: boolean): string | undefined {
  return headers.has("cookie") ? getCookies(headers)[cookieName(isSecure)] : undefined;
}

/**
 * Gives the browser a session's token.
 *
 * @param headers The reply's headers.
 * @param session The token, and whether the request came over TLS.
 */
export function setSessionCookie(headers: Headers, { token, isSecure }: { token: string; isSecure: boolean }): void {
  setCookie(headers, {
    ...attributes(isSecure),
    name: cookieName(isSecure),
    value: token,
    maxAge: LIFETIME_MS / 1_000,
    sameSite: "Lax",
  });
}

/** Takes the token from the browser. */
export function deleteSessionCookie(headers: Headers, isSecure: boolean): void {
  deleteCookie(headers, cookieName(isSecure), attributes(isSecure));
}

/** Over TLS the name binds the cookie to this host and to TLS (RFC 6265bis §4.1.3.2). */
function cookieName(isSecure: boolean): string {
  return isSecure ? "__Host-session" : "session";
}

function attributes(isSecure: boolean) {
  return { path: "/", httpOnly: true, secure: isSecure } as const;
}

function keyOf(token: string): string {
  return `session/${hashToken(token)}`;
}
