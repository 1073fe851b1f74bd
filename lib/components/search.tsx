/**
 * The parts of the search page, as the server renders them; `static/_ui/search.js` makes the same.
 *
 * @module
 */
import type { Page } from "../render.ts";
import type { SearchResult, SearchResults } from "../search/mod.ts";

/** Where the search ends counting. */
const MAX_TOTAL = 5_000;

/** What can be typed. */
export function SearchHelp({ isLoggedIn }: { readonly isLoggedIn: boolean }): Page {
  return (
    <p class="fine">
      Words, <code>"a phrase"</code>, <code>-without</code>, <code>in:messages</code>, <code>from:name</code>,{" "}
      <code>after:2026-01-31</code>
      {!isLoggedIn && (
        <>
          . <a href="/login?next=/search">Log in</a> to find messages too
        </>
      )}
    </p>
  );
}

/** How many results there are, in words; where counting ended, that there may be more. */
export function countText({ total }: Pick<SearchResults, "total">): string {
  if (total >= MAX_TOTAL) return `${MAX_TOTAL} results or more`;
  return total === 0 ? "Nothing found" : total === 1 ? "1 result" : `${total} results`;
}

/** One result. */
export function Result({ url, title, kind, author, at, snippet }: SearchResult): Page {
  const date = new Date(at).toISOString();
  return (
    <li key={url}>
      <a href={url}>{title}</a>{" "}
      <span class="fine">
        {kind === "page" ? "page" : (
          <>
            {author}’s message, <time dateTime={date}>{date.slice(0, 10)}</time>
          </>
        )}
      </span>
      {/* The snippet is HTML already: escaped by the search, with the words found marked. */}
      <p dangerouslySetInnerHTML={{ __html: snippet }} />
    </li>
  );
}

/** The path of the same search, from another result on. */
export function pageAt(url: URL, offset: number): string {
  const query = new URLSearchParams(url.search);
  query.set("offset", String(offset));
  return `${url.pathname}?${query}`;
}
