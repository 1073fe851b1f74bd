/**
 * One search over the site's pages and the room's messages. What a person may not read is never found or counted.
 *
 * @module
 */
import * as v from "valibot";
import type { Account } from "../auth/accounts.ts";
import { foldName } from "../auth/names.ts";
import type { Schema } from "../body.ts";
import { HttpError } from "../errors.ts";
import { MAX_MATCHES } from "../store/message_finder.ts";
import type { MessageFilter, MessageHit, MessageSearchView, RankedMessage } from "../store/message_search_view.ts";
import type { PageHit, PageHitOptions } from "./page_index.ts";
import { type FilterName, type Match, parseQuery, toMatch } from "./query.ts";
import { MARKS, toSnippet } from "./snippet.ts";

/** Characters of a query. */
const MAX_QUERY_CHARACTERS = 1_000;
/** Results of one reply. */
const MAX_LIMIT = 100;
/** How far one can page: further results are better reached by a narrower query. */
export const MAX_OFFSET = 1_000;
/** How far results are counted: the newest so many messages are ranked, and none before them. */
export const MAX_TOTAL: number = MAX_MATCHES;

/** What can be searched. */
export type Kind = "pages" | "messages";

/** A search, checked. */
export interface SearchRequest {
  /** What for, as it was typed. */
  readonly query: string;
  /** In what. */
  readonly in: readonly Kind[];
  /** Only messages of this author. */
  readonly from?: string;
  /** Only messages of this room. */
  readonly room?: string;
  /** Only what was sent or changed before, in ms since 1970. */
  readonly before?: number;
  /** Only what was sent or changed at or after, in ms since 1970. */
  readonly after?: number;
  /** Which results come first. */
  readonly sort: "best" | "newest";
  /** How many results, 1–100. */
  readonly limit: number;
  /** How many results to pass over, 0–1000. */
  readonly offset: number;
}

const REQUEST_HELP = 'Say what to search for, as in {"query":"words"}';
const KIND_HELP = 'Search in "pages", "messages" or both';
const KIND = v.picklist(["pages", "messages"], KIND_HELP);
const DATE_HELP = "A date is YYYY-MM-DD, or a number of ms since 1970";
const DATE = v.union([
  v.pipe(v.number(), v.safeInteger()),
  v.pipe(v.string(), v.check((text) => !Number.isNaN(Date.parse(text)), DATE_HELP), v.transform(Date.parse)),
], DATE_HELP);
const wholeNumber = (min: number, max: number) => {
  const help = `It is a whole number from ${min} to ${max}`;
  return v.pipe(v.number(help), v.integer(help), v.minValue(min, help), v.maxValue(max, help));
};

/** The body of a search. */
export const SEARCH_REQUEST: Schema<SearchRequest> = v.object({
  query: v.pipe(
    v.string(REQUEST_HELP),
    v.check((text) => text.trim() !== "", "The query is empty; type a word to search for"),
    v.maxLength(MAX_QUERY_CHARACTERS, `A query has at most ${MAX_QUERY_CHARACTERS} characters; shorten it`),
  ),
  in: v.optional(v.pipe(v.array(KIND, KIND_HELP), v.nonEmpty(KIND_HELP)), ["pages", "messages"]),
  from: v.optional(v.pipe(v.string(), v.maxLength(128))),
  room: v.optional(v.pipe(v.string(), v.maxLength(64))),
  before: v.optional(DATE),
  after: v.optional(DATE),
  sort: v.optional(v.picklist(["best", "newest"], 'Sort by "best" or "newest"'), "best"),
  limit: v.optional(wholeNumber(1, MAX_LIMIT), 10),
  offset: v.optional(wholeNumber(0, MAX_OFFSET), 0),
}, REQUEST_HELP);

/** One thing found. */
export interface SearchResult {
  /** What it is. */
  readonly kind: "page" | "message";
  /** Where it is. */
  readonly url: string;
  /** What it is called: a page's title, a room's name. */
  readonly title: string;
  /** HTML, with the words found in `<mark>` and all else escaped. */
  readonly snippet: string;
  /** Higher is better. */
  readonly score: number;
  /** When it was sent or last changed, in ms since 1970. */
  readonly at: number;
  /** Who wrote it, of a message. */
  readonly author?: string;
}

/** What was found. */
export interface SearchResults {
  /** The query, as it was asked. */
  readonly query: string;
  /** The query that was answered in its place; `null` if it was answered as asked. */
  readonly corrected: string | null;
  /** How many results there are in all, if less than 5000; else 5000: then there may be more. */
  readonly total: number;
  /** How long it took, in whole ms. */
  readonly tookMs: number;
  /** The results asked for, in order. */
  readonly results: readonly SearchResult[];
}

/** Which pages are wanted, and who wants them. */
export interface PagesWanted extends PageHitOptions {
  /** An FTS5 expression, which the search has built: never what a person typed. */
  readonly match: string;
  /** Whether whoever asks is logged in: others find only what everybody may read. */
  readonly isMember: boolean;
}

/** What may be found. */
export interface SearchScope {
  /** Finds the site's pages, and counts them. */
  readonly findPages: (wanted: PagesWanted) => Promise<{ readonly hits: readonly PageHit[]; readonly total: number }>;
  /** The messages of the rooms. */
  readonly messages: MessageSearchView;
}

