import type { Entry } from "../pages/site.ts";
import type { Page } from "../render.ts";

/** Of a longer trail the middle is left out: it would be longer than the page. */
const MAX_TRAIL = 12;

/** Where a page is: the folders above it, as links, and what it is called. */
export function SiteTrail({ trail, title }: { readonly trail: readonly Entry[]; readonly title: string }): Page | null {
  if (trail.length === 0) return null;
  const isLong = trail.length > MAX_TRAIL;
  return (
    <nav class="trail" aria-label="Breadcrumbs">
      <ol>
        {(isLong ? trail.slice(0, 1) : trail).map(Folder)}
        {isLong && <li>…</li>}
        {isLong && trail.slice(1 - MAX_TRAIL).map(Folder)}
        <li aria-current="page">{title}</li>
      </ol>
    </nav>
  );
}

function Folder({ url, title }: Entry): Page {
  return (
    <li key={url}>
      <a href={url}>{title}</a>
    </li>
  );
}

/** A time of change, as a date; machines are told the minute. */
export function Changed({ at }: { readonly at: number }): Page {
  const date = new Date(at).toISOString();
  return <time dateTime={`${date.slice(0, 16)}Z`}>{date.slice(0, 10)}</time>;
}

/** What may have been meant, on a page that says that there is nothing. */
export function Suggestions({ entries }: { readonly entries: readonly Entry[] }): Page | null {
  if (entries.length === 0) return null;
  return (
    <>
      <h2>Did you mean</h2>
      <ul class="suggestions">
        {entries.map(({ url, title }) => (
          <li key={url}>
            <a href={url}>{title}</a> <code>{readable(url)}</code>
          </li>
        ))}
      </ul>
    </>
  );
}

function readable(url: string): string {
  try {
    return decodeURI(url);
  } catch {
    return url;
  }
}
