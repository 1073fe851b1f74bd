import * as v from "valibot";
import { checkOwnPassword, forgetSession } from "../../../lib/auth/log_in.ts";
import type { Context } from "../../../lib/context.ts";
import { orBackTo } from "../../../lib/forms.ts";

export const maxBodyBytes = 16 * 1024;

const PASSWORD_HELP = "Say your password: this cannot be undone";
const Confirmation = v.object({
  password: v.pipe(v.string(PASSWORD_HELP), v.maxLength(4_096, "The password is too long")),
}, PASSWORD_HELP);

export function POST(ctx: Context) {
  const { user } = ctx.requireSession();
  const work = async () => {
    const { password } = await ctx.input(Confirmation);
    await checkOwnPassword(ctx, password);
    await ctx.services.moderation.leave(user);
    forgetSession(ctx);
    if (!ctx.isForm) return new Response(null, { status: 204 });
    ctx.flash("Your account is gone, with all that you wrote", "done");
    return ctx.redirect("/login");
  };
  return orBackTo(ctx, { page: "/account", beside: "delete", work });
}
