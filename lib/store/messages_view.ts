import type { AccountsView } from "./accounts_view.ts";
import type { Database } from "./database.ts";
import type { Fact } from "./entries.ts";
import type { MessageSent } from "./facts.ts";
import { COUNTED_PREFIX, type Entry, type Seq } from "./log.ts";
import { type ChangeRange, type Message, type MessageRange, type Place, toMessage, type Version } from "./message.ts";
import { type MessageStatements, prepareMessages } from "./message_statements.ts";
import type { ReadsView } from "./reads_view.ts";
import type { RoomsView } from "./rooms_view.ts";
import type { View } from "./views.ts";

export type { Changed, ChangeRange, Message, MessageRange, Place, Version } from "./message.ts";

/** A message as it was sent, with the id of its author; not those that answer or mention. */
type Fresh = Pick<Message, "room" | "seq" | "author" | "text" | "at" | "key">;

/** More than one transaction of the log takes. */
const MAX_FRESH = 1_000;

/** What was said. */
export class MessagesView implements View {
  readonly name = "messages";
  readonly version = 4;
  readonly tables = ["messages", "reactions", "message_versions"];
  readonly schema = `
    CREATE TABLE messages (
      log_seq INTEGER PRIMARY KEY, room TEXT NOT NULL, seq INTEGER NOT NULL, author TEXT NOT NULL, key TEXT NOT NULL,
      text TEXT NOT NULL, at_ms INTEGER NOT NULL, reply_to INTEGER, mentions TEXT, edited_at_ms INTEGER,
      deleted_at_ms INTEGER, change_seq INTEGER, UNIQUE (room, seq), UNIQUE (author, key)
    ) STRICT;
    CREATE INDEX messages_changed ON messages (room, change_seq, seq) WHERE change_seq IS NOT NULL;
    CREATE TABLE reactions (
      room TEXT NOT NULL, seq INTEGER NOT NULL, emoji TEXT NOT NULL, account TEXT NOT NULL, log_seq INTEGER NOT NULL,
      PRIMARY KEY (room, seq, emoji, account)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE message_versions (
      log_seq INTEGER PRIMARY KEY, room TEXT NOT NULL, seq INTEGER NOT NULL, author TEXT NOT NULL, text TEXT NOT NULL,
      at_ms INTEGER NOT NULL, by TEXT NOT NULL
    ) STRICT;
    CREATE INDEX message_versions_message ON message_versions (room, seq);
  `;
  /** Messages just applied, as they were sent, by their log position: the ack and the delivery ask for them next. */
  readonly #fresh = new Map<Seq, Fresh>();
  /** By room. After a transaction that was rolled back it may be too high, which costs a look and no more. */
  readonly #lastChanges = new Map<string, Seq>();
  readonly #accounts: AccountsView;
  readonly #rooms: RoomsView;
  readonly #reads: ReadsView;
  #statements!: MessageStatements;

  /**
   * Makes the view; {@linkcode MessagesView.open} prepares it.
   *
   * @param views Applied before this view, but for the reads: `accounts` knows the authors, `rooms` counts the messages of
   * each room, `reads` is told when a message mentions nobody any more.
   */
  constructor({ accounts, rooms, reads }: { accounts: AccountsView; rooms: RoomsView; reads: ReadsView }) {
    this.#accounts = accounts;
    this.#rooms = rooms;
    this.#reads = reads;
  }

  open(db: Database): void {
    this.#statements = prepareMessages(db);
  }

  apply(fact: Fact, { seq: logSeq, atMs }: Entry): void {
    const { insert, react, unreact, touch } = this.#statements;
    if (fact.type !== "message-sent") this.#fresh.clear();
    else {
      const { room, author, key, text, replyTo = null, mentions } = fact;
      const seq = this.#rooms.count(room);
      insert.run(logSeq, room, seq, author, key, text, atMs, replyTo, toJson(mentions), null, null);
      this.#remember(logSeq, fact, { room, seq, author, text, at: atMs, key });
    }
    if (fact.type === "message-edited") {
      this.#replace(fact, { logSeq, atMs, text: fact.text, mentions: toJson(fact.mentions) });
    } else if (fact.type === "message-deleted") {
      this.#replace(fact, { logSeq, atMs, text: "", mentions: null, deletedAtMs: atMs });
    } else if (fact.type === "reaction-set") {
      if (fact.isOn) react.run(fact.room, fact.seq, fact.emoji, fact.by, logSeq);
      else unreact.run(fact.room, fact.seq, fact.emoji, fact.by);
      touch.run(logSeq, fact.room, fact.seq);
      this.#noteChange(fact.room, logSeq);
    }
  }