/** Searches pages and messages. */
export class Search {
  readonly #scope: SearchScope;

  /**
   * Opens the search.
   *
   * @param scope What may be found, and by whom.
   */
  constructor(scope: SearchScope) {
    this.#scope = scope;
  }

  /**
   * Searches.
   *
   * @param request What for.
   * @param reader Who asks; `undefined` if nobody is logged in.
   * @throws {HttpError} 422 if there is nothing to look for, or a filter is wrong.
   */
  async run(request: SearchRequest, reader: Account | undefined): Promise<SearchResults> {
    const beganAtMs = performance.now();
    const query = parseQuery(request.query);
    const match = toMatch(query);
    if (match === undefined) throw new HttpError(422, "There is no word in the query; type one to search for");
    const wanted = narrow(request, query.filters);
    const pages = wanted.kinds.has("pages") ? await this.#findPages(match, { ...wanted, reader }) : NONE;
    const messages = wanted.kinds.has("messages") && reader !== undefined
      ? this.#findMessages(match, { ...wanted, filter: { ...wanted.filter, reader: reader.id } })
      : NONE;
    const found = [...pages.results, ...messages.results].sort(ORDERS[request.sort])
      .slice(request.offset, request.offset + request.limit);
    return {
      query: request.query,
      corrected: null,
      total: Math.min(pages.total + messages.total, MAX_TOTAL),
      tookMs: Math.round(performance.now() - beganAtMs),
      results: reader === undefined ? found.filter(isShown) : this.#show(match, found, reader),
    };
  }

  /** Who wrote a page is not known, and a page stands in no room: with those filters there are none. */
  async #findPages({ any }: Match, { filter, sort, limit, reader }: Wanted & { reader?: Account }): Promise<Found> {
    if (filter.from !== undefined || filter.room !== undefined) return NONE;
    const { beforeMs, afterMs } = filter;
    const options = { sort, limit, beforeMs, afterMs, marks: MARKS };
    const { hits, total } = await this.#scope.findPages({ match: any, isMember: reader !== undefined, ...options });
    return { total, results: hits.map(toPageResult) };
  }

  #findMessages({ any, ...better }: Match, { filter, ...wanted }: Wanted & { readonly filter: MessageFilter }): Found {
    const { ranked, total } = this.#scope.messages.rank(any, { ...filter, ...wanted, ...better });
    return { total, results: ranked };
  }

  /** A snippet costs far more than a rank: only the messages that are returned get one. */
  #show({ any }: Match, found: Found["results"], { id: reader }: Account): SearchResult[] {
    const ranked = found.filter((one) => !isShown(one)) as RankedMessage[];
    const hits = this.#scope.messages.show(any, ranked, { reader, marks: MARKS }).values();
    return found.flatMap((one) => {
      if (isShown(one)) return [one];
      const hit = hits.next().value;
      return hit === undefined ? [] : [toMessageResult(hit)];
    });
  }
}

interface Found {
  readonly total: number;
  readonly results: ReadonlyArray<SearchResult | RankedMessage>;
}

interface Wanted {
  readonly kinds: ReadonlySet<string>;
  readonly filter: Omit<MessageFilter, "reader">;
  readonly sort: "best" | "newest";
  readonly limit: number;
}

const NONE: Found = { total: 0, results: [] };
const ORDERS = {
  best: (a: Ordered, b: Ordered) => b.score - a.score,
  newest: (a: Ordered, b: Ordered) => b.at - a.at,
};
type Ordered = Pick<SearchResult, "score" | "at">;

function isShown(found: SearchResult | RankedMessage): found is SearchResult {
  return "kind" in found;
}

/** A filter typed into the box wins over the same one beside it. */
function narrow(request: SearchRequest, typed: Readonly<Partial<Record<FilterName, string>>>): Wanted {
  const kinds = new Set(typed.in === undefined ? request.in : [parseKind(typed.in)]);
  const from = typed.from ?? request.from;
  const filter = {
    from: from === undefined ? undefined : foldName(from),
    room: typed.room ?? request.room,
    beforeMs: typed.before === undefined ? request.before : parseDate(typed.before),
    afterMs: typed.after === undefined ? request.after : parseDate(typed.after),
  };
  return { kinds, filter, sort: request.sort, limit: request.offset + request.limit };
}

function parseKind(text: string): Kind {
  const { success, output } = v.safeParse(KIND, text.toLowerCase());
  if (!success) throw new HttpError(422, "in: is followed by pages or messages");
  return output;
}

function parseDate(text: string): number {
  const at = Date.parse(text);
  if (Number.isNaN(at)) throw new HttpError(422, `Cannot read the date ${text}: ${DATE_HELP}`);
  return at;
}

function toPageResult({ snippet, ...hit }: PageHit): SearchResult {
  return { kind: "page", ...hit, snippet: toSnippet(snippet) };
}

function toMessageResult({ room, roomName, seq, snippet, ...hit }: MessageHit): SearchResult {
  const url = `/rooms/${encodeURIComponent(room)}?at=${seq}#message-${seq}`;
  return { kind: "message", url, title: roomName, ...hit, snippet: toSnippet(snippet) };
}
