import { personFor } from "../../lib/auth/person.ts";
import { isAdministrator, mayModerate } from "../../lib/auth/rights.ts";
import { Marks, PersonForms, PersonName, WriteTo } from "../../lib/components/people.tsx";
import type { Context } from "../../lib/context.ts";

export function GET(ctx: Context) {
  const { user } = ctx.requireSession();
  const account = ctx.services.accounts.byName(ctx.params.name);
  const person = personFor(ctx, account);
  const isMe = account.id === user.id;
  const powers = { mayModerate: mayModerate(user, account), mayAdminister: isAdministrator(user) && !isMe };
  return ctx.render(
    <section class="sheet">
      <h1>
        <PersonName person={person} />
      </h1>
      <p>
        <Marks person={person} />
      </p>
      {isMe
        ? (
          <p>
            This is you. <a href="/account">Your account</a>
          </p>
        )
        : <WriteTo name={person.name} />}
      <PersonForms person={person} powers={powers} />
      <p>
        <a href="/people">All people</a>
      </p>
    </section>,
    { title: person.displayName ?? person.name, scripts: ["/_ui/times.js"] },
  );
}
