/**
 * Where the links of a Markdown page lead. They are written as between files, and so work on a code-hosting site too:
 * `../other.md#part` leads to the page `/other#part`, `image.png` to the file beside the page.
 *
 * @module
 */
import type { ImageSize } from "./document_images.ts";
import { addressOfLink, type Place } from "./locate.ts";

/** What is looked at to find where links lead. */
export interface LinkBase {
  /** The path of the page's file on the site, percent-encoded: `/docs/guide.md`. */
  readonly url: string;
  /** What there is at a path of the site. */
  readonly look: (path: string) => Place | undefined;
  /** How large the image at a path of the site is. @default of none it is known */
  readonly sizeOf?: (path: string) => ImageSize | undefined;
}

/** Where a link leads. */
export interface Target {
  /** What to write into the page. */
  readonly href: string;
  /** Whether that is another server. */
  readonly isElsewhere: boolean;
}

/** A stand-in for this server, whose name the page does not know. */
const HERE = "http://here.invalid";
const SCHEMES: ReadonlySet<string> = new Set(["http:", "https:", "mailto:", "tel:"]);
/** Links of one page that are followed to where they lead; the others are left to be redirected. */
const MAX_FOLLOWED = 2_000;
/** Images of one page that are measured; the others take their place when they come. */
const MAX_SIZED = 500;

/** The links of one page. */
export class DocumentLinks {
  readonly #base: LinkBase;
  readonly #known = new Map<string, string>();
  #sized = 0;

  /**
   * Stands ready for a page.
   *
   * @param base The page.
   */
  constructor(base: LinkBase) {
    this.#base = base;
  }

  /**
   * Where a link leads.
   *
   * @param href As it was written.
   * @returns `undefined` if nobody may be led there: a scheme that runs something, another server without its scheme.
   */
  page(href: string): Target | undefined {
    if (href.startsWith("#")) return { href, isElsewhere: false };
    const target = this.file(href);
    if (target === undefined || target.isElsewhere) return target;
    const [, path, rest] = /^([^?#]*)(.*)$/s.exec(target.href)!;
    // A query may ask for the source itself.
    return rest.startsWith("?") ? target : { href: this.#canonical(path) + rest, isElsewhere: false };
  }

  /**
   * Where the file of an image or a player is.
   *
   * @param href As it was written.
   * @returns `undefined` if it is not to be asked for.
   */
  file(href: string): Target | undefined {
    // As browsers read it: they skip these wherever they stand.
    const written = href.replaceAll(/[\t\n\r]/g, "").trim();
    if (/^[/\\]{2}/.test(written)) return undefined;
    const url = parseUrl(written, HERE + this.#base.url);
    if (url === undefined || !SCHEMES.has(url.protocol)) return undefined;
    if (url.origin !== HERE) return { href: url.href, isElsewhere: true };
    // `http:name` and the like lead here by way of a scheme: nobody means that.
    if (/^[a-z][a-z0-9+.-]*:/i.test(written) || url.pathname.startsWith("//")) return undefined;
    return { href: url.pathname + url.search + url.hash, isElsewhere: false };
  }

  /**
   * How large an image is.
   *
   * @param href Where {@linkcode DocumentLinks.file} says that it is.
   */
  sizeOf(href: string): ImageSize | undefined {
    if (this.#sized >= MAX_SIZED) return undefined;
    this.#sized++;
    return this.#base.sizeOf?.(href.replace(/[?#].*$/s, ""));
  }

  #canonical(path: string): string {
    const known = this.#known.get(path);
    if (known !== undefined) return known;
    if (this.#known.size >= MAX_FOLLOWED) return path;
    const canonical = addressOfLink(path, this.#base.look);
    this.#known.set(path, canonical);
    return canonical;
  }
}

function parseUrl(href: string, base: string): URL | undefined {
  try {
    return new URL(href, base);
  } catch {
    return undefined;
  }
}
