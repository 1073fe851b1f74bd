import { moderationPage } from "../lib/auth/moderation.ts";
import { ModerationTable } from "../lib/components/moderation.tsx";
import type { Context } from "../lib/context.ts";

export function GET(ctx: Context) {
  const { user } = ctx.requireSession();
  const { entries, more } = moderationPage(ctx.services.moderation, { actor: user, query: ctx.query });
  return ctx.render(
    <section class="sheet wide">
      <h1>What moderators did</h1>
      <ModerationTable entries={entries} />
      <p class="inline">
        {ctx.query.has("before") && <a href="/moderation">Newest</a>}
        {more && <a href={`/moderation?before=${entries.at(-1)!.position}`}>Older</a>}
      </p>
    </section>,
    { title: "What moderators did", scripts: ["/_ui/times.js"] },
  );
}
