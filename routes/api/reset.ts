import * as v from "valibot";
import { logIn, publicUser } from "../../lib/auth/log_in.ts";
import type { Context } from "../../lib/context.ts";
import { orBackTo } from "../../lib/forms.ts";

export const maxBodyBytes = 16 * 1024;

const NewPassword = v.object({
  token: v.optional(v.pipe(v.string("Say the token of the link"), v.maxLength(128, "The token is too long"))),
  password: v.pipe(v.string("Say your new password"), v.maxLength(4_096, "The password is too long")),
}, "Say the token of the link, and your new password");

export function POST(ctx: Context) {
  const inUrl = ctx.query.get("token");
  const page = `/reset?token=${encodeURIComponent(inUrl ?? "")}`;
  const work = async () => {
    const { token = inUrl ?? "", password } = await ctx.input(NewPassword);
    ctx.services.limits.loginsByAddress.check(ctx.peer.address);
    const user = await ctx.services.resets.use(token, password);
    await logIn(ctx, user);
    return ctx.isForm ? ctx.redirect("/rooms/common") : { user: publicUser(user) };
  };
  return orBackTo(ctx, { page, work });
}
