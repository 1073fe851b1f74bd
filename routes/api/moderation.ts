import { moderationPage } from "../../lib/auth/moderation.ts";
import type { Context } from "../../lib/context.ts";

export function GET(ctx: Context) {
  const { user } = ctx.requireSession();
  return moderationPage(ctx.services.moderation, { actor: user, query: ctx.query });
}
