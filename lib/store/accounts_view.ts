import type { Database, Statement } from "./database.ts";
import type { Fact, Role } from "./entries.ts";
import type { Entry } from "./log.ts";
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

const ACCOUNT = "SELECT id, name, role, display_name AS displayName, colour FROM accounts";

/** Who there is. */
export class AccountsView implements View {
  readonly name = "accounts";
  readonly version = 2;
  readonly tables = ["accounts", "passwords"];
  readonly schema = `
    CREATE TABLE accounts (
      id TEXT PRIMARY KEY, folded TEXT NOT NULL UNIQUE, name TEXT NOT NULL, role TEXT NOT NULL,
      display_name TEXT, colour INTEGER, made_at_ms INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX accounts_role ON accounts (role);
    CREATE TABLE passwords (account TEXT PRIMARY KEY, hash TEXT NOT NULL) STRICT;
  `;
  #statements!: Record<
    "insert" | "setProfile" | "setPassword" | "dropPassword" | "byId" | "byFolded" | "password" | "administrator",
    Statement
  >;

  open(db: Database): void {
    this.#statements = {
      insert: db.prepare("INSERT INTO accounts (id, folded, name, role, made_at_ms) VALUES (?, ?, ?, ?, ?)"),
      setProfile: db.prepare("UPDATE accounts SET display_name = ?, colour = ? WHERE id = ?"),
      setPassword: db.prepare("INSERT OR REPLACE INTO passwords (account, hash) VALUES (?, ?)"),
      dropPassword: db.prepare("DELETE FROM passwords WHERE account = ?"),
      byId: db.prepare(`${ACCOUNT} WHERE id = ?`),
      byFolded: db.prepare(`${ACCOUNT} WHERE folded = ?`),
      password: db.prepare("SELECT hash FROM passwords WHERE account = ?"),
      administrator: db.prepare(`${ACCOUNT} WHERE role = 'administrator' LIMIT 1`),
    };
  }

  apply(fact: Fact, { key, atMs }: Entry): void {
    if (fact.type === "account-made") {
      const folded = key.slice(key.indexOf("/") + 1);
      this.#statements.insert.run(fact.id, folded, fact.name, fact.role, atMs);
    } else if (fact.type === "profile-set") {
      this.#statements.setProfile.run(fact.displayName || null, fact.colour ?? null, fact.account);
    } else if (fact.type === "password-set" && fact.hash === "") {
      this.#statements.dropPassword.run(fact.account);
    } else if (fact.type === "password-set") {
      this.#statements.setPassword.run(fact.account, fact.hash);
    }
  }

  /** The account with an id. */
  byId(id: string): Account | undefined {
    return toAccount(this.#statements.byId.get(id));
  }

  /** The account with a folded name. */
  byFoldedName(folded: string): Account | undefined {
    return toAccount(this.#statements.byFolded.get(folded));
  }

  /** The password hash of an account. */
  passwordHash(accountId: string): string | undefined {
    return this.#statements.password.get(accountId)?.hash as string | undefined;
  }

  /** Whether somebody administers this server. */
  hasAdministrator(): boolean {
    return this.#statements.administrator.get() !== undefined;
  }
}

type AccountRow = Omit<Account, "displayName" | "colour"> & { displayName: string | null; colour: number | null };

function toAccount(row: unknown): Account | undefined {
  if (row === undefined) return undefined;
  const { displayName, colour, ...account } = row as AccountRow;
  return { ...account, ...displayName !== null && { displayName }, ...colour !== null && { colour } };
}
