import type { Database, Statement } from "./database.ts";
import type { Fact, Role } from "./entries.ts";
import type { Entry, Seq } from "./log.ts";
import { MAY_READ_ROOM } from "./rooms_view.ts";
import type { View } from "./views.ts";

/** What a moderator did. */
export type Deed =
  | `role-${Role}`
  | "muted"
  | "unmuted"
  | "banned"
  | "unbanned"
  | "removed"
  | "reset-offered"
  | "invitation-made"
  | "invitation-revoked"
  | "room-renamed"
  | "room-archived"
  | "room-reopened"
  | "sent-out"
  | "message-deleted";

/** One thing that was done to others. */
export interface ModerationEntry {
  /** Its position in the log. */
  readonly position: Seq;
  /** When it was done, in ms since 1970. */
  readonly at: number;
  /** The name of whoever did it; empty if there is none any more. */
  readonly by: string;
  /** What was done. */
  readonly what: Deed;
  /** The name of the one whom it concerns; empty if there is none any more. */
  readonly account?: string;
  /** The id of the room where it was done. */
  readonly room?: string;
  /** The message that it concerns. */
  readonly seq?: number;
  /** Until when it holds, in ms since 1970. */
  readonly until?: number;
  /** Why, in the words of who did it. */
  readonly reason?: string;
}

/** What an entry of the log says was done; `by` and `account` are ids of accounts. */
type Done = Omit<ModerationEntry, "position" | "at">;

const ENTRIES = `
  SELECT m.log_seq AS position, m.at_ms AS at, coalesce(b.name, '') AS "by", m.what,
    iif(m.account IS NULL, NULL, coalesce(a.name, '')) AS account, m.room, m.seq, m.until_ms AS until, m.reason
  FROM moderation m LEFT JOIN accounts b ON b.id = m.by_id LEFT JOIN accounts a ON a.id = m.account
  WHERE m.log_seq < :before AND m.account IS NOT m.by_id
    AND (m.room IS NULL OR EXISTS (SELECT 1 FROM rooms r WHERE r.id = m.room AND ${MAY_READ_ROOM}))
  ORDER BY m.log_seq DESC LIMIT :limit`;

/** Which entries are wanted. */
export interface ModerationRange {
  /** Who reads: the id of an account. What was done in a room that they may not read is as if it were not there. */
  readonly reader: string;
  /** Only what was done before this position of the log. */
  readonly before?: Seq;
  /** At most so many. */
  readonly limit: number;
}

/** What moderators did, and what else was decided about accounts: also by themselves, though that is not listed. */
export class ModerationView implements View {
  readonly name = "moderation";
  readonly version = 2;
  readonly tables = ["moderation"];
  readonly schema = `
    CREATE TABLE moderation (
      log_seq INTEGER PRIMARY KEY, at_ms INTEGER NOT NULL, by_id TEXT NOT NULL, what TEXT NOT NULL,
      account TEXT, room TEXT, seq INTEGER, until_ms INTEGER, reason TEXT
    ) STRICT;
    CREATE INDEX moderation_account ON moderation (account);
  `;
  #statements!: Record<"insert" | "forget" | "forgetMessages" | "maker" | "author" | "list" | "about", Statement>;

  open(db: Database): void {
    this.#statements = {
      insert: db.prepare(
        `INSERT INTO moderation (log_seq, at_ms, by_id, what, account, room, seq, until_ms, reason)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      ),
      forget: db.prepare("DELETE FROM moderation WHERE log_seq = ?"),
      forgetMessages: db.prepare("DELETE FROM moderation WHERE account = ? AND what = 'message-deleted'"),
      maker: db.prepare("SELECT made_by AS id FROM rooms WHERE id = ?"),
      author: db.prepare("SELECT author AS id FROM messages WHERE room = ? AND seq = ?"),
      list: db.prepare(ENTRIES),
      about: db.prepare(
        "SELECT log_seq AS seq FROM moderation WHERE account = ? AND room IS NULL AND what <> 'removed' LIMIT ?",
      ),
    };
  }

  apply(fact: Fact, { seq: logSeq, atMs }: Entry): void {
    // Erased messages have no author: after a replay nobody would know whose was deleted.
    if (fact.type === "account-removed") this.#statements.forgetMessages.run(fact.account);
    const done = toAccountDeed(fact) ?? this.#toRoomDeed(fact);
    if (done === undefined) return;
    const { by, what, account = null, room = null, seq = null, until = null, reason = null } = done;
    this.#statements.insert.run(logSeq, atMs, by, what, account, room, seq, until, reason);
  }

  erase({ seq }: Entry): void {
    this.#statements.forget.run(seq);
  }

  /**
   * What was done to others, the newest first.
   *
   * @param range Who reads, from where, and how much.
   */
  list({ reader, before = Number.MAX_SAFE_INTEGER, limit }: ModerationRange): ModerationEntry[] {
    return this.#statements.list.all({ reader, before, limit }).map(toEntry);
  }

  /** Positions of the entries that tell what was decided about an account, at most `limit`. */
  entriesAbout(accountId: string, limit: number): Seq[] {
    return this.#statements.about.all(accountId, limit).map(({ seq }) => seq as Seq);
  }

  /** What somebody did to a room that is not theirs, or to a message of another. */
  #toRoomDeed(fact: Fact): Done | undefined {
    if (fact.type === "message-deleted") {
      const { by, room, seq } = fact;
      const author = this.#statements.author.get(room, seq)?.id as string | undefined;
      return !author || author === by ? undefined : { by, what: "message-deleted", account: author, room, seq };
    }
    if (fact.type !== "room-left" && fact.type !== "room-renamed" && fact.type !== "room-archived") return undefined;
    const { by, room } = fact;
    // By who made the room, not by roles: those change, and a replay would find others than there were.
    if (this.#statements.maker.get(room)?.id === by) return undefined;
    if (fact.type === "room-left") {
      return by === fact.account ? undefined : { by, what: "sent-out", account: fact.account, room };
    }
    if (fact.type === "room-renamed") return { by, what: "room-renamed", room };
    return { by, what: fact.isArchived ? "room-archived" : "room-reopened", room };
  }
}

function toAccountDeed(fact: Fact): Done | undefined {
  switch (fact.type) {
    case "role-set":
      return { by: fact.by, what: `role-${fact.role}`, account: fact.account };
    case "account-muted": {
      const { by, account, untilMs: until, reason } = fact;
      return until === 0 ? { by, what: "unmuted", account, reason } : { by, what: "muted", account, until, reason };
    }
    case "account-banned":
      return { by: fact.by, what: fact.isBanned ? "banned" : "unbanned", account: fact.account, reason: fact.reason };
    case "account-removed":
      return { by: fact.by, what: "removed", account: fact.account };
    case "reset-offered":
      return { by: fact.by, what: "reset-offered", account: fact.account };
    case "invitation-made":
    case "invitation-revoked":
      return { by: fact.by, what: fact.type };
  }
}

function toEntry(row: Record<string, unknown>): ModerationEntry {
  const { position, at, by, what, ...optional } = row;
  const given = Object.fromEntries(Object.entries(optional).filter(([, value]) => value !== null));
  return { position, at, by, what, ...given } as ModerationEntry;
}
