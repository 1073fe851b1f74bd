import type { Context } from "../../lib/context.ts";

export function GET(ctx: Context) {
  return ctx.redirect("/rooms/common");
}
