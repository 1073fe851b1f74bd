import { endOwnSession } from "../../../../../lib/auth/log_in.ts";
import type { Context } from "../../../../../lib/context.ts";
import { orBackTo } from "../../../../../lib/forms.ts";

export function POST(ctx: Context) {
  const work = async () => {
    const isCurrent = await endOwnSession(ctx, ctx.params.id);
    if (!ctx.isForm) return new Response(null, { status: 204 });
    ctx.flash("That session is over", "done");
    return ctx.redirect(isCurrent ? "/login" : "/account");
  };
  return orBackTo(ctx, { page: "/account", work });
}
