import { personFor } from "../../lib/auth/person.ts";
import { PeopleTable } from "../../lib/components/people.tsx";
import type { Context } from "../../lib/context.ts";

/** People of one page. */
const PAGE = 100;
const MAX_NAME = 128;

export function GET(ctx: Context) {
  const { user } = ctx.requireSession();
  const prefix = (ctx.query.get("prefix") ?? "").slice(0, MAX_NAME);
  const after = ctx.query.get("after")?.slice(0, MAX_NAME);
  const found = ctx.services.accounts.search({ prefix, after, limit: PAGE + 1 });
  const people = found.slice(0, PAGE).map((account) => personFor(ctx, account));
  const next = new URLSearchParams({ prefix, after: people.at(-1)?.name ?? "" });
  return ctx.render(
    <section class="sheet wide">
      <h1>People</h1>
      <form role="search" action="/people" class="inline">
        <input
          type="search"
          name="prefix"
          value={prefix}
          maxLength={MAX_NAME}
          autocomplete="off"
          aria-label="Find people whose name begins with"
        />
        <button type="submit">Find</button>
      </form>
      {people.length > 0
        ? <PeopleTable people={people} me={user.name} />
        : <p role="status">Nobody’s name begins so. Try fewer letters, or look at everybody.</p>}
      <p class="inline">
        {(prefix !== "" || after !== undefined) && <a href="/people">Everybody</a>}
        {found.length > PAGE && <a href={`/people?${next}`}>Next {PAGE}</a>}
      </p>
      <p>
        <a href="/invitations">Invite somebody</a>
      </p>
    </section>,
    { title: "People" },
  );
}
