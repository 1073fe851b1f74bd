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
}

const ACCOUNT = "SELECT id, name, role FROM accounts";

/** Who there is. */
export class AccountsView implements View {
  readonly name = "accounts";
  readonly version = 1;
  readonly tables = ["accounts", "passwords"];
  readonly schema = `
    CREATE TABLE accounts (
      id TEXT PRIMARY KEY, folded TEXT NOT NULL UNIQUE, name TEXT NOT NULL, role TEXT NOT NULL, made_at_ms INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX accounts_role ON accounts (role);
    CREATE TABLE passwords (account TEXT PRIMARY KEY, hash TEXT NOT NULL) STRICT;
  `;
  #statements!: Record<
    "insert" | "setPassword" | "dropPassword" | "byId" | "byFolded" | "password" | "administrator",
    Statement
  >;

  open(db: Database): void {
    this.#statements = {
      insert: db.prepare("INSERT INTO accounts (id, folded, name, role, made_at_ms) VALUES (?, ?, ?, ?, ?)"),
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
    } else if (fact.type === "password-set" && fact.hash === "") {
      this.#statements.dropPassword.run(fact.account);
    } else if (fact.type === "password-set") {
      this.#statements.setPassword.run(fact.account, fact.hash);
    }
  }

  /** The account with an id. */
  byId(id: string): Account | undefined {
    return this.#statements.byId.get(id) as Account | undefined;
  }

  /** The account with a folded name. */
  byFoldedName(folded: string): Account | undefined {
    return this.#statements.byFolded.get(folded) as Account | undefined;
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
