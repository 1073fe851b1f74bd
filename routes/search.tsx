import type { Context } from "../lib/context.ts";
import { checkInput } from "../lib/body.ts";
import { searchFromQuery } from "../lib/search/from_query.ts";
import { SearchRequest, type SearchResult, type SearchResults } from "../lib/search/mod.ts";

export async function GET(ctx: Context) {
  const query = ctx.query.get("q") ?? "";
  const found = query.trim() === "" ? undefined : await search(ctx);
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
        <button>Search</button>
      </form>
      <p id="count" class="fine" role="status">{found && countText(found)}</p>
      <ol id="results" class="results">{found?.results.map(Result)}</ol>
      <p class="fine">
        Words, <code>"a phrase"</code>, <code>-without</code>, <code>in:messages</code>, <code>from:name</code>,{" "}
        <code>after:2026-01-31</code>
        {ctx.user === undefined && (
          <>
            . <a href="/login?next=/search">Log in</a> to find messages too
          </>
        )}
      </p>
    </section>,
    { title: query === "" ? "Search" : `${query} – Search`, scripts: ["/_ui/search.js"] },
  );
}

async function search(ctx: Context) {
  const { limits, site, search } = ctx.services;
  limits.searches.check(ctx.peer.address);
  await site.refresh();
  return await search.run(checkInput(SearchRequest, searchFromQuery(ctx.query)), ctx.user);
}

function countText({ total }: SearchResults) {
  return total === 0 ? "Nothing found" : total === 1 ? "1 result" : `${total} results`;
}

function Result({ url, title, kind, author, snippet }: SearchResult) {
  return (
    <li key={url}>
      <a href={url}>{title}</a> <span class="fine">{kind === "page" ? "page" : `${author}’s message`}</span>
      {/* The snippet is HTML already: escaped by the search, with the words found marked. */}
      <p dangerouslySetInnerHTML={{ __html: snippet }} />
    </li>
  );
}
