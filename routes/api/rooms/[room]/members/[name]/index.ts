import type { Context } from "../../../../../../lib/context.ts";

export async function DELETE(ctx: Context) {
  const { user } = ctx.requireSession();
  const { room, name } = ctx.params;
  await ctx.services.chat.rooms.sendOut(user, room, name);
  return new Response(null, { status: 204 });
}
