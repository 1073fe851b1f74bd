/**
 * The words of what was said.
 *
 * To index a message costs as much as all else that is written of it, and far less in company. So a commit leaves it out: it
 * is made up for a moment later, for all messages since the last time together, and before each search, which so misses
 * nothing that was acknowledged. How far the index goes is written with it, so that after a crash it goes on from there.
 *
 * @module
 */
import { type Database, doLater, emptyWal, type Statement, transactLightly } from "./database.ts";
import type { Fact } from "./entries.ts";
import type { Entry, Seq } from "./log.ts";
import {
  MessageFinder,
  type RankedMessage,
  type RankedMessages,
  type RankOptions,
  type ShownMessage,
  type ShowOptions,
} from "./message_finder.ts";
import type { MessageFilter } from "./message_spans.ts";
import type { View } from "./views.ts";

export type { RankedMessage } from "./message_finder.ts";
export type { MessageFilter } from "./message_spans.ts";

/** A message found. */
export interface MessageHit extends ShownMessage {
  /** Higher is better. */
  readonly score: number;
}

/** Which messages are wanted, and how they are shown. */
export type HitOptions = MessageFilter & RankOptions & ShowOptions;

/** The message that an entry has changed, and what it said before. */
const VERSION = `
  FROM message_versions v JOIN messages m ON m.room = v.room AND m.seq = v.seq WHERE v.log_seq = ?`;
/** Whether the index has the message `m`: what it has not yet, it will take as it is then. */
const IS_INDEXED = "m.log_seq <= (SELECT log_seq FROM message_search_position)";
/** Messages indexed at a time, some 10 ms; the next ones have to wait for another turn. */
const MAX_BATCH = 1_000;
/** A replay, in which there is no turn to wait for, indexes so many at a time. */
const REPLAY_BATCH = 10_000;

type Name = "position" | "upTo" | "add" | "setPosition" | "remove" | "removeOld" | "insertNew";

/** The words of what was said. */
export class MessageSearchView implements View {
  readonly name = "message_search";
  readonly version = 3;
  readonly tables = ["message_search", "message_search_position"];
  // Secure deletion leaves a word, or its beginning, here and there: where a page of the index began with it.
  readonly schema = `
    CREATE VIRTUAL TABLE message_search USING fts5 (
      text, content = 'messages', content_rowid = 'log_seq', tokenize = 'porter unicode61 remove_diacritics 2'
    );
    INSERT INTO message_search (message_search, rank) VALUES ('secure-delete', 1);
    CREATE TABLE message_search_position (log_seq INTEGER NOT NULL) STRICT;
    INSERT INTO message_search_position VALUES (0);
  `;
  #db!: Database;
  #statements!: Record<Name, Statement>;
  #finder!: MessageFinder;
  /** Whether something was erased whose words may still stand in the write-ahead log. */
  #hasErased = false;
  /** Whether messages were applied that the index may lack. */
  #isBehind = true;
  /** How many messages were applied since the index was written to. */
  #applied = 0;
  readonly #catchUp = () => {
    transactLightly(this.#db, () => this.#index(MAX_BATCH));
    if (this.#isBehind) return doLater(this.#db, this.#catchUp);
    if (this.#hasErased) emptyWal(this.#db);
    this.#hasErased = false;
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
    };
    this.#finder = new MessageFinder(db);
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
    this.#hasErased = true;
    doLater(this.#db, this.#catchUp);
  }

  /**
   * Finds messages, at a price that is bounded however many there are.
   *
   * @param match An FTS5 expression, which the search has built: never what a person typed.
   * @param options Filters, order and number.
   */
  rank(match: string, options: MessageFilter & RankOptions): RankedMessages {
    this.#becomeCurrent();
    return this.#finder.rank(match, options);
  }

  /**
   * Shows messages that were just found.
   *
   * @param match The same expression.
   * @param ranked Which ones: each costs far more than to find it.
   * @param options The reader, and the marks.
   */
  show(match: string, ranked: readonly RankedMessage[], options: ShowOptions): MessageHit[] {
    const shown = this.#finder.show(match, ranked, options);
    return ranked.flatMap(({ logSeq, score }) => {
      const message = shown.get(logSeq);
      return message === undefined ? [] : [{ ...message, score }];
    });
  }

  /** Finds messages and shows them. */
  find(match: string, options: HitOptions): MessageHit[] {
    return this.show(match, this.rank(match, options).ranked, options);
  }

  /** How many messages there are to find; from 5000 on, that there are so many. */
  count(match: string, filter: MessageFilter): number {
    return this.rank(match, { ...filter, sort: "newest", limit: 0 }).total;
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
