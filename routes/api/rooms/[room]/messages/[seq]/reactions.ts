import * as v from "valibot";
import { parseSeq } from "../../../../../../lib/chat/checks.ts";
import type { Context } from "../../../../../../lib/context.ts";
import { isChecked } from "../../../../../../lib/forms.ts";

const HELP = 'Say which emoji, and whether it is to be there, as in {"emoji":"👍","on":true}';
const Reaction = v.object({ emoji: v.string(HELP), on: v.pipe(v.unknown(), v.transform(isChecked)) }, HELP);

export async function POST(ctx: Context) {
  const { user } = ctx.requireSession();
  const place = { room: ctx.params.room, seq: parseSeq(ctx.params.seq) };
  await ctx.services.chat.posting.react(user, place, await ctx.input(Reaction));
  return { message: ctx.services.chat.message(user, place) };
}
