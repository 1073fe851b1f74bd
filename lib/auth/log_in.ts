import * as v from "valibot";
import type { Schema } from "../body.ts";
import type { Context } from "../context.ts";
import { HttpError } from "../errors.ts";
import type { Account } from "./accounts.ts";
import { deleteSessionCookie, setSessionCookie } from "./sessions.ts";

/** What a login or registration comes with. */
export interface Credentials {
  /** As it was typed. */
  readonly name: string;
  /** As it was typed. */
  readonly password: string;
  /** What lets one register. */
  readonly invitation?: string;
}

/** The body of a login or registration. */
export const CREDENTIALS: Schema<Credentials> = v.object({
  name: v.pipe(v.string("Say your name"), v.maxLength(128, "The name is too long")),
  password: v.pipe(v.string("Say your password"), v.maxLength(4_096, "The password is too long")),
  invitation: v.optional(v.pipe(v.string(), v.maxLength(128))),
}, "Say your name and your password");

/** What everybody may know of an account. */
export type PublicUser = Omit<Account, "id">;

/** What everybody may know of an account. */
export function publicUser({ id: _, ...user }: Account): PublicUser {
  return user;
}

/** Begins a session, and gives its cookie to the browser. One that the browser had is ended: a login renews the token. */
export async function logIn(ctx: Context, user: Account): Promise<void> {
  await endSession(ctx);
  const { isSecure, address } = ctx.peer;
  const agent = ctx.request.headers.get("user-agent");
  setSessionCookie(ctx.headers, { token: await ctx.services.sessions.begin(user, { agent, address }), isSecure });
}

/** Ends the session, if there is one: its cookie and its sockets. */
export async function logOut(ctx: Context): Promise<void> {
  await endSession(ctx);
  forgetSession(ctx);
}

async function endSession({ session, services }: Context): Promise<void> {
  if (session !== undefined) await services.sessions.end(session);
}

/**
 * Asks whoever is logged in for the password again; as slow to guess as at the login.
 *
 * @param ctx The request.
 * @param password As it was typed.
 * @throws {HttpError} 403 if it is wrong, 429 if it was wrong too often.
 */
export async function checkOwnPassword(ctx: Context, password: string): Promise<void> {
  const { user: { id, name } } = ctx.requireSession();
  const { accounts, limits } = ctx.services;
  limits.profiles.check(id);
  if (await accounts.verify(name, password) === undefined) {
    throw new HttpError(403, "Your current password is another; type it again");
  }
}

/**
 * Ends one session of whoever is logged in.
 *
 * @param ctx The request.
 * @param id What the list of sessions calls it.
 * @returns Whether it was the one that asked.
 * @throws {HttpError} 404 if there is none.
 */
export async function endOwnSession(ctx: Context, id: string): Promise<boolean> {
  const session = ctx.requireSession();
  const isCurrent = session.key.endsWith(`/${id}`);
  if (!await ctx.services.sessions.endById(session.user, id)) {
    throw new HttpError(404, "There is no such session; it may be over already");
  }
  if (isCurrent) forgetSession(ctx);
  return isCurrent;
}

/** Takes the cookie of a session that is over from the browser. */
export function forgetSession({ headers, peer }: Context): void {
  deleteSessionCookie(headers, peer.isSecure);
}
