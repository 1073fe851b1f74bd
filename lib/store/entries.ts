/**
 * The log's entries on their way in and out: each body is checked by its schema on the way in, and so is what a replay
 * finds years later.
 *
 * @module
 */
import * as v from "valibot";
import type { AccountFact, Fact, MessageFact, RoomFact } from "./facts.ts";

export type { Fact, Role, RoomAccess } from "./facts.ts";

const ID = v.pipe(v.string(), v.regex(/^[\w-]{1,64}$/));
const NAME = v.pipe(v.string(), v.maxLength(128));
const REASON = v.optional(v.pipe(v.string(), v.maxLength(500)));
const WHOLE = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const SEQ = v.pipe(WHOLE, v.minValue(1));
const ROLE = v.picklist(["administrator", "moderator", "member"]);
const type = <const T extends string>(name: T) => v.literal(name);

const ACCOUNT_FACTS = [
  v.strictObject({ type: type("account-made"), id: ID, name: NAME, role: ROLE, invitation: v.optional(ID) }),
  v.strictObject({ type: type("password-set"), account: ID, hash: v.pipe(v.string(), v.maxLength(512)) }),
  v.strictObject({ type: type("profile-set"), account: ID, displayName: NAME, colour: v.optional(WHOLE) }),
  v.strictObject({ type: type("role-set"), account: ID, role: ROLE, by: ID }),
  v.strictObject({ type: type("account-muted"), account: ID, untilMs: WHOLE, by: ID, reason: REASON }),
  v.strictObject({ type: type("account-banned"), account: ID, isBanned: v.boolean(), by: ID, reason: REASON }),
  v.strictObject({ type: type("account-removed"), account: ID, by: ID }),
  v.strictObject({ type: type("reset-offered"), account: ID, by: ID }),
  v.strictObject({
    type: type("invitation-made"),
    id: ID,
    hash: v.pipe(v.string(), v.maxLength(128)),
    by: ID,
    expiresAtMs: WHOLE,
    maxUses: SEQ,
  }),
  v.strictObject({ type: type("invitation-revoked"), id: ID, by: ID }),
  v.strictObject({ type: type("invitation-used"), id: ID }),
] as const satisfies ReadonlyArray<v.GenericSchema<unknown, AccountFact>>;

const ROOM_FACTS = [
  v.strictObject({
    type: type("room-made"),
    id: ID,
    name: NAME,
    by: v.optional(ID),
    access: v.optional(v.picklist(["open", "invited", "direct"])),
    members: v.optional(v.array(ID)),
  }),
  v.strictObject({ type: type("room-renamed"), room: ID, name: NAME, by: ID }),
  v.strictObject({ type: type("room-archived"), room: ID, isArchived: v.boolean(), by: ID }),
  v.strictObject({ type: type("room-joined"), room: ID, account: ID, by: ID }),
  v.strictObject({ type: type("room-left"), room: ID, account: ID, by: ID }),
  v.strictObject({ type: type("rooms-read"), account: ID, rooms: v.record(ID, WHOLE) }),
] as const satisfies ReadonlyArray<v.GenericSchema<unknown, RoomFact>>;

const MESSAGE_FACTS = [
  v.strictObject({
    type: type("message-sent"),
    room: ID,
    author: ID,
    key: v.pipe(v.string(), v.maxLength(64)),
    text: v.string(),
    replyTo: v.optional(SEQ),
    mentions: v.optional(v.array(ID)),
  }),
  v.strictObject({
    type: type("message-edited"),
    room: ID,
    seq: SEQ,
    text: v.string(),
    mentions: v.optional(v.array(ID)),
    by: ID,
  }),
  v.strictObject({ type: type("message-deleted"), room: ID, seq: SEQ, by: ID }),
  v.strictObject({
    type: type("reaction-set"),
    room: ID,
    seq: SEQ,
    emoji: v.pipe(v.string(), v.maxLength(64)),
    isOn: v.boolean(),
    by: ID,
  }),
] as const satisfies ReadonlyArray<v.GenericSchema<unknown, MessageFact>>;

const FACT = v.variant("type", [...MESSAGE_FACTS, ...ROOM_FACTS, ...ACCOUNT_FACTS]) satisfies v.GenericSchema<
  unknown,
  Fact
>;

/** Makes the key of an entry. */
export type MakeKey = (id: string) => string;

/** What an entry is about. */
export type Subject =
  | "account"
  | "password"
  | "profile"
  | "accountChange"
  | "invitation"
  | "room"
  | "messages"
  | "changes"
  | "reads";

/** The keys under which entries are appended; `facts.ts` says which fact goes where. */
export const keyOf: Readonly<Record<Subject, MakeKey>> = {
  /** The account of a folded name: its newest entry tells whether the name is taken. */
  account: (foldedName) => `account/${foldedName}`,
  password: (accountId) => `secret/${accountId}`,
  profile: (accountId) => `latest/profile/${accountId}`,
  accountChange: (accountId) => `account-change/${accountId}`,
  invitation: (id) => `invitation/${id}`,
  room: (roomId) => `room/${roomId}`,
  messages: (roomId) => `message/${roomId}`,
  changes: (roomId) => `change/${roomId}`,
  reads: (accountAndRoom) => `latest/read/${accountAndRoom}`,
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
