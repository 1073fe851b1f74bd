import { ResetLink } from "../../../../lib/components/people.tsx";
import type { Context } from "../../../../lib/context.ts";
import { orBackTo } from "../../../../lib/forms.ts";

export const maxBodyBytes = 16 * 1024;

export function POST(ctx: Context) {
  const { user } = ctx.requireSession();
  const { name } = ctx.params;
  const work = async () => {
    const { accounts, resets, limits } = ctx.services;
    limits.resets.check(user.id);
    const target = accounts.byName(name);
    const token = await resets.offer(user, target);
    const url = new URL(`/reset?token=${token}`, ctx.url).href;
    if (!ctx.isForm) return ctx.reply(201, { url });
    // Shown at once, and nowhere else: no redirect could carry the link without leaving it behind somewhere.
    return ctx.render(<ResetLink name={target.name} url={url} />, {
      title: "Reset link",
      status: 201,
      scripts: ["/_ui/copy.js"],
    });
  };
  return orBackTo(ctx, { page: ctx.urlFor("/people/[name]", { name }), work });
}
