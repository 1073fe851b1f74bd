/**
 * A few values that a browser keeps for us, from request to request: in one cookie, signed.
 *
 * Who has the browser can read them, and can go back to an older state of them; nobody can make values up. What must
 * stay secret, or must not be undone, does not belong here.
 *
 * @module
 */
import { createHmac, timingSafeEqual } from "node:crypto";
import { deleteCookie, getCookies, setCookie } from "@std/http/cookie";
import { decodeBase64Url, encodeBase64Url } from "@std/encoding/base64url";

/** What the cookie is signed with: 32 random bytes. */
export type CookieKey = Uint8Array;

/** What the key is kept in: of the log, what keeps values by key. */
export interface KeyShelf {
  /** The value kept under a key. */
  get(key: string): Promise<string | undefined>;
  /** Keeps a value for `ttlMs` ms. */
  put(key: string, body: string, ttlMs: number): Promise<void>;
}

/** The cookies of one request, and of its reply. */
export interface CookieStoreInit {
  /** The request's headers. */
  readonly cookies: Headers;
  /** The reply's headers. */
  readonly reply: Headers;
  /** Whether the browser speaks to us over TLS: then no other site and no plain page can set the cookie. */
  readonly isSecure: boolean;
  /** What it is signed with. */
  readonly key: CookieKey;
}

/** A browser drops a cookie whose name, value and attributes are longer (RFC 6265bis §5.6). */
const MAX_BYTES = 4_096;
/** What the name and the attributes take of that. */
const ATTRIBUTE_BYTES = 160;
const LIFETIME_S = 30 * 24 * 60 * 60;
const KEY_BYTES = 32;
const KEPT_UNDER = "cookie_key";
/** Long enough that cookies outlive a summer without a start. */
const KEY_LIFETIME_MS = 400 * 24 * 60 * 60 * 1_000;

/**
 * The key that this server signs cookies with: the same from start to start.
 *
 * @param shelf Where it is kept.
 */
export async function cookieKey(shelf: KeyShelf): Promise<CookieKey> {
  const kept = await shelf.get(KEPT_UNDER);
  const key = kept === undefined ? newCookieKey() : decodeBase64Url(kept);
  await shelf.put(KEPT_UNDER, encodeBase64Url(key), KEY_LIFETIME_MS);
  return key;
}

/** A key for one run. */
export function newCookieKey(): CookieKey {
  return crypto.getRandomValues(new Uint8Array(KEY_BYTES));
}

/** The values of one browser. */
export class CookieStore {
  readonly #init: CookieStoreInit;
  #values: Map<string, unknown> | undefined;

  /**
   * Begins with the values that the request carries.
   *
   * @param init The cookies of the request, and of its reply.
   */
  constructor(init: CookieStoreInit) {
    this.#init = init;
  }

  /** The value under a name, as JSON keeps it; `undefined` if there is none, or if it is not ours. */
  get(name: string): unknown {
    return this.#all().get(name);
  }

  /**
   * Keeps a value for 30 days; before the reply begins.
   *
   * @param name Under what.
   * @param value Anything that JSON can say.
   * @throws {RangeError} If all values together do not fit into a cookie: some 2,800 characters.
   */
  set(name: string, value: unknown): void {
    const values = new Map(this.#all());
    values.set(name, value);
    this.#write(values);
  }

  /** Forgets the value under a name. */
  delete(name: string): void {
    const values = new Map(this.#all());
    if (values.delete(name)) this.#write(values);
  }

  get #name(): string {
    return this.#init.isSecure ? "__Host-kept" : "kept";
  }

  #all(): Map<string, unknown> {
    return this.#values ??= this.#read();
  }

  #read(): Map<string, unknown> {
    const { cookies } = this.#init;
    const cookie = cookies.has("cookie") ? getCookies(cookies)[this.#name] : undefined;
    const [payload, signature, ...more] = cookie?.split(".") ?? [];
    if (signature === undefined || more.length > 0 || !this.#isSigned(payload, signature)) return new Map();
    const [endsAtS, values] = JSON.parse(new TextDecoder().decode(decodeBase64Url(payload)));
    return new Map(endsAtS * 1_000 > Date.now() ? values : []);
  }

  #isSigned(payload: string, signature: string): boolean {
    const [given, right] = [signature, this.#sign(payload)].map((text) => new TextEncoder().encode(text));
    return given.length === right.length && timingSafeEqual(given, right);
  }

  /** The cookie's name is signed too, so that no other cookie of ours can ever be taken for it. */
  #sign(payload: string): string {
    return createHmac("sha256", this.#init.key).update(`kept.${payload}`).digest("base64url");
  }

  #write(values: Map<string, unknown>): void {
    const endsAtS = Math.floor(Date.now() / 1_000) + LIFETIME_S;
    const payload = encodeBase64Url(JSON.stringify([endsAtS, [...values]]));
    const value = `${payload}.${this.#sign(payload)}`;
    if (value.length > MAX_BYTES - ATTRIBUTE_BYTES) {
      throw new RangeError("A cookie has no room for so much: keep less in it");
    }
    this.#values = values;
    const { reply, isSecure } = this.#init;
    const others = reply.getSetCookie().filter((cookie) => !cookie.startsWith(`${this.#name}=`));
    reply.delete("set-cookie");
    for (const cookie of others) reply.append("set-cookie", cookie);
    const where = { path: "/", secure: isSecure, httpOnly: true, sameSite: "Lax" } as const;
    if (values.size === 0) deleteCookie(reply, this.#name, where);
    else setCookie(reply, { name: this.#name, value, maxAge: LIFETIME_S, ...where });
  }
}
