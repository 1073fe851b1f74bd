import { endOwnSession } from "../../../../../lib/auth/log_in.ts";
import type { Context } from "../../../../../lib/context.ts";

export async function DELETE(ctx: Context) {
  await endOwnSession(ctx, ctx.params.id);
  return new Response(null, { status: 204 });
}
