import type { Context } from "../lib/context.ts";

export async function GET(ctx: Context) {
  return await ctx.file("/") ?? await home(ctx);
}

/** For a folder without an index.html, and somebody who may read it: what there is to read. */
async function home(ctx: Context) {
  const { site } = ctx.services;
  await site.freshen();
  const pages = site.pages();
  return ctx.render(
    <section class="sheet">
      <h1>Welcome</h1>
      <p>
        <a href="/rooms/common">Talk in the common room</a>, or <a href="/search">search</a> everything there is.
      </p>
      {pages.length > 0 && <h2>Pages</h2>}
      <ul>
        {pages.map(({ url, title }) => (
          <li key={url}>
            <a href={url}>{title}</a>
          </li>
        ))}
      </ul>
    </section>,
  );
}
