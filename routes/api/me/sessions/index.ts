import type { Context } from "../../../../lib/context.ts";

export async function GET(ctx: Context) {
  const session = ctx.requireSession();
  return { sessions: await ctx.services.sessions.list(session.user.id, session) };
}
