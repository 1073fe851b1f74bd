import { publicUser } from "../../lib/auth/log_in.ts";
import type { Context } from "../../lib/context.ts";

export function GET(ctx: Context) {
  return { user: publicUser(ctx.requireSession().user) };
}
