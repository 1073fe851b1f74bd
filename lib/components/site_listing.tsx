/**
 * What a folder without an index holds.
 *
 * @module
 */
import type { Entry, Listing, ListingSort } from "../pages/site.ts";
import type { Page } from "../render.ts";
import { Changed, SiteTrail } from "./site_trail.tsx";

/** How a listing is sorted, and where it begins. */
export interface ListingOrder {
  /** What it is sorted by. */
  readonly sort: ListingSort;
  /** Whether the last comes first. */
  readonly isDescending: boolean;
  /** How many entries are passed over. */
  readonly offset: number;
}

/** What a listing shows. */
export interface SiteListingProps {
  /** The entries. */
  readonly listing: Listing;
  /** How they are sorted. */
  readonly order: ListingOrder;
  /** The address of the folder. */
  readonly path: string;
  /** What it is called. */
  readonly title: string;
  /** How many entries stand on a page. */
  readonly pageEntries: number;
}

const COLUMNS: Readonly<Record<ListingSort, string>> = { name: "Name", size: "Size", date: "Changed" };
const UNITS = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"];

/** A folder of the site. */
export function SiteListing({ listing, order, path, title, pageEntries }: SiteListingProps): Page {
  const { entries, isComplete, trail } = listing;
  const isRoot = path === "/";
  return (
    <section class="site listing">
      <div class="site-head">{!isRoot && <SiteTrail trail={trail.slice(0, -1)} title={title} />}</div>
      <div class="folder-page">
        <h1>{title}</h1>
        {isRoot && (
          <p>
            <a href="/rooms/common">Talk in the common room</a>, or <a href="/search">search</a> everything there is.
          </p>
        )}
        {entries.length > 0 && <Entries entries={entries} order={order} title={title} />}
        {entries.length === 0 && isComplete && <p>There is nothing in this folder yet.</p>}
        {!isComplete && (
          <p class="fine" role="status">This folder is still being read: there may be more in a moment.</p>
        )}
        <Pages listing={listing} order={order} pageEntries={pageEntries} />
      </div>
    </section>
  );
}

function Entries({ entries, order, title }: { entries: readonly Entry[]; order: ListingOrder; title: string }): Page {
  return (
    <table class="entries">
      <caption class="hidden">What is in {title}</caption>
      <thead>
        <tr>
          {Object.keys(COLUMNS).map((column) => <Column key={column} column={column as ListingSort} order={order} />)}
        </tr>
      </thead>
      <tbody>
        {entries.map(({ url, name, title, kind, bytes, modifiedAtMs }) => (
          <tr key={url}>
            <th scope="row" class={`kind-${kind}`}>
              <a href={url}>{name}{kind === "folder" && "/"}</a>
              {kind !== "file" && title !== name && <small>{title}</small>}
            </th>
            {kind === "folder" ? <td /> : <td title={`${bytes} bytes`}>{sizeText(bytes)}</td>}
            <td>{modifiedAtMs > 0 && <Changed at={modifiedAtMs} />}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** A heading that sorts by its column, or turns the order round. */
function Column({ column, order }: { column: ListingSort; order: ListingOrder }): Page {
  const isSorted = order.sort === column;
  const isNextDescending = isSorted ? !order.isDescending : column !== "name";
  return (
    <th scope="col" aria-sort={isSorted ? (order.isDescending ? "descending" : "ascending") : undefined}>
      <a href={queryOf({ sort: column, isDescending: isNextDescending, offset: 0 })}>{COLUMNS[column]}</a>
    </th>
  );
}

/** The ways to the entries before and after those on this page. */
function Pages(
  { listing: { total, entries }, order, pageEntries }: Omit<SiteListingProps, "path" | "title">,
): Page | null {
  const { offset } = order;
  if (total <= pageEntries && offset === 0) return null;
  const last = offset + entries.length;
  return (
    <nav class="neighbours" aria-label="Parts of the list">
      <p class="fine">{entries.length === 0 ? `None of ${total}` : `${offset + 1}–${last} of ${total}`}</p>
      {offset > 0 && (
        <a rel="prev" href={queryOf({ ...order, offset: Math.max(0, Math.min(offset, total) - pageEntries) })}>
          Previous
        </a>
      )}
      {last < total && <a rel="next" href={queryOf({ ...order, offset: offset + pageEntries })}>Next</a>}
    </nav>
  );
}

function queryOf({ sort, isDescending, offset }: ListingOrder): string {
  return `?sort=${sort}${isDescending ? "&desc" : ""}${offset > 0 ? `&offset=${offset}` : ""}`;
}

/**
 * A number of bytes, as people read it.
 *
 * @example
 * ```ts
 * import { sizeText } from "./site_listing.tsx";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals([0, 1023, 1536, 10 * 1024 ** 2].map(sizeText), ["0 B", "1023 B", "1.5 KiB", "10 MiB"]);
 * ```
 */
export function sizeText(bytes: number): string {
  const unit = Math.min(UNITS.length - 1, bytes < 1 ? 0 : Math.floor(Math.log2(bytes) / 10));
  const amount = bytes / 1024 ** unit;
  return `${unit === 0 || amount >= 10 ? Math.round(amount) : Math.round(amount * 10) / 10} ${UNITS[unit]}`;
}
