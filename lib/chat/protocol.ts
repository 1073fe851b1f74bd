/**
 * The messages of the chat protocol `commonroom.v1`: JSON in text frames, one message or an array of them in a frame, in
 * both directions.
 *
 * ```
 * → resume   {"rooms":{"common":1234}}              the last sequence seen in each room
 * → send     {"room","key","text","replyTo"?}
 * ← welcome  {"you","rooms","online","limits"}
 * ← message  {"room","seq","author","text","at","key"}
 * ← ack      {"key","seq"}                          after the commit, never before
 * ← refused  {"key"?,"status","message","retryAfterMs"?}
 * ← replayed {"room","upTo"}                        then live
 * ← presence {"joined"?,"left"?}
 * ← bye      {"retryAfterMs"}                       before a restart
 * ```
 *
 * @module
 */
import * as v from "valibot";
import { HttpError } from "../errors.ts";
import type { Message } from "../store/messages_view.ts";
import type { RoomRow } from "../store/rooms_view.ts";

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

/** What a client has seen, so that it is sent the rest. */
export interface Resume {
  /** Tells it from others. */
  readonly type: "resume";
  /** The newest sequence seen in each room. */
  readonly rooms: Readonly<Record<string, number>>;
}

/** What a client says. */
export type ClientMessage = Send | Resume;

const KEY = /^[\x21-\x7e]{1,64}$/;
const KEY_HELP = "A key has 1 to 64 visible ASCII characters";
const MESSAGE_KEY = v.pipe(v.string("A message needs a key of your own making"), v.regex(KEY, KEY_HELP));
const SEQUENCE = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const CLIENT_MESSAGE = v.variant("type", [
  v.object({
    type: v.literal("send"),
    room: v.string("Say which room the message is for"),
    key: MESSAGE_KEY,
    text: v.string("A message needs a text"),
    replyTo: v.optional(v.pipe(SEQUENCE, v.minValue(1))),
  }),
  v.object({
    type: v.literal("resume"),
    rooms: v.record(v.string(), SEQUENCE, "Say the last sequence that you saw in each room"),
  }),
], "The type of a message is one of: resume, send") satisfies v.GenericSchema<unknown, ClientMessage>;

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
    readonly you: { readonly name: string; readonly role: string };
    readonly rooms: readonly RoomRow[];
    readonly online: readonly string[];
    readonly limits: typeof LIMITS;
  }
  | { readonly type: "message" } & Message
  | { readonly type: "ack"; readonly key: string; readonly seq: number }
  | {
    readonly type: "refused";
    readonly key?: string;
    readonly status: number;
    readonly message: string;
    readonly retryAfterMs?: number;
  }
  | { readonly type: "replayed"; readonly room: string; readonly upTo: number }
  | { readonly type: "presence"; readonly joined?: readonly string[]; readonly left?: readonly string[] }
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

/**
 * Checks the key of a message that came by HTTP.
 *
 * @param key As it came.
 * @throws {HttpError} 422 if it is no key.
 */
export function checkKey(key: string): void {
  if (!KEY.test(key)) throw new HttpError(422, KEY_HELP);
}

/**
 * Checks the text of a message.
 *
 * @param text As it came.
 * @throws {HttpError} 422 if it is empty or is no Unicode text, 413 if it is too long.
 */
export function checkText(text: string): void {
  if (text.trim() === "") throw new HttpError(422, "The message is empty; write something");
  if (!text.isWellFormed() || text.includes("\0")) {
    throw new HttpError(422, "The message holds characters that are no text (NUL or half a surrogate pair)");
  }
  const { textCharacters } = LIMITS;
  if (text.length > textCharacters && [...text].length > textCharacters) {
    throw new HttpError(413, `A message has at most ${textCharacters.toLocaleString("en")} characters; shorten it`);
  }
}
