/**
 * The title and the words of a page, for the index. Each is read in time that grows with its length, whatever is in it.
 *
 * @module
 */
import { Tokenizer } from "htmlparser2";
import { type FrontMatter, readFrontMatter } from "./front_matter.ts";

/** What a page says. */
export interface PageText {
  /** What it is called; empty if it does not say. */
  readonly title: string;
  /** Its words, with white space folded. */
  readonly text: string;
}

/** What a Markdown page says, and what it says of itself. */
export interface MarkdownText extends PageText {
  /** Its front matter. */
  readonly matter: FrontMatter;
}

/** Elements whose content nobody reads. */
const UNREAD: ReadonlySet<string> = new Set(["script", "style", "template", "noscript", "svg", "nav"]);
/** Elements that hold nothing, and are never closed. */
const VOID: ReadonlySet<string> = new Set(
  "area base br col embed hr img input link meta param source track wbr".split(" "),
);

/**
 * Reads the words of an HTML page: those in its `<main>`, if it has one, and never those of its navigation.
 *
 * @param html The page; malformed HTML is read much as browsers would.
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
  const words = new Words();
  let name = "";
  const nothing = () => {};
  const tokenizer = new Tokenizer({}, {
    onopentagname(start, end) {
      name = html.slice(start, end).toLowerCase();
    },
    onopentagend: () => words.open(name),
    onselfclosingtag: () => words.open(name),
    onclosetag: (start, end) => words.close(html.slice(start, end).toLowerCase()),
    ontext: (start, end) => words.add(html.slice(start, end)),
    ontextentity: (codePoint) => words.add(String.fromCodePoint(codePoint)),
    oncdata: nothing,
    oncomment: nothing,
    ondeclaration: nothing,
    onprocessinginstruction: nothing,
    onattribname: nothing,
    onattribdata: nothing,
    onattribentity: nothing,
    onattribend: nothing,
    onend: nothing,
  });
  tokenizer.write(html);
  tokenizer.end();
  return words.text();
}

/** The words of a page as it is read, tag by tag. */
class Words {
  /** The elements that are open, and how often each: to look for one that is not would take as long as there are others. */
  readonly #open: string[] = [];
  readonly #counts = new Map<string, number>();
  readonly #all: string[] = [];
  readonly #main: string[] = [];
  readonly #titles = new Map([["title", ""], ["h1", ""]]);
  #unread = 0;
  #titleElement = "";

