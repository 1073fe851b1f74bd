/**
 * Making accounts and knowing people again.
 *
 * @module
 */
import { HttpError } from "../errors.ts";
import type { Account, AccountsView } from "../store/accounts_view.ts";
import { encodeFact, keyOf, type Role } from "../store/entries.ts";
import { Conflict, type Log } from "../store/log.ts";
import { checkName, foldName } from "./names.ts";
import type { Passwords } from "./passwords.ts";

export type { Account };

/** What an account is made of. */
export interface NewAccount {
  /** As it was typed. */
  readonly name: string;
  /** As it was typed. */
  readonly password: string;
  /** What the member may do. */
  readonly role: Role;
}

/** The accounts of this server. */
export class Accounts {
  readonly #log: Log;
  readonly #view: AccountsView;
  readonly #passwords: Passwords;

  /**
   * Opens the accounts.
   *
   * @param deps Where accounts are written, read, and what hashes passwords.
   */
  constructor({ log, view, passwords }: { log: Log; view: AccountsView; passwords: Passwords }) {
    this.#log = log;
    this.#view = view;
    this.#passwords = passwords;
  }

  /**
   * Makes an account.
   *
   * @param wanted Name, password and role.
   * @throws {HttpError} 422 if name or password are not allowed, 409 if the name is taken.
   */
  async make({ name, password, role }: NewAccount): Promise<Account> {
    const account = { id: crypto.randomUUID(), name: checkName(name), role };
    const folded = foldName(account.name);
    if (this.#view.byFoldedName(folded) !== undefined) throw nameTaken();
    const hash = await this.#passwords.hash(password);
    // The password goes first: an account without one could never be entered.
    const hashed = this.#setPassword(account.id, hash);
    const made = this.#log.append(keyOf.account(folded), encodeFact({ type: "account-made", ...account }), {
      expect: 0,
    });
    try {
      await Promise.all([hashed, made]);
    } catch (error) {
      if (!(error instanceof Conflict)) throw error;
      // Nobody is to keep the password of somebody who is not there.
      await this.#setPassword(account.id, "");
      throw nameTaken();
    }
    return account;
  }

  /**
   * Checks a name and a password. A wrong name takes as long as a wrong password.
   *
   * @param name As it was typed.
   * @param password As it was typed.
   * @returns The account, or `undefined` if either is wrong.
   */
  async verify(name: string, password: string): Promise<Account | undefined> {
    const account = this.#view.byFoldedName(foldName(name.trim()));
    const hash = account && this.#view.passwordHash(account.id);
    if (!await this.#passwords.verify(password, hash) || account === undefined) return undefined;
    if (this.#passwords.isOutdated(hash!)) await this.#setPassword(account.id, await this.#passwords.hash(password));
    return account;
  }

  /** The account with an id. */
  byId(id: string): Account | undefined {
    return this.#view.byId(id);
  }

  /** Whether somebody administers this server. */
  hasAdministrator(): boolean {
    return this.#view.hasAdministrator();
  }

  #setPassword(account: string, hash: string): Promise<number> {
    return this.#log.append(keyOf.password(account), encodeFact({ type: "password-set", account, hash }));
  }
}

function nameTaken(): HttpError {
  return new HttpError(409, "This name is taken; choose another");
}
