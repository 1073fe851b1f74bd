/**
 * Messages as HTML: a small part of Markdown, of which nothing can run, load, or look like something else.
 *
 * What is not allowed is shown as it was typed: raw HTML, images, headings, tables, rules, entities, and links to
 * anything but http, https and mailto. The HTML bears no white space of its own, so it stands well in an element with
 * `white-space: pre-wrap`, as plain text does.
 *
 * @module
 */
import MarkdownIt, {
  type MarkdownIt as Parser,
  type RendererRule,
  type StateBlock,
  type StateCore,
  type StateInline,
  type Token,
} from "markdown-it";

/** What is known about the room in which a message stands. */
export interface RenderOptions {
  /** Says whether a name that stands after `@` is somebody's. @default nobody is mentioned */
  readonly mentions?: (name: string) => boolean;
}

/**
 * What a text must hold to be more than plain. Most messages stop here, so it asks for little and may say yes too
 * often: what is parsed and turns out to be plain is plain too.
 */
const MARKED = /[*_`<\\]|~~|\]\(|:\/\/|^[ \t]*(?:>|[-+](?:\s|$)|\d{1,9}[.)](?:\s|$))/m;
/** A name, as {@linkcode mentionsIn} finds it: a letter or digit of any script with its marks, `-` or `_`. */
const NAME = /(?:[\p{L}\p{N}_-]\p{M}{0,2}){2,32}(?![\p{L}\p{N}\p{M}_-])/uy;
/** What before an `@` makes it part of an address or of another name. */
const GLUED = /[\p{L}\p{N}\p{M}@]$/u;
const LANGUAGE = /^[a-z0-9+-]{1,20}$/;
/** Characters that turn the direction of what follows them (UAX #9 §2). */
const BIDI_CONTROLS = /[\u202a-\u202e\u2066-\u2069]/g;
const UNSEEN = /[\s\p{Default_Ignorable_Code_Point}\p{C}]/gu;
/** How far a browser is asked to nest. Deeper is nothing but a game, and is shown as it was typed. */
const MAX_QUOTES = 5;
const MAX_DEPTH = 16;
const MAX_MENTIONS = 50;
/**
 * How much markup there may be outside of fenced code, so that the worst message takes some 2 ms. More is shown as it was
 * typed, and mentions nobody. Of each: what marks it, and how often.
 */
const BOUNDS: ReadonlyArray<readonly [mark: RegExp, max: number]> = [
  // What may begin or end emphasis, code, a link or an escape.
  [/[*_`[<\\]|~~/g, 500],
  // Items of lists, quotes, and rules.
  [/^[ \t]*(?:>|[-+*_](?=\s|$)|\d{1,9}[.)](?=\s|$))/gm, 100],
  // Links.
  [/\]\(|:\/\/|<[^\s<>]*@/g, 60],
  [/\n/g, 400],
];

/** All rules that are left out, of blocks and of lines. What they would have found is shown as it was typed. */
const LEFT_OUT = ["table", "code", "reference", "html_block", "heading", "lheading", "image", "html_inline", "entity"];

const RENDERERS: Readonly<Record<string, RendererRule>> = {
  softbreak: () => "<br>",
  hardbreak: () => "<br>",
  mention: (tokens, index) => `<span class="mention">${escapeHtml(tokens[index].content)}</span>`,
  link_open: (tokens, index) =>
    `<a href="${
      escapeHtml(String(tokens[index].attrGet("href")))
    }" rel="noopener noreferrer nofollow ugc" target="_blank">`,
  fence: (tokens, index) => {
    const language = tokens[index].info.trim().split(/\s/, 1)[0].toLowerCase();
    const attribute = LANGUAGE.test(language) ? ` class="language-${language}"` : "";
    return `<pre><code${attribute}>${escapeHtml(tokens[index].content.replace(/\n$/, ""))}</code></pre>`;
  },
};

const markdown = makeParser();

function makeParser(): Parser {
  // The parser drops what is deeper than it goes, so it goes deeper than what is shown.
  const parser = new MarkdownIt({ html: false, linkify: true, breaks: true, maxNesting: MAX_DEPTH + 2 });
  parser.disable(LEFT_OUT);
  parser.block.ruler.at("hr", keepRule, { alt: ["blockquote", "list"] });
  // Of the two rules of this name, the one for lines is enough, for it takes whatever has a scheme.
  parser.core.ruler.disable("linkify");
  parser.linkify.set({ fuzzyLink: false, fuzzyEmail: false, fuzzyIP: false, urlAuth: true });
  for (const scheme of ["ftp:", "//", "mailto:"]) parser.linkify.add(scheme, null);
  parser.inline.ruler.at("newline", keepNewline);
  parser.inline.ruler.before("link", "mention", findMention);
  parser.core.ruler.push("links", settleLinks);
  parser.validateLink = (url) => parseLink(url) !== undefined;
  parser.normalizeLinkText = (url) => url;
  Object.assign(parser.renderer.rules, RENDERERS);
  parser.renderer.renderToken = (tokens, index) => renderTag(tokens[index]);
  return parser;
}

