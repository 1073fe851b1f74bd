/**
 * One message, as the server renders it; `static/_ui/line.js` makes the same element.
 *
 * @module
 */
import type { WireMessage } from "../chat/wire.ts";
import type { Page } from "../render.ts";
import { DELETED_MEMBER, hueOf, initialOf } from "./room_names.ts";

/** What a line shows. */
export interface LineProps {
  /** The message, as it is now. */
  readonly message: WireMessage;
  /** The name of whoever reads. */
  readonly me: string;
}

/** One message, as `me` sees it. */
export function Line({ message, me }: LineProps): Page {
  const { seq, author, displayName, colour, at, key } = message;
  const shown = displayName ?? (author || DELETED_MEMBER);
  const date = new Date(at).toISOString();
  return (
    <li
      id={`message-${seq}`}
      class={`line ${hueOf(author, colour)}${classesOf(message, me)}`}
      data-seq={seq}
      data-author={author}
      data-at={at}
      data-key={author === me ? key : undefined}
      tabIndex={-1}
    >
      <div class="by" data-initial={initialOf(shown)}>
        <span class="author">{shown}</span>{" "}
        <a class="at" href={`?at=${seq}#message-${seq}`} tabIndex={-1}>
          <time dateTime={date}>{date.slice(0, 16).replace("T", " ")} UTC</time>
        </a>
      </div>
      <Quote message={message} />
      <Text message={message} />
      {message.editedAt !== undefined && message.deletedAt === undefined && (
        <p class="edited">
          edited <time dateTime={new Date(message.editedAt).toISOString()} />
        </p>
      )}
      <Reactions message={message} me={me} />
    </li>
  );
}

function classesOf({ author, mentions, deletedAt }: WireMessage, me: string) {
  const isToMe = deletedAt === undefined && mentions?.includes(me);
  return `${author === me ? " mine" : ""}${isToMe ? " to-me" : ""}${deletedAt === undefined ? "" : " gone"}`;
}

/** What the message answers. */
function Quote({ message: { quote, replyTo, deletedAt } }: Pick<LineProps, "message">) {
  if (quote === undefined || deletedAt !== undefined) return null;
  return (
    <a class="quote" href={`?at=${replyTo}#message-${replyTo}`} data-seq={replyTo} dir="auto">
      <b>{quote.displayName ?? (quote.author || DELETED_MEMBER)}</b>{" "}
      <span>{quote.text === "" ? "Message deleted" : quote.text}</span>
    </a>
  );
}

function Text({ message: { text, html, deletedAt } }: Pick<LineProps, "message">) {
  if (deletedAt !== undefined) return <div class="text">Message deleted</div>;
  if (html === undefined) return <div class="text" dir="auto">{text}</div>;
  // The server has made this HTML itself, out of escaped text.
  return <div class="text rich" dir="auto" dangerouslySetInnerHTML={{ __html: html }} />;
}

function Reactions({ message: { reactions }, me }: LineProps) {
  if (reactions === undefined || reactions.length === 0) return null;
  return (
    <div class="reactions" role="group" aria-label="Reactions">
      {reactions.map(({ emoji, by }) => (
        <button
          key={emoji}
          type="button"
          data-emoji={emoji}
          aria-pressed={by.includes(me) ? "true" : "false"}
          title={by.join(", ")}
        >
          {emoji} <span>{by.length}</span>
        </button>
      ))}
    </div>
  );
}
