import { checkInput } from "../../lib/body.ts";
import type { Context } from "../../lib/context.ts";
import { SEARCH_REQUEST, type SearchRequest } from "../../lib/search/mod.ts";
import { searchFromQuery } from "../../lib/search/from_query.ts";

const MAX_BYTES = 64 * 1024;

export function GET(ctx: Context) {
  return search(ctx, checkInput(SEARCH_REQUEST, searchFromQuery(ctx.query)));
}

export async function POST(ctx: Context) {
  return await search(ctx, await ctx.json(SEARCH_REQUEST, { maxBytes: MAX_BYTES }));
}

async function search(ctx: Context, request: SearchRequest) {
  const { limits, site, search } = ctx.services;
  limits.searches.check(ctx.peer.address);
  await site.refresh();
  return await search.run(request, ctx.user);
}
