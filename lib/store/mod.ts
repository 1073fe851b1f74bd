/**
 * The store: the log and the views of it.
 *
 * @module
 */
import { AccountsView } from "./accounts_view.ts";
import { openDatabase } from "./database.ts";
import { InvitationsView } from "./invitations_view.ts";
import type { Log } from "./log.ts";
import { MessageSearchView } from "./message_search_view.ts";
import { MessagesView } from "./messages_view.ts";
import { ModerationView } from "./moderation_view.ts";
import { PersonalView } from "./personal_view.ts";
import { ReadsView } from "./reads_view.ts";
import { RoomsView } from "./rooms_view.ts";
import { SqliteLog } from "./sqlite_log.ts";
import { Views } from "./views.ts";

/** The log and what is read of it. */
export interface Store {
  /** Where everything that happens is written. */
  readonly log: Log;
  /** Who there is. */
  readonly accounts: AccountsView;
  /** Which rooms there are. */
  readonly rooms: RoomsView;
  /** What was said. */
  readonly messages: MessagesView;
  /** How far everybody has read. */
  readonly reads: ReadsView;
  /** The words of what was said. */
  readonly messageSearch: MessageSearchView;
  /** Who may register. */
  readonly invitations: InvitationsView;
  /** What moderators did. */
  readonly moderation: ModerationView;
  /** What one person left in the others. */
  readonly personal: PersonalView;
}

/**
 * Opens the embedded store.
 *
 * @param dataDir The folder that holds it, or `:memory:` to keep nothing.
 * @returns The store; closing its log closes it.
 * @throws {StartError} If the folder cannot be used.
 */
export function openStore(dataDir: string): Store {
  const db = openDatabase(dataDir);
  const accounts = new AccountsView();
  const rooms = new RoomsView();
  const reads = new ReadsView();
  const messages = new MessagesView({ accounts, rooms, reads });
  const messageSearch = new MessageSearchView();
  const invitations = new InvitationsView();
  const moderation = new ModerationView();
  const personal = new PersonalView();
  const views = new Views(db, [accounts, rooms, messages, reads, messageSearch, invitations, moderation, personal]);
  const log = new SqliteLog(db, views);
  return { log, accounts, rooms, messages, reads, messageSearch, invitations, moderation, personal };
}
