import type { Context } from "../context.ts";
import type { Account } from "./accounts.ts";
import type { Change } from "./moderation.ts";
import { type PublicUser, publicUser } from "./log_in.ts";
import { isModerator } from "./rights.ts";

/** Somebody, as one member may know them. */
export interface Person extends PublicUser {
  /** Whether they are here now. */
  readonly isOnline: boolean;
  /** Until when they may not write, in ms since 1970; for moderators, where it is not over. */
  readonly mutedUntil?: number;
  /** There if they may not log in; for moderators. */
  readonly isBanned?: true;
  /** Why, in the words of who did it; for moderators. */
  readonly banReason?: string;
}

/**
 * Somebody, as the one who asks may know them.
 *
 * @param ctx The request.
 * @param account Whom it is about.
 */
export function personFor({ services: { chat, accounts }, user }: Context, account: Account): Person {
  const person = { ...publicUser(account), isOnline: chat.isOnline(account.name) };
  if (user === undefined || !isModerator(user)) return person;
  const { mutedUntilMs, isBanned, banReason } = accounts.standing(account.id);
  return {
    ...person,
    ...mutedUntilMs > Date.now() && { mutedUntil: mutedUntilMs },
    ...isBanned && { isBanned, banReason },
  };
}

/**
 * What was done to somebody, in words.
 *
 * @param person As they are now.
 * @param change What was to become of them.
 */
export function doneTo({ name, role, mutedUntil, isBanned }: Person, change: Change): string {
  const done: string[] = [];
  if (change.role !== undefined) done.push(`${name} is ${role} now`);
  if (change.mutedMinutes !== undefined) {
    const until = mutedUntil && new Date(mutedUntil).toISOString().slice(0, 16).replace("T", " ");
    done.push(until === undefined ? `${name} may write again` : `${name} is muted until ${until} UTC`);
  }
  if (change.banned !== undefined) done.push(isBanned ? `${name} is banned` : `${name} may log in again`);
  return done.join("; ");
}
