import * as v from "valibot";
import type { Context } from "../../../lib/context.ts";
import { orBackTo } from "../../../lib/forms.ts";

export const maxBodyBytes = 16 * 1024;

const NUMBER_HELP = "Say a whole number";
const Whole = v.union(
  [v.number(), v.pipe(v.string(), v.regex(/^\d{1,9}$/), v.transform(Number))],
  NUMBER_HELP,
);
const Terms = v.object(
  { expiresInHours: Whole, maxUses: Whole },
  'Say how long and how often it is valid, as in {"expiresInHours":24,"maxUses":10}',
);

export function GET(ctx: Context) {
  const { user } = ctx.requireSession();
  return { invitations: ctx.services.invitations.list(user) };
}

export function POST(ctx: Context) {
  const { user } = ctx.requireSession();
  const work = async () => {
    const terms = await ctx.input(Terms);
    ctx.services.limits.invitations.check(user.id);
    const { invitation, token } = await ctx.services.invitations.make(user, terms);
    if (ctx.isForm) return ctx.redirect(`/invitations?made=${token}`);
    return ctx.reply(201, { invitation, url: new URL(`/register?invitation=${token}`, ctx.url).href });
  };
  return orBackTo(ctx, { page: "/invitations", work });
}
