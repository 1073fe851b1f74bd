/**
 * The parts of a room's settings. All of them work without script.
 *
 * @module
 */
import type { PublicUser } from "../auth/log_in.ts";
import type { Page } from "../render.ts";
import type { RoomRow } from "../store/rooms_view.ts";

/** What the parts have in common. */
export interface RoomFormProps {
  /** The path of the room's API, which the forms post to. */
  readonly api: string;
}

/** Where a room is renamed. */
export function RoomName({ api, name }: RoomFormProps & { readonly name: string }): Page {
  return (
    <form method="post" action={api} class="fields">
      <label>
        Name
        <input name="name" required maxLength={60} value={name} autocomplete="off" />
      </label>
      <button type="submit">Rename</button>
    </form>
  );
}

/** Who is in a room that is by invitation, and who brings whom. */
export function RoomMembers(
  { api, members, people, typed, me, mayManage }: RoomFormProps & {
    readonly members: readonly string[];
    readonly people: readonly PublicUser[];
    readonly typed: string;
    readonly me: string;
    readonly mayManage: boolean;
  },
): Page {
  return (
    <>
      <h2>Members</h2>
      <p>Only these people find this room, and what is said in it.</p>
      <ul class="plain">
        {members.map((name) => (
          <li key={name} class="inline">
            <span>{name === me ? `${name} (you)` : name}</span>
            {mayManage && name !== me && (
              <form method="post" action={`${api}/members/${encodeURIComponent(name)}/remove`}>
                <button type="submit" class="quiet" aria-label={`Send ${name} out`}>Send out</button>
              </form>
            )}
          </li>
        ))}
      </ul>
      <form method="post" action={`${api}/members`} class="fields">
        <label>
          Bring somebody in
          <input
            name="name"
            value={typed}
            required
            maxLength={128}
            list="people"
            autocomplete="off"
            autocapitalize="none"
          />
          <small>The name or display name of a member; they can read everything that was said here</small>
        </label>
        <datalist id="people">
          {people.filter(({ name }) => !members.includes(name)).map(({ name, displayName }) => (
            <option key={name} value={name} label={displayName} />
          ))}
        </datalist>
        <button type="submit">Bring in</button>
      </form>
    </>
  );
}

/** Archiving and leaving. The common room is always there, and everybody's. */
export function RoomRest(
  { api, room, me, mayManage }: RoomFormProps & {
    readonly room: RoomRow;
    readonly me: string;
    readonly mayManage: boolean;
  },
): Page {
  if (room.id === "common") return <p class="fine">The common room is always there, and nobody leaves it.</p>;
  return (
    <>
      {mayManage && (
        <form method="post" action={api} class="fields">
          <input type="hidden" name="archived" value={String(!room.isArchived)} />
          <p>
            {room.isArchived
              ? "It is archived: it can be read and searched, and nothing more is said in it."
              : "Archived, it can still be read and searched, and nothing more is said in it."}
          </p>
          <button type="submit" class="quiet">{room.isArchived ? "Take it up again" : "Archive the room"}</button>
        </form>
      )}
      {room.isMember && (
        <form method="post" action={`${api}/members/${encodeURIComponent(me)}/remove`} class="fields">
          <p>
            {room.access === "open"
              ? "You can come back at any time: it stays listed under other rooms."
              : "You can come back only if somebody in the room brings you in again."}
          </p>
          <button type="submit" class="danger">Leave the room</button>
        </form>
      )}
    </>
  );
}
