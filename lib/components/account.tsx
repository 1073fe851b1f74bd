/**
 * The parts of one's own account. All of them work without script.
 *
 * @module
 */
import { shortAgent } from "../auth/agent.ts";
import type { PublicUser } from "../auth/log_in.ts";
import type { SessionRow } from "../auth/sessions.ts";
import type { Page } from "../render.ts";
import { hueOf, initialOf } from "./room_names.ts";
import { Table } from "./table.tsx";
import { When } from "./when.tsx";

/** What the colours of `base.css` are called. */
const COLOUR_NAMES = ["Green", "Orange", "Blue", "Pink", "Yellow", "Violet", "Teal", "Red"];

/** How one appears. */
export function ProfileForm({ user: { name, displayName, colour } }: { readonly user: PublicUser }): Page {
  return (
    <form method="post" action="/api/me/profile" class="fields">
      <label>
        Display name
        <input
          name="displayName"
          value={displayName ?? ""}
          maxLength={128}
          autocomplete="nickname"
          aria-describedby="display-help"
        />
        <small id="display-help">
          Up to 40 characters, shown in place of {name}, the name with which you log in; empty: that one is shown
        </small>
      </label>
      <fieldset>
        <legend>Colour</legend>
        <label class="choice">
          <input type="radio" name="colour" value="" checked={colour === undefined} />{" "}
          The one that follows from your name
        </label>
        {COLOUR_NAMES.map((colourName, value) => (
          <label key={colourName} class="choice">
            <input type="radio" name="colour" value={value} checked={colour === value} />{" "}
            <span class={`tile ${hueOf(name, value)}`} data-initial={initialOf(displayName ?? name)} /> {colourName}
          </label>
        ))}
      </fieldset>
      <button type="submit">Save</button>
    </form>
  );
}

/** A new password. */
export function PasswordForm({ name }: { readonly name: string }): Page {
  return (
    <form method="post" action="/api/me/password" class="fields">
      <input name="username" value={name} autocomplete="username" readOnly hidden />
      <label>
        Current password
        <input name="current" type="password" required autocomplete="current-password" />
      </label>
      <NewPassword />
      <button type="submit">Change the password</button>
      <p class="fine">Changing it logs you out everywhere else.</p>
    </form>
  );
}

/** Where one types a password that is to be set. */
export function NewPassword(): Page {
  return (
    <label>
      New password
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
  );
}

/** Where one is logged in. */
export function SessionTable({ sessions }: { readonly sessions: readonly SessionRow[] }): Page {
  const rows = sessions.map(({ id, agent, address, beganAt, lastSeenAt, isCurrent }) => ({
    id,
    cells: [
      <span key="agent" title={agent}>{shortAgent(agent)}</span>,
      <span key="address" class="whole">{address || "unknown"}</span>,
      <When key="began" at={beganAt} />,
      isCurrent ? "now: this one" : <When key="seen" at={lastSeenAt} />,
      <form key="end" method="post" action={`/api/me/sessions/${id}/end`} class="actions">
        <button
          type="submit"
          class="quiet"
          aria-label={`End the session of ${shortAgent(agent)}${isCurrent ? ", this one" : ""}`}
        >
          End
        </button>
      </form>,
    ],
  }));
  const headings = ["Program", "Address", "Logged in", "Last used", "End it"];
  return <Table caption="Where you are logged in" headings={headings} rows={rows} />;
}

/** Taking all with one, and going. An error stands in the form, which stays open for it. */
export function Leaving({ error }: { readonly error: string | undefined }): Page {
  return (
    <>
      <h2>Take everything with you</h2>
      <p>
        <a href="/api/me/export" download>Download all that is yours</a>{" "}
        as one JSON file: profile, sessions, rooms, messages, reactions, invitations.
      </p>
      <h2>Delete the account</h2>
      <details id="delete" open={error !== undefined}>
        <summary>Delete my account and all that I wrote …</summary>
        {error !== undefined && <p class="flash" role="alert">{error}</p>}
        <form method="post" action="/api/me/delete" class="fields">
          <p>
            Your account goes, and every message you wrote is erased, for everybody. This cannot be undone. Download
            what you want to keep first.
          </p>
          <label>
            Password
            <input name="password" type="password" required autocomplete="current-password" />
          </label>
          <button type="submit" class="danger">Delete my account</button>
        </form>
      </details>
    </>
  );
}
