/**
 * The SQL of the messages view.
 *
 * @module
 */
import { type Database, prepareAll, type Statement } from "./database.ts";
import { MESSAGE } from "./message.ts";

/** What is asked and written. */
export type MessageStatement =
  | "insert"
  | "byLogSeq"
  | "bySeq"
  | "placeOf"
  | "byKey"
  | "byAuthor"
  | "oldest"
  | "newest"
  | "changed"
  | "time"
  | "target"
  | "keep"
  | "set"
  | "react"
  | "unreact"
  | "touch"
  | "lastChange"
  | "place"
  | "versions"
  | "entries"
  | "blank"
  | "forgetVersion";

/** The statements, prepared. */
export type MessageStatements = Readonly<Record<MessageStatement, Statement>>;

/** Prepares the statements, once the tables are there. */
export function prepareMessages(db: Database): MessageStatements {
  const range = `${MESSAGE} WHERE m.room = ? AND m.seq > ? AND m.seq < ? ORDER BY m.seq`;
  const sql: Record<MessageStatement, string> = {
    insert: `INSERT INTO messages (
      log_seq, room, seq, author, key, text, at_ms, reply_to, mentions, deleted_at_ms, change_seq
    ) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    byLogSeq: `${MESSAGE} WHERE m.log_seq = ?`,
    bySeq: `${MESSAGE} WHERE m.room = ? AND m.seq = ?`,
    placeOf: "SELECT room, seq FROM messages WHERE log_seq = ?",
    byKey: "SELECT room, seq FROM messages WHERE author = ? AND key = ?",
    // By the log's order, not by the index of authors: then each page goes on where the one before ended.
    byAuthor: `${MESSAGE.replace("SELECT", "SELECT m.log_seq AS logSeq,")} WHERE m.log_seq > ? AND +m.author = ?
      ORDER BY m.log_seq LIMIT ?`,
    oldest: `${range} ASC LIMIT ?`,
    newest: `${range} DESC LIMIT ?`,
    changed: `${MESSAGE} WHERE m.room = :room AND m.change_seq >= :change AND (m.change_seq > :change OR m.seq > :seq)
      AND m.seq <= :upTo ORDER BY m.change_seq, m.seq LIMIT :limit`,
    time: "SELECT at_ms AS at FROM messages WHERE room = ? AND seq = ?",
    target: "SELECT author, deleted_at_ms AS deletedAt, mentions FROM messages WHERE room = ? AND seq = ?",
    keep: `INSERT INTO message_versions (log_seq, room, seq, author, text, at_ms, by)
      SELECT ?, room, seq, author, text, ?, ? FROM messages WHERE room = ? AND seq = ?`,
    set: `UPDATE messages SET text = ?, mentions = ?, edited_at_ms = coalesce(?, edited_at_ms), deleted_at_ms = ?,
      change_seq = ? WHERE room = ? AND seq = ?`,
    react: "INSERT OR IGNORE INTO reactions (room, seq, emoji, account, log_seq) VALUES (?, ?, ?, ?, ?)",
    unreact: "DELETE FROM reactions WHERE room = ? AND seq = ? AND emoji = ? AND account = ?",
    touch: "UPDATE messages SET change_seq = max(coalesce(change_seq, 0), ?) WHERE room = ? AND seq = ?",
    lastChange: "SELECT max(change_seq) AS change FROM messages WHERE room = ? AND change_seq IS NOT NULL",
    place: "SELECT room, seq, mentions FROM messages WHERE log_seq = ?",
    versions: `SELECT v.text, v.at_ms AS at, coalesce(a.name, '') AS "by" FROM message_versions v
      LEFT JOIN accounts a ON a.id = v.by WHERE v.room = ? AND v.seq = ? ORDER BY v.log_seq`,
    entries: `SELECT log_seq AS logSeq FROM messages WHERE author = :account
      UNION ALL SELECT log_seq FROM message_versions WHERE author = :account LIMIT :limit`,
    blank: `UPDATE messages SET author = '', key = ?, text = '', mentions = NULL, reply_to = NULL, change_seq = ?,
      edited_at_ms = NULL, deleted_at_ms = ? WHERE log_seq = ?`,
    forgetVersion: "DELETE FROM message_versions WHERE log_seq = ?",
  };
  return prepareAll(db, sql);
}
