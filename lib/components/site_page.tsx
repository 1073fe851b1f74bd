/**
 * A Markdown page, with its folder around it.
 *
 * @module
 */
import type { Heading, SiteDocument } from "../pages/document.ts";
import type { Entry, Surroundings } from "../pages/site.ts";
import type { Page } from "../render.ts";
import { Changed, SiteTrail } from "./site_trail.tsx";

/** What a page shows. */
export interface SitePageProps {
  /** What it says. */
  readonly document: SiteDocument;
  /** What it is called. */
  readonly title: string;
  /** Its address. */
  readonly path: string;
  /** What stands around it, if that is known. */
  readonly surroundings: Surroundings | undefined;
  /** When its file was last changed, in ms since 1970. */
  readonly modifiedAtMs: number;
  /** Whether a member reads it, who is told what is wrong with it. */
  readonly isMember: boolean;
}

/** A page of the site. */
export function SitePage({ document, title, path, surroundings, modifiedAtMs, isMember }: SitePageProps): Page {
  const { html, hasHeading, headings, problem, matter } = document;
  const trail = surroundings?.trail ?? [];
  return (
    <div class="site">
      {surroundings !== undefined && surroundings.siblings.length > 1 && (
        <FolderPages entries={surroundings.siblings} path={path} folder={trail.at(-1)} />
      )}
      <div class="site-head">
        <SiteTrail trail={path.endsWith("/") ? trail.slice(0, -1) : trail} title={title} />
      </div>
      {headings.length > 0 && <Contents headings={headings} language={matter.language} />}
      <article class="document" lang={matter.language}>
        {problem !== undefined && isMember && (
          <p class="problem" lang="en">
            {problem}.{matter.access === "members" && " Only members are shown this page."}
          </p>
        )}
        {!hasHeading && <h1>{title}</h1>}
        {/* Made by the renderer, whose sanitiser let nothing through that is not on its list. */}
        <div dangerouslySetInnerHTML={{ __html: html }} />
      </article>
      <footer class="site-foot">
        <Neighbours previous={surroundings?.previous} next={surroundings?.next} />
        <p class="fine">
          Changed <Changed at={modifiedAtMs} />{" "}
          <span class="source">
            · <a href={`${path}?source`}>Source</a>
          </span>
        </p>
      </footer>
    </div>
  );
}

interface FolderPagesProps {
  readonly entries: readonly Entry[];
  readonly path: string;
  readonly folder: Entry | undefined;
}

/** The pages and folders beside a page; on a phone behind a line that opens. */
function FolderPages({ entries, path, folder }: FolderPagesProps): Page {
  return (
    <nav class="folder-nav" aria-label="Pages of this folder">
      <details>
        <summary>Pages in {folder?.title ?? "this folder"}</summary>
        <div>
          {folder !== undefined && (
            <a class="folder-name" href={folder.url} aria-current={folder.url === path ? "page" : undefined}>
              {folder.title}
            </a>
          )}
          <ul>
            {entries.map(({ url, title, kind }) => (
              <li key={url} class={`kind-${kind}`}>
                <a href={url} aria-current={url === path ? "page" : undefined}>{title}</a>
              </li>
            ))}
          </ul>
        </div>
      </details>
    </nav>
  );
}

/** The headings of a page. */
function Contents({ headings, language }: { headings: readonly Heading[]; language: string | undefined }): Page {
  return (
    <nav class="contents" aria-label="On this page">
      <details>
        <summary>On this page</summary>
        <ul lang={language}>
          {headings.map(({ id, title, level }) => (
            <li key={id} class={`level-${level}`}>
              <a href={`#${encodeURIComponent(id)}`}>{title}</a>
            </li>
          ))}
        </ul>
      </details>
    </nav>
  );
}

function Neighbours({ previous, next }: Pick<Surroundings, "previous" | "next">): Page | null {
  if (previous === undefined && next === undefined) return null;
  return (
    <nav class="neighbours" aria-label="Before and after">
      {previous !== undefined && (
        <a rel="prev" href={previous.url}>
          <small>Previous</small> {previous.title}
        </a>
      )}
      {next !== undefined && (
        <a rel="next" href={next.url}>
          <small>Next</small> {next.title}
        </a>
      )}
    </nav>
  );
}
