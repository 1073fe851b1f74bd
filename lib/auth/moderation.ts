/**
 * Roles, mutes, bans and removals: what moderators and administrators do to others.
 *
 * @module
 */
import { HttpError } from "../errors.ts";
import { Gate } from "../gate.ts";
import type { AccountsView } from "../store/accounts_view.ts";
import { encodeFact, type Fact, keyOf, type Role } from "../store/entries.ts";
import type { Log, Seq } from "../store/log.ts";
import type { ModerationEntry, ModerationView } from "../store/moderation_view.ts";
import type { Account } from "./accounts.ts";
import type { Removals } from "./removals.ts";
import { checkAdministrator, checkMayModerate, checkModerator, isAdministrator } from "./rights.ts";
import type { Sessions } from "./sessions.ts";
import type { Sockets } from "./sockets.ts";

export type { ModerationEntry };

/** What is to become of an account; what is absent stays as it is. */
export interface Change {
  /** What the member may do from now on. */
  readonly role?: Role;
  /** For how long the member may not write, in minutes; 0 ends it. */
  readonly mutedMinutes?: number;
  /** Whether the member may not log in. */
  readonly banned?: boolean;
  /** Why, for the member and the other moderators; at most 300 characters. */
  readonly reason?: string;
}

/** What moderation is made of. */
export interface ModerationDeps {
  /** Where it is written. */
  readonly log: Log;
  /** Who there is. */
  readonly accounts: AccountsView;
  /** What was done. */
  readonly view: ModerationView;
  /** The sessions that a ban ends. */
  readonly sessions: Sessions;
  /** What removes accounts. */
  readonly removals: Removals;
  /** What a ban closes. */
  readonly sockets: Pick<Sockets, "endAccount">;
}

/** How long somebody may be muted: a year, in minutes. */
export const MAX_MUTED_MINUTES = 365 * 24 * 60;
/** Characters of a reason. */
export const MAX_REASON = 300;
/** Entries of a page. */
const PAGE = 50;
const MAX_PAGE = 200;
const BANNED = 4403;

/** What moderators do. */
export class Moderation {
  readonly #deps: ModerationDeps;
  /** One change at a time: two administrators who give up their roles at once must not leave nobody. */
  readonly #changes = new Gate(1);

  /**
   * Opens the moderation.
   *
   * @param deps What it is made of.
   */
  constructor(deps: ModerationDeps) {
    this.#deps = deps;
  }

