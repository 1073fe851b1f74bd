import { CREDENTIALS, logIn, publicUser } from "../../lib/auth/log_in.ts";
import { foldName } from "../../lib/auth/names.ts";
import { checkNotBanned } from "../../lib/auth/rights.ts";
import { type Context, localPath } from "../../lib/context.ts";
import { HttpError } from "../../lib/errors.ts";
import { orBackTo } from "../../lib/forms.ts";

export const maxBodyBytes = 16 * 1024;

export function POST(ctx: Context) {
  const next = ctx.query.get("next");
  const page = next === null ? "/login" : `/login?next=${encodeURIComponent(next)}`;
  return orBackTo(ctx, { page, work: (keep) => answer(ctx, keep) });
}

async function answer(ctx: Context, keep: (typed: string) => void) {
  const { name, password } = await ctx.input(CREDENTIALS);
  keep(name);
  const { limits, accounts } = ctx.services;
  const { address } = ctx.peer;
  const folded = foldName(name.trim());
  limits.loginsByAddress.check(address);
  limits.loginsByNameAndAddress.check(`${folded} ${address}`);
  limits.loginsByName.check(folded);
  const user = await accounts.verify(name, password);
  if (user === undefined) throw new HttpError(401, "The name or the password is wrong");
  // Only whoever knows the password is told.
  checkNotBanned(accounts.standing(user.id));
  await logIn(ctx, user);
  return ctx.isForm ? ctx.redirect(localPath(ctx.query.get("next"), "/rooms/common")) : { user: publicUser(user) };
}
