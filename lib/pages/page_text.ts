/**
 * The title and the words of a page, for the index.
 *
 * @module
 */
import { Parser } from "htmlparser2";

/** What a page says. */
export interface PageText {
  /** What it is called; empty if it does not say. */
  readonly title: string;
  /** Its words, with white space folded. */
  readonly text: string;
}

/** Elements whose content nobody reads. */
const UNREAD: ReadonlySet<string> = new Set(["script", "style", "template", "noscript", "svg", "nav"]);

/**
 * Reads the words of an HTML page: those in its `<main>`, if it has one, and never those of its navigation.
 *
 * @param html The page; malformed HTML is read as browsers would.
 * @example
 * ```ts
 * import { readHtml } from "./page_text.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const page = "<title>Hi</title><h1>One</h1><script>no()</script><p>two";
 * assertEquals(readHtml(page), { title: "Hi", text: "One two" });
 * ```
 */
export function readHtml(html: string): PageText {
  const all: string[] = [];
  const main: string[] = [];
  let words = all;
  const titles: Record<string, string> = { title: "", h1: "" };
  let unread = 0;
  let titleElement = "";
  const parser = new Parser({
    onopentag(name) {
      if (UNREAD.has(name)) unread++;
      if (name === "main") words = main;
      if (unread === 0 && titles[name] === "") titleElement = name;
      words.push(" ");
    },
    ontext(text) {
      if (titleElement !== "") titles[titleElement] += text;
      if (unread === 0 && titleElement !== "title") words.push(text);
    },
    onclosetag(name) {
      if (UNREAD.has(name)) unread--;
      if (name === titleElement) titleElement = "";
      words.push(" ");
      if (name === "main") words = all;
    },
  });
  parser.end(html);
  return { title: fold(titles.title) || fold(titles.h1), text: fold(main.join("")) || fold(all.join("")) };
}

/** Reads the words of a text or Markdown file: the first heading is its title. */
export function readText(text: string): PageText {
  const words = fold(/^#{1,6}[ \t](.*)$/m.exec(text)?.[1] ?? "").split(" ");
  // The heading may be closed by #s of its own.
  if (/^#+$/.test(words.at(-1)!)) words.pop();
  return { title: words.join(" "), text: fold(text) };
}

function fold(text: string): string {
  return text.replaceAll(/\s+/g, " ").trim();
}
