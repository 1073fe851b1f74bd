/**
 * Token buckets: a burst is free, then a steady rate.
 *
 * @module
 */
import { HttpError } from "../errors.ts";

/** A rate. */
export interface Rate {
  /** How many may come at once. */
  readonly burst: number;
  /** How many may come in a second, in the long run. */
  readonly perSecond: number;
  /** What is counted, for the refusal: "messages". */
  readonly what: string;
}

interface Bucket {
  tokens: number;
  atMs: number;
}

/** Buckets kept, those used last: an attacker with many addresses spends no memory. */
const MAX_BUCKETS = 50_000;

/** Counts one kind of thing, apart for each key: an address, an account. */
export class RateLimit {
  readonly #rate: Rate;
  readonly #buckets = new Map<string, Bucket>();

  /**
   * Begins to count.
   *
   * @param rate What is allowed for each key.
   */
  constructor(rate: Rate) {
    this.#rate = rate;
  }

  /**
   * Takes one.
   *
   * @param key Whose it is.
   * @param nowMs The time, for tests.
   * @returns 0 if it is allowed, else how long to wait, in ms.
   */
  take(key: string, nowMs: number = Date.now()): number {
    const { burst, perSecond } = this.#rate;
    const bucket = this.#buckets.get(key);
    const refilled = bucket === undefined
      ? burst
      : bucket.tokens + Math.max(0, nowMs - bucket.atMs) * perSecond / 1_000;
    const tokens = Math.min(burst, refilled);
    if (tokens < 1) return Math.ceil((1 - tokens) * 1_000 / perSecond);
    this.#buckets.delete(key);
    this.#buckets.set(key, { tokens: tokens - 1, atMs: nowMs });
    // A Map keeps the order of insertion: the first is the one that was used longest ago.
    if (this.#buckets.size > MAX_BUCKETS) this.#buckets.delete(this.#buckets.keys().next().value!);
    return 0;
  }

  /**
   * Takes one or refuses.
   *
   * @param key Whose it is.
   * @throws {HttpError} 429 with `Retry-After` if there were too many.
   */
  check(key: string): void {
    const waitMs = this.take(key);
    if (waitMs === 0) return;
    const seconds = Math.ceil(waitMs / 1_000);
    throw new HttpError(429, `Too many ${this.#rate.what}; try again in ${seconds} s`, {
      headers: { "retry-after": String(seconds) },
    });
  }
}

/** The rates of this server. */
export interface RateLimits {
  /** Logins for one name from one address: guessing a password gets slow. */
  readonly loginsByNameAndAddress: RateLimit;
  /** Logins for one name from anywhere; loose, or anybody could lock anybody out. */
  readonly loginsByName: RateLimit;
  /** Logins and registrations from one address; a class behind one address logs in at the same minute. */
  readonly loginsByAddress: RateLimit;
  /** Accounts made from one address; a class behind one address registers at the same minute. */
  readonly registrations: RateLimit;
  /** Invitations made by one account. */
  readonly invitations: RateLimit;
  /** Reset links made by one administrator. */
  readonly resets: RateLimit;
  /** Profiles and passwords set by one account: everybody is told of the profiles. */
  readonly profiles: RateLimit;
  /** Exports of one account: each reads all that it wrote. */
  readonly exports: RateLimit;
  /** Sockets opened by one account. */
  readonly sockets: RateLimit;
  /** Messages of one account. */
  readonly messages: RateLimit;
  /** Edits, deletions and reactions of one account. */
  readonly changes: RateLimit;
  /** Signals of one account that nobody stores: reading and typing. */
  readonly signals: RateLimit;
  /** Rooms that one account makes, and people whom it brings there. */
  readonly rooms: RateLimit;
  /** Pages of messages that one account reads; scrolling through a long history is many. */
  readonly history: RateLimit;
  /** Searches of one account, or from one address where nobody is logged in; typing a word is several. */
  readonly searches: RateLimit;
}

const UNLIMITED = { burst: Infinity, perSecond: 1 };

/**
 * The rates of this server.
 *
 * @param isOn Whether anything is limited; off for load tests.
 */
export function createRateLimits(isOn: boolean): RateLimits {
  const limit = (rate: Rate) => new RateLimit(isOn ? rate : { ...rate, ...UNLIMITED });
  return {
    loginsByNameAndAddress: limit({ burst: 10, perSecond: 1 / 30, what: "logins for this name" }),
    loginsByName: limit({ burst: 100, perSecond: 1 / 3, what: "logins for this name" }),
    loginsByAddress: limit({ burst: 100, perSecond: 1, what: "logins from this address" }),
    registrations: limit({ burst: 100, perSecond: 1 / 10, what: "registrations from this address" }),
    invitations: limit({ burst: 20, perSecond: 1 / 60, what: "invitations" }),
    resets: limit({ burst: 20, perSecond: 1 / 60, what: "reset links" }),
    profiles: limit({ burst: 10, perSecond: 1 / 20, what: "changes of your account" }),
    exports: limit({ burst: 3, perSecond: 1 / 300, what: "exports" }),
    sockets: limit({ burst: 30, perSecond: 1, what: "connections of this account" }),
    messages: limit({ burst: 20, perSecond: 4, what: "messages" }),
    changes: limit({ burst: 30, perSecond: 3, what: "changes of messages" }),
    signals: limit({ burst: 60, perSecond: 5, what: "signals" }),
    rooms: limit({ burst: 20, perSecond: 1 / 10, what: "changes of rooms" }),
    history: limit({ burst: 100, perSecond: 20, what: "pages of messages" }),
    searches: limit({ burst: 50, perSecond: 10, what: "searches" }),
  };
}
