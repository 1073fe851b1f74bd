/**
 * Finding messages in the index, at a bounded price, and so that no room leaks that the reader may not read.
 *
 * The index gives the messages with a word in the order of the log, newest first, at some 0.1 µs each; what may stop a
 * message from being found is looked at as cheaply as possible, and each step stops at its bound. The rank counts the words
 * of the query that a message has, and a word counts the more the fewer of the reader's own matches have it: bm25 would
 * tell, by its scores, what is said in rooms that the reader may not read.
 *
 * @module
 */
import type { Database, SqlValue, Statement } from "./database.ts";
import { type MessageFilter, MessageSpans, type Span } from "./message_spans.ts";
import { MAY_READ_ROOM } from "./rooms_view.ts";

/** How many messages are wanted, and which first. */
export interface RankOptions {
  /** `best` first, or `newest`. */
  readonly sort: "best" | "newest";
  /** At most so many. */
  readonly limit: number;
  /** What to look for by its parts, as FTS5 expressions: the more of them a message has, the better. @default the match */
  readonly parts?: readonly string[];
  /** What makes a message with all parts better than others, as {@linkcode foldText} writes it. */
  readonly phrase?: string;
}

/** A message found, before it is shown. */
export interface RankedMessage {
  /** Its position in the log. */
  readonly logSeq: number;
  /** When it was accepted, in ms since 1970. */
  readonly at: number;
  /** Higher is better: 1 if it has all parts, 1 more if it has the phrase. */
  readonly score: number;
}

/** The messages found. */
export interface RankedMessages {
  /** The first of them, in order. */
  readonly ranked: readonly RankedMessage[];
  /** How many there are in all, if less than {@linkcode MAX_MATCHES}; else at least so many. */
  readonly total: number;
}

/** A message, as the one who found it is shown it. */
export interface ShownMessage {
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
}

/** For whom, and how, messages are shown. */
export interface ShowOptions {
  /** The account that has found them, by id. */
  readonly reader: string;
  /** What stands before and after a found word in the snippet. */
  readonly marks: readonly [open: string, close: string];
}

/** The newest matches that are counted and ranked: nobody pages further, and it takes some 5 ms. */
export const MAX_MATCHES = 5_000;
/** Messages with the words that are looked at, between the first and the last that the filters allow: some 25 ms. */
const MAX_WALKED = 50_000;
/** Messages of those that pass the filters, whose room is looked up: some 10 ms. */
const MAX_CHECKED = 10_000;
/** Messages with all words in which the phrase is looked for: some 5 ms if they are long. */
const MAX_COMPARED = 100;
/** Words of a snippet. */
const SNIPPET_TOKENS = 26;

// The driver binds numbers as reals, which FTS5 does not take for bounds: it would walk from the end.
const FIRST = "CAST(:first AS INTEGER)";
const LAST = "CAST(:last AS INTEGER)";
const WALK = `
  SELECT json_group_array(id) AS ids FROM (
    SELECT x.id FROM (
      SELECT m.log_seq AS id, m.room FROM (
        SELECT rowid AS id FROM message_search WHERE message_search MATCH :match AND rowid BETWEEN ${FIRST} AND ${LAST}
        ORDER BY rowid DESC LIMIT :maxWalked
      ) f CROSS JOIN messages m ON m.log_seq = f.id
      WHERE (:from IS NULL OR m.author IN (SELECT id FROM accounts WHERE folded = :from))
        AND (:room IS NULL OR m.room = :room)
        AND (:before IS NULL OR m.at_ms < :before) AND (:after IS NULL OR m.at_ms >= :after)
      LIMIT :maxChecked
    ) x CROSS JOIN rooms r ON r.id = x.room
    WHERE ${MAY_READ_ROOM} LIMIT :maxMatches
  )`;
