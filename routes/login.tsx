import { type Context, localPath } from "../lib/context.ts";

export function GET(ctx: Context) {
  const next = localPath(ctx.query.get("next"), "/rooms/common");
  if (ctx.user !== undefined) return ctx.redirect(next);
  return ctx.render(
    <section class="sheet narrow">
      <h1>Log in</h1>
      <form method="post" action={`/api/login?next=${encodeURIComponent(next)}`} class="fields">
        <label>
          Name
          <input name="name" required autocomplete="username" autofocus autocapitalize="none" />
        </label>
        <label>
          Password
          <input name="password" type="password" required autocomplete="current-password" />
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
