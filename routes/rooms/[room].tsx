import { LIMITS } from "../../lib/chat/protocol.ts";
import type { Context } from "../../lib/context.ts";
import { HttpError } from "../../lib/errors.ts";
import type { Message } from "../../lib/store/messages_view.ts";

/** Messages of the first view. */
const FIRST_VIEW = 50;

export function GET(ctx: Context) {
  const { user } = ctx.requireSession();
  const { chat } = ctx.services;
  const { room: id } = ctx.params;
  const room = chat.rooms().find((room) => room.id === id);
  if (room === undefined) throw new HttpError(404, `There is no room ${id}`);
  const messages = chat.messages(id, firstView(ctx.query));
  const action = ctx.urlFor("/api/rooms/[room]/messages", { room: id });
  return ctx.render(
    <div id="room" data-room={id} data-me={user.name} data-max={LIMITS.textCharacters}>
      <section class="talk" aria-label={room.name}>
        <h1>{room.name}</h1>
        <p id="banner" class="banner" role="status" hidden></p>
        <div id="log" class="log" role="log" aria-live="polite" aria-label="Conversation" tabIndex={0}>
          {(messages[0]?.seq ?? 1) > 1 && (
            <p class="earlier">
              <a id="earlier" href={`?before=${messages[0].seq}`}>Earlier messages</a>
            </p>
          )}
          <ol id="lines">
            {messages.map((message) => <Line key={message.seq} message={message} me={user.name} />)}
          </ol>
          <p id="empty" class="empty" hidden={messages.length > 0}>Nobody has said anything yet. Say hello!</p>
        </div>
        <form id="composer" class="composer" method="post" action={action}>
          <label class="hidden" for="text">Message</label>
          <textarea
            id="text"
            name="text"
            rows={1}
            required
            placeholder="Write a message"
            enterkeyhint="send"
            aria-describedby="composer-help"
          />
          <button>Send</button>
          <p id="composer-help" class="fine">Enter sends, Shift+Enter breaks the line</p>
        </form>
      </section>
      <aside class="people" aria-label="People here">
        <h2>
          Here now <span id="head-count">{chat.online.length}</span>
        </h2>
        <ul id="people">{chat.online.map((name) => <li key={name}>{name}</li>)}</ul>
      </aside>
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

/** The same element as `static/_ui/lines.js` makes. */
function Line({ message: { seq, author, text, at }, me }: { message: Message; me: string }) {
  const date = new Date(at).toISOString();
  return (
    <li
      id={`message-${seq}`}
      data-seq={seq}
      data-author={author}
      data-at={at}
      class={author === me ? "mine" : undefined}
    >
      <span class="author">{author}</span> <time dateTime={date}>{date.slice(0, 16).replace("T", " ")}</time>
      <p class="text">{text}</p>
    </li>
  );
}
