import { InvitationForm, InvitationTable } from "../lib/components/invitations.tsx";
import type { Context } from "../lib/context.ts";

export function GET(ctx: Context) {
  const { user } = ctx.requireSession();
  const { invitations } = ctx.services;
  return ctx.render(
    <section class="sheet wide">
      <h1>Invitations</h1>
      <p>Whoever has the link of an invitation makes an account with it, and chooses name and password.</p>
      <h2>Invite</h2>
      <InvitationForm />
      <h2>Those there are</h2>
      <InvitationTable invitations={invitations.list(user)} />
    </section>,
    { title: "Invitations", scripts: ["/_ui/times.js"] },
  );
}
