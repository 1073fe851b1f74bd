/**
 * Who somebody is: accounts with passwords, and sessions. All in
 * memory; what would be stored are hashes only.
 *
 * @module
 */
import { createHash, randomBytes, scrypt, timingSafeEqual } from "node:crypto";

const MAX_ACCOUNTS = 1_000;
const MAX_SESSIONS = 5_000;
const SESSION_MS = 8 * 60 * 60 * 1_000;
/**
 * Each guess costs some tenths of a second and 128 MiB: a login hardly
 * notices, somebody who tries millions does.
 */
const COST = { N: 2 ** 17, r: 8, p: 1, maxmem: 160 * 1024 * 1024 };
/**
 * Hashes under way at a time: many logins at once must not take all the
 * memory.
 */
const MAX_HASHES = 2;

const accounts = new Map<string, { readonly salt: Uint8Array; readonly hash: Uint8Array }>();
const sessions = new Map<string, { readonly name: string; readonly expiresAtMs: number }>();
const NOBODY = { salt: randomBytes(16), hash: randomBytes(32) };
let hashes = 0;

/** What the visitor may know of a failure. */
export class Refusal extends Error {
  /** Makes a refusal. */
  constructor(readonly status: number, message: string) {
    super(message);
  }
}

/** Makes an account. */
export async function register(name: string, password: string): Promise<void> {
  if (!/^[\p{L}\p{N}_-]{2,32}$/u.test(name)) throw new Refusal(422, "A name has 2 to 32 letters or digits");
  if (password.length < 10) throw new Refusal(422, "A password has at least 10 letters");
  const salt = randomBytes(16); // So two people with the same password have different hashes.
  const hash = await derive(password, salt);
  if (accounts.has(name.toLowerCase())) throw new Refusal(409, "That name is taken");
  if (accounts.size >= MAX_ACCOUNTS) throw new Refusal(503, "There is no room for more accounts");
  accounts.set(name.toLowerCase(), { salt, hash });
}

/**
 * Whether that is the password. A name that nobody has takes just as
 * long: the time must not tell who is here.
 */
export async function isPassword(name: string, password: string) {
  const account = accounts.get(name.toLowerCase());
  const { salt, hash } = account ?? NOBODY;
  const isSame = timingSafeEqual(await derive(password, salt), hash);
  return isSame && account !== undefined;
}

async function derive(password: string, salt: Uint8Array): Promise<Uint8Array> {
  if (hashes >= MAX_HASHES) throw new Refusal(503, "Many people log in just now: try again in a moment");
  hashes++;
  try {
    return await new Promise((resolve, reject) =>
      scrypt(password, salt, 32, COST, (error, key) => error === null ? resolve(key) : reject(error))
    );
  } finally {
    hashes--;
  }
}

/**
 * Begins a session. The token goes to the browser; what is kept is its
 * hash, which opens nothing.
 */
export function beginSession(name: string): string {
  const token = randomBytes(32).toString("base64url");
  for (const oldest of sessions.keys()) {
    if (sessions.size < MAX_SESSIONS) break;
    sessions.delete(oldest);
  }
  sessions.set(keyOf(token), { name, expiresAtMs: Date.now() + SESSION_MS });
  return token;
}

/** Whose session it is, if it is one. */
export function whose(token: string | undefined): string | undefined {
  const session = token === undefined ? undefined : sessions.get(keyOf(token));
  return session !== undefined && session.expiresAtMs > Date.now() ? session.name : undefined;
}

/**
 * Ends a session: from now on the token is worth nothing, wherever it
 * was copied to.
 */
export function endSession(token: string): void {
  sessions.delete(keyOf(token));
}

function keyOf(token: string): string {
  return createHash("sha256").update(token).digest("base64url");
}
