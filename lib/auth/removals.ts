/**
 * Removing an account, with all that its owner wrote.
 *
 * The first step is an entry of the log: from then on the account is gone, for everybody. What was written is erased after
 * it, in any number of steps, and the entry that made the account last of all. So an erasing that a crash or a failure
 * broke off is known by that entry, and goes on within a minute, or at the next start; and when that entry is erased, the
 * name is free.
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
  /** Told of what fails when nobody waits for it. */
  readonly reportDefect: (error: unknown) => void;
}

/** Entries erased at a time. */
const BATCH = 500;
/** The account is not there any more: as after a logout. */
const GONE = 4401;
/** How long after a failure it is tried again, in ms. */
export const RETRY_MS = 60_000;

/** Removes accounts. */
export class Removals {
  readonly #deps: RemovalsDeps;
  /** What is being erased just now, by the account. */
  readonly #underWay = new Map<string, Promise<void>>();
  #retry: ReturnType<typeof setTimeout> | undefined;
  #isClosed = false;

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

  /**
   * Goes on with what a crash or a failure broke off.
   *
   * @throws What went wrong with any of them, once each was tried.
   */
  async resume(): Promise<void> {
    await each(this.#deps.accounts.removals().map(({ account }) => () => this.finish(account)));
  }

  /** Tries nothing again from now on; the next start does. */
  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#retry);
  }

  /**
   * Erases what the owner of a removed account wrote, and all that the log says of the account. What fails is tried again.
   *
   * @param accountId The id of the account; done again, it does nothing.
   * @throws What went wrong, once all was tried.
   */
  async finish(accountId: string): Promise<void> {
    const running = this.#underWay.get(accountId) ?? this.#finish(accountId);
    this.#underWay.set(accountId, running);
    try {
      await running;
    } catch (error) {
      this.#retryLater();
      throw error;
    } finally {
      this.#underWay.delete(accountId);
    }
  }

  async #finish(accountId: string): Promise<void> {
    const { log, accounts, sessions, resets, eraseMessages } = this.#deps;
    const removal = accounts.removals().find(({ account }) => account === accountId);
    if (removal === undefined) return;
    await each([
      // First what others can read.
      () => eraseMessages({ id: accountId, name: removal.name }),
      () => sessions.endAll({ id: accountId }),
      () => resets.drop(accountId),
      () => this.#eraseDecisions(accountId),
      () => this.#keepUse(removal),
    ]);
    // By the entry that goes last the removal is known: it is erased only when nothing else is left.
    await log.erase([...await this.#newest(accountId), removal.madeSeq]);
  }

  #retryLater(): void {
    clearTimeout(this.#retry);
    if (this.#isClosed) return;
    this.#retry = setTimeout(() => void this.resume().catch(this.#deps.reportDefect), RETRY_MS);
  }

  async #eraseDecisions(accountId: string): Promise<void> {
    const { log, moderation } = this.#deps;
    for (;;) {
      const about = moderation.entriesAbout(accountId, BATCH);
      if (about.length === 0) break;
      await log.erase(about);
    }
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

  /** The positions of the newest profile, and of the password, whose hash goes now. */
  async #newest(accountId: string): Promise<Seq[]> {
    const { log } = this.#deps;
    const secret = await log.append(
      keyOf.password(accountId),
      encodeFact({ type: "password-set", account: accountId, hash: "" }),
    );
    const profile = await log.last(keyOf.profile(accountId));
    return profile === undefined ? [secret] : [secret, profile.seq];
  }
}

/** Takes each step, whatever becomes of the others. */
async function each(steps: ReadonlyArray<() => Promise<void>>): Promise<void> {
  const errors: unknown[] = [];
  for (const step of steps) {
    try {
      await step();
    } catch (error) {
      errors.push(error);
    }
  }
  if (errors.length === 1) throw errors[0];
  if (errors.length > 1) throw new AggregateError(errors, `${errors.length} steps of a removal failed`);
}
