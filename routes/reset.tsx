import { NewPassword } from "../lib/components/account.tsx";
import type { Context } from "../lib/context.ts";

export async function GET(ctx: Context) {
  const token = ctx.query.get("token") ?? "";
  const account = await ctx.services.resets.find(token);
  if (account === undefined) return notValid(ctx);
  return ctx.render(
    <section class="sheet narrow">
      <h1>Set a new password</h1>
      <p>
        For the account <strong>{account.name}</strong>. You are logged out everywhere else.
      </p>
      <form method="post" action={`/api/reset?token=${encodeURIComponent(token)}`} class="fields">
        <input name="username" value={account.name} autocomplete="username" readOnly hidden />
        <NewPassword />
        <button type="submit">Set the password</button>
      </form>
    </section>,
    { title: "Set a new password" },
  );
}

function notValid(ctx: Context) {
  return ctx.render(
    <section class="sheet narrow">
      <h1>This link is not valid any more</h1>
      <p>It works once, within 24 hours. Ask an administrator for a new one.</p>
      <p>
        <a href="/login">Log in</a>
      </p>
    </section>,
    { title: "Set a new password", status: 403 },
  );
}
