import type { ErrorPageProps } from "../lib/render.ts";

export default function Failure({ ctx, error }: ErrorPageProps) {
  return (
    <section class="sheet">
      <h1>{error.message}</h1>
      <p>
        <a href={ctx.url.pathname.startsWith("/api/") ? "/" : ctx.url.pathname}>Try again</a>, or{" "}
        <a href="/">go to the first page</a>.
      </p>
      <p class="fine">
        Status {error.status}, request <code>{ctx.requestId}</code>
      </p>
    </section>
  );
}
