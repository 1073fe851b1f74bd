import { LIMITS } from "../../lib/chat/protocol.ts";
import { Composer, Line, People } from "../../lib/components/room.tsx";
import type { Context } from "../../lib/context.ts";
import { HttpError } from "../../lib/errors.ts";

/** Messages of the first view. */
const FIRST_VIEW = 50;

export function GET(ctx: Context) {
  const { user } = ctx.requireSession();
  const { chat } = ctx.services;
  const { room: id } = ctx.params;
  const room = chat.rooms().find((room) => room.id === id);
  if (room === undefined) throw new HttpError(404, `There is no room ${id}`);
  const messages = chat.messages(id, firstView(ctx.query));
  const last = messages.at(-1)?.seq ?? 0;
  return ctx.render(
    <div id="room" data-room={id} data-me={user.name} data-max={LIMITS.textCharacters}>
      <div class="head">
        <h1>{room.name}</h1>
      </div>
      <People names={chat.online} />
      <p id="banner" class="banner" role="status" hidden></p>
      <div id="log" class="log" role="log" aria-live="polite" aria-label="Conversation" tabIndex={0}>
        <div>
          <p class="earlier">
            <a id="earlier" href={`?before=${messages[0]?.seq}`} hidden={(messages[0]?.seq ?? 1) <= 1}>
              Earlier messages
            </a>
          </p>
          <ol id="lines" class="lines">
            {messages.map((message) => <Line key={message.seq} message={message} me={user.name} />)}
          </ol>
          {last < room.lastSeq && (
            <p id="later" class="earlier" data-missing={room.lastSeq - last}>
              <a href={ctx.path}>Newest messages</a>
            </p>
          )}
        </div>
      </div>
      <p id="empty" class="empty" hidden={messages.length > 0}>Nobody has said anything yet. Say hello!</p>
      <button type="button" id="newer" class="newer" hidden>New messages ↓</button>
      <Composer action={ctx.urlFor("/api/rooms/[room]/messages", { room: id })} />
    </div>,
    { title: room.name, kind: "room", scripts: ["/_ui/chat.js"] },
  );
}

/** The newest messages; or those before one, or around one, that a link names. */
function firstView(query: URLSearchParams) {
  const number = (name: string) => /^\d{1,15}$/.test(query.get(name) ?? "") ? Number(query.get(name)) : undefined;
  const at = number("at");
  if (at !== undefined) return { after: Math.max(0, at - FIRST_VIEW / 2), limit: FIRST_VIEW };
  return { before: number("before"), limit: FIRST_VIEW };
}
