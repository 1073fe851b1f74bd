import { countText, pageAt, Result, SearchHelp } from "../lib/components/search.tsx";
import type { Context } from "../lib/context.ts";
import { HttpError } from "../lib/errors.ts";
import { ask } from "../lib/search/ask.ts";
import { MAX_OFFSET, type SearchResults } from "../lib/search/mod.ts";

/** Results of one page, as the search gives them unless asked for more; `static/_ui/search.js` says the same. */
const PAGE = 10;
const NONE = { total: 0, results: [] };

export async function GET(ctx: Context) {
  const query = ctx.query.get("q") ?? "";
  const found = query.trim() === "" ? undefined : await search(ctx);
  const { total, results } = found === undefined || found instanceof HttpError ? NONE : found;
  const offset = /^\d{1,5}$/.test(ctx.query.get("offset") ?? "") ? Number(ctx.query.get("offset")) : 0;
  return ctx.render(
    <section class="sheet">
      <h1>Search</h1>
      <form role="search" id="search" action="/search" class="inline">
        <input
          type="search"
          name="q"
          value={query}
          required
          maxLength={1000}
          autofocus
          autocomplete="off"
          aria-label="Search pages and messages"
        />
        <button type="submit">Search</button>
      </form>
      <p id="count" class="fine" role="status">
        {found instanceof HttpError ? found.message : found && countText(found)}
      </p>
      <ol id="results" class="results" start={offset + 1}>{results.map(Result)}</ol>
      <p class="inline">
        <a id="previous" href={pageAt(ctx.url, Math.max(0, offset - PAGE))} hidden={offset === 0}>Previous results</a>
        <a id="next" href={pageAt(ctx.url, offset + PAGE)} hidden={offset + PAGE >= Math.min(total, MAX_OFFSET)}>
          More results
        </a>
      </p>
      <SearchHelp isLoggedIn={ctx.user !== undefined} />
    </section>,
    { title: query === "" ? "Search" : `${query} – Search`, scripts: ["/_ui/search.js"] },
  );
}

/** What is wrong with a query is said where its results would be. */
async function search(ctx: Context): Promise<SearchResults | HttpError> {
  try {
    return await ask(ctx);
  } catch (error) {
    if (error instanceof HttpError && error.status === 422) return error;
    throw error;
  }
}