  /**
   * Changes what somebody may do. All of it is allowed, or nothing is done.
   *
   * @param actor Who does it.
   * @param target To whom.
   * @param change What.
   * @returns The account as it is now.
   * @throws {HttpError} 403 if the actor may not, 409 if it would leave no administrator, 422 if it makes no sense.
   */
  async change(actor: Account, target: Account, change: Change): Promise<Account> {
    const { accounts, log, sessions, sockets } = this.#deps;
    const done = await this.#changes.through(async () => {
      const facts = this.#decide(this.#current(actor), this.#current(target), change);
      await Promise.all(facts.map((fact) => log.append(keyOf.accountChange(target.id), encodeFact(fact))));
      return facts.map(({ type }) => type);
    });
    const account = accounts.byId(target.id) ?? target;
    if (done.includes("account-banned") && accounts.isBanned(target.id)) {
      sockets.endAccount(target.id, BANNED, "Banned");
      await sessions.endAll(target);
    }
    return account;
  }

  /**
   * Removes the account of another, and erases what its owner wrote.
   *
   * @param actor Who does it.
   * @param target Whose.
   * @throws {HttpError} 403 if the actor is no administrator, 409 for oneself.
   */
  async remove(actor: Account, target: Account): Promise<void> {
    // An open session is not to be enough to lose everything: one's own page asks for the password.
    if (actor.id === target.id) throw new HttpError(409, "Delete your own account on the page of your account");
    await this.#remove(target, actor);
  }

  /**
   * Removes one's own account, and erases what its owner wrote; the caller has asked for the password.
   *
   * @param account Whose.
   * @throws {HttpError} 409 if it would leave no administrator.
   */
  async leave(account: Account): Promise<void> {
    await this.#remove(account, account);
  }

  /**
   * What was done to others, the newest first; in rooms only what was done where the actor may read.
   *
   * @param actor Who asks.
   * @param range From where, and how much.
   * @throws {HttpError} 403 if the actor is no moderator.
   */
  list(actor: Account, range: { before?: Seq; limit: number }): ModerationEntry[] {
    checkModerator(actor);
    return this.#deps.view.list({ ...range, reader: actor.id });
  }

  /** Leaves what is left of removals to the next start. */
  close(): void {
    this.#deps.removals.close();
  }

  async #remove(target: Account, by: Account): Promise<void> {
    const { removals } = this.#deps;
    await this.#changes.through(async () => {
      const [actor, gone] = [this.#current(by), this.#current(target)];
      if (actor.id !== gone.id) checkAdministrator(actor);
      this.#checkNotLast(gone);
      await removals.begin(gone, actor.id);
    });
    await removals.finish(target.id);
  }

  /** What a change comes to, once it is allowed. */
  #decide(actor: Account, target: Account, { role, mutedMinutes, banned, reason: said }: Change): AccountFact[] {
    const [account, by, reason] = [target.id, actor.id, checkReason(said)];
    if (role === undefined && mutedMinutes === undefined && banned === undefined) {
      throw new HttpError(422, "Say what is to change: role, mutedMinutes or banned");
    }
    const facts: AccountFact[] = [];
    if (mutedMinutes !== undefined || banned !== undefined) checkMayModerate(actor, target);
    if (role !== undefined) {
      this.#checkRole(actor, target, { role, banned });
      if (role !== target.role) facts.push({ type: "role-set", account, role, by });
    }
    if (mutedMinutes !== undefined) {
      const untilMs = untilOf(mutedMinutes);
      const isMuted = this.#deps.accounts.mutedUntilMs(account) > Date.now();
      if (isMuted || untilMs > 0) facts.push({ type: "account-muted", account, untilMs, by, reason });
    }
    if (banned !== undefined && (banned || this.#deps.accounts.isBanned(account))) {
      facts.push({ type: "account-banned", account, isBanned: banned, by, reason });
    }
    return facts;
  }

  #checkRole(actor: Account, target: Account, { role, banned }: Change): void {
    checkAdministrator(actor);
    if (role !== "administrator") this.#checkNotLast(target);
    if (role !== "member" && (banned ?? this.#deps.accounts.isBanned(target.id))) {
      throw new HttpError(409, "Whoever is banned cannot moderate; lift the ban first");
    }
  }

  #checkNotLast(target: Account): void {
    if (isAdministrator(target) && this.#deps.accounts.administrators(2) < 2) {
      throw new HttpError(409, "This is the only administrator; make somebody else administrator first");
    }
  }

  /** The account as it is now: what it was when the request came may be over. */
  #current({ id }: Account): Account {
    const account = this.#deps.accounts.byId(id);
    if (account === undefined) throw new HttpError(404, "This account is not there any more");
    return account;
  }
}

/** One page of what moderators did. */
export interface ModerationPage {
  /** The newest first. */
  readonly entries: readonly ModerationEntry[];
  /** Whether there are older ones; ask for those before the position of the last. */
  readonly more: boolean;
}

/**
 * One page of what moderators did, as `?before=` and `?limit=` ask for it.
 *
 * @param moderation What was done.
 * @param request Who asks, and for what.
 * @throws {HttpError} 403 if they are no moderator, 422 if the query is wrong.
 */
export function moderationPage(
  moderation: Moderation,
  { actor, query }: { actor: Account; query: URLSearchParams },
): ModerationPage {
  const [before, limit = PAGE] = ["before", "limit"].map((name) => readWhole(query, name));
  if (limit < 1 || limit > MAX_PAGE) throw new HttpError(422, `The limit is at most ${MAX_PAGE}`);
  const entries = moderation.list(actor, { before, limit: limit + 1 });
  return { entries: entries.slice(0, limit), more: entries.length > limit };
}

function readWhole(query: URLSearchParams, name: string): number | undefined {
  const text = query.get(name);
  if (text === null) return undefined;
  if (!/^\d{1,15}$/.test(text)) throw new HttpError(422, `${name}: say a whole number`);
  return Number(text);
}

type AccountFact = Extract<Fact, { type: "role-set" | "account-muted" | "account-banned" }>;

function checkReason(reason: string | undefined): string | undefined {
  const text = (reason ?? "").trim().normalize("NFC");
  if (text.length > MAX_REASON) {
    throw new HttpError(422, `A reason has at most ${MAX_REASON} characters; say it in fewer`);
  }
  return text === "" ? undefined : text;
}

function untilOf(minutes: number): number {
  if (!Number.isInteger(minutes) || minutes < 0 || minutes > MAX_MUTED_MINUTES) {
    throw new HttpError(422, `mutedMinutes is a whole number from 0 to ${MAX_MUTED_MINUTES}`);
  }
  return minutes === 0 ? 0 : Date.now() + minutes * 60_000;
}
