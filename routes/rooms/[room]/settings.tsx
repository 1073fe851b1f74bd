import { RoomMembers, RoomName, RoomRest } from "../../../lib/components/room_settings.tsx";
import { isAdministrator, isModerator } from "../../../lib/auth/rights.ts";
import type { Context } from "../../../lib/context.ts";
import { HttpError } from "../../../lib/errors.ts";
import { typedBefore } from "../../../lib/forms.ts";

/** People who are offered to be brought in. */
const MAX_PEOPLE = 200;

export function GET(ctx: Context) {
  const { user } = ctx.requireSession();
  const { chat } = ctx.services;
  const room = chat.room(user, ctx.params.room);
  if (room.access === "direct") throw new HttpError(404, "A conversation of two has no settings");
  const mayManage = room.madeBy === undefined ? isAdministrator(user) : room.madeBy === user.name || isModerator(user);
  const api = ctx.urlFor("/api/rooms/[room]", { room: room.id });
  return ctx.render(
    <section class="sheet">
      <h1>{room.name}</h1>
      <p>
        <a href={ctx.urlFor("/rooms/[room]", { room: room.id })}>Back to the room</a>
      </p>
      {mayManage && <RoomName api={api} name={room.name} />}
      {room.access === "invited" && (
        <RoomMembers
          api={api}
          members={chat.rooms.members(user, room.id)}
          people={ctx.services.accounts.search({ prefix: "", limit: MAX_PEOPLE })}
          typed={typedBefore(ctx)}
          me={user.name}
          mayManage={mayManage}
        />
      )}
      <RoomRest api={api} room={room} me={user.name} mayManage={mayManage} />
    </section>,
    { title: `Settings of ${room.name}` },
  );
}
