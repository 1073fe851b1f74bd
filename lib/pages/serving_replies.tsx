/**
 * The replies that are made, not read: Markdown pages, listings, and folder pages that load themselves anew.
 *
 * @module
 */
import { SiteListing } from "../components/site_listing.tsx";
import { SitePage } from "../components/site_page.tsx";
import type { Context } from "../context.ts";
import type { Files, Found } from "../files/mod.ts";
import { LazyResponse, lazyResponse, type ReplyFields } from "../lazy_response.ts";
import type { Page, PageOptions } from "../render.ts";
import { withCommonHeaders } from "../replies.ts";
import type { SiteDocument } from "./document.ts";
import { madeReply } from "./made_reply.ts";
import type { Readable } from "./serving.ts";
import { pageCaching } from "./serving_fields.ts";
import type { Entry, Listing, ListingSort, Site, Surroundings } from "./site.ts";

/** A Markdown page. */
export interface PageParts extends Readable {
  /** The path of its file. */
  readonly file: string;
  /** What it says. */
  readonly document: SiteDocument;
  /** What stands around it, if that is known in time. */
  readonly surroundings: Surroundings | undefined;
  /** Whether it loads itself anew when something changes. */
  readonly isWatching: boolean;
}

const RELOAD = "/_ui/reload.js";
const STYLES = { page: ["page", "code", "print"], listing: ["page", "print"] };
/** Entries of a listing on one page. */
const PAGE_ENTRIES = 500;
/** A folder page beyond is sent as it is, and does not load itself anew. */
const MAX_RELOADING_BYTES = 8 * 1024 * 1024;
/** What the library calls the site's own folder where nothing else does. */
const NAMELESS = "Home";

/**
 * Answers with a Markdown page in its layout.
 *
 * @param ctx The request.
 * @param parts The page.
 */
export function pageReply(ctx: Context, { document, surroundings, ...parts }: PageParts): Response | Promise<Response> {
  const { path, place: { modifiedAtMs }, access, file } = parts;
  const trail = surroundings?.trail ?? [];
  const known = surroundings?.siblings.find(({ url }) => url === path);
  const title = document.title ?? known?.title ?? titleOf({ path, file, trail });
  const page = (
    <SitePage
      document={document}
      title={title}
      path={path}
      surroundings={surroundings}
      modifiedAtMs={modifiedAtMs}
      isMember={ctx.user !== undefined}
    />
  );
  const { description } = document.matter;
  return made(ctx, page, {
    access,
    options: { title, site: siteName(trail), description, styles: STYLES.page, isWatched: parts.isWatching },
  });
}

/**
 * Answers with what a folder holds.
 *
 * @param ctx The request; its query says how it is sorted and from where.
 * @param parts The folder.
 */
export async function listingReply(
  ctx: Context,
  { site, path, access, ...parts }: Readable & { site: Site; isWatching: boolean },
): Promise<Response> {
  const order = orderOf(ctx.query);
  const listing = await site.list(path, { reader: ctx.user, ...order, limit: PAGE_ENTRIES }) ?? unread(path);
  const folder = listing.trail.at(-1);
  const isRoot = path === "/";
  const title = isRoot ? folder?.title ?? NAMELESS : folder?.title ?? nameOf(path);
  const page = <SiteListing listing={listing} order={order} path={path} title={title} pageEntries={PAGE_ENTRIES} />;
  const options = { title, site: siteName(listing.trail), styles: STYLES.listing, isWatched: parts.isWatching };
  return made(ctx, page, { access, options });
}

/** The folder is there, but the library has not come to it. */
function unread(path: string): Listing {
  const root: Entry = { url: "/", name: "", kind: "folder", title: NAMELESS, bytes: 0, modifiedAtMs: 0 };
  const here: Entry = { ...root, url: path, name: nameOf(path), title: nameOf(path) };
  return { entries: [], total: 0, isComplete: false, trail: path === "/" ? [root] : [root, here] };
}

/**
 * Answers with a page of the folder that has our script at its end.
 *
 * @param ctx The request.
 * @param parts The page, and what its reply says.
 */
export async function reloadingReply(
  ctx: Context,
  { place, files, fields }: { place: Found; path: string; files: Files; fields: ReplyFields },
): Promise<Response> {
  if (place.bytes > MAX_RELOADING_BYTES) return await files.serve(place, ctx.request, { fields });
  const script = new TextEncoder().encode(`\n<script src="${RELOAD}" defer></script>\n`);
  const page = await files.read(place, { maxBytes: MAX_RELOADING_BYTES });
  const body = new Uint8Array(page.length + script.length);
  body.set(page);
  body.set(script, page.length);
  return await madeReply(ctx.request, {
    content: body,
    fields: { ...fields, "content-type": "text/html; charset=utf-8" },
  });
}

interface Made {
  readonly access: Readable["access"];
  readonly options: PageOptions;
}

function made(ctx: Context, page: Page, { access, options }: Made): Response | Promise<Response> {
  const response: unknown = ctx.render(page, options);
  if (!(response instanceof LazyResponse) || typeof response.content !== "string") return response as Response;
  const { content } = response;
  const fields = { ...response.fields, "cache-control": pageCaching(ctx.user === undefined ? access : "members") };
  // A message is shown once: the page with it is another page.
  const isForOnce = ctx.hasHeaders && ctx.headers.has("set-cookie");
  return isForOnce
    ? withCommonHeaders(lazyResponse(content, { headers: fields }))
    : madeReply(ctx.request, { content, fields });
}

function orderOf(query: URLSearchParams): { sort: ListingSort; isDescending: boolean; offset: number } {
  const sort = query.get("sort");
  const offset = query.get("offset") ?? "";
  return {
    sort: sort === "size" || sort === "date" ? sort : "name",
    isDescending: query.has("desc"),
    offset: /^\d{1,7}$/.test(offset) ? Number(offset) : 0,
  };
}

/** A page that does not say is called as its file is, an index as its folder. */
function titleOf({ path, file, trail }: { path: string; file: string; trail: readonly Entry[] }): string {
  if (!path.endsWith("/")) return nameOf(file).replace(/\.\w+$/, "");
  return trail.at(-1)?.title ?? (path === "/" ? NAMELESS : nameOf(path));
}

function nameOf(path: string): string {
  const name = path.replace(/\/$/, "").split("/").at(-1)!;
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}

function siteName([root]: readonly Entry[]): string | undefined {
  return root === undefined || root.title === NAMELESS ? undefined : root.title;
}
