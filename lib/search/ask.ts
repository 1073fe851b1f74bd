import { checkInput } from "../body.ts";
import type { Context } from "../context.ts";
import { searchFromQuery } from "./from_query.ts";
import { SEARCH_REQUEST, type SearchRequest, type SearchResults } from "./mod.ts";

/**
 * Answers a search in a member's name, or in nobody's, with the site's pages as they are now.
 *
 * @param ctx The request.
 * @param search What for; by default what the query of its URL says.
 * @throws {HttpError} 422 if there is nothing to look for, 429 if searches come too fast.
 */
export async function ask(
  ctx: Context,
  search: SearchRequest = checkInput(SEARCH_REQUEST, searchFromQuery(ctx.query)),
): Promise<SearchResults> {
  const { services, user, peer } = ctx;
  services.limits.searches.check(user?.id ?? peer.address);
  await services.site.freshen();
  return await services.search.run(search, user);
}
