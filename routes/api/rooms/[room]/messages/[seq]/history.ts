import { parseSeq } from "../../../../../../lib/chat/checks.ts";
import type { Context } from "../../../../../../lib/context.ts";

/** What a message said before it was edited or deleted: for moderators. */
export function GET(ctx: Context) {
  const { user } = ctx.requireSession();
  const { room, seq } = ctx.params;
  return { versions: ctx.services.chat.versions(user, { room, seq: parseSeq(seq) }) };
}
