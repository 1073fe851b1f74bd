/**
 * Views: tables made from the log's entries, which may be dropped and come back.
 *
 * A view carries its version. When the program's differs from the stored one, the view is dropped and the log replayed
 * into it: only the entries are a format for ever.
 *
 * @module
 */
import type { Database } from "./database.ts";
import { transact } from "./database.ts";
import { decodeFact, type Fact } from "./entries.ts";
import type { Entry, Seq } from "./log.ts";

/** One view. */
export interface View {
  /** Its name, which never changes. */
  readonly name: string;
  /** Changes whenever its tables, or what is written to them, do. */
  readonly version: number;
  /** The tables it owns, dropped when it is replayed. */
  readonly tables: readonly string[];
  /** The SQL that makes them. */
  readonly schema: string;
  /** Prepares its statements; called when the tables of all views are there. */
  open(db: Database): void;
  /** Applies what an entry says, inside the transaction that appends it. */
  apply(fact: Fact, entry: Entry): void;
  /**
   * An entry was erased, just now or before a replay: nothing of what it said is to be left.
   *
   * @param entry The entry, its body empty.
   * @param head The position of the newest entry. When it was erased a replay does not know: at the latest then.
   */
  erase?(entry: Entry, head: Seq): void;
}

/** The log, for a replay. */
export interface ReplayedLog {
  /** Reads at most `max` entries after a position. */
  readonly read: (after: Seq, max: number) => Entry[];
  /** The position of the newest entry. */
  readonly head: Seq;
}

/** Entries read at a time during a replay: some hundred KiB. */
const REPLAY_BATCH = 1_000;

/** The views of one database, kept in step with the log. */
export class Views {
  readonly #views: readonly View[];

  /**
   * Makes the table of views.
   *
   * @param db The database that holds the views and, embedded, the log.
   * @param views In the order in which an entry is applied: a view may read those before it.
   */
  constructor(db: Database, views: readonly View[]) {
    db.exec("CREATE TABLE IF NOT EXISTS views (name TEXT PRIMARY KEY, version INTEGER NOT NULL) STRICT");
    this.#views = views;
  }

  /**
   * Drops and replays all views if the version of one has changed, in one transaction. All, for a view may read others: it
   * has to find them as they were when an entry was applied, and not as they are at the end.
   *
   * @param db The database.
   * @param log Reads it, and says the position of its newest entry.
   * @returns The names of the views that were replayed.
   */
  open(db: Database, { read, head }: ReplayedLog): string[] {
    const stored = db.prepare("SELECT version FROM views WHERE name = ?");
    const isStale = this.#views.some(({ name, version }) => stored.get(name)?.version !== version);
    const stale = isStale ? this.#views : [];
    transact(db, () => {
      for (const view of stale) makeTables(db, view);
      // Now all tables are there: a statement may read those of several views.
      for (const view of this.#views) view.open(db);
      if (stale.length > 0) replay(stale, { read, head });
    });
    return stale.map(({ name }) => name);
  }

  /** Applies one entry to every view, inside the caller's transaction. */
  apply(entry: Entry): void {
    applyTo(this.#views, { entry, head: entry.seq });
  }

  /** Tells every view that an entry was erased, inside the caller's transaction. */
  erase(entry: Entry, head: Seq): void {
    // Those that read others go first, while what is to be forgotten is still there.
    for (const view of this.#views.toReversed()) view.erase?.(entry, head);
  }
}

function applyTo(views: readonly View[], { entry, head }: { entry: Entry; head: Seq }): void {
  const fact = decodeFact(entry.body);
  for (const view of views) fact === undefined ? view.erase?.(entry, head) : view.apply(fact, entry);
}

function makeTables(db: Database, { name, version, tables, schema }: View): void {
  for (const table of tables) db.exec(`DROP TABLE IF EXISTS ${table}`);
  db.exec(schema);
  db.prepare("INSERT OR REPLACE INTO views (name, version) VALUES (?, ?)").run(name, version);
}

function replay(views: readonly View[], { read, head }: ReplayedLog): void {
  for (let entries = read(0, REPLAY_BATCH); entries.length > 0; entries = read(entries.at(-1)!.seq, REPLAY_BATCH)) {
    for (const entry of entries) applyTo(views, { entry, head });
  }
}
