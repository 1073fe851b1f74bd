import type { Context } from "../../../../../../lib/context.ts";
import { orBackTo } from "../../../../../../lib/forms.ts";

/** As DELETE of the member, for forms. */
export function POST(ctx: Context) {
  const { user } = ctx.requireSession();
  const { room, name } = ctx.params;
  const page = ctx.urlFor("/rooms/[room]/settings", { room });
  const work = async () => {
    await ctx.services.chat.rooms.sendOut(user, room, name);
    if (!ctx.isForm) return new Response(null, { status: 204 });
    return ctx.redirect(name === user.name ? "/rooms/common" : page);
  };
  return orBackTo(ctx, { page, work });
}
