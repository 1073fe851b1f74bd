/**
 * Pages: JSX rendered on the server, inside the layouts of their folders.
 *
 * @module
 */
import type { VNode } from "preact";
import { renderToString } from "preact-render-to-string";
import type { Context } from "./context.ts";
import type { HttpError } from "./errors.ts";
import type { Flash } from "./flash.ts";
import { lazyResponse } from "./lazy_response.ts";

/** A page or a part of one, as JSX makes it. */
export interface Page {
  /** The component or the name of the element. */
  readonly type: unknown;
  /** What it was given. */
  readonly props: unknown;
  /** Tells it from its neighbours. */
  readonly key: unknown;
}

/** What a page says of itself, and of its reply. */
export interface PageOptions {
  /** What the page is called. */
  readonly title?: string;
  /** Whether it loads itself anew when something changes on disk. @default false */
  readonly isWatched?: boolean;
  /** What the site calls itself, where it is more than this program. */
  readonly site?: string;
  /** What it is about, in a sentence. */
  readonly description?: string;
  /** Style sheets that the page needs beside those of every page, by name. */
  readonly styles?: readonly string[];
  /** The status of the reply. @default 200 */
  readonly status?: number;
  /** Scripts that the page needs, by path. */
  readonly scripts?: readonly string[];
  /** For the layout: what kind of page this is. */
  readonly kind?: string;
}

/** What a `_layout.tsx` gets: it renders `children` inside. */
export interface LayoutProps {
  /** The request. */
  readonly ctx: Context;
  /** What the page says of itself. */
  readonly page: PageOptions;
  /** The message that the last page left. */
  readonly flash: Flash | undefined;
  /** The page. */
  readonly children: Page;
}

/** What a `_404.tsx` or `_error.tsx` gets. */
export interface ErrorPageProps {
  /** The request. */
  readonly ctx: Context;
  /** What is answered. */
  readonly error: HttpError;
}

/** A `_layout.tsx`. */
export type Layout = (props: LayoutProps) => Page;
/** A `_404.tsx` or `_error.tsx`. */
export type ErrorPage = (props: ErrorPageProps) => Page;

/** What a folder of routes gives to the pages in and below it. */
export interface RouteFolder {
  /** From the root folder down. */
  readonly layouts: readonly Layout[];
  /** The nearest `_404.tsx`. */
  readonly notFound: ErrorPage | undefined;
  /** The nearest `_error.tsx`. */
  readonly error: ErrorPage | undefined;
}

/**
 * Only what this server sends is run, shown or asked; no other site shows our pages in a frame.
 * `data:` lets the style sheet carry its icons.
 */
export const CONTENT_SECURITY_POLICY: string = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "media-src 'self'",
  "connect-src 'self'",
  "manifest-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join("; ");

/**
 * Renders a page.
 *
 * @param ctx The request; its folder says which layouts surround the page.
 * @param page What the page shows.
 * @param options Its title, and the status of the reply.
 */
export function renderPage(ctx: Context, page: Page, options: PageOptions): Response {
  const flash = ctx.takeFlash();
  const layouts = ctx.folder?.layouts ?? [];
  const whole = layouts.reduceRight((children, layout) => layout({ ctx, page: options, flash, children }), page);
  return lazyResponse(`<!doctype html>${renderToString(whole as VNode)}`, {
    status: options.status ?? 200,
    headers: {
      "content-type": "text/html; charset=utf-8",
      "content-security-policy": CONTENT_SECURITY_POLICY,
      "cache-control": "private, no-cache",
    },
  });
}
