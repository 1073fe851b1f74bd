import * as v from "valibot";
import type { Context } from "../../../../lib/context.ts";

const HELP = 'Say how far you have read, as in {"seq":7}';
const Read = v.object({ seq: v.pipe(v.number(HELP), v.safeInteger(HELP), v.minValue(1, HELP)) }, HELP);

export async function POST(ctx: Context) {
  const { user } = ctx.requireSession();
  const { seq } = await ctx.json(Read);
  ctx.services.chat.markRead(user, { room: ctx.params.room, seq });
  return new Response(null, { status: 204 });
}
