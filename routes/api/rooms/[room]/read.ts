import * as v from "valibot";
import type { Context } from "../../../../lib/context.ts";
import { SEQ } from "../../../../lib/chat/protocol.ts";

const Read = v.object({ seq: SEQ }, 'Say how far you have read, as in {"seq":7}');

export async function POST(ctx: Context) {
  const { user } = ctx.requireSession();
  const { seq } = await ctx.json(Read);
  ctx.services.chat.markRead(user, { room: ctx.params.room, seq });
  return new Response(null, { status: 204 });
}
