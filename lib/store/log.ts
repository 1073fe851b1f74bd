/**
 * The ordered log: everything that happens is an entry in it, everything that is shown is a view of it.
 *
 * So there is one way for a message: append → durable → followed → views → sockets and ack.
 *
 * @module
 */

/** A position in the log: 1 for the first entry, then without gaps; 0 stands before the first. */
export type Seq = number;

/** One thing that happened. */
export interface Entry {
  /** Its position. */
  readonly seq: Seq;
  /** What it is about, such as `message/common`; entries of one key are one history. */
  readonly key: string;
  /** What happened, as JSON; empty once it was erased. */
  readonly body: string;
  /** When it was appended, in ms since 1970; never earlier than the entry before. */
  readonly atMs: number;
}

/** How an entry is to be appended. */
export interface AppendOptions {
  /** Makes a retry harmless: the same id again is answered with the first entry's position, and appends nothing. */
  readonly id?: string;
  /** Append only if this is the position of the newest entry of the key; 0 if there must be none. */
  readonly expect?: Seq;
}

/** A value that is kept for a time. */
export interface Kept {
  /** Under what. */
  readonly key: string;
  /** What. */
  readonly body: string;
}

/** Ends what was begun; a second call does nothing. */
export type Stop = () => void;

/** The newest entry of a key was not the expected one: somebody else was first. */
export class Conflict extends Error {
  /** Its class. */
  override readonly name = "Conflict";
}

/** The log cannot take entries now: it is closed, or too many wait to be written. */
export class Unavailable extends Error {
  /** Its class. */
  override readonly name = "Unavailable";
}

/** Keys under these prefixes tell a state, or a secret: only the body of the newest entry is kept, those before it are erased. */
export const LATEST_PREFIXES: readonly string[] = ["secret/", "latest/"];

/** An entry under a key with this prefix is counted, so that it keeps its key when it is erased. */
export const COUNTED_PREFIX = "message/";

/** The log, and beside it what is kept only for a time and what is said but never stored. */
export interface Log {
  /**
   * Appends an entry.
   *
   * @param key What it is about.
   * @param body What happened.
   * @param options Retry and conflict rules.
   * @returns Its position, once it is durable and applied to the views.
   * @throws {Conflict} If `expect` does not hold.
   * @throws {Unavailable} If the log is closed or overloaded.
   */
  append(key: string, body: string, options?: AppendOptions): Promise<Seq>;
  /** Reads at most `max` entries after a position, in order. */
  read(after: Seq, max: number): Promise<Entry[]>;
  /**
   * Calls back for each entry after a position, in order, without gaps, those to come too.
   *
   * @param after The position to begin after.
   * @param on Must not throw and must not wait.
   */
  follow(after: Seq, on: (entry: Entry) => void): Stop;
  /** The newest entry of a key, never stale. */
  last(key: string): Promise<Entry | undefined>;
  /** The position of the newest entry; 0 if there is none. */
  head(): Promise<Seq>;
  /** Keeps a value under a key for `ttlMs` ms, in place of what was there. */
  put(key: string, body: string, ttlMs: number): Promise<void>;
  /** The value kept under a key, until it expires. */
  get(key: string): Promise<string | undefined>;
  /** Forgets the value kept under a key. */
  drop(key: string): Promise<void>;
  /** Forgets the values kept under many keys, all at once or none. */
  dropAll(keys: readonly string[]): Promise<void>;
  /** The values kept under all keys that begin with a prefix, until they expire; at most 1,000, by key. */
  list(prefix: string): Promise<Kept[]>;
  /**
   * Blanks the bodies of entries, and tells the views: nothing of what they said is left.
   *
   * @param seqs At most 1,000 positions; those that are blank already stay so.
   */
  erase(seqs: readonly Seq[]): Promise<void>;
  /** Tells all that hear the topic now, at most once; stores nothing. */
  say(topic: string, body: string): void;
  /** Calls back for what is said on a topic from now on. */
  hear(topic: string, on: (body: string) => void): Stop;
  /** Writes what waits and closes; appends are refused from now on. */
  close(): Promise<void>;
}
