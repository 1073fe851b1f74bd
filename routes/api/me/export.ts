import type { Context } from "../../../lib/context.ts";

export function GET(ctx: Context) {
  const session = ctx.requireSession();
  ctx.services.limits.exports.check(session.user.id);
  return new Response(ctx.services.exports.of(session), {
    headers: {
      "content-type": "application/json; charset=utf-8",
      "content-disposition": 'attachment; filename="commonroom.json"',
      "cache-control": "no-store",
    },
  });
}
