/**
 * Of the HTML of a page only what is on a list goes on: nothing runs, nothing is loaded from other servers, and nothing
 * looks like the page around it.
 *
 * @module
 */
import "./document_colourless.ts";
import sanitizeHtml from "sanitize-html";
import type { DocumentLinks } from "./document_links.ts";

type Attributes = Record<string, string>;
interface Element {
  readonly tagName: string;
  readonly attribs: Attributes;
  /** What stands in it, instead of what stood there. */
  readonly text?: string;
}
type Transform = (tagName: string, attribs: Attributes) => Element;

const HTML_TAGS =
  `a abbr audio b bdi bdo blockquote br caption center cite code col colgroup dd del details dfn div dl dt em
  figcaption figure h1 h2 h3 h4 h5 h6 hr i img input ins kbd li mark ol p picture pre q rp rt ruby s samp section small
  source span strike strong sub summary sup table tbody td tfoot th thead time tr track u ul var video wbr`;
const VOID_TAGS = ["br", "col", "hr", "img", "input", "source", "track", "wbr"];
/** With capitals where SVG has them. */
const SVG_TAGS =
  `svg g path rect circle ellipse line polyline polygon text tspan defs marker title desc linearGradient stop`;
const SVG_ATTRIBUTES = `viewbox width height x y x1 y1 x2 y2 cx cy r rx ry d points dx dy transform fill fill-opacity
  fill-rule stroke stroke-width stroke-opacity stroke-linecap stroke-linejoin stroke-dasharray stroke-dashoffset
  stroke-miterlimit opacity color font-size font-weight font-style text-anchor dominant-baseline letter-spacing offset
  stop-color stop-opacity gradientunits gradienttransform spreadmethod markerwidth markerheight markerunits orient refx
  refy marker-start marker-mid marker-end preserveaspectratio vector-effect role aria-label aria-hidden aria-labelledby
  aria-describedby`;
const ATTRIBUTES: Readonly<Record<string, string>> = {
  "*": "id title lang dir align class",
  a: "href name aria-label",
  audio: "src controls loop muted preload",
  blockquote: "cite",
  code: "class",
  col: "span width",
  colgroup: "span width",
  del: "datetime",
  details: "open",
  div: "role aria-label tabindex",
  img: "src srcset sizes alt width height loading",
  input: "type checked disabled aria-label",
  ins: "datetime",
  li: "value",
  ol: "start type reversed",
  pre: "tabindex",
  source: "src srcset sizes media type width height",
  table: "width",
  td: "colspan rowspan headers width valign",
  th: "colspan rowspan headers scope abbr width valign",
  time: "datetime",
  track: "src kind srclang label default",
  video: "src controls width height poster loop muted playsinline preload",
};
/** Only those that our style sheets give a meaning to in a page. */
const CLASSES = [
  "bare",
  "scroll",
  "heading",
  "anchor",
  "task",
  "alert",
  "alert-name",
  "footnotes",
  "footnote-back",
  "footnote-ref",
]
  .concat(["note", "tip", "important", "warning", "caution"].map((kind) => `alert-${kind}`));
