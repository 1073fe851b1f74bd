import { foldName, skeletonOf } from "../auth/names.ts";
import { type Database, prepareAll, type Statement } from "./database.ts";
import type { Fact, Role } from "./entries.ts";
import type { Entry, Seq } from "./log.ts";
import type { View } from "./views.ts";

/** An account, as everybody in the room may know it. */
export interface Account {
  /** Never changes. */
  readonly id: string;
  /** Unique after folding. */
  readonly name: string;
  /** What the member may do. */
  readonly role: Role;
  /** Shown in place of the name; absent if the name is. */
  readonly displayName?: string;
  /** A colour's number, from 0; absent if it follows from the name. */
  readonly colour?: number;
}

/** What moderators have decided about an account. */
export interface Standing {
  /** Until when the member may not write, in ms since 1970; 0 if they were never stopped. */
  readonly mutedUntilMs: number;
  /** Whether the member may not log in. */
  readonly isBanned: boolean;
  /** Why, in the words of who did it. */
  readonly banReason?: string;
}

/** An account that is gone, while what its owner wrote is not erased yet. */
export interface Removal {
  /** The id of the account. */
  readonly account: string;
  /** What it was called. */
  readonly name: string;
  /** The position of the entry that made it, which is erased last. */
  readonly madeSeq: Seq;
}

/** Which accounts are wanted. */
export interface AccountRange {
  /** Only those whose name, or display name, begins so, after folding. */
  readonly prefix: string;
  /** Only those whose folded name comes after this one. */
  readonly after?: string;
  /** At most so many. */
  readonly limit: number;
}

interface Known {
  readonly account: Account;
  readonly standing: Standing;
}

const COLUMNS = `id, name, role, display_name AS displayName, colour, muted_until_ms AS mutedUntilMs,
  is_banned AS isBanned, ban_reason AS banReason`;
const ACCOUNT = `SELECT ${COLUMNS} FROM accounts`;
/** What changes the row of an account. */
const CHANGES = ["profile-set", "role-set", "account-muted", "account-banned", "account-removed"] as const;
/** Accounts kept in memory: some 300 bytes each. */
const MAX_KNOWN = 20_000;
const NO_STANDING: Standing = { mutedUntilMs: 0, isBanned: false };
/** In the order of code points, as SQLite compares: after everything that begins with a prefix. */
const LAST = String.fromCodePoint(0x10ffff);

type Name =
  | "insert"
  | "setProfile"
  | "setRole"
  | "setMuted"
  | "setBanned"
  | "remove"
  | "setPassword"
  | "dropPassword"
  | "beginRemoval"
  | "endRemoval"
  | "removals"
  | "byId"
  | "byFolded"
  | "byLook"
  | "search"
  | "password"
  | "madeAt"
  | "administrators";

/** Who there is. */
export class AccountsView implements View {
  readonly name = "accounts";
  readonly version = 3;
  readonly tables = ["accounts", "passwords", "removals"];
  // Looks are not UNIQUE: what is taken for alike may change, and no replay may fail because of that.
  readonly schema = `
    CREATE TABLE accounts (
      id TEXT PRIMARY KEY, folded TEXT NOT NULL UNIQUE, name TEXT NOT NULL, look TEXT NOT NULL, role TEXT NOT NULL,
      display_name TEXT, display_folded TEXT, display_look TEXT, colour INTEGER,
      muted_until_ms INTEGER NOT NULL DEFAULT 0, is_banned INTEGER NOT NULL DEFAULT 0, ban_reason TEXT,
      made_at_ms INTEGER NOT NULL, made_seq INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX accounts_role ON accounts (role);
    CREATE INDEX accounts_look ON accounts (look);
    CREATE INDEX accounts_display_look ON accounts (display_look);
    CREATE TABLE passwords (account TEXT PRIMARY KEY, hash TEXT NOT NULL) STRICT;
    CREATE TABLE removals (account TEXT PRIMARY KEY, name TEXT NOT NULL, made_seq INTEGER NOT NULL) STRICT;
  `;
  #statements!: Record<Name, Statement>;
  /**
   * Those who were asked for, until something about them changes: each request and each message asks. What changes is only
   * taken out while it is applied, and read again when the transaction is over: a transaction that fails leaves no trace.
   */
  readonly #known = new Map<string, Known>();

  open(db: Database): void {
    this.#statements = prepareAccounts(db);
  }

  apply(fact: Fact, { key, seq, atMs }: Entry): void {
    if (fact.type === "account-made") {
      const folded = key.slice(key.indexOf("/") + 1);
      this.#statements.insert.run(fact.id, folded, fact.name, skeletonOf(fact.name), fact.role, atMs, seq);
    } else if (fact.type === "password-set") {
      if (fact.hash === "") this.#statements.dropPassword.run(fact.account);
      else this.#statements.setPassword.run(fact.account, fact.hash);
    } else if (isChange(fact)) {
      this.#known.delete(fact.account);
      this.#change(fact);
    }
  }

  /** The entry that made an account is erased last. */
  erase({ seq }: Entry): void {
    this.#statements.endRemoval.run(seq);
  }

  /** The account with an id. */
  byId(id: string): Account | undefined {
    return this.#find(id)?.account;
  }

  /** What moderators have decided about an account. */
  standing(id: string): Standing {
    return this.#find(id)?.standing ?? NO_STANDING;
  }

  /** Until when an account may not write, in ms since 1970; asked for every message. */
  mutedUntilMs(id: string): number {
    return this.standing(id).mutedUntilMs;
  }

