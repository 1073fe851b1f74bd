import * as v from "valibot";
import { parseSeq } from "../../../../../../lib/chat/checks.ts";
import type { Context } from "../../../../../../lib/context.ts";

export const maxBodyBytes = 64 * 1024;

const Edit = v.object({ text: v.string('Say what it is to say, as in {"text":"Hello"}') });

export function GET(ctx: Context) {
  return { message: ctx.services.chat.message(ctx.requireSession().user, placeOf(ctx)) };
}

export async function POST(ctx: Context) {
  const { user } = ctx.requireSession();
  const { text } = await ctx.input(Edit);
  await ctx.services.chat.posting.edit(user, placeOf(ctx), text);
  return { message: ctx.services.chat.message(user, placeOf(ctx)) };
}

export async function DELETE(ctx: Context) {
  await ctx.services.chat.posting.delete(ctx.requireSession().user, placeOf(ctx));
  return new Response(null, { status: 204 });
}

function placeOf({ params: { room, seq } }: Context) {
  return { room, seq: parseSeq(seq) };
}
