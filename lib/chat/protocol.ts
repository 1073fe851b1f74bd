/**
 * The messages of the chat protocol `commonroom.v1`: JSON in text frames, one message or an array of them in a frame, in
 * both directions.
 *
 * ```
 * → resume   {"rooms":{"common":1234},"since"?}     the last sequence seen in each room, the newest position known
 * → send     {"room","key","text","replyTo"?}
 * → edit     {"room","seq","text","key"?}           → delete {"room","seq","key"?}
 * → react    {"room","seq","emoji","on","key"?}
 * → read     {"room","seq"}                         → typing {"room"}
 * ← welcome  {"you","rooms","online","profiles","limits","position"}
 * ← message  {"room","seq","author","text","at","key", …}
 * ← changed  the same, and "position"               the new state of a message; what changed while one was away comes too
 * ← ack      {"key","room","seq"}                   after the commit, never before
 * ← refused  {"key"?,"status","message","retryAfterMs"?}
 * ← replayed {"room","upTo"}                        then live
 * ← presence {"joined"?,"left"?,"profiles"?}        ← profile {"name","displayName"?,"colour"?}
 * ← room     {"room"}                               a new room, or what is new of one     ← gone {"room"}
 * ← read     {"room","seq"}                         the same person has read so far elsewhere
 * ← standing {"role","mutedUntil"}                  what one may do oneself, from now on
 * ← typing   {"room","names"}                       ← erased {"author"}   ← bye {"retryAfterMs"}  before a restart
 * ```
 *
 * A position is one of the log: it grows with everything that happens.
 *
 * @module
 */
import * as v from "valibot";
import { HttpError } from "../errors.ts";
import type { Role } from "../store/entries.ts";
import type { Profile, RoomRow, WireMessage } from "./wire.ts";

/** The subprotocol. */
export const PROTOCOL = "commonroom.v1";

/** What a client may send; told in the welcome. */
export interface Limits {
  /** Characters (code points) of a message. */
  readonly textCharacters: number;
  /** Bytes of a frame. */
  readonly frameBytes: number;
  /** Messages in a frame. */
  readonly frameMessages: number;
}

/** What a client may send. */
export const LIMITS: Limits = Object.freeze({ textCharacters: 4_000, frameBytes: 64 * 1024, frameMessages: 100 });

/** A message to a room. */
export interface Send {
  /** Tells it from others. */
  readonly type: "send";
  /** The room it is for. */
  readonly room: string;
  /** Of the client's own making: the same key again is the same message. */
  readonly key: string;
  /** What it says. */
  readonly text: string;
  /** The message that it answers. */
  readonly replyTo?: number;
}

/** Another text for a message of one's own. */
export interface Edit {
  /** Tells it from others. */
  readonly type: "edit";
  /** The room it is in. */
  readonly room: string;
  /** Its place there. */
  readonly seq: number;
  /** What it is to say. */
  readonly text: string;
  /** Stands in the answer. */
  readonly key?: string;
}

/** Takes a message back. */
export interface Delete {
  /** Tells it from others. */
  readonly type: "delete";
  /** The room it is in. */
  readonly room: string;
  /** Its place there. */
  readonly seq: number;
  /** Stands in the answer. */
  readonly key?: string;
}

/** Reacts to a message, or takes that back. */
export interface React {
  /** Tells it from others. */
  readonly type: "react";
  /** The room it is in. */
  readonly room: string;
  /** Its place there. */
  readonly seq: number;
  /** One emoji. */
  readonly emoji: string;
  /** Whether the reaction is to be there. */
  readonly on: boolean;
  /** Stands in the answer. */
  readonly key?: string;
}

/** Says how far somebody has read. */
export interface Read {
  /** Tells it from others. */
  readonly type: "read";
  /** The room. */
  readonly room: string;
  /** The newest sequence read. */
  readonly seq: number;
}

/** Says that somebody is writing; to be repeated every few seconds. */
export interface Typing {
  /** Tells it from others. */
  readonly type: "typing";
  /** The room. */
  readonly room: string;
}

/** What a client has seen, so that it is sent the rest. */
export interface Resume {
  /** Tells it from others. */
  readonly type: "resume";
  /** The newest sequence seen in each room. */
  readonly rooms: Readonly<Record<string, number>>;
  /** The newest position known: what changed later, of the messages seen, is sent. */
  readonly since?: number;
}

/** What a client says. */
export type ClientMessage = Send | Edit | Delete | React | Read | Typing | Resume;

