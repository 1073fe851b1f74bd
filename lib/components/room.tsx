/**
 * The parts of a room's page, as the server renders them; `static/_ui/` goes on from there.
 *
 * @module
 */
import type { Message } from "../store/messages_view.ts";
import type { Page } from "../render.ts";

/** Colours that tell people apart, in `room.css`. */
const COLOURS = 6;

/** Who is here. */
export function People({ names }: { readonly names: readonly string[] }): Page {
  return (
    <aside class="people" aria-label="People here">
      <details id="people-box">
        <summary>
          <h2>
            Here now <span id="head-count">{names.length}</span>
          </h2>
        </summary>
        <ul id="people">
          {names.map((name) => <li key={name} class={hueOf(name)} data-initial={initialOf(name)}>{name}</li>)}
        </ul>
      </details>
    </aside>
  );
}

/** Where one writes; without script a form that posts to `action`. */
export function Composer({ action }: { readonly action: string }): Page {
  return (
    <form id="composer" class="composer" method="post" action={action}>
      <label class="hidden" for="text">Message</label>
      <textarea
        id="text"
        name="text"
        rows={1}
        required
        placeholder="Write a message"
        enterkeyhint="send"
        aria-describedby="composer-help counter"
      />
      <button type="submit">Send</button>
      <p id="composer-help" class="fine">Enter sends, Shift+Enter breaks the line</p>
      <p id="counter" class="fine" hidden></p>
      <p id="note" class="hidden" role="status"></p>
    </form>
  );
}

/** One message, as `me` sees it: the same element as `static/_ui/lines.js` makes. */
export function Line(
  { message: { seq, author, text, at, key }, me }: { readonly message: Message; readonly me: string },
): Page {
  const date = new Date(at).toISOString();
  const isMine = author === me;
  return (
    <li
      id={`message-${seq}`}
      class={`line ${hueOf(author)}${isMine ? " mine" : ""}`}
      data-seq={seq}
      data-author={author}
      data-at={at}
      data-initial={initialOf(author)}
      data-key={isMine ? key : undefined}
    >
      <div class="by">
        <span class="author">{author}</span> <time dateTime={date}>{date.slice(0, 16).replace("T", " ")} UTC</time>
      </div>
      <p class="text" dir="auto">{text}</p>
    </li>
  );
}

/** The class of a person's colour; `static/_ui/elements.js` counts it the same way. */
function hueOf(name: string) {
  return `hue-${[...name].reduce((sum, letter) => sum + letter.codePointAt(0)!, 0) % COLOURS}`;
}

function initialOf(name: string) {
  return [...name][0].toUpperCase();
}
