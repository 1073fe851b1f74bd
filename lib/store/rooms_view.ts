import type { Database, Statement } from "./database.ts";
import type { Fact, RoomAccess } from "./entries.ts";
import type { Entry } from "./log.ts";
import type { View } from "./views.ts";

/** A room, as one member sees it. */
export interface RoomRow {
  /** Stands in URLs; never changes. */
  readonly id: string;
  /** What people call it; a direct one is called by the other's name. */
  readonly name: string;
  /** Who may read it. */
  readonly access: RoomAccess;
  /** The sequence of its newest message; 0 if there is none. */
  readonly lastSeq: number;
  /** The newest sequence that the member has read. */
  readonly read: number;
  /** How many unread messages concern the member: those with a mention, and in a direct room all. */
  readonly mentions: number;
  /** Whether the member is in it, and not only may read it. */
  readonly isMember: boolean;
  /** There if nothing more is said in it. */
  readonly isArchived?: true;
  /** The name of whoever made it. */
  readonly madeBy?: string;
  /** The other's name, of a direct room. */
  readonly with?: string;
}

/** What can be done in a room, and by whom, is decided from this. */
export interface RoomState {
  /** Stands in URLs; never changes. */
  readonly id: string;
  /** As it was given. */
  readonly name: string;
  /** Who may read it. */
  readonly access: RoomAccess;
  /** The sequence of its newest message; 0 if there is none. */
  readonly lastSeq: number;
  /** Whether nothing more is said in it. */
  readonly isArchived: boolean;
  /** The id of whoever made it; `null` for the room that is always there. */
  readonly madeBy: string | null;
  /** Whether the one who asks is in it. */
  readonly isMember: boolean;
}

/** Whether the account `:reader` is in the room `r`. In an open room are all who have not left it. */
const IS_MEMBER = `coalesce(
  (SELECT is_in FROM room_members WHERE room = r.id AND account = :reader), r.access = 'open' AND :reader IS NOT NULL
)`;
/**
 * Whether the account `:reader` may read the room `r`: the one place where that is decided, for HTTP, sockets and search.
 */
export const MAY_READ_ROOM: string = `(:reader IS NOT NULL AND (r.access = 'open' OR ${IS_MEMBER}))`;

const STATE = `
  SELECT r.id, r.name, r.access, r.last_seq AS lastSeq, r.is_archived AS isArchived, r.made_by AS madeBy,
    ${IS_MEMBER} AS isMember
  FROM rooms r WHERE r.id = :room AND ${MAY_READ_ROOM}`;

const UNREAD_MENTIONS = `
  SELECT count(*) FROM mentions x WHERE x.account = :reader AND x.room = r.id AND x.seq > coalesce(d.seq, 0)`;
const ROWS = `
  SELECT r.id, coalesce(o.display_name, o.name, nullif(r.name, ''), 'deleted member') AS name, r.access, r.last_seq AS lastSeq,
    min(coalesce(d.seq, 0), r.last_seq) AS read,
    iif(r.access = 'direct', r.last_seq - coalesce(d.seq, 0), (${UNREAD_MENTIONS})) AS mentions,
    ${IS_MEMBER} AS isMember, r.is_archived AS isArchived, a.name AS madeBy, o.name AS "with"
  FROM rooms r
    LEFT JOIN reads d ON d.account = :reader AND d.room = r.id
    LEFT JOIN accounts a ON a.id = r.made_by
    LEFT JOIN room_members p ON r.access = 'direct' AND p.room = r.id AND p.account <> :reader
    LEFT JOIN accounts o ON o.id = p.account
  WHERE ${MAY_READ_ROOM}`;

/** Archived rooms that are listed: the newest. The others are found by searching. */
const MAX_ARCHIVED = 200;
const LISTED = `
  SELECT id FROM rooms WHERE access = 'open' AND NOT is_archived
  UNION SELECT room FROM room_members JOIN rooms ON id = room WHERE account = :reader AND is_in AND NOT is_archived
  UNION SELECT id FROM (SELECT id FROM rooms WHERE is_archived ORDER BY rowid DESC LIMIT ${MAX_ARCHIVED})`;

/** Characters of an id: longer ones are no room's. */
const MAX_ID = 64;
/** States kept in memory: some 300 bytes each. */
const MAX_STATES = 20_000;

/** Which rooms there are, who is in them, and how many messages each has. */
export class RoomsView implements View {
  readonly name = "rooms";
  readonly version = 3;
  readonly tables = ["rooms", "room_members"];
  readonly schema = `
    CREATE TABLE rooms (
      id TEXT PRIMARY KEY, name TEXT NOT NULL, access TEXT NOT NULL, made_by TEXT, made_at_ms INTEGER NOT NULL,
      is_archived INTEGER NOT NULL DEFAULT 0, last_seq INTEGER NOT NULL DEFAULT 0
    ) STRICT;
    CREATE TABLE room_members (
      room TEXT NOT NULL, account TEXT NOT NULL, is_in INTEGER NOT NULL, PRIMARY KEY (room, account)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX room_members_account ON room_members (account);
    CREATE INDEX rooms_open ON rooms (id) WHERE access = 'open';
  `;
  #statements!: Record<
    | "insert"
    | "rename"
    | "archive"
    | "member"
    | "count"
    | "lastSeq"
    | "state"
    | "all"
    | "one"
    | "members"
    | "ids"
    | "named"
    | "openNames",
    Statement
  >;

  /** What was asked for, by reader and room, until something about rooms changes. Each message asks: SQL would be a tenth of its cost. */
  readonly #states = new Map<string, Omit<RoomState, "lastSeq"> | undefined>();
  /** The sequences of rooms in which nothing was said since they were asked for. */
  readonly #lastSeqs = new Map<string, number>();

