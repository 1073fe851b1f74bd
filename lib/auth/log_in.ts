import * as v from "valibot";
import type { Schema } from "../body.ts";
import type { Context } from "../context.ts";
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
export function publicUser({ name, role }: Account): { name: string; role: string } {
  return { name, role };
}

/** Begins a session, and gives its cookie to the browser. One that the browser had is ended: a login renews the token. */
export async function logIn(ctx: Context, user: Account): Promise<void> {
  await endSession(ctx);
  const { isSecure } = ctx.peer;
  setSessionCookie(ctx.headers, { token: await ctx.services.sessions.begin(user), isSecure });
}

/** Ends the session, if there is one: its cookie and its sockets. */
export async function logOut(ctx: Context): Promise<void> {
  await endSession(ctx);
  deleteSessionCookie(ctx.headers, ctx.peer.isSecure);
}

async function endSession({ session, services }: Context): Promise<void> {
  if (session === undefined) return;
  await services.sessions.end(session);
  services.chat.endSession(session.key);
}
