/**
 * Making accounts and knowing people again.
 *
 * @module
 */
import { HttpError } from "../errors.ts";
import type { Account, AccountRange, AccountsView, Standing } from "../store/accounts_view.ts";
import { encodeFact, keyOf, type Role } from "../store/entries.ts";
import { Conflict, type Log, type Seq } from "../store/log.ts";
import { Looks } from "./looks.ts";
import { checkName, foldName } from "./names.ts";
import type { Passwords } from "./passwords.ts";

export type { Account, Standing };

/** What an account is made of. */
export interface NewAccount {
  /** As it was typed. */
  readonly name: string;
  /** As it was typed. */
  readonly password: string;
  /** What the member may do. */
  readonly role: Role;
  /** The id of the invitation that lets it be made. */
  readonly invitation?: string;
  /** Whether it is made by whoever runs this server, and so may be called administrator. */
  readonly isAdministrators?: boolean;
}

/** The accounts of this server. */
export class Accounts {
  /** Keeps people from looking like one another. */
  readonly looks: Looks;
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
    this.looks = new Looks(view);
  }

  /**
   * Makes an account.
   *
   * @param wanted Name, password and role.
   * @throws {HttpError} 422 if name or password are not allowed, 409 if the name is taken, looks like one that is, or nobody may have it.
   */
  async make({ name, password, role, invitation, isAdministrators }: NewAccount): Promise<Account> {
    const account = { id: crypto.randomUUID(), name: checkName(name), role };
    const folded = foldName(account.name);
    if (this.#view.byFoldedName(folded) !== undefined) throw nameTaken();
    const work = async () => {
      const hash = await this.#passwords.hash(password);
      // The password goes first: an account without one could never be entered.
      const hashed = this.#writePassword(account.id, hash);
      const fact = encodeFact({ type: "account-made", ...account, invitation });
      const made = this.#log.append(keyOf.account(folded), fact, { expect: 0 });
      try {
        await Promise.all([hashed, made]);
      } catch (error) {
        if (!(error instanceof Conflict)) throw error;
        // Nobody is to keep the password of somebody who is not there.
        await this.#writePassword(account.id, "");
        throw nameTaken();
      }
      return account;
    };
    return await this.looks.claim({ text: account.name, isAdministrators, work });
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
    // It took a while: a password that was changed meanwhile, to keep somebody out, opens nothing any more.
    if (this.#view.passwordHash(account.id) !== hash) return await this.verify(name, password);
    if (!this.#passwords.isOutdated(hash!)) return account;
    const rehashed = await this.#rehash(account.id, password);
    // That took a while, too.
    return this.#view.passwordHash(account.id) === rehashed ? account : await this.verify(name, password);
  }

  /**
   * Sets a new password.
   *
   * @param accountId The id of the account; nothing is written if it is not there any more.
   * @param password As it was typed.
   * @param onAllowed Waited for before it is written, when it is known to be allowed.
   * @throws {HttpError} 422 if it is not allowed.
   */
  async setPassword(accountId: string, password: string, onAllowed?: () => Promise<void>): Promise<void> {
    const hash = await this.#passwords.hash(password);
    await onAllowed?.();
    if (this.byId(accountId) !== undefined) await this.#writePassword(accountId, hash);
  }

  /** The account with an id. */
  byId(id: string): Account | undefined {
    return this.#view.byId(id);
  }

  /**
   * The account with a name.
   *
   * @param name As it was typed, or stands in a URL.
   * @throws {HttpError} 404 if there is none.
   */
  byName(name: string): Account {
    const account = this.#view.byFoldedName(foldName(name.trim()));
    if (account === undefined) throw new HttpError(404, "There is nobody of this name; look among the people");
    return account;
  }

  /**
   * The name of the member whom somebody means.
   *
   * @param text A name, or the display name of exactly one.
   * @returns The name; the text itself if nobody is called so.
   */
  nameOf(text: string): string {
    return this.#view.byFoldedName(foldName(text.trim()))?.name ?? this.looks.nameOf(text) ?? text;
  }

  /** What moderators have decided about an account. */
  standing(id: string): Standing {
    return this.#view.standing(id);
  }

  /** Accounts in the order of their names. */
  search({ prefix, after, limit }: AccountRange): Account[] {
    return this.#view.search({ prefix: foldName(prefix.trim()), after: after && foldName(after), limit });
  }

  /** Whether somebody administers this server. */
  hasAdministrator(): boolean {
    return this.#view.hasAdministrator();
  }

  /**
   * Not if the password is changed meanwhile: the one before must not come back.
   *
   * @returns The new hash, whether it was written or not.
   */
  async #rehash(account: string, password: string): Promise<string> {
    const newest = await this.#log.last(keyOf.password(account));
    const hash = await this.#passwords.hash(password);
    await this.#writePassword(account, hash, newest?.seq).catch((error) => {
      if (!(error instanceof Conflict)) throw error;
    });
    return hash;
  }

  #writePassword(account: string, hash: string, expect?: Seq): Promise<Seq> {
    return this.#log.append(keyOf.password(account), encodeFact({ type: "password-set", account, hash }), { expect });
  }
}

function nameTaken(): HttpError {
  return new HttpError(409, "This name is taken; choose another");
}