  open(name: string): void {
    this.#push(" ");
    if (VOID.has(name)) return;
    this.#open.push(name);
    this.#counts.set(name, this.#count(name) + 1);
    if (UNREAD.has(name)) this.#unread++;
    if (this.#unread === 0 && this.#titles.get(name) === "") this.#titleElement = name;
  }

  close(name: string): void {
    this.#push(" ");
    if (this.#count(name) === 0) return;
    for (let last = this.#open.pop(); last !== undefined; last = this.#open.pop()) {
      this.#counts.set(last, this.#count(last) - 1);
      if (UNREAD.has(last)) this.#unread--;
      if (last === this.#titleElement) this.#titleElement = "";
      if (last === name) return;
    }
  }

  add(text: string): void {
    if (this.#titleElement !== "") {
      this.#titles.set(this.#titleElement, this.#titles.get(this.#titleElement)! + text);
    }
    if (this.#unread === 0 && this.#titleElement !== "title") this.#push(text);
  }

  text(): PageText {
    const title = fold(this.#titles.get("title")!) || fold(this.#titles.get("h1")!);
    return { title, text: fold(this.#main.join("")) || fold(this.#all.join("")) };
  }

  #push(text: string): void {
    (this.#count("main") > 0 ? this.#main : this.#all).push(text);
  }

  #count(name: string): number {
    return this.#counts.get(name) ?? 0;
  }
}

/** Reads the words of a text file: the first line that is written as a heading of Markdown is its title. */
export function readText(text: string): PageText {
  return { title: headingOf(/^#{1,6}[ \t](.*)$/m.exec(text)?.[1] ?? ""), text: fold(text) };
}

/**
 * Reads the words of a Markdown page, without its front matter and without what is written for the program that shows it.
 *
 * @param source The page.
 * @returns Its title: what the front matter says, else the first heading.
 * @example
 * ```ts
 * import { readMarkdown } from "./page_text.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const page = "---\norder: 1\n---\n# The *shelf*\n\nSee [the list](list.md).\n";
 * const { title, text } = readMarkdown(page);
 * assertEquals([title, text], ["The shelf", "The shelf See the list."]);
 * ```
 */
export function readMarkdown(source: string): MarkdownText {
  const { matter, body } = readFrontMatter(source);
  const lines: string[] = [];
  let heading = "";
  let fence = "";
  for (const line of withoutComments(body).split(/\r?\n/)) {
    const mark = /^ {0,3}(`{3,}|~{3,})/.exec(line)?.[1] ?? "";
    if (fence === "" && mark !== "") fence = mark;
    else if (fence !== "" && mark.startsWith(fence) && line.trim() === mark) fence = "";
    else if (fence !== "") lines.push(line);
    else {
      const found = headingIn(line, lines.at(-1) ?? "");
      heading ||= found;
      lines.push(line.includes("#") && found !== "" ? found : withoutMarkup(line));
    }
  }
  return { matter, title: matter.title || heading, text: fold(lines.join("\n")) };
}

/** A heading is a line after #s, or one that is underlined. */
function headingIn(line: string, before: string): string {
  if (/^ {0,3}(?:={2,}|-{2,})[ \t]*$/.test(line)) return fold(before);
  const hashed = /^ {0,3}#{1,6}[ \t](.*)$/.exec(line)?.[1];
  return hashed === undefined ? "" : fold(withoutMarkup(headingOf(hashed)));
}

/** The words of a heading, which may be closed by #s of its own. */
function headingOf(text: string): string {
  const words = fold(text).split(" ");
  if (/^#+$/.test(words.at(-1)!)) words.pop();
  return words.join(" ");
}

/** A rule, what underlines a heading, or what stands below the head of a table. */
const RULE = /^[-*_=|: \t\r]+$/;
/** What stands before the words of a line: a quote, an item, a heading. */
const BEGINNING = /^[ \t]*(?:(?:>|[-*+]|\d{1,9}[.)]|#{1,6}|\[[ xX]\])[ \t]+)*/;
/** Each part of a pattern ends where the next could begin, so that none is read twice. */
const MARKUP: ReadonlyArray<readonly [pattern: RegExp, text: string]> = [
  [/^\[[^\[\]^][^\[\]]{0,300}\]:[ \t].*$/, ""],
  [/!?\[([^\[\]]{0,1000})\]\([^()\[\]]{0,2000}\)/g, "$1"],
  [/!?\[([^\[\]]{0,1000})\]\[[^\[\]]{0,300}\]/g, "$1"],
  [/\[\^[^\[\]]{1,300}\]:?/g, ""],
  [/<\/?[a-z][^<>]{0,2000}>/gi, " "],
  [/\{[#.][\w.# -]{1,100}\}[ \t]*$/, ""],
  [/(?<!\\)\*{1,3}|~~|`+|(?<![\w\\])_{1,3}(?=\S)|(?<!\\)_{1,3}(?!\w)/g, ""],
  [/\\([!-/:-@[-`{-~])/g, "$1"],
  [/[ \t]\|[ \t]|^[ \t]*\||\|[ \t]*$/g, " "],
];

function withoutMarkup(line: string): string {
  if (RULE.test(line)) return "";
  let text = line.replace(BEGINNING, "");
  for (const [pattern, instead] of MARKUP) text = text.replace(pattern, instead);
  return text;
}

function withoutComments(text: string): string {
  const parts: string[] = [];
  let from = 0;
  for (let start = text.indexOf("<!--"); start !== -1; start = text.indexOf("<!--", from)) {
    const end = text.indexOf("-->", start + 4);
    parts.push(text.slice(from, start));
    if (end === -1) return parts.join("");
    from = end + 3;
  }
  return parts.join("") + text.slice(from);
}

function fold(text: string): string {
  return text.replaceAll(/\s+/g, " ").trim();
}

/**
 * The name of a file or folder as people would write it, for what does not say what it is called.
 *
 * @param name The name on disk.
 * @example
 * ```ts
 * import { readableName } from "./page_text.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(readableName("getting-started.md"), "Getting started");
 * ```
 */
export function readableName(name: string): string {
  const words = name.replace(/\.(?:md|markdown|html?|txt)$/i, "").replaceAll(/[-_\s]+/g, " ").trim();
  return words === "" ? name : words[0].toUpperCase() + words.slice(1);
}
