import { RegisterForm } from "../lib/components/register_form.tsx";
import type { Context } from "../lib/context.ts";

export function GET(ctx: Context) {
  const invitation = ctx.query.get("invitation") ?? "";
  const { setup, isRegistrationOpen } = ctx.services;
  const isSetup = setup.accepts(invitation);
  if (!isSetup && !(isRegistrationOpen && invitation === "")) return closed(ctx, invitation);
  const action = isSetup ? `/api/register?invitation=${encodeURIComponent(invitation)}` : "/api/register";
  const title = isSetup ? "Make the administrator’s account" : "Make an account";
  return ctx.render(
    <section class="sheet narrow">
      <h1>{title}</h1>
      <RegisterForm action={action} />
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
      <p>Ask whoever runs this server for an account.</p>
      <p>
        Have one already? <a href="/login">Log in</a>.
      </p>
    </section>,
    { title: "Register", status: 403 },
  );
}
