/**
 * Password hashes: scrypt (RFC 7914) on the runtime's thread pool, a few at a time.
 *
 * One hash takes 128 MiB and some tenths of a second, so the number under way and the number waiting are bounded: a
 * flood of logins must cost the server neither its memory nor its event loop.
 *
 * @module
 */
import { randomBytes, scrypt } from "node:crypto";
import { timingSafeEqual } from "@std/crypto/timing-safe-equal";
import { decodeBase64Url, encodeBase64Url } from "@std/encoding/base64url";
import { HttpError } from "../errors.ts";

/** The cost of a hash (RFC 7914 §2). */
export interface Cost {
  /** log2 of N, the CPU and memory cost. */
  readonly logN: number;
  /** Block size. */
  readonly r: number;
  /** Parallelism. */
  readonly p: number;
}

/** OWASP's advice for scrypt. */
const COST: Cost = { logN: 17, r: 8, p: 1 };
const KEY_BYTES = 32;
const SALT_BYTES = 16;
const MIN_CHARACTERS = 10;
const MAX_BYTES = 1_024;
/** Hashes under way at a time: 256 MiB at most. */
const MAX_RUNNING = 2;
/** Hashes waiting: beyond, some ten seconds of work are queued, and people are told to come again. */
const MAX_WAITING = 64;
const RETRY_AFTER_S = "10";

/** Hashes and verifies passwords. */
export class Passwords {
  readonly #cost: Cost;
  readonly #waiting: Array<() => void> = [];
  #running = 0;
  /** What is verified against where there is no account: nobody's password, at the same cost. */
  readonly #decoy: string;

  /**
   * Makes a hasher.
   *
   * @param cost The cost of a hash; tests take a lower one.
   */
  constructor(cost: Cost = COST) {
    this.#cost = cost;
    this.#decoy = encode({ cost, salt: randomBytes(SALT_BYTES), key: randomBytes(KEY_BYTES) });
  }

  /**
   * Hashes a new password.
   *
   * @param password As it was typed.
   * @returns `scrypt$logN$r$p$salt$key`, with salt and key in base64url.
   * @throws {HttpError} 422 if it is too short or too long, 503 if too many wait.
   */
  async hash(password: string): Promise<string> {
    checkPassword(password);
    const salt = randomBytes(SALT_BYTES);
    return encode({ cost: this.#cost, salt, key: await this.#derive(password, { salt, cost: this.#cost }) });
  }

  /**
   * Verifies a password, and takes as long where there is none to verify against.
   *
   * @param password As it was typed.
   * @param hash What {@linkcode Passwords.hash} returned, or `undefined` if the account does not exist.
   * @returns Whether it is the password.
   * @throws {HttpError} 503 if too many wait.
   */
  async verify(password: string, hash: string | undefined): Promise<boolean> {
    const [, logN, r, p, salt, key] = (hash ?? this.#decoy).split("$");
    const cost = { logN: Number(logN), r: Number(r), p: Number(p) };
    const typed = new TextEncoder().encode(password).length > MAX_BYTES ? "" : password;
    const derived = await this.#derive(typed, { salt: decodeBase64Url(salt), cost });
    return timingSafeEqual(derived, decodeBase64Url(key)) && hash !== undefined;
  }

  /** Whether a hash is weaker than those made today. */
  isOutdated(hash: string): boolean {
    const { logN, r, p } = this.#cost;
    return !hash.startsWith(`scrypt$${logN}$${r}$${p}$`);
  }

  async #derive(password: string, { salt, cost }: { salt: Uint8Array; cost: Cost }): Promise<Uint8Array> {
    await this.#enter();
    try {
      return await derive(password, { salt, cost });
    } finally {
      this.#leave();
    }
  }

  #enter(): Promise<void> {
    if (this.#running < MAX_RUNNING) {
      this.#running++;
      return Promise.resolve();
    }
    if (this.#waiting.length >= MAX_WAITING) {
      throw new HttpError(503, "Too many people are logging in just now; try again in a moment", {
        headers: { "retry-after": RETRY_AFTER_S },
      });
    }
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** Hands the place to the next who waits. */
  #leave(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#running--;
    else next();
  }
}

function encode({ cost: { logN, r, p }, salt, key }: { cost: Cost; salt: Uint8Array; key: Uint8Array }): string {
  return ["scrypt", logN, r, p, encodeBase64Url(salt), encodeBase64Url(key)].join("$");
}

function checkPassword(password: string): void {
  if ([...password].length < MIN_CHARACTERS) {
    throw new HttpError(422, `A password has at least ${MIN_CHARACTERS} characters; choose a longer one`);
  }
  if (new TextEncoder().encode(password).length > MAX_BYTES) {
    throw new HttpError(422, `A password has at most ${MAX_BYTES} bytes; choose a shorter one`);
  }
}

function derive(password: string, { salt, cost }: { salt: Uint8Array; cost: Cost }): Promise<Uint8Array> {
  const { r, p } = cost;
  const N = 2 ** cost.logN;
  return new Promise((resolve, reject) => {
    // The same password may be typed composed or decomposed, by the keyboard's whim.
    scrypt(password.normalize("NFC"), salt, KEY_BYTES, { N, r, p, maxmem: 256 * N * r }, (error, key) => {
      if (error) reject(error);
      else resolve(new Uint8Array(key));
    });
  });
}
