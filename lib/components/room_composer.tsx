/**
 * Where one writes, at the end of a room's page.
 *
 * @module
 */
import type { RoomRow } from "../chat/wire.ts";
import type { Page } from "../render.ts";

/** What the composer has to know. */
export interface ComposerProps {
  /** The room. */
  readonly room: RoomRow;
  /** The path of the API for this room. */
  readonly api: string;
  /** The name of whoever writes. */
  readonly me: string;
  /** Until when they may not write, in ms since 1970; 0 if they were never stopped. */
  readonly mutedUntil: number;
}

/** A field for a message; or why there is none, and what to do. */
export function Composer({ room, api, me, mutedUntil }: ComposerProps): Page {
  if (room.isArchived) {
    return (
      <div class="no-composer">
        <p>This room is archived. It can be read, and nothing more is written here.</p>
      </div>
    );
  }
  if (!room.isMember) return <Join name={room.name} api={api} me={me} />;
  if (mutedUntil <= Date.now()) return <Field action={`${api}/messages`} name={room.name} />;
  const date = new Date(mutedUntil).toISOString();
  return (
    <div class="no-composer" id="muted">
      <p>
        A moderator has muted you until{" "}
        <time dateTime={date} class="when">{date.slice(0, 16).replace("T", " ")} UTC</time>. You can read on.
      </p>
    </div>
  );
}

function Join({ name, api, me }: { name: string; api: string; me: string }) {
  return (
    <form class="no-composer" method="post" action={`${api}/members`}>
      <input type="hidden" name="name" value={me} />
      <p>You are not in this room. Join it to write, and to see what is new here.</p>
      <button type="submit">Join {name}</button>
    </form>
  );
}

function Field({ action, name }: { action: string; name: string }) {
  return (
    <form id="composer" class="composer" method="post" action={action}>
      <div id="context" class="context" hidden>
        <p id="context-text" />
        <button type="button" id="context-cancel" class="tool" aria-label="Cancel">
          <span class="icon icon-close" />
        </button>
      </div>
      <label class="hidden" for="text">Message</label>
      <textarea
        id="text"
        name="text"
        rows={1}
        required
        placeholder={`Write to ${name}`}
        enterkeyhint="send"
        autocomplete="off"
        aria-describedby="composer-help counter"
      />
      <button type="submit" class="send">
        <span class="icon icon-send" /> <span class="send-text">Send</span>
      </button>
      <p id="composer-help" class="fine">
        <b>Enter</b> sends, <b>Shift+Enter</b> breaks the line, <b>@</b> names somebody, <b>/</b> commands
      </p>
      <p id="counter" class="fine" hidden />
      <p id="note" class="note" role="status" />
    </form>
  );
}
