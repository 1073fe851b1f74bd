/**
 * The embedded log, in SQLite.
 *
 * The appends of one turn of the event loop share a transaction (group commit), and the views are written in it too:
 * what was acknowledged is durable and can be read. `synchronous=FULL` in WAL mode waits for the disk at each commit.
 *
 * @module
 */
import { setImmediate } from "node:timers";
import type { Database, Statement } from "./database.ts";
import { closeDatabase, isLocked, transact } from "./database.ts";
import {
  type AppendOptions,
  Conflict,
  COUNTED_PREFIX,
  type Entry,
  type Kept,
  LATEST_PREFIXES,
  type Log,
} from "./log.ts";
import { type Seq, type Stop, Unavailable } from "./log.ts";
import type { Views } from "./views.ts";

interface Waiting {
  readonly key: string;
  readonly body: string;
  readonly options: AppendOptions;
  readonly resolve: (seq: Seq) => void;
  readonly reject: (error: unknown) => void;
}

interface Follower {
  /** The position of the newest entry handed over. */
  after: Seq;
  readonly on: (entry: Entry) => void;
}

/** What became of one append: the new entry, the position of the one that bears its id, or why it was refused. */
type Outcome = Entry | Seq | Conflict;

/** Entries in one transaction: with their views some 10 ms of the event loop. */
const MAX_COMMIT = 400;
/** Appends waiting for a commit: beyond, callers are told to come again. */
const MAX_WAITING = 50_000;
/** Entries read at a time for a follower that begins in the past. */
const READ_BATCH = 1_000;
/** When a follower is tried again that could not be served, in ms. */
const RETRY_MS = 1_000;
/** How often what has expired is deleted, in ms. */
const SWEEP_EVERY_MS = 60_000;

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS log (
    seq INTEGER PRIMARY KEY, key TEXT NOT NULL, body TEXT NOT NULL, at_ms INTEGER NOT NULL, id TEXT UNIQUE
  ) STRICT;
  CREATE INDEX IF NOT EXISTS log_key ON log (key, seq);
  CREATE TABLE IF NOT EXISTS kept (key TEXT PRIMARY KEY, body TEXT NOT NULL, expires_at_ms INTEGER NOT NULL) STRICT;
  CREATE INDEX IF NOT EXISTS kept_expiry ON kept (expires_at_ms);
