import type { LayoutProps } from "../lib/render.ts";

export default function Layout({ ctx, page, flash, children }: LayoutProps) {
  const title = page.title === undefined ? "Commonroom" : `${page.title} · Commonroom`;
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
        <link rel="icon" href="/_ui/icon.svg" type="image/svg+xml" />
        <link rel="stylesheet" href="/_ui/base.css" />
        <link rel="stylesheet" href="/_ui/sheet.css" />
        {page.kind === "room" && <link rel="stylesheet" href="/_ui/room.css" />}
        {page.kind === "room" && <link rel="stylesheet" href="/_ui/lines.css" />}
        {page.scripts?.map((script) => <script key={script} type="module" src={script} />)}
      </head>
      <body class={page.kind}>
        <a class="skip" href="#content">Skip to the content</a>
        <header class="bar">
          <a class="brand" href="/">
            <img src="/_ui/icon.svg" alt="" width="24" height="24" /> <span>Commonroom</span>
          </a>
          <nav aria-label="Main">
            <NavLink ctx={ctx} href="/rooms/common">Room</NavLink>
            <NavLink ctx={ctx} href="/search">Search</NavLink>
          </nav>
          <Account ctx={ctx} />
        </header>
        <main id="content" tabIndex={-1}>
          {flash === undefined ? null : <p class="flash" role="alert">{flash}</p>}
          {children}
        </main>
      </body>
    </html>
  );
}

function NavLink({ ctx, href, children }: Pick<LayoutProps, "ctx"> & { href: string; children: string }) {
  return <a href={href} aria-current={ctx.path === href ? "page" : undefined}>{children}</a>;
}

function Account({ ctx }: Pick<LayoutProps, "ctx">) {
  if (ctx.user === undefined) return <a class="account" href="/login">Log in</a>;
  return (
    <form class="account" method="post" action="/api/logout">
      <span class="who">{ctx.user.name}</span>
      <button type="submit" class="quiet">Log out</button>
    </form>
  );
}
