/**
 * Who is logged in. A session is a random token in a cookie; the store knows only its hash.
 *
 * @module
 */
import { deleteCookie, getCookies, setCookie } from "@std/http/cookie";
import type { Log } from "../store/log.ts";
import type { Account, Accounts } from "./accounts.ts";
import { describeAgent } from "./agent.ts";
import { checkStillHere } from "./rights.ts";
import type { Sockets } from "./sockets.ts";
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

/** Where somebody logs in. */
export interface Place {
  /** The header `User-Agent`. */
  readonly agent: string | null;
  /** The IP address. */
  readonly address: string;
}

/** A session, as its owner may know it. */
export interface SessionRow {
  /** Tells it from others; no secret. */
  readonly id: string;
  /** When the member logged in, in ms since 1970. */
  readonly beganAt: number;
  /** When it was last used, in ms since 1970; up to an hour late. */
  readonly lastSeenAt: number;
  /** Which program it belongs to, in a few words. */
  readonly agent: string;
  /** The IP address where it began. */
  readonly address: string;
  /** Whether it is the one that asks. */
  readonly isCurrent: boolean;
}

/** What sessions are made of. */
export interface SessionsDeps {
  /** Where they are kept. */
  readonly log: Log;
  /** Whose they are. */
  readonly accounts: Accounts;
  /** Closes the sockets of a session that has ended. */
  readonly sockets: Pick<Sockets, "endSessions">;
}

interface Kept {
  readonly account: string;
  readonly expiresAtMs: number;
  readonly seenAtMs: number;
}

type Listed = Omit<SessionRow, "id" | "isCurrent">;

const HOUR_MS = 60 * 60 * 1_000;
const DAY_MS = 24 * HOUR_MS;
const LIFETIME_MS = 30 * DAY_MS;
/** A session slides at most once a day: not every request is a write. */
const RENEW_AFTER_MS = DAY_MS;
/** When it was last used is written at most once an hour. */
const SEEN_AFTER_MS = HOUR_MS;
/** Sessions of one account: more than anybody has browsers, and so few that all of them end at once. */
const MAX_SESSIONS = 100;
/** Sessions remembered that have just ended: far more than there are requests under way. */
const MAX_ENDED = 1_000;
const TOKEN = /^[\w-]{43}$/;
const PREFIX = "session/";
const NOWHERE: Place = { agent: null, address: "" };

/** The sessions of this server. */
export class Sessions {
  readonly #log: Log;
  readonly #accounts: Accounts;
  readonly #sockets: SessionsDeps["sockets"];
  /** A request that found its session before it ended must not write it again. */
  readonly #ended = new Set<string>();

  /**
   * Opens the sessions.
   *
   * @param deps Where sessions are kept, the accounts they belong to, and the sockets that were opened in them.
   */
  constructor({ log, accounts, sockets }: SessionsDeps) {
    this.#log = log;
    this.#accounts = accounts;
    this.#sockets = sockets;
  }

  /**
   * Begins a session. Of more than 100 the one that was used longest ago ends.
   *
   * @param user Who has logged in.
   * @param place Where.
   * @returns The token, for {@linkcode setSessionCookie}.
   * @throws {HttpError} 401 if the account is gone, 403 if it is banned.
   */
  async begin(user: Account, { agent, address }: Place = NOWHERE): Promise<string> {
    checkStillHere(this.#accounts, user.id);
    const token = newToken();
    const key = keyOf(token);
    const now = Date.now();
    const listed = { beganAt: now, lastSeenAt: now, agent: describeAgent(agent), address };
    const kept = { account: user.id, expiresAtMs: now + LIFETIME_MS, seenAtMs: now };
    await this.#keep(key, { kept, listed });
    const others = (await this.list(user.id)).map(({ id }) => id).filter((id) => PREFIX + id !== key);
    await this.#endMany(user.id, others.slice(MAX_SESSIONS - 1));
    return token;
  }

  /**
   * Finds the session of a request, and lets it slide.
   *
   * @param token What the cookie holds.
   * @returns The session, or `undefined` if there is none, it has expired, or its owner is banned.
   */
  async find(token: string): Promise<Session | undefined> {
    if (!TOKEN.test(token)) return undefined;
    const key = keyOf(token);
    const body = await this.#log.get(key);
    if (body === undefined) return undefined;
    const { account, expiresAtMs, seenAtMs } = JSON.parse(body) as Partial<Kept>;
    const user = account === undefined ? undefined : this.#owner(account);
    if (user === undefined) return undefined;
    // Those of a program before this one were not listed, and could not be ended.
    if (seenAtMs === undefined || expiresAtMs === undefined) return undefined;
    const session = { user, key, expiresAtMs, isRenewed: false };
    const now = Date.now();
    const isFresh = expiresAtMs - now > LIFETIME_MS - RENEW_AFTER_MS;
    if (isFresh && now - seenAtMs < SEEN_AFTER_MS) return session;
    const renewed = isFresh ? session : { ...session, expiresAtMs: now + LIFETIME_MS, isRenewed: true };
    try {
      return await this.#touch(renewed) ? renewed : undefined;
    } catch {
      // The disk is full, or busy: the session is as good as before, and is prolonged another time.
      return session;
    }
  }

  /**
   * A session as it is now, for a request that has waited: for its body, above all.
   *
   * @param session As it was found when the request came.
   * @returns The session, its owner with the role of now; `undefined` if it has ended, or its owner is gone or banned.
   */
  async findAgain(session: Session): Promise<Session | undefined> {
    const isKept = await this.#log.get(session.key) !== undefined;
    const user = isKept ? this.#owner(session.user.id) : undefined;
    return user && { ...session, user };
  }

  /**
   * The sessions of an account, the one that was used last first.
   *
   * @param accountId The id of the account.
   * @param current The session that asks.
   */
  async list(accountId: string, current?: Session): Promise<SessionRow[]> {
    const prefix = listKey(accountId, "");
    return (await this.#log.list(prefix)).map(({ key, body }) => {
      const id = key.slice(prefix.length);
      return { id, ...JSON.parse(body) as Listed, isCurrent: current?.key === PREFIX + id };
    }).toSorted((a, b) => b.lastSeenAt - a.lastSeenAt || b.beganAt - a.beganAt);
  }

