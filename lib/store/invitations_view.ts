import type { Database, Statement } from "./database.ts";
import type { Fact } from "./entries.ts";
import type { Entry } from "./log.ts";
import type { View } from "./views.ts";

/** An invitation; its token is known only to those who have the link. */
export interface Invitation {
  /** Never changes. */
  readonly id: string;
  /** Who made it: the id of an account. */
  readonly by: string;
  /** The name of whoever made it; empty if there is none any more. */
  readonly madeBy: string;
  /** When it was made, in ms since 1970. */
  readonly madeAt: number;
  /** When it ends, in ms since 1970. */
  readonly expiresAt: number;
  /** How many accounts it may make. */
  readonly maxUses: number;
  /** How many accounts it has made, those that are gone among them. */
  readonly uses: number;
  /** Whether it was taken back. */
  readonly isRevoked: boolean;
}

/** Which invitations are wanted. */
export interface InvitationRange {
  /** Only those of this account. */
  readonly by?: string;
  /** At most so many, the newest first. */
  readonly limit: number;
}

const INVITATION = `
  SELECT i.id, i.by_id AS "by", coalesce(a.name, '') AS madeBy, i.made_at_ms AS madeAt, i.expires_at_ms AS expiresAt,
    i.max_uses AS maxUses, (SELECT count(*) FROM invitation_uses u WHERE u.invitation = i.id) AS uses,
    i.is_revoked AS isRevoked
  FROM invitations i LEFT JOIN accounts a ON a.id = i.by_id`;

/** Which invitations there are, and how often each was used. */
export class InvitationsView implements View {
  readonly name = "invitations";
  readonly version = 2;
  readonly tables = ["invitations", "invitation_uses"];
  readonly schema = `
    CREATE TABLE invitations (
      id TEXT PRIMARY KEY, hash TEXT NOT NULL, by_id TEXT NOT NULL, made_at_ms INTEGER NOT NULL,
      expires_at_ms INTEGER NOT NULL, max_uses INTEGER NOT NULL, is_revoked INTEGER NOT NULL DEFAULT 0
    ) STRICT;
    CREATE INDEX invitations_hash ON invitations (hash);
    CREATE INDEX invitations_by ON invitations (by_id);
    CREATE TABLE invitation_uses (log_seq INTEGER PRIMARY KEY, invitation TEXT NOT NULL) STRICT;
    CREATE INDEX invitation_uses_invitation ON invitation_uses (invitation);
  `;
  #statements!: Record<
    "insert" | "revoke" | "revokeAll" | "use" | "forgetUse" | "byHash" | "byId" | "all" | "of",
    Statement
  >;

  open(db: Database): void {
    this.#statements = {
      insert: db.prepare(
        "INSERT INTO invitations (id, hash, by_id, made_at_ms, expires_at_ms, max_uses) VALUES (?, ?, ?, ?, ?, ?)",
      ),
      revoke: db.prepare("UPDATE invitations SET is_revoked = 1 WHERE id = ?"),
      revokeAll: db.prepare("UPDATE invitations SET is_revoked = 1 WHERE by_id = ?"),
      use: db.prepare("INSERT INTO invitation_uses (log_seq, invitation) VALUES (?, ?)"),
      forgetUse: db.prepare("DELETE FROM invitation_uses WHERE log_seq = ?"),
      byHash: db.prepare(`${INVITATION} WHERE i.hash = ?`),
      byId: db.prepare(`${INVITATION} WHERE i.id = ?`),
      all: db.prepare(`${INVITATION} ORDER BY i.rowid DESC LIMIT ?`),
      of: db.prepare(`${INVITATION} WHERE i.by_id = ? ORDER BY i.rowid DESC LIMIT ?`),
    };
  }

  apply(fact: Fact, { seq, atMs }: Entry): void {
    const { insert, revoke, revokeAll, use } = this.#statements;
    if (fact.type === "invitation-made") {
      insert.run(fact.id, fact.hash, fact.by, atMs, fact.expiresAtMs, fact.maxUses);
    } else if (fact.type === "invitation-revoked") revoke.run(fact.id);
    else if (fact.type === "invitation-used") use.run(seq, fact.id);
    else if (fact.type === "account-made" && fact.invitation !== undefined) use.run(seq, fact.invitation);
    // Nobody answers any more for whom these bring in.
    else if (fact.type === "account-removed") revokeAll.run(fact.account);
  }

  /** An account that was erased counts no more: an entry of its own, which stays, counts in its place. */
  erase({ seq }: Entry): void {
    this.#statements.forgetUse.run(seq);
  }

  /** The invitation whose token has a hash. */
  byHash(hash: string): Invitation | undefined {
    return toInvitation(this.#statements.byHash.get(hash));
  }

  /** The invitation with an id. */
  byId(id: string): Invitation | undefined {
    return toInvitation(this.#statements.byId.get(id));
  }

  /** Invitations, the newest first. */
  list({ by, limit }: InvitationRange): Invitation[] {
    const rows = by === undefined ? this.#statements.all.all(limit) : this.#statements.of.all(by, limit);
    return rows.map((row) => toInvitation(row)!);
  }
}

function toInvitation(row: unknown): Invitation | undefined {
  if (row === undefined) return undefined;
  const invitation = row as Omit<Invitation, "isRevoked"> & { isRevoked: number };
  return { ...invitation, isRevoked: invitation.isRevoked === 1 };
}
