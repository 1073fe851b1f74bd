/**
 * The shapes of the log's entries. They are a format for ever: a field is never renamed, a meaning never changed; what
 * changes gets a new type. Each body is checked by its schema on the way in.
 *
 * @module
 */
import * as v from "valibot";
import { SECRET_PREFIX } from "./log.ts";

const Id = v.pipe(v.string(), v.regex(/^[\w-]{1,64}$/));

/** What a member may do. */
export const Role = v.picklist(["administrator", "member"]);
/** What a member may do. */
export type Role = v.InferOutput<typeof Role>;

/** An account was made. Key: `account/` and the folded name. */
export const AccountMade = v.strictObject({
  type: v.literal("account-made"),
  /** Never changes, never used again. */
  id: Id,
  name: v.pipe(v.string(), v.maxLength(128)),
  role: Role,
});

/** A password was set. Key: `secret/` and the account's id; erased by the next. */
export const PasswordSet = v.strictObject({
  type: v.literal("password-set"),
  account: Id,
  hash: v.pipe(v.string(), v.maxLength(512)),
});

/** A room was made. Key: `room/` and its id. */
export const RoomMade = v.strictObject({
  type: v.literal("room-made"),
  id: Id,
  name: v.pipe(v.string(), v.maxLength(128)),
});

/** A message was sent. Key: `message/` and the room's id. */
export const MessageSent = v.strictObject({
  type: v.literal("message-sent"),
  room: Id,
  /** The id of the author's account. */
  author: Id,
  /** Of the client's own making: the same key of the same author is the same message. */
  key: v.pipe(v.string(), v.maxLength(64)),
  text: v.string(),
  /** The sequence in the room of the message that this one answers. */
  replyTo: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1))),
});

/** Anything that an entry can say. */
export const Fact = v.variant("type", [AccountMade, PasswordSet, RoomMade, MessageSent]);
/** Anything that an entry can say. */
export type Fact = v.InferOutput<typeof Fact>;

/** The keys under which entries are appended. */
export const keyOf = {
  /** The account of a folded name: its newest entry tells whether the name is taken. */
  account: (foldedName: string): string => `account/${foldedName}`,
  /** The password of an account. */
  password: (accountId: string): string => `${SECRET_PREFIX}${accountId}`,
  /** A room. */
  room: (roomId: string): string => `room/${roomId}`,
  /** The messages of a room. */
  messages: (roomId: string): string => `message/${roomId}`,
};

/**
 * Writes the body of an entry.
 *
 * @param fact What happened.
 * @returns JSON.
 * @throws {v.ValiError} If it breaks its schema: a defect of the caller, who has to check input before.
 */
export function encodeFact(fact: Fact): string {
  return JSON.stringify(v.parse(Fact, fact));
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
