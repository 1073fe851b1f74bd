import type { ErrorPageProps } from "../lib/render.ts";

export default function Failure({ ctx, error }: ErrorPageProps) {
  return (
    <section class="sheet">
      <p class="big" aria-hidden="true">{error.status}</p>
      <h1>{error.message}</h1>
      <p>
        <a href={ctx.path.startsWith("/api/") ? "/" : ctx.path}>Try again</a>, or <a href="/">go to the first page</a>.
      </p>
      <p class="fine">
        Request <code>{ctx.requestId}</code>
      </p>
    </section>
  );
}
