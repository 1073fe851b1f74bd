import * as v from "valibot";
import { checkOwnPassword } from "../../../lib/auth/log_in.ts";
import type { Context } from "../../../lib/context.ts";
import { orBackTo } from "../../../lib/forms.ts";

export const maxBodyBytes = 16 * 1024;

const Password = v.pipe(v.string("Say your password"), v.maxLength(4_096, "The password is too long"));
const Change = v.object({ current: Password, password: Password }, "Say your current password, and the new one");

export function POST(ctx: Context) {
  const session = ctx.requireSession();
  const work = async () => {
    const { current, password } = await ctx.input(Change);
    const { accounts, resets, sessions } = ctx.services;
    await checkOwnPassword(ctx, current);
    await accounts.setPassword(session.user.id, password);
    await resets.drop(session.user.id);
    await sessions.endAll(session.user, session);
    if (!ctx.isForm) return new Response(null, { status: 204 });
    ctx.flash("Your password is changed; you are logged out everywhere else", "done");
    return ctx.redirect("/account");
  };
  return orBackTo(ctx, { page: "/account", work });
}