/**
 * Renders a message.
 *
 * @param text As it was typed.
 * @param options What is known about the room.
 * @returns HTML in which only `a`, `blockquote`, `br`, `code`, `em`, `li`, `ol`, `p`, `pre`, `s`, `span.mention`,
 * `strong` and `ul` stand; `undefined` if the text shown as it is, with its line breaks, would look the same,
 * or if there is so much markup in it that nobody typed it to be read.
 * @example
 * ```ts
 * import { renderMessage } from "./markdown.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const mentions = (name: string) => name === "ada";
 * assertEquals(
 *   renderMessage("**Hi** @ada, <b>look</b>", { mentions }),
 *   '<p><strong>Hi</strong> <span class="mention">@ada</span>, &lt;b&gt;look&lt;/b&gt;</p>',
 * );
 * assertEquals(renderMessage("Nothing but words"), undefined);
 * ```
 */
export function renderMessage(text: string, options: RenderOptions = {}): string | undefined {
  const { mentions } = options;
  if (!MARKED.test(text) && (mentions === undefined || !text.includes("@"))) return undefined;
  if (isTooMuch(text)) return undefined;
  const env = { mentions };
  const tokens = markdown.parse(text, env);
  if (isTooDeep(tokens) || isPlain(tokens, text)) return undefined;
  return markdown.renderer.render(tokens, markdown.options, env);
}

/**
 * Finds who may be mentioned in a message.
 *
 * @param text As it was typed.
 * @returns The distinct names that stand after `@`, at most 50, but not those in code or in the text of a link. A name
 * that ends with `-` or `_` is given with and without that, for nobody knows yet which of the two there is.
 * @example
 * ```ts
 * import { mentionsIn } from "./markdown.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(mentionsIn("@ada and @Zoë: mail bob@example.org, not `@carl`"), ["ada", "Zoë"]);
 * ```
 */
export function mentionsIn(text: string): string[] {
  if (!text.includes("@") || isTooMuch(text)) return [];
  const names = new Set<string>();
  const mentions = (name: string) => {
    if (names.size < MAX_MENTIONS) names.add(name);
    return false;
  };
  return isTooDeep(markdown.parse(text, { mentions })) ? [] : [...names];
}

/** Says whether there is more markup than is rendered. */
function isTooMuch(text: string): boolean {
  const typed = withoutFences(text);
  return BOUNDS.some(([mark, max]) => (typed.match(mark)?.length ?? 0) > max);
}

