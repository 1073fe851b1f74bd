import { RegisterForm } from "../lib/components/register_form.tsx";
import type { Context } from "../lib/context.ts";
import { typedBefore } from "../lib/forms.ts";

export function GET(ctx: Context) {
  const token = ctx.query.get("invitation") ?? "";
  const { setup, invitations, isRegistrationOpen } = ctx.services;
  const isSetup = setup.accepts(token);
  const invitation = isSetup || token === "" ? undefined : invitations.find(token);
  if (!isSetup && invitation === undefined && !(isRegistrationOpen && token === "")) return closed(ctx, token);
  const action = token === "" ? "/api/register" : `/api/register?invitation=${encodeURIComponent(token)}`;
  const title = isSetup ? "Make the administrator’s account" : "Make an account";
  return ctx.render(
    <section class="sheet narrow">
      <h1>{title}</h1>
      {invitation !== undefined && (
        <p>
          <strong>{invitation.madeBy}</strong> invites you to the common room.
        </p>
      )}
      <RegisterForm action={action} typed={typedBefore(ctx)} />
      <p>
        Have one already? <a href="/login">Log in</a>.
      </p>
    </section>,
    { title },
  );
}

function closed(ctx: Context, invitation: string) {
  return ctx.render(
    <section class="sheet narrow">
      <h1>{invitation === "" ? "Registration is by invitation" : "This invitation is not valid any more"}</h1>
      <p>Ask somebody who is a member already for a new one.</p>
      <p>
        Have one already? <a href="/login">Log in</a>.
      </p>
    </section>,
    { title: "Register", status: 403 },
  );
}