  /** Whether an account may not log in. */
  isBanned(id: string): boolean {
    return this.standing(id).isBanned;
  }

  /** The account with a folded name. */
  byFoldedName(folded: string): Account | undefined {
    return toKnown(this.#statements.byFolded.get(folded))?.account;
  }

  /** The accounts whose name or display name has a skeleton, at most ten. */
  byLook(skeleton: string): Account[] {
    return this.#statements.byLook.all({ look: skeleton }).map((row) => toKnown(row)!.account);
  }

  /** Accounts in the order of their names. */
  search({ prefix, after = "", limit }: AccountRange): Account[] {
    return this.#statements.search.all({ from: prefix, to: prefix + LAST, after, limit })
      .map((row) => toKnown(row)!.account);
  }

  /** The password hash of an account. */
  passwordHash(accountId: string): string | undefined {
    return this.#statements.password.get(accountId)?.hash as string | undefined;
  }

  /** When an account was made, in ms since 1970. */
  madeAtMs(accountId: string): number | undefined {
    return this.#statements.madeAt.get(accountId)?.madeAtMs as number | undefined;
  }

  /** Whether somebody administers this server. */
  hasAdministrator(): boolean {
    return this.administrators(1) > 0;
  }

  /** How many administer this server, counted up to a limit. */
  administrators(limit: number): number {
    return this.#statements.administrators.all(limit).length;
  }

  /** The accounts that are gone, while what their owners wrote is not erased yet. */
  removals(): Removal[] {
    return this.#statements.removals.all() as unknown as Removal[];
  }

  #change(fact: AccountChange): void {
    const { setProfile, setRole, setMuted, setBanned, beginRemoval, remove, dropPassword } = this.#statements;
    if (fact.type === "profile-set") {
      const { displayName, colour = null, account } = fact;
      const looks = displayName === "" ? [null, null, null] : [
        displayName,
        foldName(displayName),
        skeletonOf(displayName),
      ];
      setProfile.run(...looks, colour, account);
    } else if (fact.type === "role-set") setRole.run(fact.role, fact.account);
    else if (fact.type === "account-muted") setMuted.run(fact.untilMs, fact.account);
    else if (fact.type === "account-banned") setBanned.run(Number(fact.isBanned), fact.reason ?? null, fact.account);
    else {
      beginRemoval.run(fact.account);
      remove.run(fact.account);
      dropPassword.run(fact.account);
    }
  }

  #find(id: string): Known | undefined {
    const known = this.#known.get(id) ?? toKnown(this.#statements.byId.get(id));
    if (known === undefined || this.#known.has(id)) return known;
    if (this.#known.size >= MAX_KNOWN) this.#known.clear();
    this.#known.set(id, known);
    return known;
  }
}

type AccountChange = Extract<Fact, { type: (typeof CHANGES)[number] }>;

function isChange(fact: Fact): fact is AccountChange {
  return (CHANGES as readonly string[]).includes(fact.type);
}

function prepareAccounts(db: Database): Record<Name, Statement> {
  const sql: Record<Name, string> = {
    insert: "INSERT INTO accounts (id, folded, name, look, role, made_at_ms, made_seq) VALUES (?, ?, ?, ?, ?, ?, ?)",
    setProfile: "UPDATE accounts SET display_name = ?, display_folded = ?, display_look = ?, colour = ? WHERE id = ?",
    setRole: "UPDATE accounts SET role = ? WHERE id = ?",
    setMuted: "UPDATE accounts SET muted_until_ms = ? WHERE id = ?",
    setBanned: "UPDATE accounts SET is_banned = ?, ban_reason = ? WHERE id = ?",
    remove: "DELETE FROM accounts WHERE id = ?",
    setPassword: "INSERT OR REPLACE INTO passwords (account, hash) VALUES (?, ?)",
    dropPassword: "DELETE FROM passwords WHERE account = ?",
    beginRemoval: "INSERT OR IGNORE INTO removals SELECT id, name, made_seq FROM accounts WHERE id = ?",
    endRemoval: "DELETE FROM removals WHERE made_seq = ?",
    removals: "SELECT account, name, made_seq AS madeSeq FROM removals ORDER BY made_seq",
    byId: `${ACCOUNT} WHERE id = ?`,
    byFolded: `${ACCOUNT} WHERE folded = ?`,
    byLook: `${ACCOUNT} WHERE look = :look OR display_look = :look LIMIT 10`,
    search: `${ACCOUNT} WHERE folded > :after
      AND ((folded >= :from AND folded < :to) OR (display_folded >= :from AND display_folded < :to))
      ORDER BY folded LIMIT :limit`,
    password: "SELECT hash FROM passwords WHERE account = ?",
    madeAt: "SELECT made_at_ms AS madeAtMs FROM accounts WHERE id = ?",
    administrators: "SELECT 1 FROM accounts WHERE role = 'administrator' LIMIT ?",
  };
  return prepareAll(db, sql);
}

type Row =
  & Pick<Account, "id" | "name" | "role">
  & Pick<Standing, "mutedUntilMs">
  & { displayName: string | null; colour: number | null; isBanned: number; banReason: string | null };

function toKnown(row: unknown): Known | undefined {
  if (row === undefined) return undefined;
  const { displayName, colour, mutedUntilMs, isBanned, banReason, ...account } = row as Row;
  return {
    account: { ...account, ...displayName !== null && { displayName }, ...colour !== null && { colour } },
    standing: { mutedUntilMs, isBanned: isBanned === 1, ...banReason !== null && { banReason } },
  };
}
