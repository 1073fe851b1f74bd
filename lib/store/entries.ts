/**
 * The shapes of the log's entries. They are a format for ever: a field is never renamed, a meaning never changed; what
 * changes gets a new type. Each body is checked by its schema on the way in.
 *
 * @module
 */
import * as v from "valibot";
import { SECRET_PREFIX } from "./log.ts";

/** What a member may do. */
export type Role = "administrator" | "member";

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
}

/** A password was set. Key: `secret/` and the account's id; erased by the next. */
export interface PasswordSet {
  /** Tells it from others. */
  readonly type: "password-set";
  /** The id of the account. */
  readonly account: string;
  /** As `auth/passwords.ts` writes it; empty if the account has none any more. */
  readonly hash: string;
}

/** A room was made. Key: `room/` and its id. */
export interface RoomMade {
  /** Tells it from others. */
  readonly type: "room-made";
  /** Never changes. */
  readonly id: string;
  /** As it is shown. */
  readonly name: string;
}

/** A message was sent. Key: `message/` and the room's id. */
export interface MessageSent {
  /** Tells it from others. */
  readonly type: "message-sent";
  /** The id of the room. */
  readonly room: string;
  /** The id of the author's account. */
  readonly author: string;
  /** Of the client's own making: the same key of the same author is the same message. */
  readonly key: string;
  /** What it says. */
  readonly text: string;
  /** The sequence in the room of the message that this one answers. */
  readonly replyTo?: number;
}

/** Anything that an entry can say. */
export type Fact = AccountMade | PasswordSet | RoomMade | MessageSent;

const ID = v.pipe(v.string(), v.regex(/^[\w-]{1,64}$/));
const NAME = v.pipe(v.string(), v.maxLength(128));
const FACT = v.variant("type", [
  v.strictObject({
    type: v.literal("account-made"),
    id: ID,
    name: NAME,
    role: v.picklist(["administrator", "member"]),
  }),
  v.strictObject({ type: v.literal("password-set"), account: ID, hash: v.pipe(v.string(), v.maxLength(512)) }),
  v.strictObject({ type: v.literal("room-made"), id: ID, name: NAME }),
  v.strictObject({
    type: v.literal("message-sent"),
    room: ID,
    author: ID,
    key: v.pipe(v.string(), v.maxLength(64)),
    text: v.string(),
    replyTo: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1))),
  }),
]) satisfies v.GenericSchema<unknown, Fact>;

/** Makes the key of an entry. */
export type MakeKey = (id: string) => string;

/** The keys under which entries are appended. */
export const keyOf: Readonly<Record<"account" | "password" | "room" | "messages", MakeKey>> = {
  /** The account of a folded name: its newest entry tells whether the name is taken. */
  account: (foldedName) => `account/${foldedName}`,
  password: (accountId) => `${SECRET_PREFIX}${accountId}`,
  room: (roomId) => `room/${roomId}`,
  messages: (roomId) => `message/${roomId}`,
};

/**
 * Writes the body of an entry.
 *
 * @param fact What happened.
 * @returns JSON.
 * @throws {v.ValiError} If it breaks its schema: a defect of the caller, who has to check input before.
 */
export function encodeFact(fact: Fact): string {
  return JSON.stringify(v.parse(FACT, fact));
}

/**
 * Reads the body of an entry, which was checked on the way in.
 *
 * @param body The body; empty if it was erased.
 * @returns What happened, or `undefined` if it was erased.
 */
export function decodeFact(body: string): Fact | undefined {
  return body === "" ? undefined : JSON.parse(body) as Fact;
}
