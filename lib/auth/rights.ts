/**
 * Who may do what to whom: all of it is decided here, for HTTP, pages and rooms alike.
 *
 * | | member | moderator | administrator |
 * |---|---|---|---|
 * | mute, ban | – | members | members, moderators |
 * | read what moderators did, who is muted or banned | – | yes | yes |
 * | see and revoke invitations | their own | all | all |
 * | delete what others wrote | – | not of administrators | yes |
 * | rename, archive, send out of a room | their own | theirs, and those that others made | all |
 * | give roles, offer password resets, remove accounts | – | – | all, but the last administrator stays one |
 *
 * @module
 */
import { HttpError } from "../errors.ts";
import type { Account, Standing } from "../store/accounts_view.ts";
import type { Role } from "../store/entries.ts";

/** Somebody with a role. */
export interface Ranked {
  /** What the member may do. */
  readonly role: Role;
}

const RANK: Readonly<Record<Role, number>> = { member: 0, moderator: 1, administrator: 2 };

/** Whether somebody is a moderator, or more. */
export function isModerator({ role }: Ranked): boolean {
  return RANK[role] >= RANK.moderator;
}

/** Whether somebody is an administrator. */
export function isAdministrator({ role }: Ranked): boolean {
  return role === "administrator";
}

/**
 * Whether one may mute or ban another: moderators may, those of a lower role than their own.
 *
 * @param actor Who would do it.
 * @param target To whom.
 * @example
 * ```ts
 * import { mayModerate } from "./rights.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(mayModerate({ role: "moderator" }, { role: "member" }), true);
 * assertEquals(mayModerate({ role: "moderator" }, { role: "moderator" }), false);
 * ```
 */
export function mayModerate(actor: Ranked, target: Ranked): boolean {
  return isModerator(actor) && RANK[actor.role] > RANK[target.role];
}

/**
 * Refuses whoever may not delete what another wrote: moderators may, but not where the author may moderate them.
 *
 * @param actor Who would do it, as the role is now.
 * @param author Who wrote it; `undefined` if nobody is there any more.
 * @throws {HttpError} 403.
 */
export function checkMayDelete(actor: Ranked, author: Ranked | undefined): void {
  if (!isModerator(actor)) throw new HttpError(403, "Only its author or a moderator may delete a message");
  if (author !== undefined && mayModerate(author, actor)) {
    throw new HttpError(403, "A moderator may not delete what an administrator wrote; ask an administrator");
  }
}

/**
 * Refuses whoever may not rename or archive a room, or send somebody out of it: its maker may, and moderators. The room
 * that nobody made is everybody's, and so the administrators'.
 *
 * @param actor Who would do it, as the role is now.
 * @param room Who made it: the id of an account, or `null`.
 * @throws {HttpError} 403.
 */
export function checkMayManage(
  actor: Ranked & Pick<Account, "id">,
  { madeBy }: { readonly madeBy: string | null },
): void {
  if (madeBy === null) {
    if (!isAdministrator(actor)) throw new HttpError(403, "Only an administrator may do that to the room of everybody");
  } else if (madeBy !== actor.id && !isModerator(actor)) {
    throw new HttpError(403, "Only whoever made this room, or a moderator, may do that");
  }
}

/** Who is asked whether somebody is there. */
export interface Roll {
  /** The account with an id. */
  byId(id: string): Account | undefined;
  /** What moderators have decided about it. */
  standing(id: string): Standing;
}

/**
 * Refuses whoever is gone or banned: what was begun before that is not to be finished.
 *
 * @param roll Who there is.
 * @param id The id of the account.
 * @returns The account as it is now.
 * @throws {HttpError} 401 if it is gone, 403 if it is banned.
 */
export function checkStillHere(roll: Roll, id: string): Account {
  const account = roll.byId(id);
  if (account === undefined) throw new HttpError(401, "This account is not there any more");
  checkNotBanned(roll.standing(id));
  return account;
}

/**
 * Refuses whoever is no moderator.
 *
 * @throws {HttpError} 403.
 */
export function checkModerator(actor: Ranked): void {
  if (!isModerator(actor)) throw new HttpError(403, "This is for moderators; ask one of them");
}

/**
 * Refuses whoever is no administrator.
 *
 * @throws {HttpError} 403.
 */
export function checkAdministrator(actor: Ranked): void {
  if (!isAdministrator(actor)) throw new HttpError(403, "This is for administrators; ask one of them");
}

/**
 * Refuses whoever may not mute or ban somebody.
 *
 * @throws {HttpError} 403.
 */
export function checkMayModerate(actor: Ranked, target: Ranked): void {
  checkModerator(actor);
  if (!mayModerate(actor, target)) {
    throw new HttpError(403, "You may do this only to those of a lower role than your own; ask an administrator");
  }
}

/**
 * Refuses whoever may not log in.
 *
 * @throws {HttpError} 403 that says why.
 */
export function checkNotBanned({ isBanned, banReason }: Pick<Standing, "isBanned" | "banReason">): void {
  if (!isBanned) return;
  const why = banReason === undefined ? "" : ` The reason: ${banReason}`;
  throw new HttpError(403, `You are banned; ask a moderator.${why}`);
}

/**
 * Refuses whoever may not write just now.
 *
 * @param mutedUntilMs Until when, in ms since 1970.
 * @param nowMs The time, for tests.
 * @throws {HttpError} 403 that says until when.
 */
export function checkNotMuted(mutedUntilMs: number, nowMs: number = Date.now()): void {
  if (mutedUntilMs <= nowMs) return;
  const until = new Date(mutedUntilMs).toISOString().slice(0, 16).replace("T", " ");
  throw new HttpError(403, `You are muted until ${until} UTC; wait, or ask a moderator`);
}