  open(db: Database): void {
    this.#statements = {
      insert: db.prepare("INSERT INTO rooms (id, name, access, made_by, made_at_ms) VALUES (?, ?, ?, ?, ?)"),
      rename: db.prepare("UPDATE rooms SET name = ? WHERE id = ?"),
      archive: db.prepare("UPDATE rooms SET is_archived = ? WHERE id = ?"),
      member: db.prepare("INSERT OR REPLACE INTO room_members (room, account, is_in) VALUES (?, ?, ?)"),
      count: db.prepare("UPDATE rooms SET last_seq = last_seq + 1 WHERE id = ? RETURNING last_seq AS lastSeq"),
      lastSeq: db.prepare("SELECT last_seq AS lastSeq FROM rooms WHERE id = ?"),
      state: db.prepare(STATE),
      all: db.prepare(
        `${ROWS} AND r.id IN (${LISTED}) ORDER BY r.access = 'direct', r.made_by IS NOT NULL, r.name COLLATE NOCASE, r.rowid`,
      ),
      one: db.prepare(`${ROWS} AND r.id = :room`),
      members: db.prepare(
        `SELECT a.name FROM room_members m JOIN accounts a ON a.id = m.account WHERE m.room = ? AND m.is_in ORDER BY a.folded`,
      ),
      ids: db.prepare("SELECT id FROM rooms"),
      named: db.prepare(
        `SELECT count(*) FILTER (WHERE NOT is_archived) AS "all", count(*) FILTER (WHERE made_by = ?) AS own FROM rooms
        WHERE access <> 'direct'`,
      ),
      openNames: db.prepare("SELECT name FROM rooms WHERE access = 'open'"),
    };
  }

  apply(fact: Fact, { atMs }: Entry): void {
    const { insert, rename, archive, member } = this.#statements;
    if (fact.type.startsWith("room-")) this.#states.clear();
    if (fact.type === "room-made") {
      const { id, name, by = null, access = "open", members = [] } = fact;
      insert.run(id, name, access, by, atMs);
      for (const account of access === "open" ? [] : [by!, ...members]) member.run(id, account, 1);
    } else if (fact.type === "room-renamed") rename.run(fact.name, fact.room);
    else if (fact.type === "room-archived") archive.run(Number(fact.isArchived), fact.room);
    else if (fact.type === "room-joined") member.run(fact.room, fact.account, 1);
    else if (fact.type === "room-left") member.run(fact.room, fact.account, 0);
  }

  /** Gives the next message of a room its sequence: 1, 2, 3 … without gaps. For the messages view alone. */
  count(roomId: string): number {
    this.#lastSeqs.delete(roomId);
    const row = this.#statements.count.get(roomId);
    if (row === undefined) throw new RangeError(`Cannot count a message: there is no room ${roomId}`);
    return row.lastSeq as number;
  }

  /** The sequence of a room's newest message; 0 if there is none. */
  lastSeq(roomId: string): number {
    const known = this.#lastSeqs.get(roomId);
    if (known !== undefined) return known;
    const lastSeq = (this.#statements.lastSeq.get(roomId)?.lastSeq ?? 0) as number;
    this.#lastSeqs.set(roomId, lastSeq);
    return lastSeq;
  }

  /** A room that somebody may read; `undefined` if there is none, or they may not. */
  readableBy(reader: string, room: string): RoomState | undefined {
    const state = this.#stateOf(reader, room);
    return state && { ...state, lastSeq: this.lastSeq(room) };
  }

  /** All rooms that somebody may read: the common room, those with names, then the direct ones. */
  rowsFor(reader: string): RoomRow[] {
    return this.#statements.all.all({ reader }).map(toRow);
  }

  /** A room as somebody sees it; `undefined` if they may not read it. */
  rowFor(reader: string, room: string): RoomRow | undefined {
    const row = this.#statements.one.get({ reader, room });
    return row && toRow(row);
  }

  /** The names of those who were brought into a room, or made it; of an open room only those who came back. */
  members(room: string): string[] {
    return this.#statements.members.all(room).map(({ name }) => name as string);
  }

  /** The ids of all rooms. */
  ids(): string[] {
    return this.#statements.ids.all().map(({ id }) => id as string);
  }

  /** How many rooms with names there are: in all, archived ones left out; and made by somebody, archived ones too. */
  countNamed(maker: string): { readonly all: number; readonly own: number } {
    return this.#statements.named.get(maker) as { all: number; own: number };
  }

  /** The names of all open rooms. */
  openNames(): string[] {
    return this.#statements.openNames.all().map(({ name }) => name as string);
  }

  #stateOf(reader: string, room: string): Omit<RoomState, "lastSeq"> | undefined {
    if (room.length > MAX_ID) return undefined;
    const key = `${reader}/${room}`;
    if (this.#states.has(key)) return this.#states.get(key);
    const row = this.#statements.state.get({ reader, room });
    const state = row &&
      { ...row as unknown as RoomState, isArchived: row.isArchived === 1, isMember: row.isMember === 1 };
    if (this.#states.size >= MAX_STATES) this.#states.clear();
    this.#states.set(key, state);
    return state;
  }
}

function toRow({ isMember, isArchived, madeBy, with: other, ...row }: Record<string, unknown>): RoomRow {
  return {
    ...row as unknown as RoomRow,
    isMember: isMember === 1,
    ...isArchived === 1 && { isArchived: true },
    ...madeBy !== null && { madeBy: madeBy as string },
    ...other !== null && { with: other as string },
  };
}
