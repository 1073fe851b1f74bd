import type { Context } from "../../../../lib/context.ts";
import { orBackTo } from "../../../../lib/forms.ts";

export function POST(ctx: Context) {
  const { user } = ctx.requireSession();
  const work = async () => {
    await ctx.services.invitations.revoke(user, ctx.params.id);
    if (!ctx.isForm) return new Response(null, { status: 204 });
    ctx.flash("The invitation is not valid any more", "done");
    return ctx.redirect("/invitations");
  };
  return orBackTo(ctx, { page: "/invitations", work });
}
