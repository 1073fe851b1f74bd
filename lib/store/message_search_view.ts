/**
 * The words of what was said.
 *
 * To index a message costs as much as all else that is written of it, and far less in company. So a commit leaves it out: it
 * is made up for a moment later, for all messages since the last time together, and before each search, which so misses
 * nothing that was acknowledged. How far the index goes is written with it, so that after a crash it goes on from there.
 *
 * @module
 */
import { type Database, doLater, type SqlValue, type Statement, transactLightly } from "./database.ts";
import type { Fact } from "./entries.ts";
import type { Entry, Seq } from "./log.ts";
import { MAY_READ_ROOM } from "./rooms_view.ts";
import type { View } from "./views.ts";

/** Which messages a search may find. */
export interface MessageFilter {
  /** Only those in rooms that this account may read, by id. */
  readonly reader: string;
  /** Only those of this author, by folded name. */
  readonly from?: string;
  /** Only those of this room. */
  readonly room?: string;
  /** Only those sent before, in ms since 1970. */
  readonly beforeMs?: number;
  /** Only those sent at or after, in ms since 1970. */
  readonly afterMs?: number;
}

/** A message found. */
export interface MessageHit {
  /** The room it stands in. */
  readonly room: string;
  /** The name of that room. */
  readonly roomName: string;
  /** Its place in the room. */
  readonly seq: number;
  /** The name of its author. */
  readonly author: string;
  /** When it was accepted, in ms since 1970. */
  readonly at: number;
  /** The part of the text around the words found, with marks as asked for. */
  readonly snippet: string;
  /** Higher is better. */
  readonly score: number;
}

/** How hits are shown and how many are wanted. */
export interface HitOptions {
  /** `best` first, or `newest`. */
  readonly sort: "best" | "newest";
  /** At most so many. */
  readonly limit: number;
  /** What stands before and after a found word in the snippet. */
  readonly marks: readonly [open: string, close: string];
}

/** Words of a snippet. */
const SNIPPET_TOKENS = 26;

const FROM = `
  FROM message_search f JOIN messages m ON m.log_seq = f.rowid
  JOIN accounts a ON a.id = m.author JOIN rooms r ON r.id = m.room
  WHERE message_search MATCH :match AND ${MAY_READ_ROOM}
    AND (:from IS NULL OR a.folded = :from) AND (:room IS NULL OR m.room = :room)
    AND (:before IS NULL OR m.at_ms < :before) AND (:after IS NULL OR m.at_ms >= :after)`;
/** The message that an entry has changed, and what it said before. */
const VERSION = `
  FROM message_versions v JOIN messages m ON m.room = v.room AND m.seq = v.seq WHERE v.log_seq = ?`;
/** Whether the index has the message `m`: what it has not yet, it will take as it is then. */
const IS_INDEXED = "m.log_seq <= (SELECT log_seq FROM message_search_position)";
/** A snippet costs far more than a rank: only the hits that are returned get one. */
const hitsBy = (order: string) => `
  SELECT m.room,
    iif(r.access = 'direct', (
      SELECT coalesce(display_name, name) FROM room_members JOIN accounts ON id = account WHERE room = r.id AND id <> :reader
    ), r.name) AS roomName, m.seq, a.name AS author, m.at_ms AS at, -bm25(message_search) AS score,
    snippet(message_search, 0, :open, :close, '…', ${SNIPPET_TOKENS}) AS snippet ${FROM}
    AND f.rowid IN (SELECT f.rowid ${FROM} ORDER BY ${order} LIMIT :limit)
  ORDER BY ${order}`;

/** Messages indexed at a time, some 10 ms; the next ones have to wait for another turn. */
const MAX_BATCH = 1_000;
/** A replay, in which there is no turn to wait for, indexes so many at a time. */
const REPLAY_BATCH = 10_000;

type Name =
  | "position"
  | "upTo"
  | "add"
  | "setPosition"
  | "remove"
  | "removeOld"
  | "insertNew"
  | "best"
  | "newest"
  | "count";

