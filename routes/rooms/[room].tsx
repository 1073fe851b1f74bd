import { LIMITS } from "../../lib/chat/protocol.ts";
import { RoomPage } from "../../lib/components/room.tsx";
import type { Context } from "../../lib/context.ts";

/** Messages of the first view. */
const FIRST_VIEW = 50;
/** People whose role is looked up. */
const ROLES = 200;

export function GET(ctx: Context) {
  const { user } = ctx.requireSession();
  const { accounts, chat } = ctx.services;
  const { room: id } = ctx.params;
  const room = chat.room(user, id);
  // First the position, then the messages: what changes in between is sent again.
  const { position, online } = chat;
  const wanted = chat.messages(user, id, firstView(ctx.query));
  const isMissing = wanted.length === 0 && room.lastSeq > 0;
  const messages = isMissing ? chat.messages(user, id, { limit: FIRST_VIEW }) : wanted;
  const rooms = chat.roomsFor(user);
  const [firstUnread] = room.read < room.lastSeq ? chat.messages(user, id, { after: room.read, limit: 1 }) : [];
  return ctx.render(
    <RoomPage
      room={room}
      rooms={rooms}
      messages={messages}
      online={online}
      profiles={chat.profilesOf([...online, ...rooms.flatMap((room) => room.with ?? [])])}
      roles={Object.fromEntries(online.slice(0, ROLES).map((name) => [name, roleOf(ctx, name)]))}
      me={{ ...user, mutedUntil: accounts.standing(user.id).mutedUntilMs }}
      position={position}
      unreadAt={firstUnread?.at}
      maxCharacters={LIMITS.textCharacters}
      api={ctx.urlFor("/api/rooms/[room]", { room: id })}
      isMissing={isMissing}
    />,
    { title: room.name, kind: "room", scripts: ["/_ui/chat.js"] },
  );
}

/** What somebody may do; an account may have gone while its last connection closes. */
function roleOf({ services: { accounts } }: Context, name: string) {
  try {
    return accounts.byName(name).role;
  } catch {
    return "member";
  }
}

/** The newest messages; or those before, after or around one that a link names. */
function firstView(query: URLSearchParams) {
  for (const name of ["at", "before", "after"]) {
    const value = query.get(name) ?? "";
    if (/^\d{1,15}$/.test(value)) return { [name]: Number(value), limit: FIRST_VIEW };
  }
  return { limit: FIRST_VIEW };
}
