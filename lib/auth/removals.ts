/**
 * Removing an account, with all that its owner wrote.
 *
 * The first step is an entry of the log: from then on the account is gone, for everybody. What was written is erased after
 * it, in any number of steps, and the entry that made the account last of all. So an erasing that a crash broke off is
 * known by that entry, and goes on at the next start; and when that entry is erased, the name is free.
 *
 * @module
 */
import { decodeFact, encodeFact, keyOf } from "../store/entries.ts";
import type { AccountsView, Removal } from "../store/accounts_view.ts";
import type { Log, Seq } from "../store/log.ts";
import type { ModerationView } from "../store/moderation_view.ts";
import type { Account } from "./accounts.ts";
import type { Resets } from "./resets.ts";
import type { Sessions } from "./sessions.ts";
import type { Sockets } from "./sockets.ts";

/** What removals are made of. */
export interface RemovalsDeps {
  /** Where everything is written. */
  readonly log: Log;
  /** Who there is, and who is half gone. */
  readonly accounts: AccountsView;
  /** What was decided about whom. */
  readonly moderation: ModerationView;
  /** The sessions that end. */
  readonly sessions: Sessions;
  /** The reset links that end. */
  readonly resets: Resets;
  /** The sockets that are closed. */
  readonly sockets: Pick<Sockets, "endAccount">;
  /** Blanks what an account wrote; resolves when it is durable, and may be called again. */
  readonly eraseMessages: (account: Pick<Account, "id" | "name">) => Promise<void>;
}

/** Entries erased at a time. */
const BATCH = 500;
/** The account is not there any more: as after a logout. */
const GONE = 4401;

/** Removes accounts. */
export class Removals {
  readonly #deps: RemovalsDeps;

  /**
   * Opens the removals.
   *
   * @param deps What they are made of.
   */
  constructor(deps: RemovalsDeps) {
    this.#deps = deps;
  }

  /**
   * Removes an account; {@linkcode Removals.finish} has to follow.
   *
   * @param account Whose.
   * @param by Who does it: the id of an account.
   */
  async begin({ id }: Account, by: string): Promise<void> {
    const { log, sockets } = this.#deps;
    await log.append(keyOf.accountChange(id), encodeFact({ type: "account-removed", account: id, by }));
    sockets.endAccount(id, GONE, "The account was removed");
  }

  /** Goes on with what a crash broke off. */
  async resume(): Promise<void> {
    for (const { account } of this.#deps.accounts.removals()) await this.finish(account);
  }

  /**
   * Erases what the owner of a removed account wrote, and all that the log says of the account.
   *
   * @param accountId The id of the account; done again, it does nothing.
   */
  async finish(accountId: string): Promise<void> {
    const { log, accounts, moderation, sessions, resets, eraseMessages } = this.#deps;
    const removal = accounts.removals().find(({ account }) => account === accountId);
    if (removal === undefined) return;
    await sessions.endAll({ id: accountId });
    await resets.drop(accountId);
    await eraseMessages({ id: accountId, name: removal.name });
    for (;;) {
      const about = moderation.entriesAbout(accountId, BATCH);
      if (about.length === 0) break;
      await log.erase(about);
    }
    await this.#keepUse(removal);
    await log.erase([...await this.#newest(accountId), removal.madeSeq]);
  }

  /** The use of an invitation is not given back: one that is for one would serve any number of people in turn. */
  async #keepUse({ madeSeq }: Removal): Promise<void> {
    const { log } = this.#deps;
    const [made] = await log.read(madeSeq - 1, 1);
    const fact = made && decodeFact(made.body);
    if (fact?.type !== "account-made" || fact.invitation === undefined) return;
    const used = encodeFact({ type: "invitation-used", id: fact.invitation });
    // Under an id: an erasing that goes on after a crash counts it no second time.
    await log.append(keyOf.invitation(fact.invitation), used, { id: `invitation-used/${madeSeq}` });
  }

  /** The positions of the newest profile, of how far the member has read, and of the password, whose hash goes now. */
  async #newest(accountId: string): Promise<Seq[]> {
    const { log } = this.#deps;
    const secret = await log.append(
      keyOf.password(accountId),
      encodeFact({ type: "password-set", account: accountId, hash: "" }),
    );
    const keys = [keyOf.profile(accountId), keyOf.reads(accountId)];
    const entries = await Promise.all(keys.map((key) => log.last(key)));
    return [secret, ...entries.flatMap((entry) => entry === undefined ? [] : [entry.seq])];
  }
}