  /** A message that was erased keeps its place: the others are counted from it. */
  erase({ seq: logSeq, key, atMs }: Entry, head: Seq): void {
    const { insert, place, blank, forgetVersion } = this.#statements;
    this.#fresh.clear();
    if (!key.startsWith(COUNTED_PREFIX)) return void forgetVersion.run(logSeq);
    // A position that nobody can be at: whoever reads before all is erased is told of it later.
    const change = head + 1;
    const room = key.slice(COUNTED_PREFIX.length);
    this.#noteChange(room, change);
    const before = place.get(logSeq);
    if (before !== undefined) {
      this.#reads.unmention(idsIn(before.mentions as string | null), { room, seq: before.seq as number });
      return void blank.run(`erased-${logSeq}`, change, atMs, logSeq);
    }
    insert.run(logSeq, room, this.#rooms.count(room), "", `erased-${logSeq}`, "", atMs, null, null, atMs, change);
  }

  /** The message that a log entry became. */
  byLogSeq(logSeq: Seq): Message | undefined {
    const fresh = this.#fresh.get(logSeq);
    const author = fresh && this.#accounts.byId(fresh.author);
    if (author !== undefined) {
      const { name, displayName, colour } = author;
      return { ...fresh!, author: name, ...displayName && { displayName }, ...colour !== undefined && { colour } };
    }
    return toMessage(this.#statements.byLogSeq.get(logSeq));
  }

  /** A message by its place in a room. */
  bySeq(room: string, seq: number): Message | undefined {
    return toMessage(this.#statements.bySeq.get(room, seq));
  }

  /** Where the message is that a log entry became. */
  placeOf(logSeq: Seq): Place | undefined {
    return this.#fresh.get(logSeq) ?? this.#statements.placeOf.get(logSeq) as Place | undefined;
  }

  /** Where the message is that an author's client called by a key. */
  byKey(authorId: string, key: string): Place | undefined {
    return this.#statements.byKey.get(authorId, key) as Place | undefined;
  }

  /** The id of a message's author, and whether it was taken back; `undefined` if there is no such message. */
  target(room: string, seq: number): Target | undefined {
    return this.#statements.target.get(room, seq) as Target | undefined;
  }

  /** Messages of a room, oldest first. */
  range(room: string, { after, before, limit }: MessageRange): Message[] {
    const statement = after === undefined ? this.#statements.newest : this.#statements.oldest;
    const rows = statement.all(room, after ?? 0, before ?? Number.MAX_SAFE_INTEGER, limit);
    if (after === undefined) rows.reverse();
    return rows.map((row) => toMessage(row)!);
  }

  /** Messages of a room that have changed, in the order of their last change. */
  changed(room: string, { since, upTo, limit }: ChangeRange): Message[] {
    const { change, seq = Number.MAX_SAFE_INTEGER } = since;
    return this.#statements.changed.all({ room, change, seq, upTo, limit }).map((row) => toMessage(row)!);
  }

  /** The sequence of the first message of a room at or after a time, in ms since 1970; `undefined` if there is none. */
  firstSince(room: string, atMs: number): number | undefined {
    let [before, after] = [0, this.#rooms.lastSeq(room) + 1];
    while (after - before > 1) {
      const middle = Math.floor((before + after) / 2);
      if (this.#statements.time.get(room, middle)!.at as number < atMs) before = middle;
      else after = middle;
    }
    return after > this.#rooms.lastSeq(room) ? undefined : after;
  }

  /** Messages of an author in all rooms, in the order of the log, each with its position there. */
  byAuthor(
    authorId: string,
    { afterLogSeq, limit }: { afterLogSeq: Seq; limit: number },
  ): Array<Message & { readonly logSeq: Seq }> {
    return this.#statements.byAuthor.all(afterLogSeq, authorId, limit)
      .map((row) => ({ ...toMessage(row)!, logSeq: row.logSeq as Seq }));
  }

  /** The position of the newest change of a message of a room; 0 if there is none. */
  lastChange(room: string): Seq {
    const known = this.#lastChanges.get(room);
    if (known !== undefined) return known;
    const change = (this.#statements.lastChange.get(room)!.change ?? 0) as Seq;
    this.#lastChanges.set(room, change);
    return change;
  }

  /** What a message said before, oldest first. */
  versions(room: string, seq: number): Version[] {
    return this.#statements.versions.all(room, seq) as unknown as Version[];
  }

  /** Positions of the entries that hold what somebody wrote, at most `limit`. */
  entriesOf(accountId: string, limit: number): Seq[] {
    return this.#statements.entries.all({ account: accountId, limit }).map(({ logSeq }) => logSeq as Seq);
  }

  #noteChange(room: string, change: Seq): void {
    this.#lastChanges.set(room, Math.max(this.lastChange(room), change));
  }

  /** After a transaction that was rolled back, another message may have the position: then its own takes the place. */
  #remember(logSeq: Seq, { replyTo, mentions }: MessageSent, fresh: Fresh): void {
    if (this.#fresh.size >= MAX_FRESH) this.#fresh.clear();
    if (replyTo === undefined && mentions === undefined) this.#fresh.set(logSeq, fresh);
    else this.#fresh.delete(logSeq);
  }

  /** Puts another text in the place of a message's, and keeps the one before for the moderators. */
  #replace({ room, seq, by }: { room: string; seq: number; by: string }, to: Replacement): void {
    const { target, keep, set } = this.#statements;
    const before = target.get(room, seq) as Target | undefined;
    if (before === undefined || before.deletedAt !== null) return;
    keep.run(to.logSeq, to.atMs, by, room, seq);
    const { deletedAtMs = null } = to;
    set.run(to.text, to.mentions, deletedAtMs === null ? to.atMs : null, deletedAtMs, to.logSeq, room, seq);
    this.#noteChange(room, to.logSeq);
    this.#reads.unmention(idsIn(before.mentions), { room, seq });
    this.#reads.mention(idsIn(to.mentions), { room, seq });
  }
}

/** What is to be known of a message before it is changed. */
export interface Target {
  /** The id of its author. */
  readonly author: string;
  /** When it was taken back, in ms since 1970; `null` if it was not. */
  readonly deletedAt: number | null;
  /** The ids of those whom it mentions, as JSON. */
  readonly mentions: string | null;
}

interface Replacement {
  readonly logSeq: Seq;
  readonly atMs: number;
  readonly text: string;
  readonly mentions: string | null;
  readonly deletedAtMs?: number;
}

function idsIn(json: string | null): string[] {
  return json === null ? [] : JSON.parse(json);
}

function toJson(ids: readonly string[] | undefined): string | null {
  return ids === undefined || ids.length === 0 ? null : JSON.stringify(ids);
}