const TEXTS = "SELECT log_seq AS logSeq, text FROM messages WHERE log_seq IN (SELECT value FROM json_each(?))";
/** Which of some messages match. */
const AMONG = `
  SELECT json_group_array(id) AS ids FROM (
    SELECT rowid AS id FROM message_search WHERE message_search MATCH :match AND rowid BETWEEN ${FIRST} AND ${LAST}
    ORDER BY rowid DESC LIMIT :maxWalked
  ) WHERE id IN (SELECT value FROM json_each(:ids))`;
const TIMES = "SELECT log_seq AS logSeq, at_ms AS at FROM messages WHERE log_seq IN (SELECT value FROM json_each(?))";
/** By one walk of the index between the first and the last: to look each up in it would begin a search anew for each. */
const SHOW = `
  SELECT m.log_seq AS logSeq, m.room,
    iif(r.access = 'direct', (
      SELECT coalesce(display_name, name) FROM room_members JOIN accounts ON id = account WHERE room = r.id AND id <> :reader
    ), r.name) AS roomName, m.seq, a.name AS author, m.at_ms AS at,
    snippet(message_search, 0, :open, :close, '…', ${SNIPPET_TOKENS}) AS snippet
  FROM message_search f CROSS JOIN messages m ON m.log_seq = f.rowid
    CROSS JOIN accounts a ON a.id = m.author CROSS JOIN rooms r ON r.id = m.room
  WHERE message_search MATCH :match AND f.rowid BETWEEN ${FIRST} AND ${LAST}
    AND +f.rowid IN (SELECT value FROM json_each(:ids)) AND ${MAY_READ_ROOM}`;

/** Finds messages by their words. */
export class MessageFinder {
  readonly #statements: Record<"walk" | "among" | "texts" | "times" | "show", Statement>;
  readonly #spans: MessageSpans;