/** The words of what was said. */
export class MessageSearchView implements View {
  readonly name = "message_search";
  readonly version = 2;
  readonly tables = ["message_search", "message_search_position"];
  readonly schema = `
    CREATE VIRTUAL TABLE message_search USING fts5 (
      text, content = 'messages', content_rowid = 'log_seq', tokenize = 'porter unicode61 remove_diacritics 2'
    );
    CREATE TABLE message_search_position (log_seq INTEGER NOT NULL) STRICT;
    INSERT INTO message_search_position VALUES (0);
  `;
  #db!: Database;
  #statements!: Record<Name, Statement>;
  /** Whether messages were applied that the index may lack. */
  #isBehind = true;
  /** How many messages were applied since the index was written to. */
  #applied = 0;
  readonly #catchUp = () => {
    transactLightly(this.#db, () => this.#index(MAX_BATCH));
    if (this.#isBehind) doLater(this.#db, this.#catchUp);
  };

  open(db: Database): void {
    this.#db = db;
    this.#statements = {
      position: db.prepare("SELECT log_seq AS position FROM message_search_position"),
      upTo: db.prepare(
        "SELECT max(log_seq) AS position FROM (SELECT log_seq FROM messages WHERE log_seq > ? ORDER BY log_seq LIMIT ?)",
      ),
      add: db.prepare(
        `INSERT INTO message_search (rowid, text)
        SELECT log_seq, text FROM messages WHERE log_seq > ? AND log_seq <= ? AND text <> ''`,
      ),
      setPosition: db.prepare("UPDATE message_search_position SET log_seq = ?"),
      remove: db.prepare(
        `INSERT INTO message_search (message_search, rowid, text)
        SELECT 'delete', m.log_seq, m.text FROM messages m WHERE m.log_seq = ? AND m.text <> '' AND ${IS_INDEXED}`,
      ),
      removeOld: db.prepare(
        `INSERT INTO message_search (message_search, rowid, text)
        SELECT 'delete', m.log_seq, v.text ${VERSION} AND ${IS_INDEXED}`,
      ),
      insertNew: db.prepare(
        `INSERT INTO message_search (rowid, text)
        SELECT m.log_seq, m.text ${VERSION} AND m.text <> '' AND ${IS_INDEXED}`,
      ),
      best: db.prepare(hitsBy("rank, m.log_seq DESC")),
      newest: db.prepare(hitsBy("m.log_seq DESC")),
      count: db.prepare(`SELECT count(*) AS total ${FROM}`),
    };
    doLater(db, this.#catchUp);
  }

  apply(fact: Fact, { seq }: Entry): void {
    if (fact.type === "message-sent") {
      this.#isBehind = true;
      doLater(this.#db, this.#catchUp);
      if (++this.#applied >= REPLAY_BATCH) this.#index(REPLAY_BATCH);
    } else if (fact.type === "message-edited" || fact.type === "message-deleted") {
      this.#statements.removeOld.run(seq);
      this.#statements.insertNew.run(seq);
    }
  }

  /** Before the messages view erases it: the index has to be told the words that it forgets. */
  erase({ seq }: Entry): void {
    this.#statements.remove.run(seq);
  }

  /**
   * Finds messages.
   *
   * @param match An FTS5 expression, which the search has built: never what a person typed.
   * @param options Filters, order, number and marks.
   */
  find(match: string, { sort, limit, marks: [open, close], ...filter }: MessageFilter & HitOptions): MessageHit[] {
    this.#becomeCurrent();
    const parameters = { ...bind(match, filter), open, close, limit };
    return this.#statements[sort].all(parameters) as unknown as MessageHit[];
  }

  /** How many messages there are to find. */
  count(match: string, filter: MessageFilter): number {
    this.#becomeCurrent();
    return this.#statements.count.get(bind(match, filter))!.total as number;
  }

  /** Indexes the next messages, inside a transaction. */
  #index(max: number): void {
    const { position, upTo, add, setPosition } = this.#statements;
    const from = position.get()!.position as Seq;
    const to = upTo.get(from, max)!.position as Seq | null;
    this.#isBehind = to !== null;
    this.#applied = 0;
    if (to === null) return;
    add.run(from, to);
    setPosition.run(to);
  }

  /** While the disk is full, or another process writes, what is indexed has to do. */
  #becomeCurrent(): void {
    try {
      while (this.#isBehind) transactLightly(this.#db, () => this.#index(MAX_BATCH));
    } catch {
      doLater(this.#db, this.#catchUp);
    }
  }
}

function bind(match: string, { reader, from, room, beforeMs, afterMs }: MessageFilter): Record<string, SqlValue> {
  return { match, reader, from: from ?? null, room: room ?? null, before: beforeMs ?? null, after: afterMs ?? null };
}
