/**
 * What the log's entries say. They are a format for ever: a field is never renamed, a meaning never changed; what changes
 * gets a new type, and what is added is optional.
 *
 * `by`, `account` and `author` are ids of accounts; `room` is the id of a room; `seq` is a message's place in its room.
 *
 * @module
 */

/** What a member may do. */
export type Role = "administrator" | "moderator" | "member";

/** Who may read a room: every member; those who were invited; two people alone. */
export type RoomAccess = "open" | "invited" | "direct";

/** An account was made. Key: `account/` and the folded name. */
export interface AccountMade {
  /** Tells it from others. */
  readonly type: "account-made";
  /** Never changes, never used again. */
  readonly id: string;
  /** As it is shown. */
  readonly name: string;
  /** What the member may do. */
  readonly role: Role;
  /** The id of the invitation that let it be made. */
  readonly invitation?: string;
}

/** A password was set. Key: `secret/` and the account's id; erased by the next. */
export interface PasswordSet {
  /** Tells it from others. */
  readonly type: "password-set";
  /** Whose it is: the id of an account. */
  readonly account: string;
  /** As `auth/passwords.ts` writes it; empty if the account has none any more. */
  readonly hash: string;
}

/** Somebody chose how to appear. Key: `latest/profile/` and the account's id. */
export interface ProfileSet {
  /** Tells it from others. */
  readonly type: "profile-set";
  /** Whose it is: the id of an account. */
  readonly account: string;
  /** Shown in place of the name; empty if the name is. */
  readonly displayName: string;
  /** A colour's number, from 0; absent if it follows from the name. */
  readonly colour?: number;
}

/** A role was given. This and the rest of the account's changes have the key `account-change/` and its id. */
export interface RoleSet {
  /** Tells it from others. */
  readonly type: "role-set";
  /** Whose it is: the id of an account. */
  readonly account: string;
  /** What the member may do. */
  readonly role: Role;
  /** Who did it: the id of an account. */
  readonly by: string;
}

/** Somebody may not write for a time. */
export interface AccountMuted {
  /** Tells it from others. */
  readonly type: "account-muted";
  /** Whose it is: the id of an account. */
  readonly account: string;
  /** In ms since 1970; 0 lets them write again. */
  readonly untilMs: number;
  /** Who did it: the id of an account. */
  readonly by: string;
  /** Why, in the words of who did it. */
  readonly reason?: string;
}

/** Somebody may not log in any more, or may again. */
export interface AccountBanned {
  /** Tells it from others. */
  readonly type: "account-banned";
  /** Whose it is: the id of an account. */
  readonly account: string;
  /** Whether the member may not log in. */
  readonly isBanned: boolean;
  /** Who did it: the id of an account. */
  readonly by: string;
  /** Why, in the words of who did it. */
  readonly reason?: string;
}

/** An account is gone, with all that its owner wrote. */
export interface AccountRemoved {
  /** Tells it from others. */
  readonly type: "account-removed";
  /** Whose it is: the id of an account. */
  readonly account: string;
  /** Who did it: the id of an account. */
  readonly by: string;
}

/** A link was made with which somebody can set a new password. */
export interface ResetOffered {
  /** Tells it from others. */
  readonly type: "reset-offered";
  /** Whose it is: the id of an account. */
  readonly account: string;
  /** Who did it: the id of an account. */
  readonly by: string;
}

/** An invitation was made. Key: `invitation/` and its id. */
export interface InvitationMade {
  /** Tells it from others. */
  readonly type: "invitation-made";
  /** Never changes. */
  readonly id: string;
  /** The hash of its token. */
  readonly hash: string;
  /** Who did it: the id of an account. */
  readonly by: string;
  /** When it ends, in ms since 1970. */
  readonly expiresAtMs: number;
  /** How many accounts it may make. */
  readonly maxUses: number;
}

/** An invitation is not valid any more. Key: `invitation/` and its id. */
export interface InvitationRevoked {
  /** Tells it from others. */
  readonly type: "invitation-revoked";
  /** Never changes. */
  readonly id: string;
  /** Who did it: the id of an account. */
  readonly by: string;
}

/** An account that an invitation made was erased, and with it the entry that counted. Key: `invitation/` and its id. */
export type InvitationUsed = { readonly type: "invitation-used"; readonly id: string };