/** The text without the code that is fenced at the beginning of a line: it costs little, and is full of marks. */
function withoutFences(text: string): string {
  let fence: string | undefined;
  return text.split("\n").filter((line) => {
    const [, marks] = /^ {0,3}(`{3,}|~{3,})[ \t]*$/.exec(line) ?? [];
    if (fence === undefined) [, fence] = /^(`{3,}(?=[^`]*$)|~{3,})/.exec(line) ?? [];
    else if (marks?.startsWith(fence)) fence = undefined;
    else return false;
    return true;
  }).join("\n");
}

/** Says whether the parser may have dropped something, or a browser would have to nest too deep. */
function isTooDeep(tokens: readonly Token[]): boolean {
  let quotes = 0;
  for (const { type, level, children } of tokens) {
    if (type === "blockquote_open") quotes++;
    if (type === "blockquote_close") quotes--;
    if (quotes > MAX_QUOTES || level > MAX_DEPTH) return true;
    if (children?.some((child) => child.level > MAX_DEPTH)) return true;
  }
  return false;
}

/** Says whether nothing came of it: there is only text, all of it; or there is nothing to see at all. */
function isPlain(tokens: readonly Token[], text: string): boolean {
  let seen = "";
  let isMarked = false;
  for (const { type, content, children } of tokens) {
    if (type === "fence") seen += content;
    if (type !== "inline" && !type.startsWith("paragraph")) isMarked = true;
    for (const child of children ?? []) {
      seen += child.content;
      if (child.type !== "text" && child.type !== "softbreak") isMarked = true;
    }
  }
  return seen.replace(UNSEEN, "") === "" || (!isMarked && seen.replace(/\s/g, "") === text.replace(/\s/g, ""));
}

/** Instead of a rule across the page: the line as it was typed, which would otherwise be a list in a list in a list. */
function keepRule(state: StateBlock, startLine: number, _endLine: number, silent: boolean): boolean {
  const line = state.src.slice(state.bMarks[startLine] + state.tShift[startLine], state.eMarks[startLine]);
  if (!/^([*_-])[ \t]*(?:\1[ \t]*){2,}$/.test(line)) return false;
  if (silent) return true;
  state.line = startLine + 1;
  state.push("paragraph_open", "p", 1);
  const inline = state.push("inline", "", 0);
  inline.content = line.trimEnd();
  inline.children = [];
  state.push("paragraph_close", "p", -1);
  return true;
}

/** A line break stays one, and so do the spaces around it. */
function keepNewline(state: StateInline, silent: boolean): boolean {
  if (state.src[state.pos] !== "\n") return false;
  if (!silent) state.push("softbreak", "br", 0);
  state.pos++;
  return true;
}

function findMention(state: StateInline, silent: boolean): boolean {
  const { src, pos, linkLevel } = state;
  const isSomebody = state.env.mentions as RenderOptions["mentions"];
  // What is silent only looks for the end of something, which no name can be.
  if (src[pos] !== "@" || silent || linkLevel > 0 || isSomebody === undefined) return false;
  if (GLUED.test(src.slice(Math.max(0, pos - 2), pos))) return false;
  NAME.lastIndex = pos + 1;
  const [typed] = NAME.exec(src) ?? [];
  if (typed === undefined || pos + 1 + typed.length > state.posMax) return false;
  // In "_@ada_" and "@ada-" the end of what may stand in a name is not the end of the name.
  const name = [typed, typed.replace(/[_-]+$/, "")].find((name) => name.length > 1 && isSomebody(name));
  if (name === undefined) return false;
  state.push("mention", "span", 0).content = `@${name}`;
  state.pos += name.length + 1;
  return true;
}

/** Only these three schemes, without a password, and so that no browser reads another address than we did. */
function parseLink(href: string): URL | undefined {
  if (!/^(?:https?:\/\/[^/\\?#]|mailto:[^?])[^\s\\]*$/i.test(href) || !URL.canParse(href)) return undefined;
  const url = new URL(href);
  return url.username === "" && url.password === "" ? url : undefined;
}

/** Makes what links show honest. */
function settleLinks(state: StateCore): void {
  for (const block of state.tokens) {
    const { children } = block;
    if (children === null || !children.some(({ type }) => type === "link_open")) continue;
    const settled: Token[] = [];
    let link: Token[] | undefined;
    for (const token of children) {
      if (token.type === "link_open") link = [];
      (link ?? settled).push(token);
      if (token.type !== "link_close" || link === undefined) continue;
      settled.push(...settleLink(link, state));
      link = undefined;
    }
    block.children = settled;
  }
}

/** A link: nothing in it turns the direction; one that shows nothing, or an address of another host, shows its own. */
function settleLink(link: readonly Token[], state: StateCore): Token[] {
  const [open, ...inner] = link;
  const close = inner.pop()!;
  const href = String(open.attrGet("href"));
  if (href === "") return [textOf("[", state), ...inner, textOf("]()", state)];
  for (const token of inner) token.content = token.content.replace(BIDI_CONTROLS, "");
  const label = inner.map(({ content }) => content).join("").replace(UNSEEN, "");
  return label === "" || isOtherAddress(label, href) ? [open, textOf(href, state), close] : [...link];
}

function textOf(content: string, state: StateCore): Token {
  return Object.assign(new state.Token("text", "", 0), { content });
}

function isOtherAddress(label: string, href: string): boolean {
  const [, host] = /^(?:https?:\/\/|(?=www\.))([^/?#]+)/i.exec(label) ?? [];
  if (host === undefined) return false;
  return !URL.canParse(`http://${host}`) || new URL(`http://${host}`).hostname !== parseLink(href)?.hostname;
}

function renderTag({ tag, nesting, hidden, attrs }: Token): string {
  if (hidden) return "";
  const start = tag === "ol" && attrs !== null ? ` start="${Number(attrs[0][1])}"` : "";
  return `<${nesting === -1 ? "/" : ""}${tag}${start}>`;
}

function escapeHtml(text: string): string {
  return markdown.utils.escapeHtml(text);
}
