import type { Database, Statement } from "./database.ts";
import type { Fact } from "./entries.ts";
import type { Entry, Seq } from "./log.ts";
import type { RoomsView } from "./rooms_view.ts";
import type { View } from "./views.ts";

/** A message, as everybody in its room sees it. */
export interface Message {
  /** The room it was sent to. */
  readonly room: string;
  /** Its place in the room: 1, 2, 3 … without gaps. */
  readonly seq: number;
  /** The name of its author. */
  readonly author: string;
  /** What it says. */
  readonly text: string;
  /** When it was accepted, in ms since 1970. */
  readonly at: number;
  /** What its author's client called it. */
  readonly key: string;
  /** The message that it answers. */
  readonly replyTo?: number;
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

type MessageRow = Omit<Message, "replyTo"> & { replyTo: number | null };

const MESSAGE = `
  SELECT m.room, m.seq, a.name AS author, m.text, m.at_ms AS at, m.key, m.reply_to AS replyTo
  FROM messages m JOIN accounts a ON a.id = m.author`;

/** What was said. */
export class MessagesView implements View {
  readonly name = "messages";
  readonly version = 1;
  readonly tables = ["messages"];
  readonly schema = `
    CREATE TABLE messages (
      log_seq INTEGER PRIMARY KEY, room TEXT NOT NULL, seq INTEGER NOT NULL, author TEXT NOT NULL, key TEXT NOT NULL,
      text TEXT NOT NULL, at_ms INTEGER NOT NULL, reply_to INTEGER, UNIQUE (room, seq), UNIQUE (author, key)
    ) STRICT;
  `;
  readonly #rooms: RoomsView;
  #statements!: Record<"insert" | "byLogSeq" | "byKey" | "oldest" | "newest", Statement>;

  /**
   * Makes the view; {@linkcode MessagesView.open} prepares it.
   *
   * @param rooms Applied before this view; it counts the messages of each room.
   */
  constructor(rooms: RoomsView) {
    this.#rooms = rooms;
  }

  open(db: Database): void {
    const range = `${MESSAGE} WHERE m.room = ? AND m.seq > ? AND m.seq < ? ORDER BY m.seq`;
    this.#statements = {
      insert: db.prepare(
        "INSERT INTO messages (log_seq, room, seq, author, key, text, at_ms, reply_to) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
      ),
      byLogSeq: db.prepare(`${MESSAGE} WHERE m.log_seq = ?`),
      byKey: db.prepare(`${MESSAGE} WHERE m.author = ? AND m.key = ?`),
      oldest: db.prepare(`${range} ASC LIMIT ?`),
      newest: db.prepare(`${range} DESC LIMIT ?`),
    };
  }

  apply(fact: Fact, { seq: logSeq, atMs }: Entry): void {
    if (fact.type !== "message-sent") return;
    const { room, author, key, text, replyTo = null } = fact;
    this.#statements.insert.run(logSeq, room, this.#rooms.count(room), author, key, text, atMs, replyTo);
  }

  /** The message that a log entry became. */
  byLogSeq(logSeq: Seq): Message | undefined {
    return toMessage(this.#statements.byLogSeq.get(logSeq));
  }

  /** The message that an author's client called by a key. */
  byKey(authorId: string, key: string): Message | undefined {
    return toMessage(this.#statements.byKey.get(authorId, key));
  }

  /** Messages of a room, oldest first. */
  range(room: string, { after, before, limit }: MessageRange): Message[] {
    const statement = after === undefined ? this.#statements.newest : this.#statements.oldest;
    const rows = statement.all(room, after ?? 0, before ?? Number.MAX_SAFE_INTEGER, limit);
    if (after === undefined) rows.reverse();
    return rows.map((row) => toMessage(row)!);
  }
}

function toMessage(row: unknown): Message | undefined {
  if (row === undefined) return undefined;
  const { replyTo, ...message } = row as MessageRow;
  return replyTo === null ? message : { ...message, replyTo };
}
