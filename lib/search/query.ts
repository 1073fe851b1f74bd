/**
 * What a person types into the search box.
 *
 * Words, `"phrases"`, `-without`, and `in: from: room: before: after:` with a value. The last word, while it is being
 * typed, stands for all that begin with it.
 *
 * @module
 */

/** A query, taken apart. */
export interface Query {
  /** Words and phrases of which some should be found; all characters, as typed. */
  readonly terms: readonly Term[];
  /** Words and phrases that must not be found. */
  readonly without: readonly Term[];
  /** The filters, by name; the last of each name counts. */
  readonly filters: Readonly<Partial<Record<FilterName, string>>>;
}

/** A word or a phrase. */
export interface Term {
  /** As typed, without quotes. */
  readonly text: string;
  /** Whether it also stands for what begins with it. */
  readonly isPrefix: boolean;
}

/** What results can be narrowed by. */
export type FilterName = "in" | "from" | "room" | "before" | "after";

const FILTERS: ReadonlySet<string> = new Set(["in", "from", "room", "before", "after"]);
/** Optional minus, optional filter name, then a quoted text (the closing quote may not be typed yet) or a word. */
const PART = /(-?)(?:(in|from|room|before|after):)?(?:"([^"]*)("?)|(\S+))/giu;

/**
 * Takes a query apart. Every text is a query: what is malformed is words.
 *
 * @param text As it was typed.
 * @example
 * ```ts
 * import { parseQuery } from "./query.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(parseQuery('"bare sockets" -tls from:ada ser'), {
 *   terms: [{ text: "bare sockets", isPrefix: false }, { text: "ser", isPrefix: true }],
 *   without: [{ text: "tls", isPrefix: false }],
 *   filters: { from: "ada" },
 * });
 * ```
 */
export function parseQuery(text: string): Query {
  const terms: Term[] = [];
  const without: Term[] = [];
  const filters: Partial<Record<FilterName, string>> = {};
  for (const part of text.replaceAll("\0", " ").toWellFormed().matchAll(PART)) {
    const [, minus, filter = "", quoted, , word = ""] = part;
    const value = quoted ?? word;
    const isLast = part.index + part[0].length === text.length;
    if (FILTERS.has(filter.toLowerCase())) filters[filter.toLowerCase() as FilterName] = value;
    else if (minus !== "") without.push({ text: value, isPrefix: false });
    else terms.push({ text: value, isPrefix: quoted === undefined && isLast });
  }
  return { terms, without, filters };
}

/**
 * Writes a query as an FTS5 expression in which everything typed is quoted.
 *
 * Terms are joined by OR, the best first: with AND a question of five words finds nothing.
 *
 * @param query A query.
 * @returns The expression, or `undefined` if there is nothing to look for.
 */
export function toMatch({ terms, without }: Query): string | undefined {
  const wanted = terms.filter(isSearchable).map(quote);
  if (wanted.length === 0) return undefined;
  const unwanted = without.filter(isSearchable).map(quote);
  const match = `(${wanted.join(" OR ")})`;
  return unwanted.length === 0 ? match : `${match} NOT (${unwanted.join(" OR ")})`;
}

function isSearchable({ text }: Term): boolean {
  return /[\p{L}\p{N}\p{M}\p{Co}]/u.test(text);
}

function quote({ text, isPrefix }: Term): string {
  const quoted = `"${text.replaceAll('"', '""')}"`;
  return isPrefix ? `${quoted} OR ${quoted} *` : quoted;
}
