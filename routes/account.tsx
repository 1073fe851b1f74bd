import { publicUser } from "../lib/auth/log_in.ts";
import { Leaving, PasswordForm, ProfileForm, SessionTable } from "../lib/components/account.tsx";
import type { Context } from "../lib/context.ts";
import { errorBeside } from "../lib/forms.ts";

export async function GET(ctx: Context) {
  const session = ctx.requireSession();
  const user = publicUser(session.user);
  const sessions = await ctx.services.sessions.list(session.user.id, session);
  return ctx.render(
    <section class="sheet wide">
      <h1>Your account</h1>
      <p>
        You are <strong>{user.name}</strong>, {user.role}.
      </p>
      <h2>How you appear</h2>
      <ProfileForm user={user} />
      <h2>Password</h2>
      <PasswordForm name={user.name} />
      <h2>Sessions</h2>
      <p>End those that you do not know, and change your password.</p>
      <SessionTable sessions={sessions} />
      <Leaving error={errorBeside(ctx, "delete")} />
    </section>,
    { title: "Your account", scripts: ["/_ui/times.js"] },
  );
}
