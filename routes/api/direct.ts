import * as v from "valibot";
import type { Context } from "../../lib/context.ts";
import { orBackTo } from "../../lib/forms.ts";

const HELP = 'Say whom you write to, as in {"name":"ada"}';
const Other = v.object({ name: v.pipe(v.string(HELP), v.maxLength(128)) }, HELP);

export function POST(ctx: Context) {
  const { user } = ctx.requireSession();
  const work = async () => {
    const { room, isNew } = await ctx.services.chat.rooms.direct(user, (await ctx.input(Other)).name);
    if (ctx.isForm) return ctx.redirect(ctx.urlFor("/rooms/[room]", { room: room.id }));
    return ctx.reply(isNew ? 201 : 200, { room });
  };
  return orBackTo(ctx, { page: "/people", work });
}
