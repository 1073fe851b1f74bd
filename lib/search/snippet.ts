import { escape } from "@std/html/entities";

/** What the index puts before and after a found word: two characters that nobody types. */
export const MARKS = ["\u0001", "\u0002"] as const;

// deno-lint-ignore no-control-regex
const MARKED = /\u0001([^\u0001\u0002]*)\u0002/g;
// deno-lint-ignore no-control-regex
const STRAY = /[\u0001\u0002]/g;

/**
 * Turns a snippet of the index into HTML: escaped first, then marked.
 *
 * @param text A text with {@linkcode MARKS} around the words found.
 * @returns HTML in which `<mark>` is the only element.
 * @example
 * ```ts
 * import { toSnippet } from "./snippet.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(toSnippet("a <b> \u0001word\u0002"), "a &lt;b&gt; <mark>word</mark>");
 * ```
 */
export function toSnippet(text: string): string {
  return escape(text).replace(MARKED, "<mark>$1</mark>").replace(STRAY, "");
}
