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
      <form method="post" action={action} class="fields">
        <label>
          Name
          <input
            name="name"
            required
            minLength={2}
            maxLength={32}
            autocomplete="username"
            autofocus
            autocapitalize="none"
            spellcheck={false}
            aria-describedby="name-help"
          />
          <small id="name-help">2 to 32 letters or digits of any script, - or _</small>
        </label>
        <label>
          Password
          <input
            name="password"
            type="password"
            required
            minLength={10}
            autocomplete="new-password"
            aria-describedby="password-help"
          />
          <small id="password-help">At least 10 characters; a few words are easy to remember</small>
        </label>
        <button>Make the account</button>
      </form>
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
