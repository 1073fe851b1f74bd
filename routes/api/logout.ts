import { logOut } from "../../lib/auth/log_in.ts";
import type { Context } from "../../lib/context.ts";

export async function POST(ctx: Context) {
  await logOut(ctx);
  return ctx.isForm ? ctx.redirect("/") : new Response(null, { status: 204 });
}
