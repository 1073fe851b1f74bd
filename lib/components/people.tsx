/**
 * Who there is, and what moderators may do to whom. All of it works without script.
 *
 * @module
 */
import type { ComponentChildren } from "preact";
import type { Person } from "../auth/person.ts";
import type { Page } from "../render.ts";
import type { Role } from "../store/entries.ts";
import { LinkToCopy } from "./link_to_copy.tsx";
import { hueOf, initialOf } from "./room_names.ts";
import { Table } from "./table.tsx";
import { When } from "./when.tsx";

/** What can be done to somebody, as the one who looks may do it. */
export interface Powers {
  /** Whether they may mute and ban. */
  readonly mayModerate: boolean;
  /** Whether they may give roles, offer resets and remove. */
  readonly mayAdminister: boolean;
}

const ROLES: ReadonlyArray<readonly [role: Role, means: string]> = [
  ["member", "Member: reads and writes"],
  ["moderator", "Moderator: mutes and bans members, deletes messages"],
  ["administrator", "Administrator: may do everything"],
];
const MUTES: ReadonlyArray<readonly [minutes: number, text: string]> = [
  [10, "10 minutes"],
  [60, "an hour"],
  [24 * 60, "a day"],
  [7 * 24 * 60, "a week"],
  [30 * 24 * 60, "30 days"],
];

/** The directory. */
export function PeopleTable({ people, me }: { readonly people: readonly Person[]; readonly me: string }): Page {
  const rows = people.map((person) => ({
    id: person.name,
    cells: [
      <PersonLink key="name" person={person} />,
      <Marks key="marks" person={person} />,
      person.name === me ? "This is you" : <WriteTo key="write" name={person.name} />,
    ],
  }));
  return <Table caption="Everybody with an account, by name" headings={["Name", "Role", "Talk"]} rows={rows} />;
}

function PersonLink({ person }: { person: Person }) {
  const { name, displayName, colour } = person;
  return (
    <span class="actions">
      <span class={`tile ${hueOf(name, colour)}`} data-initial={initialOf(displayName ?? name)} />
      <a href={`/people/${encodeURIComponent(name)}`}>
        <PersonName person={person} />
      </a>
    </span>
  );
}

/** What somebody is called: the name that never changes stands with the one that they chose. */
export function PersonName({ person: { name, displayName } }: { readonly person: Person }): Page {
  if (displayName === undefined) return <bdi>{name}</bdi>;
  return (
    <>
      <bdi>{displayName}</bdi> (<bdi>{name}</bdi>)
    </>
  );
}

/** The role of somebody, and how they stand. */
export function Marks({ person: { role, isOnline, mutedUntil, isBanned } }: { readonly person: Person }): Page {
  return (
    <>
      {role} {isOnline && <span class="badge">here now</span>}
      {mutedUntil !== undefined && <span class="badge warn">muted</span>}
      {isBanned && <span class="badge warn">banned</span>}
    </>
  );
}

/** Begins a conversation between two. */
export function WriteTo({ name }: { readonly name: string }): Page {
  return (
    <form method="post" action="/api/direct" class="actions">
      <input type="hidden" name="name" value={name} />
      <button type="submit" class="quiet" aria-label={`Write to ${name}`}>Write</button>
    </form>
  );
}

/** All that may be done to somebody. */
export function PersonForms({ person, powers }: { readonly person: Person; readonly powers: Powers }): Page {
  const action = `/api/people/${encodeURIComponent(person.name)}`;
  return (
    <>
      {powers.mayModerate && <Mute person={person} action={action} />}
      {powers.mayModerate && <Ban person={person} action={action} />}
      {powers.mayAdminister && <RoleForm person={person} action={action} />}
      {powers.mayAdminister && <Reset person={person} action={action} />}
      {powers.mayAdminister && <Remove person={person} action={action} />}
    </>
  );
}

interface FormProps {
  readonly person: Person;
  readonly action: string;
}

