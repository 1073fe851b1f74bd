/**
 * Reset links: with one, somebody who has forgotten the password sets a new one. An administrator makes it and hands it
 * over; no mail server is needed.
 *
 * @module
 */
import { HttpError } from "../errors.ts";
import { Gate } from "../gate.ts";
import { encodeFact, keyOf } from "../store/entries.ts";
import type { Log } from "../store/log.ts";
import type { Account, Accounts } from "./accounts.ts";
import { checkAdministrator, checkStillHere } from "./rights.ts";
import type { Sessions } from "./sessions.ts";
import { hashToken, newToken } from "./tokens.ts";

/** How long a link is valid, in hours. */
export const RESET_HOURS = 24;
const LIFETIME_MS = RESET_HOURS * 60 * 60 * 1_000;

/** The reset links of this server. */
export class Resets {
  readonly #log: Log;
  readonly #accounts: Accounts;
  readonly #sessions: Sessions;
  /** Hashes of tokens that are being used: once is once, also at the same moment. */
  readonly #underWay = new Set<string>();
  /** One offer at a time: of two links at once the one that is told later is the newest, and the other none. */
  readonly #offers = new Gate(1);

  /**
   * Opens the reset links.
   *
   * @param deps Where they are kept, whose passwords they set, and which sessions they end.
   */
  constructor({ log, accounts, sessions }: { log: Log; accounts: Accounts; sessions: Sessions }) {
    this.#log = log;
    this.#accounts = accounts;
    this.#sessions = sessions;
  }

  /**
   * Makes a link for somebody; one that was made before is not valid any more.
   *
   * @param actor Who makes it.
   * @param target For whom.
   * @returns Its token, which nobody can know later.
   * @throws {HttpError} 403 if the actor is no administrator; 409 for oneself; 404 if the account is gone.
   */
  async offer(actor: Account, target: Account): Promise<string> {
    return await this.#offers.through(() => this.#offer(actor, target));
  }

  async #offer(actor: Account, target: Account): Promise<string> {
    checkAdministrator(checkStillHere(this.#accounts, actor.id));
    // An open session is not to be enough to take an account over: its own page asks for the password.
    if (actor.id === target.id) throw new HttpError(409, "Change your own password on the page of your account");
    if (this.#accounts.byId(target.id) === undefined) throw new HttpError(404, "This account is not there any more");
    await this.drop(target.id);
    const token = newToken();
    const hash = hashToken(token);
    const fact = encodeFact({ type: "reset-offered", account: target.id, by: actor.id });
    await this.#log.append(keyOf.accountChange(target.id), fact);
    await this.#log.put(linkKey(hash), target.id, LIFETIME_MS);
    await this.#log.put(newestKey(target.id), hash, LIFETIME_MS);
    return token;
  }

  /** Whose password a token sets; `undefined` if it is not valid, or not any more. */
  async find(token: string): Promise<Account | undefined> {
    const hash = hashToken(token);
    const id = await this.#log.get(linkKey(hash));
    if (id === undefined || !await this.#isNewest(hash, id)) return undefined;
    return this.#accounts.standing(id).isBanned ? undefined : this.#accounts.byId(id);
  }

  /**
   * Sets a new password, and ends all sessions of the account.
   *
   * @param token What the link holds; it is used up if the password is allowed.
   * @param password As it was typed.
   * @returns Whose it is.
   * @throws {HttpError} 403 if the link is not valid, 422 if the password is not allowed.
   */
  async use(token: string, password: string): Promise<Account> {
    const hash = hashToken(token);
    if (this.#underWay.has(hash)) throw notValid();
    this.#underWay.add(hash);
    try {
      const account = await this.find(token);
      if (account === undefined) throw notValid();
      // The link goes first: if the server dies between, it has been used in vain, but never twice.
      await this.#accounts.setPassword(account.id, password, () => this.#useUp(hash, account.id));
      await this.#sessions.endAll(account);
      return account;
    } finally {
      this.#underWay.delete(hash);
    }
  }

  /** Makes the link of an account invalid, if there is one. */
  async drop(accountId: string): Promise<void> {
    const hash = await this.#log.get(newestKey(accountId));
    if (hash !== undefined) await this.#log.dropAll([linkKey(hash), newestKey(accountId)]);
  }

  /** Hashing the password took a while: the link may have been replaced, or its account banned. */
  async #useUp(hash: string, accountId: string): Promise<void> {
    if (!await this.#isNewest(hash, accountId) || this.#accounts.standing(accountId).isBanned) throw notValid();
    await this.#log.dropAll([linkKey(hash), newestKey(accountId)]);
  }

  async #isNewest(hash: string, accountId: string): Promise<boolean> {
    return await this.#log.get(newestKey(accountId)) === hash;
  }
}

function notValid(): HttpError {
  return new HttpError(403, "This link is not valid, or not any more; ask an administrator for a new one");
}

function linkKey(hash: string): string {
  return `reset/${hash}`;
}

function newestKey(accountId: string): string {
  return `reset-of/${accountId}`;
}
