import type { Context } from "../../../lib/context.ts";

export function GET(ctx: Context) {
  ctx.requireSession();
  return { rooms: ctx.services.chat.rooms() };
}
