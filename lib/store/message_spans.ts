/**
 * Between which positions of the log the messages are that a search may find.
 *
 * @module
 */
import type { Database, Statement } from "./database.ts";

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

/** Positions of the log. */
export interface Span {
  /** The first. */
  readonly first: number;
  /** The last; less than the first if there is none. */
  readonly last: number;
}

/** Messages of an author beyond which it is not asked which is the first: some 2 ms. */
const MAX_AUTHORED = 20_000;
/** Between which positions the messages of a room are, and those of an author. */
const SPAN_OF_ROOM = `
  SELECT (SELECT log_seq FROM messages WHERE room = :room ORDER BY seq LIMIT 1) AS first,
    (SELECT log_seq FROM messages WHERE room = :room ORDER BY seq DESC LIMIT 1) AS last`;
const SPAN_OF_AUTHOR = `
  SELECT min(log_seq) AS first, max(log_seq) AS last, count(*) AS count FROM (
    SELECT log_seq FROM messages WHERE author = (SELECT id FROM accounts WHERE folded = :from) LIMIT ${MAX_AUTHORED}
  )`;
const NEXT = "SELECT log_seq AS logSeq, at_ms AS at FROM messages WHERE log_seq >= ? ORDER BY log_seq LIMIT 1";
const NEWEST = "SELECT max(log_seq) AS logSeq FROM messages";

/** Finds where messages begin and end that pass a filter. */
export class MessageSpans {
  readonly #statements: Record<"spanOfRoom" | "spanOfAuthor" | "next" | "newest", Statement>;

  /**
   * Prepares its statements.
   *
   * @param db The database, with the tables of all views.
   */
  constructor(db: Database) {
    this.#statements = {
      spanOfRoom: db.prepare(SPAN_OF_ROOM),
      spanOfAuthor: db.prepare(SPAN_OF_AUTHOR),
      next: db.prepare(NEXT),
      newest: db.prepare(NEWEST),
    };
  }

  /** Between which positions the messages are that pass the filters: the walk need not pass over all that came later. */
  of({ from, room, beforeMs, afterMs }: MessageFilter): Span {
    const { spanOfRoom, spanOfAuthor } = this.#statements;
    const spans: Span[] = [{ first: 0, last: Number.MAX_SAFE_INTEGER }];
    if (room !== undefined) spans.push(toSpan(spanOfRoom.get({ room })!));
    if (from !== undefined) {
      const span = spanOfAuthor.get({ from })!;
      if (span.count as number < MAX_AUTHORED) spans.push(toSpan(span));
    }
    if (afterMs !== undefined) spans.push({ first: this.#firstSince(afterMs), last: Number.MAX_SAFE_INTEGER });
    if (beforeMs !== undefined) spans.push({ first: 0, last: this.#firstSince(beforeMs) });
    return {
      first: Math.max(...spans.map(({ first }) => first)),
      last: Math.min(...spans.map(({ last }) => last)),
    };
  }

  /** The position of the first message at or after a time, or one past the last: the log's times only grow. */
  #firstSince(atMs: number): number {
    const { next, newest } = this.#statements;
    let [low, high] = [0, (newest.get()!.logSeq as number | null ?? 0) + 1];
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      const message = next.get(middle) as { logSeq: number; at: number } | undefined;
      if (message === undefined || message.at >= atMs) high = middle;
      else low = message.logSeq + 1;
    }
    return low;
  }
}

/** Where there is no message, nothing stands between the first position and the last. */
function toSpan({ first, last }: Record<string, unknown>): Span {
  return { first: first as number | null ?? 1, last: last as number | null ?? 0 };
}
