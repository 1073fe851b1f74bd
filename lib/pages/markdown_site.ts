/**
 * Markdown files as pages: CommonMark with tables, footnotes, tasks, alerts, coloured code, and HTML where that is safe.
 *
 * Whatever the parser makes goes through the sanitiser, so nothing here has to be trusted.
 *
 * @module
 */
import MarkdownIt, { type MarkdownIt as Parser } from "markdown-it";
import anchor from "markdown-it-anchor";
import footnote from "markdown-it-footnote";
import type { Heading, SiteDocument } from "./document.ts";
import { DocumentLinks, type LinkBase } from "./document_links.ts";
import { sanitize } from "./document_sanitizer.ts";
import { readFrontMatter } from "./front_matter.ts";
import { siteRules, slugOf } from "./markdown_site_rules.ts";

/** How deep quotations and lists may lie in one another; the parser leaves out what is deeper. */
const MAX_NESTING = 50;
/** A table of contents for fewer headings would only repeat them. */
const MIN_HEADINGS = 2;
/** More would be no overview any more. */
const MAX_HEADINGS = 200;

const markdown = makeParser();

function makeParser(): Parser {
  const parser = new MarkdownIt({ html: true, linkify: true, maxNesting: MAX_NESTING });
  // Without a scheme a README.md would be a server in Moldova.
  parser.linkify.set({ fuzzyLink: false });
  parser.use(footnote).use(siteRules).use(anchor, {
    slugifyWithState: slugOf,
    tabIndex: false,
    callback: () => {},
    permalink: anchor.permalink.linkAfterHeader({
      style: "aria-label",
      symbol: "#",
      class: "anchor",
      assistiveText: (title: string) => `Link to the part “${title}”`,
      wrapper: ['<div class="heading">', "</div>"],
    }),
  });
  return parser;
}

/**
 * Renders a page.
 *
 * @param source The Markdown, with its front matter.
 * @param base Where it is, for its links.
 * @example
 * ```ts
 * import { renderDocument } from "./markdown_site.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const page = renderDocument("*Hi*, [you](you.md) <script>run()</script>", { url: "/me.md", look: () => undefined });
 * assertEquals(page.html, '<p><em>Hi</em>, <a href="/you.md">you</a> </p>\n');
 * ```
 */
export function renderDocument(source: string, base: LinkBase): SiteDocument {
  const { matter, body, problem } = readFrontMatter(source);
  const env = {};
  const tokens = markdown.parse(body, env);
  const headings = headingsOf(tokens);
  const parts = headings.filter(({ level }) => level === 2 || level === 3).slice(0, MAX_HEADINGS);
  const html = sanitize(markdown.renderer.render(tokens, markdown.options, env), new DocumentLinks(base));
  return {
    matter,
    problem,
    title: matter.title ?? headings.find(({ level }) => level === 1)?.title,
    hasHeading: /<h1[ >]/.test(html),
    headings: parts.length < MIN_HEADINGS ? [] : parts,
    html,
  };
}

function headingsOf(tokens: ReturnType<Parser["parse"]>): Heading[] {
  return tokens.flatMap((token, index) => {
    if (token.type !== "heading_open") return [];
    const title = (tokens[index + 1].children ?? [])
      .map(({ type, content }) => type === "softbreak" ? " " : type === "html_inline" ? "" : content).join("").trim();
    return [{ id: String(token.attrGet("id")), title: title || "…", level: Number(token.tag.slice(1)) }];
  });
}
