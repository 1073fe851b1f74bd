import { type Context, localPath } from "../lib/context.ts";
import { typedBefore } from "../lib/forms.ts";

export function GET(ctx: Context) {
  const next = localPath(ctx.query.get("next"), "/rooms/common");
  if (ctx.user !== undefined) return ctx.redirect(next);
  const typed = typedBefore(ctx);
  return ctx.render(
    <section class="sheet narrow">
      <h1>Log in</h1>
      {ctx.query.get("reason") === "banned" && <p class="flash" role="alert">You are banned; ask a moderator.</p>}
      <form method="post" action={`/api/login?next=${encodeURIComponent(next)}`} class="fields">
        <label>
          Name
          <input
            name="name"
            value={typed}
            required
            autocomplete="username"
            autofocus={typed === ""}
            autocapitalize="none"
          />
        </label>
        <label>
          Password
          <input
            name="password"
            type="password"
            required
            autocomplete="current-password"
            autofocus={typed !== ""}
          />
        </label>
        <button type="submit">Log in</button>
      </form>
      <p>Forgotten the password? Ask an administrator for a link that sets a new one.</p>
      {ctx.services.isRegistrationOpen && (
        <p>
          New here? <a href="/register">Make an account</a>.
        </p>
      )}
    </section>,
    { title: "Log in" },
  );
}
