import { AccountMenu, NavLink } from "../lib/components/navigation.tsx";
import { assetUrl } from "../lib/files/own_assets.ts";
import type { LayoutProps } from "../lib/render.ts";

const ROOM_STYLES = ["room", "sides", "lines", "dialogs", "icons"];

export default function Layout({ ctx, page, flash, children }: LayoutProps) {
  const site = page.site ?? "Commonroom";
  const title = page.title === undefined || page.title === site ? site : `${page.title} · ${site}`;
  const styles = ["base", "sheet", ...page.kind === "room" ? ROOM_STYLES : [], ...page.styles ?? []];
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta
          name="viewport"
          content="width=device-width, initial-scale=1, viewport-fit=cover, interactive-widget=resizes-content"
        />
        <meta name="color-scheme" content="light dark" />
        <title>{title}</title>
        {page.description !== undefined && <meta name="description" content={page.description} />}
        <link rel="icon" href="/_ui/icon.svg" type="image/svg+xml" />
        {styles.map((style) => <link key={style} rel="stylesheet" href={assetUrl(`/_ui/${style}.css`)} />)}
        {page.scripts?.map((script) => <script key={script} type="module" src={assetUrl(script)} />)}
        {page.isWatched && <script src="/_ui/reload.js" defer />}
      </head>
      <body class={page.kind}>
        {/* No heading of a page gets an id with a capital. */}
        <a class="skip" href="#Content">Skip to the content</a>
        <header class="bar">
          <a class="brand" href="/">
            <img src="/_ui/icon.svg" alt="" width="24" height="24" /> <span>Commonroom</span>
          </a>
          <nav aria-label="Main">
            <NavLink ctx={ctx} href="/rooms/common">Rooms</NavLink>
            <NavLink ctx={ctx} href="/search">Search</NavLink>
            {ctx.user !== undefined && <NavLink ctx={ctx} href="/people">People</NavLink>}
          </nav>
          <AccountMenu ctx={ctx} />
        </header>
        <main id="Content" tabIndex={-1}>
          {flash !== undefined && !flash.beside && (
            <p class={`flash ${flash.kind}`} role={flash.kind === "done" ? "status" : "alert"}>{flash.message}</p>
          )}
          {children}
        </main>
      </body>
    </html>
  );
}
