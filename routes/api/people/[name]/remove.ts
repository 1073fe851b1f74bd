import type { Context } from "../../../../lib/context.ts";
import { orBackTo } from "../../../../lib/forms.ts";

export function POST(ctx: Context) {
  const { user } = ctx.requireSession();
  const { name } = ctx.params;
  const work = async () => {
    const { accounts, moderation } = ctx.services;
    const target = accounts.byName(name);
    await moderation.remove(user, target);
    if (!ctx.isForm) return new Response(null, { status: 204 });
    ctx.flash(`The account ${target.name} is gone`, "done");
    return ctx.redirect("/people");
  };
  return orBackTo(ctx, { page: ctx.urlFor("/people/[name]", { name }), work });
}
