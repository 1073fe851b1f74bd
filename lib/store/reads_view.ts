import type { Database, Statement } from "./database.ts";
import type { Fact } from "./entries.ts";
import type { View } from "./views.ts";

/** How far everybody has read, and which messages mention whom. */
export class ReadsView implements View {
  readonly name = "reads";
  readonly version = 2;
  readonly tables = ["reads", "mentions"];
  readonly schema = `
    CREATE TABLE reads (
      account TEXT NOT NULL, room TEXT NOT NULL, seq INTEGER NOT NULL, PRIMARY KEY (account, room)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE mentions (
      account TEXT NOT NULL, room TEXT NOT NULL, seq INTEGER NOT NULL, PRIMARY KEY (account, room, seq)
    ) STRICT, WITHOUT ROWID;
  `;
  #statements!: Record<"begin" | "newest" | "set" | "mention" | "unmention" | "forget" | "get", Statement>;

  open(db: Database): void {
    const advance = "ON CONFLICT DO UPDATE SET seq = max(seq, excluded.seq)";
    this.#statements = {
      begin: db.prepare("INSERT INTO reads SELECT ?, id, last_seq FROM rooms WHERE access = 'open' AND last_seq > 0"),
      newest: db.prepare(`INSERT INTO reads SELECT ?, id, last_seq FROM rooms WHERE id = ? ${advance}`),
      set: db.prepare(`INSERT INTO reads VALUES (?, ?, ?) ${advance}`),
      mention: db.prepare("INSERT OR IGNORE INTO mentions SELECT ?, id, coalesce(?, last_seq) FROM rooms WHERE id = ?"),
      unmention: db.prepare("DELETE FROM mentions WHERE account = ? AND room = ? AND seq = ?"),
      forget: db.prepare("DELETE FROM reads WHERE account = ?"),
      get: db.prepare("SELECT seq FROM reads WHERE account = ? AND room = ?"),
    };
  }

  /** The rooms are counted before: in the rooms view a message that is applied here is its room's newest. */
  apply(fact: Fact): void {
    const { begin, newest, set, mention, forget } = this.#statements;
    if (fact.type === "message-sent") {
      for (const account of fact.mentions ?? []) mention.run(account, null, fact.room);
    } else if (fact.type === "rooms-read") {
      for (const [room, seq] of Object.entries(fact.rooms)) set.run(fact.account, room, seq);
    } else if (fact.type === "account-made") begin.run(fact.id);
    else if (fact.type === "room-joined") newest.run(fact.account, fact.room);
    else if (fact.type === "account-removed") forget.run(fact.account);
  }

  /** The newest sequence that somebody has read in a room; 0 if none. */
  seqOf(account: string, room: string): number {
    return (this.#statements.get.get(account, room)?.seq ?? 0) as number;
  }

  /** A message that was edited mentions people. For the messages view alone, which knows whether it still could be. */
  mention(accounts: readonly string[], { room, seq }: { room: string; seq: number }): void {
    for (const account of accounts) this.#statements.mention.run(account, seq, room);
  }

  /** A message mentions people no more. For the messages view alone. */
  unmention(accounts: readonly string[], { room, seq }: { room: string; seq: number }): void {
    for (const account of accounts) this.#statements.unmention.run(account, room, seq);
  }
}
