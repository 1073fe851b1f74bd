/**
 * Invitations: making them, handing them over, taking them back. All of it works without script.
 *
 * @module
 */
import type { InvitationRow, InvitationState } from "../auth/invitations.ts";
import type { Page } from "../render.ts";
import { LinkToCopy } from "./link_to_copy.tsx";
import { QrCode } from "./qr_code.tsx";
import { DELETED_MEMBER } from "./room_names.ts";
import { Table } from "./table.tsx";
import { When } from "./when.tsx";

const LIFETIMES: ReadonlyArray<readonly [hours: number, text: string]> = [
  [1, "an hour"],
  [24, "a day"],
  [7 * 24, "a week"],
  [30 * 24, "30 days"],
];
const STATES: Readonly<Record<InvitationState, string>> = {
  "valid": "valid",
  "expired": "expired",
  "revoked": "taken back",
  "used-up": "used up",
};

/** Makes an invitation. */
export function InvitationForm(): Page {
  return (
    <form method="post" action="/api/invitations" class="fields">
      <label>
        Valid for
        <select name="expiresInHours">
          {LIFETIMES.map(([hours, text]) => <option key={hours} value={hours} selected={hours === 24}>{text}</option>)}
        </select>
      </label>
      <label>
        For how many people
        <input name="maxUses" type="number" min="1" max="1000" value="1" required inputMode="numeric" />
      </label>
      <button type="submit">Make an invitation</button>
    </form>
  );
}

/** An invitation that was just made, to be handed over. */
export function NewInvitation(
  { url, invitation: { expiresAt, maxUses } }: { readonly url: string; readonly invitation: InvitationRow },
): Page {
  return (
    <section class="sheet">
      <h1>Your new invitation</h1>
      <p>
        Send this link, or let people scan the code. It makes {maxUses === 1 ? "one account" : `${maxUses} accounts`}
        {" "}
        until <When at={expiresAt} />, and is not shown again once you leave this page.
      </p>
      <LinkToCopy url={url} />
      <QrCode text={url} label="The link of the invitation as a QR code" />
      <p>
        <a href="/invitations">All invitations</a>
      </p>
    </section>
  );
}

/** The invitations that one may see. */
export function InvitationTable({ invitations }: { readonly invitations: readonly InvitationRow[] }): Page {
  if (invitations.length === 0) return <p>Nobody is invited yet. Make an invitation, and send its link.</p>;
  const rows = invitations.map(({ id, madeBy, madeAt, expiresAt, maxUses, uses, state }) => ({
    id,
    cells: [
      <When key="made" at={madeAt} />,
      madeBy || DELETED_MEMBER,
      `${uses} of ${maxUses}`,
      <When key="expires" at={expiresAt} />,
      state === "valid"
        ? <Revoke key="revoke" id={id} madeAt={madeAt} />
        : <span key="state" class="badge warn">{STATES[state]}</span>,
    ],
  }));
  return (
    <Table caption="Invitations, the newest first" headings={["Made", "By", "Used", "Ends", "State"]} rows={rows} />
  );
}

function Revoke({ id, madeAt }: { id: string; madeAt: number }) {
  const made = new Date(madeAt).toISOString().slice(0, 16).replace("T", " ");
  return (
    <form method="post" action={`/api/invitations/${id}/revoke`} class="actions">
      <span class="badge">{STATES.valid}</span>
      <button type="submit" class="danger" aria-label={`Take back the invitation of ${made} UTC`}>Take back</button>
    </form>
  );
}
