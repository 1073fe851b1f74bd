/**
 * Who is here, at the right of a room's page; `static/_ui/people.js` keeps it as it is.
 *
 * @module
 */
import type { Page } from "../render.ts";
import { hueOf, initialOf, type Profile } from "./room_names.ts";

/** More are only counted; `static/_ui/people.js` says the same. */
const MAX_SHOWN = 200;

/** What the list shows. */
export interface PeopleProps {
  /** The names of those who are here. */
  readonly names: readonly string[];
  /** What they look like. */
  readonly profiles: Readonly<Record<string, Profile>>;
  /** The name of whoever reads. */
  readonly me: string;
  /** Whether they may bring others in. */
  readonly mayInvite: boolean;
}

/** Who is here. Each name is a button of one form: it opens a conversation between the two. */
export function People({ names, profiles, me, mayInvite }: PeopleProps): Page {
  const sorted = names.toSorted((a, b) => a.localeCompare(b));
  const more = sorted.length - MAX_SHOWN;
  return (
    <div id="people-box" class="people drawer" tabIndex={-1}>
      <aside aria-label="People here">
        <div class="drawer-head">
          <h2>
            Here now <span id="head-count">{names.length}</span>
          </h2>
          <a class="tool close" href="#room-name" aria-label="Close the list of people">
            <span class="icon icon-close" />
          </a>
        </div>
        <form method="post" action="/api/direct">
          <ul id="people">
            {sorted.slice(0, MAX_SHOWN).map((name) => PersonItem({ name, profile: profiles[name] ?? {}, me }))}
          </ul>
        </form>
        <p id="more-people" class="fine" hidden={more <= 0}>and {more} more</p>
        <p id="alone" class="fine" hidden={names.some((name) => name !== me)}>
          Nobody else is here now. What you write waits for them.
          {mayInvite && (
            <>
              {" "}
              <a href="/invitations">Invite somebody</a>
            </>
          )}
        </p>
        <p class="fine">
          <a href="/people">All members</a>
        </p>
      </aside>
    </div>
  );
}

function PersonItem({ name, profile, me }: { name: string; profile: Profile; me: string }) {
  const shown = profile.displayName ?? name;
  return (
    <li key={name} data-name={name} class={hueOf(name, profile.colour)}>
      <button
        type="submit"
        class="person tile"
        name="name"
        value={name}
        data-initial={initialOf(shown)}
        disabled={name === me}
        title={name === me ? undefined : `Write to ${shown}`}
      >
        <span class="person-name">{shown}</span>
        {name === me && <span class="fine">you</span>}
        {profile.role !== undefined && profile.role !== "member" && <span class="fine">{profile.role}</span>}
      </button>
    </li>
  );
}
