/**
 * The link that makes the first administrator: whoever can read the terminal owns the server.
 *
 * @module
 */
import { timingSafeEqual } from "@std/crypto/timing-safe-equal";
import { hashToken, newToken } from "./tokens.ts";

/** How long the link is valid, in ms. */
export const SETUP_LIFETIME_MS = 30 * 60 * 1_000;

/** One start's setup link. It is in memory only: another start prints another. */
export class SetupLink {
  readonly #token = newToken();
  readonly #isNeeded: () => boolean;
  readonly #expiresAtMs: number;
  #isInUse = false;

  /**
   * Makes a link, valid from now on.
   *
   * @param isNeeded Whether there is no administrator yet.
   * @param nowMs The time, for tests.
   */
  constructor(isNeeded: () => boolean, nowMs: number = Date.now()) {
    this.#isNeeded = isNeeded;
    this.#expiresAtMs = nowMs + SETUP_LIFETIME_MS;
  }

  /** The path to print, or `undefined` if there is an administrator already. */
  path(): string | undefined {
    return this.#isNeeded() ? `/register?invitation=${this.#token}` : undefined;
  }

  /**
   * Whether an invitation is this link's and still makes an administrator.
   *
   * @param invitation What came with a registration.
   * @param nowMs The time, for tests.
   */
  accepts(invitation: string, nowMs: number = Date.now()): boolean {
    return !this.#isInUse && nowMs < this.#expiresAtMs && this.#isNeeded() && isSame(invitation, this.#token);
  }

  /**
   * Makes the administrator. Meanwhile the link accepts nobody else; if it fails, the link is as good as before.
   *
   * @param make Makes the account.
   */
  async use<T>(make: () => Promise<T>): Promise<T> {
    this.#isInUse = true;
    try {
      return await make();
    } finally {
      this.#isInUse = false;
    }
  }
}

function isSame(given: string, token: string): boolean {
  const encoder = new TextEncoder();
  return timingSafeEqual(encoder.encode(hashToken(given)), encoder.encode(hashToken(token)));
}
