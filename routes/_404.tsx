import { Suggestions } from "../lib/components/site_trail.tsx";
import type { ErrorPageProps } from "../lib/render.ts";

export default function NotFound({ ctx }: ErrorPageProps) {
  return (
    <section class="sheet">
      <p class="big" aria-hidden="true">404</p>
      <h1>There is nothing here</h1>
      <p>
        No page has the address <code>{ctx.path}</code>.
      </p>
      <Suggestions entries={ctx.suggestions} />
      <p>
        <a href="/">Go to the first page</a>, or <a href="/search">search for it</a>.
      </p>
    </section>
  );
}
