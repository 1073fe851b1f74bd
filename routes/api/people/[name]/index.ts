import * as v from "valibot";
import { doneTo, personFor } from "../../../../lib/auth/person.ts";
import type { Context } from "../../../../lib/context.ts";
import { isChecked, orBackTo } from "../../../../lib/forms.ts";

export const maxBodyBytes = 16 * 1024;

const MINUTES_HELP = "mutedMinutes is a whole number; 0 ends it";
const Change = v.object({
  role: v.optional(
    v.picklist(["administrator", "moderator", "member"], "A role is administrator, moderator or member"),
  ),
  mutedMinutes: v.optional(
    v.union([v.number(), v.pipe(v.string(), v.regex(/^\d{1,9}$/, MINUTES_HELP), v.transform(Number))], MINUTES_HELP),
  ),
  banned: v.optional(v.pipe(v.unknown(), v.transform(isChecked))),
  reason: v.optional(v.pipe(v.string("The reason is a text"), v.maxLength(1_000, "The reason is too long"))),
}, 'Say what is to change, as in {"role":"moderator"}');

export function GET(ctx: Context) {
  ctx.requireSession();
  return { person: personFor(ctx, ctx.services.accounts.byName(ctx.params.name)) };
}

export function POST(ctx: Context) {
  const { user } = ctx.requireSession();
  const { name } = ctx.params;
  const page = ctx.urlFor("/people/[name]", { name });
  const work = async () => {
    const { accounts, moderation } = ctx.services;
    const change = await ctx.input(Change);
    const person = personFor(ctx, await moderation.change(user, accounts.byName(name), change));
    if (!ctx.isForm) return { person };
    ctx.flash(doneTo(person, change), "done");
    return ctx.redirect(page);
  };
  return orBackTo(ctx, { page, work });
}