/** A room was made. Key: `room/` and its id; so for all that happens to a room. */
export interface RoomMade {
  /** Tells it from others. */
  readonly type: "room-made";
  /** Never changes; stands in URLs. */
  readonly id: string;
  /** As it is shown; empty for a direct one, which is called by the other's name. */
  readonly name: string;
  /** Absent for the room that is always there. */
  readonly by?: string;
  /** Absent: open. */
  readonly access?: RoomAccess;
  /** Who is in it from the beginning, besides its maker. */
  readonly members?: readonly string[];
}

/** A room is called otherwise. */
export interface RoomRenamed {
  /** Tells it from others. */
  readonly type: "room-renamed";
  /** The id of the room. */
  readonly room: string;
  /** As it is shown. */
  readonly name: string;
  /** Who did it: the id of an account. */
  readonly by: string;
}

/** Nothing more is said in a room, or it is taken up again. */
export interface RoomArchived {
  /** Tells it from others. */
  readonly type: "room-archived";
  /** The id of the room. */
  readonly room: string;
  /** Whether nothing more is said there. */
  readonly isArchived: boolean;
  /** Who did it: the id of an account. */
  readonly by: string;
}

/** Somebody came into a room, or was brought there. */
export interface RoomJoined {
  /** Tells it from others. */
  readonly type: "room-joined";
  /** The id of the room. */
  readonly room: string;
  /** Whose it is: the id of an account. */
  readonly account: string;
  /** Who did it: the id of an account. */
  readonly by: string;
}

/** Somebody left a room, or was sent out. */
export interface RoomLeft {
  /** Tells it from others. */
  readonly type: "room-left";
  /** The id of the room. */
  readonly room: string;
  /** Whose it is: the id of an account. */
  readonly account: string;
  /** Who did it: the id of an account. */
  readonly by: string;
}

/** A message was sent. Key: `message/` and the room's id, and nothing else has that key: the entries are counted. */
export interface MessageSent {
  /** Tells it from others. */
  readonly type: "message-sent";
  /** The id of the room. */
  readonly room: string;
  /** Who wrote it: the id of an account. */
  readonly author: string;
  /** Of the client's own making: the same key of the same author is the same message. */
  readonly key: string;
  /** What it says. */
  readonly text: string;
  /** The message that this one answers. */
  readonly replyTo?: number;
  /** The ids of those whom it mentions. */
  readonly mentions?: readonly string[];
}

/** A message says something else. Key: `change/` and the room's id; so for all changes of messages. */
export interface MessageEdited {
  /** Tells it from others. */
  readonly type: "message-edited";
  /** The id of the room. */
  readonly room: string;
  /** Its place in the room. */
  readonly seq: number;
  /** What it says. */
  readonly text: string;
  /** The ids of those whom it mentions now. */
  readonly mentions?: readonly string[];
  /** Who did it: the id of an account. */
  readonly by: string;
}

/** A message was taken back. */
export interface MessageDeleted {
  /** Tells it from others. */
  readonly type: "message-deleted";
  /** The id of the room. */
  readonly room: string;
  /** Its place in the room. */
  readonly seq: number;
  /** Who did it: the id of an account. */
  readonly by: string;
}

/** Somebody reacted to a message, or took that back. */
export interface ReactionSet {
  /** Tells it from others. */
  readonly type: "reaction-set";
  /** The id of the room. */
  readonly room: string;
  /** Its place in the room. */
  readonly seq: number;
  /** One emoji. */
  readonly emoji: string;
  /** Whether the reaction is there from now on. */
  readonly isOn: boolean;
  /** Who did it: the id of an account. */
  readonly by: string;
}

/** How far somebody has read. Key: `latest/read/`, the account's id, `/` and the room's. */
export interface RoomsRead {
  /** Tells it from others. */
  readonly type: "rooms-read";
  /** Whose it is: the id of an account. */
  readonly account: string;
  /** The newest sequence read, of each room. */
  readonly rooms: Readonly<Record<string, number>>;
}

/** What happened to an account. */
export type AccountFact =
  | AccountMade
  | PasswordSet
  | ProfileSet
  | RoleSet
  | AccountMuted
  | AccountBanned
  | AccountRemoved
  | ResetOffered
  | InvitationMade
  | InvitationRevoked
  | InvitationUsed;

/** What happened to a room. */
export type RoomFact = RoomMade | RoomRenamed | RoomArchived | RoomJoined | RoomLeft | RoomsRead;

/** What happened to a message. */
export type MessageFact = MessageSent | MessageEdited | MessageDeleted | ReactionSet;

/** Anything that an entry can say. */
export type Fact = AccountFact | RoomFact | MessageFact;
