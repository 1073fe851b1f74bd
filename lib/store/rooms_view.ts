import type { Database, Statement } from "./database.ts";
import type { Fact } from "./entries.ts";
import type { View } from "./views.ts";

/** A room. */
export interface RoomRow {
  /** Stands in URLs; never changes. */
  readonly id: string;
  /** What people call it. */
  readonly name: string;
  /** The sequence of its newest message; 0 if there is none. */
  readonly lastSeq: number;
}

const ROOM = "SELECT id, name, last_seq AS lastSeq FROM rooms";

/** Which rooms there are, and how many messages each has. */
export class RoomsView implements View {
  readonly name = "rooms";
  readonly version = 1;
  readonly tables = ["rooms"];
  readonly schema = `
    CREATE TABLE rooms (id TEXT PRIMARY KEY, name TEXT NOT NULL, last_seq INTEGER NOT NULL DEFAULT 0) STRICT;
  `;
  #statements!: Record<"insert" | "byId" | "all" | "count", Statement>;

  open(db: Database): void {
    this.#statements = {
      insert: db.prepare("INSERT INTO rooms (id, name) VALUES (?, ?)"),
      count: db.prepare("UPDATE rooms SET last_seq = last_seq + 1 WHERE id = ? RETURNING last_seq AS lastSeq"),
      byId: db.prepare(`${ROOM} WHERE id = ?`),
      all: db.prepare(`${ROOM} ORDER BY rowid`),
    };
  }

  apply(fact: Fact): void {
    if (fact.type === "room-made") this.#statements.insert.run(fact.id, fact.name);
  }

  /** Gives the next message of a room its sequence: 1, 2, 3 … without gaps. For the messages view alone. */
  count(roomId: string): number {
    const row = this.#statements.count.get(roomId);
    if (row === undefined) throw new RangeError(`Cannot count a message: there is no room ${roomId}`);
    return row.lastSeq as number;
  }

  /** The room with an id. */
  byId(id: string): RoomRow | undefined {
    return this.#statements.byId.get(id) as RoomRow | undefined;
  }

  /** All rooms, oldest first. */
  all(): RoomRow[] {
    return this.#statements.all.all() as unknown as RoomRow[];
  }
}
