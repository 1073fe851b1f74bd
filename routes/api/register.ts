import { CREDENTIALS, logIn, publicUser } from "../../lib/auth/log_in.ts";
import { type Context, localPath } from "../../lib/context.ts";
import { HttpError } from "../../lib/errors.ts";
import { orBackTo } from "../../lib/forms.ts";

const MAX_BYTES = 16 * 1024;

export function POST(ctx: Context) {
  const invitation = ctx.query.get("invitation");
  const page = invitation === null ? "/register" : `/register?invitation=${encodeURIComponent(invitation)}`;
  return orBackTo(ctx, { page, work: () => answer(ctx) });
}

async function answer(ctx: Context) {
  const { invitation, next, ...credentials } = await ctx.input(CREDENTIALS, { maxBytes: MAX_BYTES });
  const { limits, accounts } = ctx.services;
  limits.loginsByAddress.check(ctx.peer.address);
  const role = roleFor(ctx, invitation ?? ctx.query.get("invitation") ?? "");
  const user = await accounts.make({ ...credentials, role });
  await logIn(ctx, user);
  if (ctx.isForm) return ctx.redirect(localPath(next, "/rooms/common"));
  return ctx.reply(201, { user: publicUser(user) });
}

/** The setup link makes the administrator; without it one registers only where that is open. */
function roleFor({ services: { setup, isRegistrationOpen } }: Context, invitation: string) {
  if (setup.accepts(invitation)) return "administrator";
  if (isRegistrationOpen && invitation === "") return "member";
  throw new HttpError(
    403,
    invitation === ""
      ? "Registration is by invitation; ask whoever runs this server for an account"
      : "The invitation is not valid, or not any more; ask for a new one",
  );
}
