/**
 * What people know from code-hosting sites and Markdown has not: boxes of tasks, alerts, and links on headings.
 *
 * @module
 */
import type { MarkdownIt, RendererRule, StateCore, Token } from "markdown-it";
import { highlight } from "./highlight.ts";

const ALERT = /^\[!(NOTE|TIP|IMPORTANT|WARNING|CAUTION)\][ \t]*(?:\n|$)/i;
const TASK = /^\[([ xX])\][ \t]+/;
/** Characters of a page that are coloured, all blocks together. */
const MAX_COLOURED_CHARACTERS = 256 * 1024;

/** What is kept while a page is rendered. */
export interface SiteEnv {
  /** The ids of its headings, and what number the next of the same name gets. */
  slugs?: Map<string, number>;
  /** Characters of code that were coloured. */
  colouredCharacters?: number;
}

/**
 * Teaches a parser the rules.
 *
 * @param parser A parser of markdown-it.
 */
export function siteRules(parser: object): void {
  const markdown = parser as MarkdownIt;
  markdown.core.ruler.before("inline", "alerts", findAlerts);
  markdown.core.ruler.after("inline", "tasks", findTasks);
  Object.assign(markdown.renderer.rules, RENDERERS);
}

/**
 * The id of a heading, as code-hosting sites make it: letters, marks and digits of any script, `-` for a space.
 *
 * @param title Its words.
 * @param state The page: a name that it has already gets a number.
 */
export function slugOf(title: string, { env }: { readonly env: SiteEnv }): string {
  const slug = title.trim().toLowerCase().replaceAll(/[^\p{L}\p{M}\p{N}\p{Pc}\- ]/gu, "").replaceAll(" ", "-") ||
    "section";
  const used = env.slugs ??= new Map();
  let unique = slug;
  while (used.has(unique)) {
    const count = used.get(slug)!;
    used.set(slug, count + 1);
    unique = `${slug}-${count}`;
  }
  used.set(unique, 1);
  return unique;
}

/** `> [!NOTE]` makes a quotation an alert. */
function findAlerts({ tokens }: StateCore): void {
  for (const [index, open] of tokens.entries()) {
    const inline = tokens[index + 2];
    if (open.type !== "blockquote_open" || inline?.type !== "inline") continue;
    const found = ALERT.exec(inline.content);
    if (found === null) continue;
    const close = tokens.findIndex(({ type, level }, at) =>
      at > index && type === "blockquote_close" && level === open.level
    );
    const kind = found[1].toLowerCase();
    open.tag = tokens[close].tag = "div";
    open.attrSet("class", `alert alert-${kind}`);
    inline.content = inline.content.slice(found[0].length);
    open.meta = { name: kind[0].toUpperCase() + kind.slice(1) };
  }
}

/** `- [x]` makes an item of a list a task. */
function findTasks({ tokens, Token: Made }: StateCore): void {
  for (const [index, inline] of tokens.entries()) {
    if (inline.type !== "inline" || tokens[index - 2]?.type !== "list_item_open") continue;
    const [first] = inline.children ?? [];
    const found = first?.type === "text" ? TASK.exec(first.content) : null;
    if (found === null) continue;
    const isDone = found[1] !== " ";
    first.content = first.content.slice(found[0].length);
    const box = new Made("html_inline", "", 0);
    box.content = `<input type="checkbox" aria-label="${isDone ? "Done" : "To do"}"${isDone ? " checked" : ""}> `;
    inline.children!.unshift(box);
    tokens[index - 2].attrJoin("class", "task");
  }
}

const RENDERERS: Readonly<Record<string, RendererRule>> = {
  blockquote_open: (tokens, index, options, _env, self) =>
    self.renderToken(tokens, index, options) + alertName(tokens[index]),
  // What is its own address says it once on paper, too.
  link_open: (tokens, index, options, _env, self) => {
    if (tokens[index].info === "auto") tokens[index].attrJoin("class", "bare");
    return self.renderToken(tokens, index, options);
  },
  // A wide table scrolls by itself, with the keyboard too.
  table_open: () => '<div class="scroll" role="group" aria-label="Table" tabindex="0"><table>\n',
  table_close: () => "</table></div>\n",
  th_open: alignedCell,
  td_open: alignedCell,
  fence: (tokens, index, _options, env) => codeBlock(tokens[index], env as SiteEnv),
  code_block: (tokens, index, _options, env) => codeBlock(tokens[index], env as SiteEnv),
  footnote_block_open: () => '<section class="footnotes">\n<ol>\n',
  footnote_anchor: (tokens, index, options, env, self) => {
    const name = self.rules.footnote_anchor_name!(tokens, index, options, env, self);
    const subId = Number(tokens[index].meta?.subId);
    const id = subId > 0 ? `${name}:${subId}` : name;
    return ` <a href="#fnref${id}" class="footnote-back" aria-label="Back to where note ${name} is called">↩\ufe0e</a>`;
  },
};

function alertName({ meta }: Token): string {
  return meta === null ? "" : `<p class="alert-name">${meta.name}</p>\n`;
}

/** The parser aligns by styles, which the page's policy forbids. */
function alignedCell(...[tokens, index]: Parameters<RendererRule>): string {
  const { tag } = tokens[index];
  const align = /text-align:(left|center|right)/.exec(String(tokens[index].attrGet("style") ?? ""));
  return align === null ? `<${tag}>` : `<${tag} align="${align[1]}">`;
}

function codeBlock({ info, content }: Token, env: SiteEnv): string {
  const language = /^[\w+#.-]{1,30}/.exec(info.trim())?.[0].toLowerCase();
  if (language !== undefined) env.colouredCharacters = (env.colouredCharacters ?? 0) + content.length;
  const isColoured = language !== undefined && env.colouredCharacters! <= MAX_COLOURED_CHARACTERS;
  const coloured = isColoured ? highlight(content, language) : undefined;
  return `<pre tabindex="0"><code>${coloured ?? escapeHtml(content)}</code></pre>\n`;
}

function escapeHtml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}
