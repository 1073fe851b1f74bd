import type { Context } from "../../lib/context.ts";
import { ask } from "../../lib/search/ask.ts";
import { SEARCH_REQUEST } from "../../lib/search/mod.ts";

export const maxBodyBytes = 64 * 1024;

export function GET(ctx: Context) {
  return ask(ctx);
}

export async function POST(ctx: Context) {
  return await ask(ctx, await ctx.json(SEARCH_REQUEST));
}