function Mute({ person: { name, mutedUntil }, action }: FormProps) {
  return (
    <>
      <h2>Mute</h2>
      {mutedUntil !== undefined && (
        <form method="post" action={action} class="fields">
          <p>
            {name} is muted until <When at={mutedUntil} />.
          </p>
          <input type="hidden" name="mutedMinutes" value="0" />
          <button type="submit">Let {name} write again</button>
        </form>
      )}
      <form method="post" action={action} class="fields">
        <label>
          For how long {name} may read, but not write
          <select name="mutedMinutes">
            {MUTES.map(([minutes, text]) => <option key={minutes} value={minutes}>{text}</option>)}
          </select>
        </label>
        <Reason />
        <button type="submit" class="danger">Mute {name}</button>
      </form>
    </>
  );
}

function Ban({ person: { name, isBanned, banReason }, action }: FormProps) {
  if (isBanned) {
    return (
      <>
        <h2>Ban</h2>
        <form method="post" action={action} class="fields">
          <p>{name} may not log in. {banReason !== undefined && <>The reason: {banReason}</>}</p>
          <input type="hidden" name="banned" value="false" />
          <button type="submit">Lift the ban</button>
        </form>
      </>
    );
  }
  return (
    <>
      <h2>Ban</h2>
      <Confirm summary={`Ban ${name} …`}>
        <form method="post" action={action} class="fields">
          <p>{name} is logged out everywhere at once, and may not log in until the ban is lifted. The messages stay.</p>
          <input type="hidden" name="banned" value="true" />
          <Reason />
          <button type="submit" class="danger">Ban {name}</button>
        </form>
      </Confirm>
    </>
  );
}

function RoleForm({ person: { name, role }, action }: FormProps) {
  return (
    <>
      <h2>Role</h2>
      <form method="post" action={action} class="fields">
        <fieldset>
          <legend>What {name} may do</legend>
          {ROLES.map(([value, means]) => (
            <label key={value} class="choice">
              <input type="radio" name="role" value={value} checked={value === role} /> {means}
            </label>
          ))}
        </fieldset>
        <button type="submit">Give the role</button>
      </form>
    </>
  );
}

function Reset({ person: { name }, action }: FormProps) {
  return (
    <>
      <h2>Password</h2>
      <form method="post" action={`${action}/reset`} class="fields">
        <p>
          For whoever has forgotten the password: a link that sets a new one, once, within 24 hours. You hand it over.
        </p>
        <button type="submit">Make a reset link for {name}</button>
      </form>
    </>
  );
}

function Remove({ person: { name }, action }: FormProps) {
  return (
    <>
      <h2>Remove</h2>
      <Confirm summary={`Remove ${name} …`}>
        <form method="post" action={`${action}/remove`} class="fields">
          <p>The account goes, and all that {name} wrote is erased. This cannot be undone.</p>
          <button type="submit" class="danger">Remove {name} and all messages</button>
        </form>
      </Confirm>
    </>
  );
}

/** What cannot be undone, or hurts, takes two steps. */
function Confirm({ summary, children }: { summary: string; children: ComponentChildren }) {
  return (
    <details>
      <summary>{summary}</summary>
      {children}
    </details>
  );
}

function Reason() {
  return (
    <label>
      Reason
      <input name="reason" maxLength={300} autocomplete="off" />
      <small>Optional; the other moderators see it, and whoever is banned</small>
    </label>
  );
}

/** A reset link, shown once. */
export function ResetLink({ name, url }: { readonly name: string; readonly url: string }): Page {
  return (
    <section class="sheet">
      <h1>Reset link for {name}</h1>
      <p>
        Hand this link to{" "}
        {name}, and to nobody else: whoever opens it sets a new password. It works once, within 24 hours, and is shown
        only now.
      </p>
      <LinkToCopy url={url} />
      <p>
        <a href={`/people/${encodeURIComponent(name)}`}>Back to {name}</a>
      </p>
    </section>
  );
}
