/**
 * The rooms, at the left of a room's page; `static/_ui/rooms.js` keeps them as they are.
 *
 * @module
 */
import type { RoomRow } from "../chat/wire.ts";
import type { Page } from "../render.ts";
import { hueOf, initialOf, type Profile } from "./room_names.ts";

/** What the list shows. */
export interface RoomListProps {
  /** All that may be read. */
  readonly rooms: readonly RoomRow[];
  /** The id of the one that is shown. */
  readonly current: string;
  /** What the people of direct rooms look like. */
  readonly profiles: Readonly<Record<string, Profile>>;
}

/** The rooms one is in, the others there are, and those that are archived. */
export function RoomList({ rooms, current, profiles }: RoomListProps): Page {
  const of = (wanted: string) => {
    const rows = rooms.filter((room) => sectionOf(room) === wanted);
    return <ul id={`rooms-${wanted}`}>{rows.map((room) => RoomItem({ room, current, profiles }))}</ul>;
  };
  const has = (wanted: string) => rooms.some((room) => sectionOf(room) === wanted);
  const holds = (wanted: string) => rooms.some((room) => room.id === current && sectionOf(room) === wanted);
  return (
    <div id="rooms" class="rooms drawer" tabIndex={-1}>
      <nav aria-label="Rooms">
        <div class="drawer-head">
          <h2>Rooms</h2>
          <a class="tool close" href="#room-name" aria-label="Close the rooms">
            <span class="icon icon-close" />
          </a>
        </div>
        {of("joined")}
        <a class="new-room" href="/rooms/new">
          <span class="icon icon-plus" /> New room
        </a>
        <h2>Direct messages</h2>
        {of("direct")}
        <p class="fine">
          <span id="no-direct" hidden={has("direct")}>Nobody yet.</span> <a href="/people">Write to somebody</a>
        </p>
        <details id="box-other" hidden={!has("other")} open={holds("other")}>
          <summary>Other rooms</summary>
          {of("other")}
        </details>
        <details id="box-archived" hidden={!has("archived")} open={holds("archived")}>
          <summary>Archived</summary>
          {of("archived")}
        </details>
      </nav>
    </div>
  );
}

function RoomItem({ room, current, profiles }: Omit<RoomListProps, "rooms"> & { room: RoomRow }) {
  const { id, name, access, isMember, mentions, with: other } = room;
  const unread = isMember && id !== current ? Math.max(0, room.lastSeq - room.read) : 0;
  return (
    <li key={id} data-id={id}>
      <a
        href={`/rooms/${encodeURIComponent(id)}`}
        class={unread > 0 ? "unread" : undefined}
        aria-current={id === current ? "page" : undefined}
      >
        {other === undefined
          ? <span class={`icon icon-${access === "invited" ? "lock" : "hash"}`} />
          : <span class={`tile ${hueOf(other, profiles[other]?.colour)}`} data-initial={initialOf(name)} />}
        <span class="room-name">{name}</span>
        {unread > 0 && (
          <span class={`count${mentions > 0 ? " mentions" : ""}`}>
            {countText(unread)}
            <span class="hidden">{mentions > 0 ? " unread, for you" : " unread"}</span>
          </span>
        )}
      </a>
    </li>
  );
}

/** Where a room stands in the list. */
function sectionOf({ access, isMember, isArchived }: RoomRow) {
  if (isArchived) return "archived";
  if (!isMember) return "other";
  return access === "direct" ? "direct" : "joined";
}

function countText(unread: number) {
  return unread > 99 ? "99+" : String(unread);
}
