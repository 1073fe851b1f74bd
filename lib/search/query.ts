/**
 * What a person types into the search box.
 *
 * Words, `"phrases"`, `-without`, and `in: from: room: before: after:` with a value. The last word, while it is being
 * typed, stands for all that begin with it.
 *
 * @module
 */
import { foldText } from "../store/message_finder.ts";

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

/** Words of a query that are looked for, and that are left out: each costs. */
const MAX_WORDS = 8;
/** A word, as the index takes a text apart. */
const WORD = /[\p{L}\p{N}\p{M}\p{Co}]+/gu;
/**
 * What stands for all that begins with it. A single letter would be a tenth of all that was ever said; in scripts without
 * capitals, as the Chinese, it may be a word.
 */
const PREFIX = /(?:[\p{L}\p{N}]\p{M}*){2}|\p{Lo}/u;

/** A query, as FTS5 expressions in which everything typed is quoted. */
export interface Match {
  /**
   * Finds all that has one of the terms, and none that is not wanted: by AND a question of five words would find nothing.
   */
  readonly any: string;
  /** Each finds what has one of the terms. */
  readonly parts: readonly string[];
  /** All terms side by side, folded, as {@linkcode foldText} does; absent if there is only one. */
  readonly phrase?: string;
}

/**
 * Writes a query for the index. Of a long one the first 8 words count.
 *
 * @param query A query.
 * @returns The expressions, or `undefined` if there is nothing to look for.
 */
export function toMatch({ terms, without }: Query): Match | undefined {
  const wanted = shorten(terms);
  if (wanted.length === 0) return undefined;
  const unwanted = shorten(without).map(quote);
  const but = unwanted.length === 0 ? "" : ` NOT (${unwanted.join(" OR ")})`;
  const parts = [...new Set(wanted.map(quote))];
  const side = foldText(wanted.map(({ text }) => text).join(" "));
  return {
    any: `(${parts.join(" OR ")})${but}`,
    parts: parts.map((part) => `(${part})${but}`),
    ...parts.length > 1 && { phrase: wanted.at(-1)!.isPrefix ? side.trimEnd() : side },
  };
}

/** Terms that the index has words of, as far as their words go. */
function shorten(terms: readonly Term[]): Term[] {
  const shortened: Term[] = [];
  let left = MAX_WORDS;
  for (const { text, isPrefix } of terms) {
    const words = [...text.matchAll(WORD)];
    if (words.length === 0 || left === 0) continue;
    const last = words[Math.min(words.length, left) - 1];
    const isWhole = words.length <= left;
    left -= Math.min(words.length, left);
    shortened.push({
      text: isWhole ? text : text.slice(0, last.index + last[0].length),
      isPrefix: isPrefix && isWhole && PREFIX.test(last[0].normalize("NFD")),
    });
  }
  return shortened;
}

function quote({ text, isPrefix }: Term): string {
  const quoted = `"${text.replaceAll('"', '""')}"`;
  return isPrefix ? `${quoted} OR ${quoted} *` : quoted;
}