  /**
   * Prepares its statements.
   *
   * @param db The database, with the tables of all views.
   */
  constructor(db: Database) {
    this.#statements = {
      walk: db.prepare(WALK),
      among: db.prepare(AMONG),
      texts: db.prepare(TEXTS),
      times: db.prepare(TIMES),
      show: db.prepare(SHOW),
    };
    this.#spans = new MessageSpans(db);
  }

  /**
   * Finds messages.
   *
   * @param match What to look for, as an FTS5 expression.
   * @param options Filters, order, number, and what makes a message better.
   */
  rank(
    match: string,
    { sort, limit, parts = [match], phrase, ...filter }: MessageFilter & RankOptions,
  ): RankedMessages {
    const span = this.#spans.of(filter);
    const ids = this.#walk(match, { ...filter, ...span });
    const total = ids.length;
    if (sort === "newest" || parts.length === 1) {
      const score = sort === "best" ? 1 : 0;
      return { ranked: this.#withTimes(ids.slice(0, limit).map((logSeq) => ({ logSeq, score }))), total };
    }
    const shares = parts.length;
    // Where more match than are ranked, what has a rare word may be older than what has a common one.
    const lists = parts.map((part) =>
      total < MAX_MATCHES ? this.#among(part, ids, shares) : this.#walk(part, { ...filter, ...span, shares })
    );
    const scored = this.#preferPhrase(byScore(ids, lists), phrase);
    return { ranked: this.#withTimes(scored.slice(0, limit)), total };
  }

  /**
   * Shows messages that were found.
   *
   * @param match What was looked for.
   * @param ranked Which ones.
   * @param options The reader, and the marks.
   * @returns Each by its position in the log.
   */
  show(
    match: string,
    ranked: ReadonlyArray<Pick<RankedMessage, "logSeq">>,
    { reader, marks: [open, close] }: ShowOptions,
  ): Map<number, ShownMessage> {
    if (ranked.length === 0) return new Map();
    const ids = ranked.map(({ logSeq }) => logSeq);
    const [first, last] = [Math.min(...ids), Math.max(...ids)];
    const rows = this.#statements.show.all({ match, reader, open, close, first, last, ids: JSON.stringify(ids) });
    return new Map(rows.map(({ logSeq, ...shown }) => [logSeq as number, shown as unknown as ShownMessage]));
  }

  /** Positions of the newest matches, newest first; one of several walks may go as far as its share. */
  #walk(match: string, { reader, from, room, beforeMs, afterMs, first, last, shares = 1 }: Walk): number[] {
    const parameters: Record<string, SqlValue> = {
      match,
      reader,
      from: from ?? null,
      room: room ?? null,
      before: beforeMs ?? null,
      after: afterMs ?? null,
      first,
      last,
      maxWalked: Math.floor(MAX_WALKED / shares),
      maxChecked: Math.floor(MAX_CHECKED / shares),
      maxMatches: Math.floor(MAX_MATCHES / shares),
    };
    return JSON.parse(this.#statements.walk.get(parameters)!.ids as string);
  }

  /** Which of some messages match; given newest first. */
  #among(match: string, ids: readonly number[], shares: number): number[] {
    const parameters = { match, first: ids.at(-1) ?? 0, last: ids[0] ?? 0, ids: JSON.stringify(ids) };
    const { ids: found } = this.#statements.among.get({ ...parameters, maxWalked: Math.floor(MAX_WALKED / shares) })!;
    return JSON.parse(found as string);
  }

  /** Those of the first that have all parts side by side go before the others. */
  #preferPhrase(scored: readonly Scored[], phrase: string | undefined): readonly Scored[] {
    const first = scored.slice(0, MAX_COMPARED).filter(({ score }) => score >= 1);
    if (phrase === undefined || first.length === 0) return scored;
    const rows = this.#statements.texts.all(JSON.stringify(first.map(({ logSeq }) => logSeq)));
    const phrased = new Set(
      rows.filter(({ text }) => foldText(text as string).includes(phrase)).map((row) => row.logSeq),
    );
    return [
      ...first.filter(({ logSeq }) => phrased.has(logSeq)).map(({ logSeq, score }) => ({ logSeq, score: score + 1 })),
      ...scored.filter(({ logSeq }) => !phrased.has(logSeq)),
    ];
  }

  #withTimes(messages: readonly Scored[]): RankedMessage[] {
    const rows = this.#statements.times.all(JSON.stringify(messages.map(({ logSeq }) => logSeq)));
    const times = new Map(rows.map(({ logSeq, at }) => [logSeq, at as number]));
    return messages.map((message) => ({ ...message, at: times.get(message.logSeq)! }));
  }
}

interface Walk extends MessageFilter, Span {
  /** Among how many walks the price is shared. */
  readonly shares?: number;
}

type Scored = Omit<RankedMessage, "at">;

/**
 * Scores messages, given newest first, by the parts that match them. Of equally good ones the newest is first.
 */
function byScore(ids: readonly number[], parts: ReadonlyArray<readonly number[]>): Scored[] {
  const weights = parts.map(({ length }) => Math.log(1 + MAX_MATCHES / (1 + length)));
  const sum = weights.reduce((sum, weight) => sum + weight, 0);
  const scores = new Map(ids.map((logSeq) => [logSeq, 0]));
  for (const [index, list] of parts.entries()) {
    for (const logSeq of list) scores.set(logSeq, (scores.get(logSeq) ?? 0) + weights[index] / sum);
  }
  return [...scores].map(([logSeq, score]) => ({ logSeq, score: Math.round(score * 1e6) / 1e6 }))
    .sort((a, b) => b.score - a.score || b.logSeq - a.logSeq);
}

/** A text without accents, capitals and punctuation, its words each between two spaces. */
export function foldText(text: string): string {
  const words = text.normalize("NFD").toLowerCase().replace(/\p{M}+/gu, "").match(/[\p{L}\p{N}\p{Co}]+/gu);
  return ` ${words?.join(" ") ?? ""} `;
}