/** What the colours of code are named by, such as `hljs-title` and `function_`. */
const CODE_CLASS = /^(?:hljs-[a-z_-]+|language-[\w+#.-]+|[a-z]+_{1,2})$/;
/** Elements deeper than this are left out, what they hold stays: each costs a browser more the deeper it lies. */
const MAX_DEPTH = 100;
/** Ids of SVG get it, so that they meet no heading's. */
const SVG_PREFIX = "svg-";
/** What may stand in an attribute of SVG that names another element. */
const REFERENCE = /url\(\s*(["']?)#([\w:.-]+)\1\s*\)/gi;

const svgTags = words(SVG_TAGS);
const allowedTags = [...words(HTML_TAGS), ...svgTags];
const allowedAttributes = Object.fromEntries([
  ...Object.entries(ATTRIBUTES).map(([tag, names]) => [tag, words(names)]),
  ...svgTags.map((tag) => [tag, words(SVG_ATTRIBUTES)]),
]);

/**
 * Makes HTML safe to show.
 *
 * @param html What the parser made of a page, and what its author wrote into it.
 * @param links Where its links lead.
 */
export function sanitize(html: string, links: DocumentLinks): string {
  const media = new MediaTransforms(links);
  const svg = Object.fromEntries(svgTags.map((tag) => [tag, transformSvg]));
  return sanitizeHtml(html, {
    allowedTags,
    allowedAttributes,
    allowedClasses: { "*": CLASSES, span: [CODE_CLASS], code: [CODE_CLASS] },
    allowedSchemes: ["http", "https", "mailto", "tel"],
    allowProtocolRelative: false,
    parseStyleAttributes: false,
    selfClosing: VOID_TAGS,
    nestingLimit: MAX_DEPTH,
    nonTextTags: ["script", "style", "textarea", "option", "xmp", "noscript", "template", "iframe", "object", "math"],
    // The file is closed where it ends, and what is open is closed with it: nothing reaches the page around it.
    onOpenTag: (name: string) => void (name === "a" && media.linkDepth++),
    onCloseTag: (name: string) => void (name === "a" && media.linkDepth--),
    exclusiveFilter: ({ tag, attribs }: { tag: string; attribs: Attributes }) =>
      tag === "input" && attribs.type !== "checkbox",
    transformTags: { ...svg, ...media.transforms, input: transformInput, div: transformBox, pre: transformBox },
  });
}

/** Only boxes, which nobody can change. */
const transformInput: Transform = (tagName, { type, ...attribs }) => ({
  tagName,
  attribs: { ...attribs, type: type?.toLowerCase() === "checkbox" ? "checkbox" : "", disabled: "" },
});

/** What scrolls by itself is a group, and reached by the keyboard; a page is no place for other roles. */
const transformBox: Transform = (tagName, { role, tabindex, ...attribs }) => ({
  tagName,
  attribs: { ...role === "group" && { role }, ...attribs, ...tabindex === "0" && { tabindex } },
});

const transformSvg: Transform = (tagName, attribs) => {
  const safe: Attributes = {};
  for (const [name, value] of Object.entries(attribs)) {
    if (name === "id") safe.id = SVG_PREFIX + value;
    else if (name.startsWith("aria-labelledby") || name === "aria-describedby") {
      safe[name] = words(value).map((id) => SVG_PREFIX + id).join(" ");
    } else {
      const local = value.replaceAll(REFERENCE, (_, __, id) => `url(#${SVG_PREFIX}${id})`);
      // A backslash or a comment could write `url` in another way.
      if (!/url\((?!#)|\\|\/\*/i.test(local)) safe[name] = local;
    }
  }
  return { tagName, attribs: safe };
};

/** Links, and what is shown or played in the page: of this server, or else a link to it. */
class MediaTransforms {
  /** How many links are open. */
  linkDepth = 0;
  readonly #links: DocumentLinks;

  constructor(links: DocumentLinks) {
    this.#links = links;
  }

  get transforms(): Record<string, Transform> {
    const player: Transform = (tagName, attribs) => this.#player(tagName, attribs);
    const part: Transform = (tagName, { src, srcset, ...attribs }) => ({
      tagName,
      attribs: { ...attribs, ...this.#sources({ src, srcset }) },
    });
    return {
      a: (_, attribs) => this.#link(attribs),
      img: (_, attribs) => this.#image(attribs),
      video: player,
      audio: player,
      source: part,
      track: part,
    };
  }

  #link({ href, ...attribs }: Attributes): Element {
    const target = href === undefined ? undefined : this.#links.page(href);
    return { tagName: "a", attribs: target === undefined ? attribs : { ...attribs, href: target.href } };
  }

  /** Whoever reads a page is not to tell another server so: an image there becomes a link, if it is in none. */
  #image({ src = "", srcset, ...attribs }: Attributes): Element {
    const target = this.#links.file(src);
    if (target?.isElsewhere) return this.#elsewhere(target.href, attribs.alt);
    const size = target === undefined ? {} : this.#sizeFor(target.href, attribs);
    const sources = this.#sources({ src, srcset });
    return { tagName: "img", attribs: { alt: "", loading: "lazy", ...size, ...attribs, ...sources } };
  }

  /** The size that keeps its place free; a width that the author has chosen is kept, and the height goes with it. */
  #sizeFor(href: string, { width: chosen, height }: Attributes): Attributes {
    if (height !== undefined || (chosen !== undefined && !/^\d+$/.test(chosen))) return {};
    const size = this.#links.sizeOf(href);
    if (size === undefined) return {};
    const width = chosen === undefined ? size.width : Number(chosen);
    return { width: String(width), height: String(Math.round(size.height * width / size.width)) };
  }

  #player(tagName: string, { src, poster, ...attribs }: Attributes): Element {
    const target = src === undefined ? undefined : this.#links.file(src);
    if (target?.isElsewhere) return this.#elsewhere(target.href, attribs.title);
    const picture = poster === undefined ? undefined : this.#links.file(poster);
    return {
      tagName,
      attribs: {
        preload: "metadata",
        ...attribs,
        controls: "",
        ...target !== undefined && { src: target.href },
        ...picture !== undefined && !picture.isElsewhere && { poster: picture.href },
      },
    };
  }

  #elsewhere(href: string, name: string | undefined): Element {
    const text = name?.trim() || href;
    return this.linkDepth > 0 ? { tagName: "span", attribs: {}, text } : { tagName: "a", attribs: { href }, text };
  }

  #sources({ src, srcset }: { src?: string; srcset?: string }): Attributes {
    const file = src === undefined ? undefined : this.#links.file(src);
    const set = srcset?.split(",").flatMap((candidate) => {
      const [url, size = ""] = words(candidate);
      const target = url === undefined ? undefined : this.#links.file(url);
      return target === undefined || target.isElsewhere ? [] : [`${target.href} ${size}`.trim()];
    });
    return {
      ...file !== undefined && !file.isElsewhere && { src: file.href },
      ...set !== undefined && set.length > 0 && { srcset: set.join(", ") },
    };
  }
}

function words(text: string): string[] {
  return text.split(/\s+/).filter((word) => word !== "");
}
