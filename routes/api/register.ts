import { CREDENTIALS, logIn, publicUser } from "../../lib/auth/log_in.ts";
import type { Context, Services } from "../../lib/context.ts";
import { HttpError } from "../../lib/errors.ts";
import { orBackTo } from "../../lib/forms.ts";

export const maxBodyBytes = 16 * 1024;

export function POST(ctx: Context) {
  const invitation = ctx.query.get("invitation");
  const page = invitation === null ? "/register" : `/register?invitation=${encodeURIComponent(invitation)}`;
  return orBackTo(ctx, { page, work: (keep) => answer(ctx, keep) });
}

async function answer(ctx: Context, keep: (typed: string) => void) {
  const { name, password, invitation = ctx.query.get("invitation") ?? "" } = await ctx.input(CREDENTIALS);
  keep(name);
  const { limits } = ctx.services;
  limits.loginsByAddress.check(ctx.peer.address);
  limits.registrations.check(ctx.peer.address);
  const user = await makeAccount(ctx.services, { name, password, invitation });
  await logIn(ctx, user);
  return ctx.isForm ? ctx.redirect("/rooms/common") : ctx.reply(201, { user: publicUser(user) });
}

/** The setup link makes the administrator, an invitation a member; without either one registers only where that is open. */
function makeAccount(
  { accounts, setup, invitations, isRegistrationOpen }: Services,
  { invitation: token, ...credentials }: { name: string; password: string; invitation: string },
) {
  if (setup.accepts(token)) {
    return setup.use(() => accounts.make({ ...credentials, role: "administrator", isAdministrators: true }));
  }
  if (token !== "") {
    return invitations.use(token, (invitation) => accounts.make({ ...credentials, role: "member", invitation }));
  }
  if (isRegistrationOpen) return accounts.make({ ...credentials, role: "member" });
  throw new HttpError(403, "Registration is by invitation; ask somebody who is a member already");
}
