import * as v from "valibot";
import type { Context } from "../../../lib/context.ts";
import { isChecked, orBackTo } from "../../../lib/forms.ts";

const NewRoom = v.object({
  name: v.string('Say what the room is called, as in {"name":"Garden","open":true}'),
  open: v.optional(v.pipe(v.unknown(), v.transform(isChecked)), false),
});

export function GET(ctx: Context) {
  return { rooms: ctx.services.chat.roomsFor(ctx.requireSession().user) };
}

export function POST(ctx: Context) {
  const { user } = ctx.requireSession();
  const work = async () => {
    const room = await ctx.services.chat.rooms.make(user, await ctx.input(NewRoom));
    return ctx.isForm ? ctx.redirect(ctx.urlFor("/rooms/[room]", { room: room.id })) : ctx.reply(201, { room });
  };
  return orBackTo(ctx, { page: "/rooms/new", work });
}
