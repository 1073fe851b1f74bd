/**
 * The one SQLite database of a node: the embedded log and every view live in it, so that both commit together.
 *
 * @module
 */
import { DatabaseSync, type SQLInputValue, type StatementSync } from "node:sqlite";
import { join } from "@std/path";
import { StartError } from "../errors.ts";

/** An open database. */
export type Database = DatabaseSync;
/** A prepared statement. */
export type Statement = StatementSync;
/** A value that can be bound to a parameter. */
export type SqlValue = SQLInputValue;

/** How long to wait for another process's transaction (`user add` beside a running server), in ms. */
const BUSY_TIMEOUT_MS = 5_000;
/** A commit that finds so many pages of 4 KiB in the write-ahead log moves them to the database: 16 MiB. */
const CHECKPOINT_PAGES = 4_000;
/** The indexes of ids are written all over: what of them is used much is to stay in memory. */
const CACHE_KIB = 16 * 1024;

/**
 * Opens the database in a data folder, making both where they are missing.
 *
 * @param dataDir The folder, or `:memory:` to keep nothing.
 * @throws {StartError} If the folder cannot be written or the file is no database.
 */
export function openDatabase(dataDir: string): Database {
  try {
    const db = new DatabaseSync(pathIn(dataDir, "commonroom.db"));
    // secure_delete: an erased message or a replaced password hash must not linger in free pages.
    db.exec(`
      PRAGMA journal_mode = WAL;
      PRAGMA synchronous = FULL;
      PRAGMA secure_delete = ON;
      PRAGMA busy_timeout = ${BUSY_TIMEOUT_MS};
      PRAGMA wal_autocheckpoint = ${CHECKPOINT_PAGES};
      PRAGMA cache_size = -${CACHE_KIB};
    `);
    return db;
  } catch (error) {
    throw cannotOpen(dataDir, error);
  }
}

/**
 * Prepares many statements.
 *
 * @param db The database, with all tables that they read.
 * @param sql The text of each, by name.
 */
export function prepareAll<Name extends string>(
  db: Database,
  sql: Readonly<Record<Name, string>>,
): Record<Name, Statement> {
  const prepared = Object.entries<string>(sql).map(([name, text]) => [name, db.prepare(text)]);
  return Object.fromEntries(prepared) as Record<Name, Statement>;
}

/**
 * Runs work in one transaction; what it throws rolls it back.
 *
 * @param db The database, with no transaction open.
 * @param work Must not wait.
 * @returns What the work returned.
 */
export function transact<T>(db: Database, work: () => T): T {
  db.exec("BEGIN IMMEDIATE");
  try {
    const result = work();
    db.exec("COMMIT");
    return result;
  } catch (error) {
    rollBack(db);
    throw error;
  }
}

/** Work that is put off: what it is, and what starts it. */
interface PutOff {
  readonly work: () => void;
  timer: ReturnType<typeof setTimeout>;
}

const putOff = new WeakMap<Database, PutOff>();
/** How long work is put off, in ms: what comes meanwhile is done with it. */
const PUT_OFF_MS = 15;
/** When work is tried again that failed, in ms. */
const RETRY_MS = 1_000;

/**
 * Does work on a database a little later, outside of the transaction of now. Until it has begun, further calls for the same
 * database do nothing.
 *
 * @param db The database; {@linkcode closeDatabase} does not leave the work behind.
 * @param work The same at each call. If it throws, as when the disk is full, it is done again later.
 */
export function doLater(db: Database, work: () => void): void {
  if (!putOff.has(db)) startLater(db, { work, afterMs: PUT_OFF_MS });
}

function startLater(db: Database, { work, afterMs }: { work: () => void; afterMs: number }): void {
  const timer = setTimeout(() => {
    putOff.delete(db);
    try {
      work();
    } catch {
      startLater(db, { work, afterMs: RETRY_MS });
    }
  }, afterMs);
  putOff.set(db, { work, timer });
}

/** Does what was put off, or leaves it to the next start, and closes the database. */
export function closeDatabase(db: Database): void {
  const waiting = putOff.get(db);
  clearTimeout(waiting?.timer);
  putOff.delete(db);
  try {
    waiting?.work();
  } catch {
    // The disk is full, or busy: what was put off survives the end of a process, too.
  }
  clearTimeout(putOff.get(db)?.timer);
  putOff.delete(db);
  db.close();
}

/**
 * Moves what the write-ahead log holds to the database and empties the file: what was erased stands in it still.
 *
 * @param db The database, with no transaction open.
 * @throws {Error} If another process reads or writes now: it is not waited for.
 */
export function emptyWal(db: Database): void {
  db.exec("PRAGMA busy_timeout = 0");
  try {
    const { busy } = db.prepare("PRAGMA wal_checkpoint(TRUNCATE)").get()!;
    if (busy !== 0) throw new Error("another process uses the database");
  } finally {
    db.exec(`PRAGMA busy_timeout = ${BUSY_TIMEOUT_MS}`);
  }
}

/**
 * Runs work in one transaction that does not wait for the disk: after a power cut it may not have been, with nothing else
 * amiss (https://sqlite.org/pragma.html#pragma_synchronous). For what can be made again from what is durable.
 *
 * @param db The database, with no transaction open.
 * @param work Must not wait.
 */
export function transactLightly(db: Database, work: () => void): void {
  db.exec("PRAGMA synchronous = NORMAL");
  try {
    transact(db, work);
  } finally {
    db.exec("PRAGMA synchronous = FULL");
  }
}

function rollBack(db: Database): void {
  try {
    db.exec("ROLLBACK");
  } catch {
    // SQLite has ended the transaction itself, as it does when the disk is full.
  }
}

/**
 * Takes the data folder for one server. SQLite's own lock is used, which the system frees when the process dies.
 *
 * @param dataDir The folder; `:memory:` needs no lock.
 * @returns Gives the folder free again.
 * @throws {StartError} If another server has it.
 */
export function lockDataDir(dataDir: string): () => void {
  if (dataDir === ":memory:") return () => {};
  let lock: Database | undefined;
  try {
    lock = new DatabaseSync(pathIn(dataDir, "server.lock"));
    lock.exec("BEGIN EXCLUSIVE");
  } catch (error) {
    lock?.close();
    if (lock === undefined || !isLocked(error)) throw cannotOpen(dataDir, error);
    throw new StartError(`Another server uses the data folder ${dataDir}: stop it, or choose another with --data`, {
      cause: error,
    });
  }
  return () => lock.close();
}

/**
 * Whether an error says that another connection holds the lock, and that waiting for it was in vain.
 *
 * The errors of node:sqlite bear no result code (SQLITE_BUSY), only its message.
 */
export function isLocked(error: unknown): boolean {
  return error instanceof Error && error.message.includes("database is locked");
}

function pathIn(dataDir: string, file: string): string {
  if (dataDir === ":memory:") return dataDir;
  Deno.mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  return join(dataDir, file);
}

function cannotOpen(dataDir: string, error: unknown): StartError {
  return new StartError(`Cannot open the data folder ${dataDir}: ${reasonOf(error)}`, { cause: error });
}

function reasonOf(error: unknown): string {
  if (error instanceof Deno.errors.AlreadyExists || error instanceof Deno.errors.NotADirectory) {
    return "it is no folder";
  }
  if (error instanceof Deno.errors.PermissionDenied) return "it may not be written";
  return error instanceof Error ? error.message : String(error);
}