`;
const ENTRY = "seq, key, body, at_ms AS atMs";

/** The log in a SQLite database. */
export class SqliteLog implements Log {
  readonly #db: Database;
  readonly #views: Views;
  readonly #statements: Record<
    "insert" | "byId" | "last" | "read" | "supersede" | "erase" | "put" | "get" | "drop" | "list",
    Statement
  >;
  readonly #followers = new Set<Follower>();
  readonly #topics = new Map<string, Set<(body: string) => void>>();
  #waiting: Waiting[] = [];
  #isClosed = false;
  #atMs = 0;
  #sweptAtMs = 0;

  /**
   * Opens the log.
   *
   * @param db An open database; {@linkcode SqliteLog.close} closes it.
   * @param views The views to keep in step; they are opened, and replayed where their version changed.
   */
  constructor(db: Database, views: Views) {
    db.exec(SCHEMA);
    this.#db = db;
    this.#views = views;
    this.#statements = {
      insert: db.prepare("INSERT INTO log (key, body, at_ms, id) VALUES (?, ?, ?, ?) ON CONFLICT (id) DO NOTHING"),
      byId: db.prepare("SELECT seq FROM log WHERE id = ?"),
      last: db.prepare(`SELECT ${ENTRY} FROM log WHERE key = ? ORDER BY seq DESC LIMIT 1`),
      read: db.prepare(`SELECT ${ENTRY} FROM log WHERE seq > ? ORDER BY seq LIMIT ?`),
      supersede: db.prepare(
        "UPDATE log SET body = '' WHERE seq = (SELECT max(seq) FROM log WHERE key = ? AND seq < ?)",
      ),
      erase: db.prepare(
        `UPDATE log SET body = '', id = NULL, key = iif(key LIKE '${COUNTED_PREFIX}%', key, 'erased')
        WHERE seq = ? AND body <> '' RETURNING ${ENTRY}`,
      ),
      put: db.prepare("INSERT OR REPLACE INTO kept (key, body, expires_at_ms) VALUES (?, ?, ?)"),
      get: db.prepare("SELECT body FROM kept WHERE key = ? AND expires_at_ms > ?"),
      drop: db.prepare("DELETE FROM kept WHERE key = ?"),
      list: db.prepare(
        "SELECT key, body FROM kept WHERE key >= ? AND key < ? AND expires_at_ms > ? ORDER BY key LIMIT 1000",
      ),
    };
    const { seq: head, atMs } = this.#newest() ?? { seq: 0, atMs: 0 };
    views.open(db, { read: (after, max) => this.#readSync(after, max), head });
    this.#atMs = atMs;
  }

  append(key: string, body: string, options: AppendOptions = {}): Promise<Seq> {
    if (this.#isClosed) return Promise.reject(new Unavailable("The log is closed"));
    if (this.#waiting.length >= MAX_WAITING) return Promise.reject(new Unavailable("Too many appends wait"));
    if (this.#waiting.length === 0) setImmediate(() => this.#commit());
    return new Promise((resolve, reject) => this.#waiting.push({ key, body, options, resolve, reject }));
  }

  read(after: Seq, max: number): Promise<Entry[]> {
    return attempt(() => this.#readSync(after, max));
  }

  follow(after: Seq, on: (entry: Entry) => void): Stop {
    const follower = { after, on };
    this.#followers.add(follower);
    this.#advance(follower);
    return () => this.#followers.delete(follower);
  }

  last(key: string): Promise<Entry | undefined> {
    return attempt(() => this.#statements.last.get(key) as Entry | undefined);
  }

  head(): Promise<Seq> {
    return attempt(() => this.#newest()?.seq ?? 0);
  }

  put(key: string, body: string, ttlMs: number): Promise<void> {
    return attempt(() => {
      this.#sweep();
      this.#statements.put.run(key, body, Date.now() + ttlMs);
    });
  }

  get(key: string): Promise<string | undefined> {
    return attempt(() => this.#statements.get.get(key, Date.now())?.body as string | undefined);
  }

  drop(key: string): Promise<void> {
    return attempt(() => void this.#statements.drop.run(key));
  }

  dropAll(keys: readonly string[]): Promise<void> {
    return attempt(() => transact(this.#db, () => keys.forEach((key) => this.#statements.drop.run(key))));
  }

  list(prefix: string): Promise<Kept[]> {
    const end = prefix + String.fromCodePoint(0x10ffff);
    return attempt(() => this.#statements.list.all(prefix, end, Date.now()) as unknown as Kept[]);
  }

  erase(seqs: readonly Seq[]): Promise<void> {
    return attempt(() =>
      transact(this.#db, () => {
        const head = this.#newest()?.seq ?? 0;
        for (const seq of seqs) {
          const entry = this.#statements.erase.get(seq) as Entry | undefined;
          if (entry !== undefined) this.#views.erase(entry, head);
        }
      })
    );
  }

  say(topic: string, body: string): void {
    for (const on of this.#topics.get(topic) ?? []) queueMicrotask(() => on(body));
  }

  hear(topic: string, on: (body: string) => void): Stop {
    const hearers = this.#topics.get(topic) ?? new Set();
    this.#topics.set(topic, hearers.add(on));
    return () => {
      hearers.delete(on);
      if (hearers.size === 0) this.#topics.delete(topic);
    };
  }

  close(): Promise<void> {
    if (this.#isClosed) return Promise.resolve();
    this.#isClosed = true;
    while (this.#waiting.length > 0) this.#commit();
    this.#followers.clear();
    this.#topics.clear();
    return attempt(() => closeDatabase(this.#db));
  }

  /** Writes the appends that wait, or as many as one transaction takes, then tells callers and followers. */
  #commit(): void {
    const batch = this.#waiting.splice(0, MAX_COMMIT);
    if (batch.length === 0) return;
    if (this.#waiting.length > 0) setImmediate(() => this.#commit());
    const entries = this.#commitBatch(batch);
    for (const follower of this.#followers) this.#hand(follower, entries);
  }

  /**
   * If one of many cannot be written, each is written by itself: the others are not to suffer. Not if the database is
   * locked, for then each would wait as long again.
   *
   * @returns The entries that were written.
   */
  #commitBatch(batch: readonly Waiting[]): Entry[] {
    try {
      const outcomes = transact(this.#db, () => batch.map((append) => this.#write(append)));
      batch.forEach(({ resolve, reject }, index) => {
        const outcome = outcomes[index];
        if (outcome instanceof Conflict) reject(outcome);
        else resolve(typeof outcome === "number" ? outcome : outcome.seq);
      });
      return outcomes.filter((outcome) => typeof outcome === "object" && "seq" in outcome);
    } catch (error) {
      if (batch.length > 1 && !isLocked(error)) return batch.flatMap((append) => this.#commitBatch([append]));
      for (const { reject } of batch) reject(error);
      return [];
    }
  }

  /** Writes one entry and its views, inside the transaction. */
  #write({ key, body, options: { id, expect } }: Waiting): Outcome {
    if (expect !== undefined) {
      const known = this.#known(id);
      if (known !== undefined) return known;
      const newest = (this.#statements.last.get(key)?.seq ?? 0) as Seq;
      if (newest !== expect) return new Conflict(`The newest entry of ${key} is ${newest}, not ${expect}`);
    }
    this.#atMs = Math.max(this.#atMs, Date.now());
    const { changes, lastInsertRowid } = this.#statements.insert.run(key, body, this.#atMs, id ?? null);
    if (changes === 0) return this.#known(id)!;
    const entry = { seq: Number(lastInsertRowid), key, body, atMs: this.#atMs };
    if (LATEST_PREFIXES.some((prefix) => key.startsWith(prefix))) this.#statements.supersede.run(key, entry.seq);
    this.#views.apply(entry);
    return entry;
  }

  /** The position of the entry that bears an id. */
  #known(id: string | undefined): Seq | undefined {
    return id === undefined ? undefined : this.#statements.byId.get(id)?.seq as Seq | undefined;
  }

  /** Hands a follower what was just written; if it has not seen all before, it is read again, in order. */
  #hand(follower: Follower, entries: readonly Entry[]): void {
    for (const entry of entries) {
      if (entry.seq !== follower.after + 1) return this.#advance(follower);
      if (!this.#followers.has(follower)) return;
      follower.after = entry.seq;
      follower.on(entry);
    }
  }

  /**
   * Hands a follower what it has not seen, a batch in a turn; entries of another process (`user add`) are among them.
   */
  #advance(follower: Follower): void {
    if (!this.#followers.has(follower)) return;
    let entries: Entry[];
    try {
      entries = this.#readSync(follower.after, READ_BATCH);
    } catch {
      // The disk fails. Nothing is lost: the follower stays where it is, and is tried again.
      setTimeout(() => this.#advance(follower), RETRY_MS);
      return;
    }
    for (const entry of entries) {
      if (!this.#followers.has(follower)) return;
      follower.after = entry.seq;
      follower.on(entry);
    }
    if (entries.length === READ_BATCH) setImmediate(() => this.#advance(follower));
  }

  #readSync(after: Seq, max: number): Entry[] {
    return this.#statements.read.all(after, max) as unknown as Entry[];
  }

  #newest(): Entry | undefined {
    return this.#db.prepare(`SELECT ${ENTRY} FROM log ORDER BY seq DESC LIMIT 1`).get() as Entry | undefined;
  }

  #sweep(): void {
    const now = Date.now();
    if (now - this.#sweptAtMs < SWEEP_EVERY_MS) return;
    this.#sweptAtMs = now;
    this.#db.prepare("DELETE FROM kept WHERE expires_at_ms <= ?").run(now);
  }
}

/** Runs synchronous work behind an asynchronous interface: what it throws rejects. */
function attempt<T>(work: () => T): Promise<T> {
  return new Promise((resolve) => resolve(work()));
}