/** What a key is made of. */
export const KEY: RegExp = /^[\x21-\x7e]{1,64}$/;
/** What is said of a key that is none. */
export const KEY_HELP = "A key has 1 to 64 visible ASCII characters";
const MESSAGE_KEY = v.pipe(v.string("A message needs a key of your own making"), v.regex(KEY, KEY_HELP));
const SEQUENCE = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const ROOM = v.string("Say which room it is about");
const SEQ = v.pipe(v.number("Say which message it is about, by its seq"), v.safeInteger(), v.minValue(1));
const TEXT = v.string("A message needs a text");
const ANSWER_KEY = v.optional(v.pipe(v.string(), v.regex(KEY, KEY_HELP)));
const CLIENT_MESSAGE = v.variant("type", [
  v.object({ type: v.literal("send"), room: ROOM, key: MESSAGE_KEY, text: TEXT, replyTo: v.optional(SEQ) }),
  v.object({ type: v.literal("edit"), room: ROOM, seq: SEQ, text: TEXT, key: ANSWER_KEY }),
  v.object({ type: v.literal("delete"), room: ROOM, seq: SEQ, key: ANSWER_KEY }),
  v.object({
    type: v.literal("react"),
    room: ROOM,
    seq: SEQ,
    emoji: v.string("Say which emoji"),
    on: v.boolean('Say whether it is to be there, as in {"on":true}'),
    key: ANSWER_KEY,
  }),
  v.object({ type: v.literal("read"), room: ROOM, seq: SEQ }),
  v.object({ type: v.literal("typing"), room: ROOM }),
  v.object({
    type: v.literal("resume"),
    rooms: v.record(v.string(), SEQUENCE, "Say the last sequence that you saw in each room"),
    since: v.optional(SEQUENCE),
  }),
], "The type of a message is one of: send, edit, delete, react, read, typing, resume") satisfies v.GenericSchema<
  unknown,
  ClientMessage
>;

/** Something wrong with what a client sent, with the key of the message if it had one. */
export interface Refusal {
  /** The key of the message, if it had one. */
  readonly key?: string;
  /** What is wrong. */
  readonly error: HttpError;
}

/** What the server says. */
export type ServerMessage =
  | {
    readonly type: "welcome";
    readonly you: { readonly name: string; readonly role: Role } & Omit<Profile, "role">;
    readonly rooms: readonly RoomRow[];
    readonly online: readonly string[];
    readonly profiles: Readonly<Record<string, Profile>>;
    readonly limits: typeof LIMITS;
    readonly position: number;
  }
  | { readonly type: "message" } & WireMessage
  | { readonly type: "changed"; readonly position: number } & WireMessage
  | { readonly type: "ack"; readonly key: string; readonly room: string; readonly seq: number }
  | {
    readonly type: "refused";
    readonly key?: string;
    readonly status: number;
    readonly message: string;
    readonly retryAfterMs?: number;
  }
  | { readonly type: "replayed"; readonly room: string; readonly upTo: number }
  | {
    readonly type: "presence";
    readonly joined?: readonly string[];
    readonly left?: readonly string[];
    readonly profiles?: Readonly<Record<string, Profile>>;
  }
  | { readonly type: "profile"; readonly name: string } & Profile
  | {
    readonly type: "room";
    readonly room: Pick<RoomRow, "id"> & { readonly [Field in keyof RoomRow]?: RoomRow[Field] | false };
  }
  | { readonly type: "standing"; readonly role: Role; readonly mutedUntil: number }
  | { readonly type: "gone"; readonly room: string }
  | { readonly type: "read"; readonly room: string; readonly seq: number }
  | { readonly type: "typing"; readonly room: string; readonly names: readonly string[] }
  | { readonly type: "erased"; readonly author: string }
  | { readonly type: "bye"; readonly retryAfterMs: number };

/**
 * Reads a frame.
 *
 * @param frame What a client sent.
 * @returns Its messages, each checked, or what is wrong with it.
 * @example
 * ```ts
 * import { parseFrame } from "./protocol.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(parseFrame('{"type":"resume","rooms":{"common":7}}'), [
 *   { type: "resume", rooms: { common: 7 } },
 * ]);
 * ```
 */
export function parseFrame(frame: string): Array<ClientMessage | Refusal> {
  let json: unknown;
  try {
    json = JSON.parse(frame);
  } catch {
    return [{ error: new HttpError(400, "A frame holds one JSON message or an array of them") }];
  }
  const messages = Array.isArray(json) ? json : [json];
  if (messages.length > LIMITS.frameMessages) {
    return [{ error: new HttpError(413, `A frame holds at most ${LIMITS.frameMessages} messages`) }];
  }
  return messages.map(parseMessage);
}

function parseMessage(json: unknown): ClientMessage | Refusal {
  const { success, output, issues } = v.safeParse(CLIENT_MESSAGE, json);
  if (success) return output;
  const key = v.safeParse(v.object({ key: MESSAGE_KEY }), json);
  const error = new HttpError(400, issues[0].message);
  return key.success ? { key: key.output.key, error } : { error };
}