  /** Ends a session: its cookie and its sockets. */
  async end({ user, key }: { readonly user: Pick<Account, "id">; readonly key: string }): Promise<void> {
    await this.#endMany(user.id, [key.slice(PREFIX.length)]);
  }

  /**
   * Ends one of somebody's sessions.
   *
   * @param user Whose it is.
   * @param id What {@linkcode Sessions.list} calls it.
   * @returns Whether there was one.
   */
  async endById(user: Account, id: string): Promise<boolean> {
    const isTheirs = TOKEN.test(id) && await this.#log.get(listKey(user.id, id)) !== undefined;
    if (isTheirs) await this.end({ user, key: PREFIX + id });
    return isTheirs;
  }

  /**
   * Ends all sessions of an account.
   *
   * @param user Whose they are.
   * @param except The one that goes on.
   */
  async endAll(user: Pick<Account, "id">, except?: Session): Promise<void> {
    for (;;) {
      const others = (await this.list(user.id, except)).filter(({ isCurrent }) => !isCurrent);
      if (others.length === 0) return;
      await this.#endMany(user.id, others.map(({ id }) => id));
    }
  }

  /** Ends sessions in one transaction, and closes their sockets in one walk. */
  async #endMany(accountId: string, ids: readonly string[]): Promise<void> {
    if (ids.length === 0) return;
    const keys = ids.map((id) => PREFIX + id);
    for (const key of keys) this.#remember(key);
    await this.#log.dropAll([...keys, ...ids.map((id) => listKey(accountId, id))]);
    this.#sockets.endSessions(new Set(keys));
  }

  #remember(ended: string): void {
    this.#ended.add(ended);
    if (this.#ended.size > MAX_ENDED) this.#ended.delete(this.#ended.values().next().value!);
  }

  /** Whose a session is, if they may be here. */
  #owner(accountId: string): Account | undefined {
    return this.#accounts.standing(accountId).isBanned ? undefined : this.#accounts.byId(accountId);
  }

  /** Writes that a session was used, and until when it lasts now; not if it has ended meanwhile. */
  async #touch({ key, user, expiresAtMs }: Session): Promise<boolean> {
    const listed = await this.#log.get(listKey(user.id, key.slice(PREFIX.length)));
    if (listed === undefined || this.#ended.has(key)) return false;
    const now = Date.now();
    await this.#keep(key, {
      kept: { account: user.id, expiresAtMs, seenAtMs: now },
      listed: { ...JSON.parse(listed) as Listed, lastSeenAt: now },
    });
    return true;
  }

  async #keep(key: string, { kept, listed }: { kept: Kept; listed: Listed }): Promise<void> {
    const ttlMs = kept.expiresAtMs - Date.now();
    // Listed first: what is not listed could not be ended.
    const isListed = this.#log.put(listKey(kept.account, key.slice(PREFIX.length)), JSON.stringify(listed), ttlMs);
    await Promise.all([isListed, this.#log.put(key, JSON.stringify(kept), ttlMs)]);
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
  return PREFIX + hashToken(token);
}

function listKey(accountId: string, id: string): string {
  return `sessions-of/${accountId}/${id}`;
}
