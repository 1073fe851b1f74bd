import * as v from "valibot";
import { publicUser } from "../../../lib/auth/log_in.ts";
import type { Context } from "../../../lib/context.ts";
import { orBackTo } from "../../../lib/forms.ts";

export const maxBodyBytes = 16 * 1024;

const COLOUR_HELP = "A colour is a number from 0 to 7, or null for the one that follows from your name";
const Profile = v.object({
  displayName: v.optional(
    v.pipe(v.string("A display name is a text"), v.maxLength(1_000, "The display name is too long")),
  ),
  colour: v.optional(v.union([
    v.null(),
    v.number(),
    v.pipe(v.string(), v.regex(/^[0-7]?$/), v.transform((text) => text === "" ? null : Number(text))),
  ], COLOUR_HELP)),
}, 'Say how you want to appear, as in {"displayName":"Ada","colour":3}');

export function POST(ctx: Context) {
  const { user } = ctx.requireSession();
  const work = async () => {
    const wanted = await ctx.input(Profile);
    ctx.services.limits.profiles.check(user.id);
    const account = await ctx.services.profiles.set(user, wanted);
    if (!ctx.isForm) return { user: publicUser(account) };
    ctx.flash("Your profile is saved", "done");
    return ctx.redirect("/account");
  };
  return orBackTo(ctx, { page: "/account", work });
}
