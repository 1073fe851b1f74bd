import * as v from "valibot";
import { NewInvitation } from "../../../lib/components/invitations.tsx";
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
    const url = new URL(`/register?invitation=${token}`, ctx.url).href;
    if (!ctx.isForm) return ctx.reply(201, { invitation, url });
    // Shown at once, and nowhere else: no redirect could carry the link without leaving it behind somewhere.
    const scripts = ["/_ui/times.js", "/_ui/copy.js"];
    return ctx.render(<NewInvitation url={url} invitation={invitation} />, {
      title: "Invitation",
      status: 201,
      scripts,
    });
  };
  return orBackTo(ctx, { page: "/invitations", work });
}
