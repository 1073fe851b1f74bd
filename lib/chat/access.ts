/**
 * Who may do what in which room: the one place that is asked, for HTTP and for sockets. (The search asks the same question
 * in SQL: `MAY_READ_ROOM`.)
 *
 * A room that somebody may not read is to them as if it were not there.
 *
 * @module
 */
import type { Account } from "../auth/accounts.ts";
import { checkMayDelete, checkMayManage, checkNotMuted, checkStillHere, isModerator } from "../auth/rights.ts";
import { HttpError } from "../errors.ts";
import type { AccountsView } from "../store/accounts_view.ts";
import type { RoomState, RoomsView } from "../store/rooms_view.ts";

/** Answers what somebody may do. */
export class Access {
  readonly #rooms: RoomsView;
  readonly #accounts: AccountsView;

  /**
   * Makes the one who is asked.
   *
   * @param views Where rooms and accounts are read.
   */
  constructor({ rooms, accounts }: { rooms: RoomsView; accounts: AccountsView }) {
    this.#rooms = rooms;
    this.#accounts = accounts;
  }

  /**
   * Refuses somebody who has nothing to say here for a time.
   *
   * @throws {HttpError} 401 or 403.
   */
  checkMaySpeak(account: Account): void {
    checkStillHere(this.#accounts, account.id);
    checkNotMuted(this.#accounts.mutedUntilMs(account.id));
  }

  /** Whether somebody may read a room. */
  mayRead(reader: Account, room: string): boolean {
    return this.#rooms.readableBy(reader.id, room) !== undefined;
  }

  /**
   * A room that somebody reads.
   *
   * @throws {HttpError} 404 if there is none, or they may not read it; 401 or 403 if they are not here any more.
   */
  toRead(reader: Account, room: string): RoomState {
    // A request may be older than the end of an account, and a socket too.
    checkStillHere(this.#accounts, reader.id);
    const state = this.#rooms.readableBy(reader.id, room);
    if (state === undefined) throw new HttpError(404, `There is no room ${room}`);
    return state;
  }

  /**
   * A room that somebody writes to.
   *
   * @throws {HttpError} 404 as to read it; 403 if they are not in it, may not write for a time, or it is archived.
   */
  toWrite(author: Account, room: string): RoomState {
    const state = this.toRead(author, room);
    if (!state.isMember) throw new HttpError(403, "You are not in this room; join it to write");
    if (state.isArchived) throw new HttpError(403, "This room is archived; nothing more is said in it");
    this.checkMaySpeak(author);
    return state;
  }

  /**
   * A room that somebody renames, archives, or sends people out of: its maker, or a moderator who may read it.
   *
   * @throws {HttpError} 404 as to read it; 403 if they may not.
   */
  toManage(account: Account, room: string): RoomState {
    const state = this.toRead(account, room);
    if (state.access === "direct") throw new HttpError(403, "A conversation of two stays as it is");
    checkMayManage(this.#accounts.byId(account.id)!, state);
    return state;
  }

  /**
   * Refuses somebody who deletes what another wrote, unless they moderate and the other is not above them.
   *
   * @throws {HttpError} 403.
   */
  checkMayDelete(by: Account, authorId: string): void {
    if (authorId !== by.id) checkMayDelete(this.#accounts.byId(by.id)!, this.#accounts.byId(authorId));
  }

  /** Whether somebody may take back what others wrote, and see what was taken back. */
  isModerator({ id }: Account): boolean {
    // Asked anew: a socket may be older than a role.
    const account = this.#accounts.byId(id);
    return account !== undefined && isModerator(account);
  }
}
