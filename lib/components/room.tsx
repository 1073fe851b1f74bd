/**
 * A room's page, as the server renders it; `static/_ui/` goes on from there.
 *
 * @module
 */
import type { RoomRow, WireMessage } from "../chat/wire.ts";
import type { Page } from "../render.ts";
import { Composer } from "./room_composer.tsx";
import { Line } from "./room_line.tsx";
import { RoomList } from "./room_list.tsx";
import type { Profile } from "./room_names.ts";
import { People } from "./room_people.tsx";

/** What a room's page shows. */
export interface RoomPageProps {
  /** The room. */
  readonly room: RoomRow;
  /** All rooms that may be read. */
  readonly rooms: readonly RoomRow[];
  /** The first view. */
  readonly messages: readonly WireMessage[];
  /** Who is here. */
  readonly online: readonly string[];
  /** What people look like. */
  readonly profiles: Readonly<Record<string, Profile>>;
  /** What those who are here may do. */
  readonly roles: Readonly<Record<string, string>>;
  /** Who reads. */
  readonly me: {
    /** The name. */
    readonly name: string;
    /** What they may do. */
    readonly role: string;
    /** Until when they may not write, in ms since 1970; 0 if they were never stopped. */
    readonly mutedUntil: number;
  };
  /** The log's position, read before the messages were. */
  readonly position: number;
  /** When the first unread message was sent, in ms since 1970. */
  readonly unreadAt: number | undefined;
  /** Characters of a message. */
  readonly maxCharacters: number;
  /** The path of the API for this room. */
  readonly api: string;
  /** Whether the link names a message that is not here. */
  readonly isMissing: boolean;
}

/** The rooms, the conversation, and who is here. */
export function RoomPage(props: RoomPageProps): Page {
  const { room, rooms, online, me, api } = props;
  const profiles = { ...props.profiles };
  for (const [name, role] of Object.entries(props.roles)) {
    if (role !== "member") profiles[name] = { ...profiles[name], role };
  }
  return (
    <div
      id="room"
      data-room={room.id}
      data-me={me.name}
      data-role={me.role}
      data-access={room.access}
      data-max={props.maxCharacters}
      data-last={room.lastSeq}
      data-read={room.read}
      data-unread-at={props.unreadAt}
      data-position={props.position}
      data-member={room.isMember || undefined}
    >
      <RoomList rooms={rooms} current={room.id} profiles={profiles} />
      <section id="talk" class="talk" aria-labelledby="room-name">
        <Head room={room} />
        <Conversation {...props} />
        <ol id="waiting" class="lines waiting" aria-label="Waiting to be sent" hidden />
        <p id="typing" class="typing" role="presentation" />
        <Composer room={room} api={api} me={me.name} mutedUntil={me.mutedUntil} />
      </section>
      <People names={online} profiles={profiles} me={me.name} mayInvite={me.role !== "member"} />
      {/* What the script has to know of the first view; not run, only read. */}
      <script
        type="application/json"
        id="first-view"
        dangerouslySetInnerHTML={{ __html: toJson({ messages: props.messages.map(withoutHtml), rooms, profiles }) }}
      />
    </div>
  );
}

/** The room's name, and what can be done with the room. */
function Head({ room }: { room: RoomRow }) {
  return (
    <header class="head">
      <a id="open-rooms" class="tool" href="#rooms" aria-label="Rooms">
        <span class="icon icon-menu" />
        <span id="elsewhere" class="dot" hidden />
      </a>
      <h1 id="room-name" tabIndex={-1}>{room.name}</h1>
      {room.isArchived && <span class="badge">archived</span>}
      <details id="room-menu" class="menu">
        <summary aria-label="Menu of the room">
          <span class="icon icon-more" />
        </summary>
        <ul>
          <li id="jump-item" hidden>
            <form id="jump">
              <label for="jump-date">Go to a day</label>
              <input id="jump-date" type="date" name="date" required />
              <button type="submit" class="second">Go</button>
            </form>
          </li>
          <li class="apart">
            <a href={`/search?q=${encodeURIComponent(`in:${room.id} `)}`}>Search</a>
          </li>
          {room.isMember && (
            <li>
              <a href={`/rooms/${encodeURIComponent(room.id)}/settings`}>
                {room.access === "invited" ? "Members and settings" : "Settings"}
              </a>
            </li>
          )}
          <li id="keys-item" hidden>
            <button type="button" id="show-keys" class="quiet">Keys and commands</button>
          </li>
        </ul>
      </details>
      <a id="open-people" class="tool" href="#people-box" aria-label="People here">
        <span class="icon icon-people" />
      </a>
    </header>
  );
}

/** The log, and what floats over it. */
function Conversation({ room, messages, me, isMissing }: RoomPageProps) {
  const first = messages[0]?.seq ?? 1;
  const last = messages.at(-1)?.seq ?? room.lastSeq;
  return (
    <div class="view">
      <p id="banner" class="banner" role="status" hidden />
      <p id="notice" class="banner notice" role="status" hidden={!isMissing}>That message is not here</p>
      <div id="log" class="log" role="log" aria-live="polite" aria-label="Conversation" tabIndex={0}>
        <div id="paper">
          <p class="step" id="older-step" hidden={first <= 1}>
            <a id="earlier" href={`?before=${first}`} hidden={first <= 1}>Earlier messages</a>
          </p>
          <p class="begin" id="begin" hidden={first > 1 || messages.length === 0}>
            This is where <span class="this-room">{room.name}</span> begins.
          </p>
          <ol id="lines" class="lines" aria-live="off">
            {messages.map((message) => <Line key={message.seq} message={message} me={me.name} />)}
          </ol>
          <p class="step" id="newer-step" hidden={last >= room.lastSeq}>
            <a id="later" href={`?after=${last}`}>Later messages</a> ·{" "}
            <a href={`/rooms/${encodeURIComponent(room.id)}`}>Newest messages</a>
          </p>
          <div id="tail" />
        </div>
        <div id="said" class="hidden" />
      </div>
      <Empty room={room} isEmpty={messages.length === 0} />
      <div id="unread-box" class="floating above" hidden>
        <button type="button" id="unread" />
        <button type="button" id="unread-done" class="tool" aria-label="Mark all as read">
          <span class="icon icon-close" />
        </button>
      </div>
      <button type="button" id="newer" class="floating below" hidden>New messages ↓</button>
    </div>
  );
}

function Empty({ room, isEmpty }: { room: RoomRow; isEmpty: boolean }) {
  const name = <span class="this-room">{room.name}</span>;
  return (
    <div id="empty" class="empty" hidden={!isEmpty}>
      <p class="empty-title">
        {room.access === "direct"
          ? <>Only you and {name} can read this</>
          : <>Nobody has said anything in {name} yet</>}
      </p>
      {room.isMember && !room.isArchived && <Hello room={room} />}
    </div>
  );
}

/** What a first word is good for. */
function Hello({ room: { id, access } }: { room: RoomRow }) {
  if (access === "direct") return <p>Say hello: it waits here until it is read.</p>;
  if (access === "open") return <p>Say hello: it is read even by those who come later.</p>;
  return (
    <p>
      Say hello, and <a href={`/rooms/${encodeURIComponent(id)}/settings`}>invite somebody</a> to read it.
    </p>
  );
}

/** The script takes the HTML from the page. */
function withoutHtml({ html: _, ...message }: WireMessage): Omit<WireMessage, "html"> {
  return message;
}

/** JSON inside an element: nothing in it can end the element. */
function toJson(value: unknown) {
  return JSON.stringify(value).replaceAll("<", "\\u003c");
}
