import * as v from "valibot";
import type { Context } from "../../../../lib/context.ts";
import { isChecked, orBackTo } from "../../../../lib/forms.ts";

const Change = v.object({
  name: v.optional(v.string("A name is a text")),
  archived: v.optional(v.pipe(v.unknown(), v.transform(isChecked))),
});

export function GET(ctx: Context) {
  return { room: ctx.services.chat.room(ctx.requireSession().user, ctx.params.room) };
}

export function POST(ctx: Context) {
  const { user } = ctx.requireSession();
  const { room: id } = ctx.params;
  const page = ctx.urlFor("/rooms/[room]/settings", { room: id });
  const work = async () => {
    const room = await ctx.services.chat.rooms.change(user, id, await ctx.input(Change));
    return ctx.isForm ? ctx.redirect(page) : { room };
  };
  return orBackTo(ctx, { page, work });
}
