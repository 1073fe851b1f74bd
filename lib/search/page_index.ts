/**
 * The words of the site's pages, in memory: it is made from the folder at each start.
 *
 * @module
 */
import { type Database, openDatabase, type Statement } from "../store/database.ts";

/** A page, as the index takes it. */
export interface IndexedPage {
  /** Its path on the site. */
  readonly url: string;
  /** What it is called. */
  readonly title: string;
  /** Its words. */
  readonly text: string;
  /** When it was last changed, in ms since 1970. */
  readonly modifiedAtMs: number;
}

/** A page found. */
export interface PageHit {
  /** Its path on the site. */
  readonly url: string;
  /** What it is called. */
  readonly title: string;
  /** When it was last changed, in ms since 1970. */
  readonly at: number;
  /** The part of the text around the words found, with marks as asked for. */
  readonly snippet: string;
  /** Higher is better. */
  readonly score: number;
}

/** Which pages are wanted, and how they are shown. */
export interface PageHitOptions {
  /** `best` first, or `newest`. */
  readonly sort: "best" | "newest";
  /** At most so many. */
  readonly limit: number;
  /** Only pages changed before, in ms since 1970. */
  readonly beforeMs?: number;
  /** Only pages changed at or after, in ms since 1970. */
  readonly afterMs?: number;
  /** What stands before and after a found word in the snippet. */
  readonly marks: readonly [open: string, close: string];
}

/** A word in the title counts as two in the text. */
const RANK = "bm25(page_search, 0, 2.0, 1.0)";
const WHERE = `
  FROM page_search f JOIN pages p ON p.id = f.rowid WHERE page_search MATCH :match
    AND (:before IS NULL OR p.modified_at_ms < :before) AND (:after IS NULL OR p.modified_at_ms >= :after)`;
/** A snippet costs far more than a rank: only the hits that are returned get one. */
const hitsBy = (order: string) => `
  SELECT p.url, p.title, p.modified_at_ms AS at, -${RANK} AS score,
    snippet(page_search, 2, :open, :close, '…', 26) AS snippet ${WHERE}
    AND f.rowid IN (SELECT f.rowid ${WHERE} ORDER BY ${order} LIMIT :limit)
  ORDER BY ${order}`;

/** The index of the site's pages. */
export class PageIndex {
  readonly #db: Database = openDatabase(":memory:");
  readonly #statements: Record<
    "put" | "putWords" | "dropWords" | "drop" | "best" | "newest" | "count" | "list",
    Statement
  >;

  constructor() {
    this.#db.exec(`
      CREATE TABLE pages (
        id INTEGER PRIMARY KEY, url TEXT NOT NULL UNIQUE, title TEXT NOT NULL, modified_at_ms INTEGER NOT NULL
      ) STRICT;
      CREATE VIRTUAL TABLE page_search USING fts5 (
        url UNINDEXED, title, text, tokenize = 'porter unicode61 remove_diacritics 2'
      );
    `);
    const prepare = (sql: string) => this.#db.prepare(sql);
    this.#statements = {
      put: prepare("INSERT INTO pages (url, title, modified_at_ms) VALUES (?, ?, ?) RETURNING id"),
      putWords: prepare("INSERT INTO page_search (rowid, url, title, text) VALUES (?, ?, ?, ?)"),
      drop: prepare("DELETE FROM pages WHERE url = ? RETURNING id"),
      dropWords: prepare("DELETE FROM page_search WHERE rowid = ?"),
      best: prepare(hitsBy(`${RANK}, p.id`)),
      newest: prepare(hitsBy("p.modified_at_ms DESC, p.id")),
      count: prepare(`SELECT count(*) AS total ${WHERE}`),
      list: prepare("SELECT url, title FROM pages ORDER BY url LIMIT ?"),
    };
  }

  /** Puts a page in, in place of what stood under its URL. */
  put({ url, title, text, modifiedAtMs }: IndexedPage): void {
    this.drop(url);
    const { id } = this.#statements.put.get(url, title, modifiedAtMs) as { id: number };
    this.#statements.putWords.run(id, url, title, text);
  }

  /** Takes a page out. */
  drop(url: string): void {
    const row = this.#statements.drop.get(url);
    if (row !== undefined) this.#statements.dropWords.run(row.id as number);
  }

  /**
   * Finds pages.
   *
   * @param match An FTS5 expression, which the search has built: never what a person typed.
   * @param options Filters, order, number and marks.
   */
  find(match: string, { sort, limit, marks: [open, close], beforeMs, afterMs }: PageHitOptions): PageHit[] {
    const parameters = { match, before: beforeMs ?? null, after: afterMs ?? null, open, close, limit };
    return this.#statements[sort].all(parameters) as unknown as PageHit[];
  }

  /** How many pages there are to find. */
  count(match: string, { beforeMs, afterMs }: Pick<PageHitOptions, "beforeMs" | "afterMs">): number {
    const parameters = { match, before: beforeMs ?? null, after: afterMs ?? null };
    return this.#statements.count.get(parameters)!.total as number;
  }

  /** Pages by URL, at most `limit`. */
  list(limit: number): Array<{ readonly url: string; readonly title: string }> {
    return this.#statements.list.all(limit) as unknown as Array<{ url: string; title: string }>;
  }

  /** Frees the memory. */
  close(): void {
    this.#db.close();
  }
}
