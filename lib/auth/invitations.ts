/**
 * Invitations: links with which others make accounts, for a time, and a number of times.
 *
 * @module
 */
import { HttpError } from "../errors.ts";
import { encodeFact, keyOf } from "../store/entries.ts";
import type { Invitation, InvitationsView } from "../store/invitations_view.ts";
import type { Log } from "../store/log.ts";
import type { Account, Accounts } from "./accounts.ts";
import { checkNotMuted, checkStillHere, isModerator } from "./rights.ts";
import { hashToken, newToken } from "./tokens.ts";

export type { Invitation };

/** How an invitation is to be. */
export interface InvitationTerms {
  /** How long it is valid, 1–720 hours. */
  readonly expiresInHours: number;
  /** How many accounts it may make, 1–1000. */
  readonly maxUses: number;
}

/** How an invitation stands. */
export type InvitationState = "valid" | "expired" | "revoked" | "used-up";

/** An invitation, as those who may see it are told. */
export type InvitationRow = Omit<Invitation, "by"> & {
  /** Whether it can still be used, or why not. */
  readonly state: InvitationState;
};

/** How long an invitation may be valid, in hours: 30 days. */
export const MAX_HOURS = 30 * 24;
/** How many accounts one may make. */
export const MAX_USES = 1_000;
/** Invitations shown. */
const MAX_LISTED = 200;
const HOUR_MS = 60 * 60 * 1_000;

/** The invitations of this server. */
export class Invitations {
  readonly #log: Log;
  readonly #view: InvitationsView;
  readonly #accounts: Accounts;
  /** Registrations under way, by invitation: they count as uses, so that there are never more than allowed. */
  readonly #underWay = new Map<string, number>();

  /**
   * Opens the invitations.
   *
   * @param deps Where they are written and read, and who makes them.
   */
  constructor({ log, view, accounts }: { log: Log; view: InvitationsView; accounts: Accounts }) {
    this.#log = log;
    this.#view = view;
    this.#accounts = accounts;
  }

  /**
   * Makes an invitation.
   *
   * @param user Who invites.
   * @param terms How long and how often it is valid.
   * @returns The invitation, and its token, which nobody can know later.
   * @throws {HttpError} 422 if the terms are not allowed, 403 if the member is muted or banned, 401 if they are gone.
   */
  async make(
    user: Account,
    { expiresInHours, maxUses }: InvitationTerms,
  ): Promise<{ invitation: InvitationRow; token: string }> {
    checkStillHere(this.#accounts, user.id);
    checkNotMuted(this.#accounts.standing(user.id).mutedUntilMs);
    checkWhole(expiresInHours, { max: MAX_HOURS, message: `An invitation is valid for 1 to ${MAX_HOURS} hours` });
    checkWhole(maxUses, { max: MAX_USES, message: `An invitation makes 1 to ${MAX_USES} accounts` });
    const [token, id] = [newToken(), crypto.randomUUID()];
    const expiresAtMs = Date.now() + expiresInHours * HOUR_MS;
    const fact = encodeFact({
      type: "invitation-made",
      id,
      hash: hashToken(token),
      by: user.id,
      expiresAtMs,
      maxUses,
    });
    await this.#log.append(keyOf.invitation(id), fact);
    return { invitation: this.#toRow(this.#view.byId(id)!), token };
  }

  /** The invitations that somebody may see: their own, or all, for moderators; the newest first. */
  list(user: Account): InvitationRow[] {
    const by = isModerator(user) ? undefined : user.id;
    return this.#view.list({ by, limit: MAX_LISTED }).map((invitation) => this.#toRow(invitation));
  }

  /**
   * Takes an invitation back.
   *
   * @param user Who does it.
   * @param id Its id.
   * @throws {HttpError} 404 if there is none that they may see.
   */
  async revoke(user: Account, id: string): Promise<void> {
    const invitation = this.#view.byId(id);
    if (invitation === undefined || !(isModerator(user) || invitation.by === user.id)) {
      throw new HttpError(404, "There is no such invitation; look at the list again");
    }
    if (invitation.isRevoked) return;
    await this.#log.append(keyOf.invitation(id), encodeFact({ type: "invitation-revoked", id, by: user.id }));
  }

  /** The invitation of a token, if it can be used now. */
  find(token: string): InvitationRow | undefined {
    const invitation = this.#view.byHash(hashToken(token));
    const row = invitation && this.#toRow(invitation);
    return row?.state === "valid" ? row : undefined;
  }

  /**
   * Makes an account by invitation. While it is made it counts as one.
   *
   * @param token What came with the registration.
   * @param make Makes the account, with the id of the invitation.
   * @throws {HttpError} 403 if the invitation is not valid, or not any more.
   */
  async use<T>(token: string, make: (invitation: string) => Promise<T>): Promise<T> {
    const invitation = this.find(token);
    if (invitation === undefined) {
      throw new HttpError(403, "The invitation is not valid, or not any more; ask for a new one");
    }
    const { id, uses, maxUses } = invitation;
    const underWay = this.#underWay.get(id) ?? 0;
    if (uses + underWay >= maxUses) {
      throw new HttpError(403, "Others are just using up this invitation; try again in a moment, or ask for a new one");
    }
    this.#underWay.set(id, underWay + 1);
    try {
      return await make(id);
    } finally {
      const left = this.#underWay.get(id)! - 1;
      if (left > 0) this.#underWay.set(id, left);
      else this.#underWay.delete(id);
    }
  }

  #toRow({ by, ...invitation }: Invitation): InvitationRow {
    const hasMaker = this.#accounts.byId(by) !== undefined && !this.#accounts.standing(by).isBanned;
    return { ...invitation, state: hasMaker ? stateOf(invitation) : "revoked" };
  }
}

function stateOf({ isRevoked, uses, maxUses, expiresAt }: Omit<Invitation, "by">): InvitationState {
  if (isRevoked) return "revoked";
  if (uses >= maxUses) return "used-up";
  return expiresAt <= Date.now() ? "expired" : "valid";
}

function checkWhole(value: number, { max, message }: { max: number; message: string }): void {
  if (!Number.isInteger(value) || value < 1 || value > max) {
    throw new HttpError(422, `${message}; choose another number`);
  }
}
