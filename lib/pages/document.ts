/**
 * What becomes of a Markdown file: HTML that is safe to show, and what the page around it needs to know.
 *
 * @module
 */
import type { FrontMatter } from "./front_matter.ts";

/** A heading in the table of contents. */
export interface Heading {
  /** Its id, the fragment of its address. */
  readonly id: string;
  /** Its words. */
  readonly title: string;
  /** 2 or 3. */
  readonly level: number;
}

/** A Markdown file, rendered. */
export interface SiteDocument {
  /** What it says of itself. */
  readonly matter: FrontMatter;
  /** What is wrong with that, for those who can mend it. */
  readonly problem?: string;
  /** What it is called, by its front matter or its first heading. */
  readonly title?: string;
  /** Whether it shows a heading of the first level itself. */
  readonly hasHeading: boolean;
  /** The headings of its second and third level, if there is more than one. */
  readonly headings: readonly Heading[];
  /** Safe HTML: no script, no style, nothing of other servers. */
  readonly html: string;
}
