/**
 * A message as it is now, read from the tables of several views.
 *
 * @module
 */
import type { Seq } from "./log.ts";

/** What those who reacted with an emoji are called. */
export interface Reaction {
  /** The emoji. */
  readonly emoji: string;
  /** The names of those who reacted with it, in that order. */
  readonly by: readonly string[];
}

/** The message that another one answers, as it is now. */
export interface Quoted {
  /** The name of its author; empty if there is none any more. */
  readonly author: string;
  /** What the author wants to be called. */
  readonly displayName?: string;
  /** What it says; empty if it was taken back. */
  readonly text: string;
}

/** A message, as it is now. */
export interface Message {
  /** The room it was sent to. */
  readonly room: string;
  /** Its place in the room: 1, 2, 3 … without gaps. */
  readonly seq: number;
  /** The name of its author; empty if there is none any more. */
  readonly author: string;
  /** What the author wants to be called. */
  readonly displayName?: string;
  /** The author's colour. */
  readonly colour?: number;
  /** What it says, as it was typed; empty if it was taken back. */
  readonly text: string;
  /** When it was accepted, in ms since 1970. */
  readonly at: number;
  /** What its author's client called it. */
  readonly key: string;
  /** The message that it answers. */
  readonly replyTo?: number;
  /** That message. */
  readonly quote?: Quoted;
  /** The names of those whom it mentions. */
  readonly mentions?: readonly string[];
  /** When it was last edited, in ms since 1970. */
  readonly editedAt?: number;
  /** When it was taken back, in ms since 1970. */
  readonly deletedAt?: number;
  /** How people reacted. */
  readonly reactions?: readonly Reaction[];
  /** The log's position of its last change; absent if it never changed. */
  readonly change?: Seq;
}

/** Where a message is. */
export interface Place {
  /** Its room. */
  readonly room: string;
  /** Its place there. */
  readonly seq: number;
}

/** Which messages of a room are wanted. */
export interface MessageRange {
  /** Only those after this sequence. */
  readonly after?: number;
  /** Only those before this sequence. */
  readonly before?: number;
  /** At most so many, 1–1000: the oldest if `after` is given, else the newest. */
  readonly limit: number;
}

/** A place in the order of changes; messages that were erased together have one position, and so their sequences count. */
export interface Changed {
  /** The position of the log. */
  readonly change: Seq;
  /** The sequence of the last message that is known of those with that position; absent: all are. */
  readonly seq?: number;
}

/** Which changed messages of a room are wanted. */
export interface ChangeRange {
  /** Only those that changed after this. */
  readonly since: Changed;
  /** Only those up to this sequence. */
  readonly upTo: number;
  /** At most so many, those that changed first. */
  readonly limit: number;
}

/** What a message said at a time. */
export interface Version {
  /** What it said. */
  readonly text: string;
  /** Until when, in ms since 1970. */
  readonly at: number;
  /** The name of whoever changed it. */
  readonly by: string;
}

const NAMES = "SELECT json_group_array(a.name) FROM json_each(m.mentions) j JOIN accounts a ON a.id = j.value";
const REACTIONS = `
  SELECT json_group_array(json_object('emoji', emoji, 'by', json(names))) FROM (
    SELECT r.emoji, json_group_array(a.name ORDER BY r.log_seq) AS names FROM reactions r
    JOIN accounts a ON a.id = r.account WHERE r.room = m.room AND r.seq = m.seq GROUP BY r.emoji ORDER BY min(r.log_seq)
  )`;
/** Selects messages `m`, for {@linkcode toMessage}; a condition follows. */
export const MESSAGE: string = `
  SELECT m.room, m.seq, coalesce(a.name, '') AS author, a.display_name AS displayName, a.colour, m.text, m.at_ms AS at,
    m.key, m.reply_to AS replyTo, iif(m.mentions IS NULL, NULL, (${NAMES})) AS mentions, m.edited_at_ms AS editedAt,
    m.deleted_at_ms AS deletedAt, m.change_seq AS change,
    iif(m.change_seq IS NULL OR m.deleted_at_ms IS NOT NULL, NULL, (${REACTIONS})) AS reactions,
    coalesce(b.name, '') AS quotedAuthor, b.display_name AS quotedDisplayName, q.text AS quotedText
  FROM messages m LEFT JOIN accounts a ON a.id = m.author
    LEFT JOIN messages q ON q.room = m.room AND q.seq = m.reply_to LEFT JOIN accounts b ON b.id = q.author`;

/** Makes a message of a row that {@linkcode MESSAGE} selects. */
export function toMessage(row: Record<string, unknown> | undefined): Message | undefined {
  if (row === undefined) return undefined;
  const { room, seq, author, text, at, key } = row as unknown as Message;
  const message: Record<string, unknown> = { room, seq, author, text, at, key };
  for (const name of ["displayName", "colour", "replyTo", "editedAt", "deletedAt", "change"]) {
    if (row[name] !== null) message[name] = row[name];
  }
  if (row.mentions !== null) message.mentions = JSON.parse(row.mentions as string);
  if (row.reactions !== null && row.reactions !== "[]") message.reactions = JSON.parse(row.reactions as string);
  if (row.quotedText !== null) message.quote = toQuoted(row);
  return message as unknown as Message;
}

function toQuoted({ quotedAuthor, quotedDisplayName, quotedText }: Record<string, unknown>): Quoted {
  const quoted = { author: quotedAuthor as string, text: quotedText as string };
  return quotedDisplayName === null ? quoted : { ...quoted, displayName: quotedDisplayName as string };
}
