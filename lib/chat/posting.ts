/**
 * The one way a message gets into a room, from a socket or by HTTP.
 *
 * @module
 */
import type { Account } from "../auth/accounts.ts";
import type { RateLimit } from "../auth/rate_limits.ts";
import { HttpError } from "../errors.ts";
import { encodeFact, keyOf } from "../store/entries.ts";
import { type Log, Unavailable } from "../store/log.ts";
import type { MessagesView } from "../store/messages_view.ts";
import type { RoomsView } from "../store/rooms_view.ts";
import { checkKey, checkText } from "./protocol.ts";

/** A message on its way. */
export interface Draft {
  /** The room it is for. */
  readonly room: string;
  /** Makes a retry harmless. */
  readonly key: string;
  /** What it says. */
  readonly text: string;
  /** The message that it answers. */
  readonly replyTo?: number;
}

/** What became of it. */
export interface Posted {
  /** Its place in the room. */
  readonly seq: number;
  /** Whether the key was known, so that nothing new was said. */
  readonly isRepeated: boolean;
}

/** Takes messages in. */
export class Posting {
  readonly #log: Log;
  readonly #rooms: RoomsView;
  readonly #messages: MessagesView;
  readonly #rate: RateLimit;
  /** The ids of messages that are being written: the log takes each once, but both senders wait. */
  readonly #underWay = new Set<string>();

  /**
   * Opens the way in.
   *
   * @param deps Where messages are written and read, and how fast they may come.
   */
  constructor({ log, rooms, messages, rate }: {
    log: Log;
    rooms: RoomsView;
    messages: MessagesView;
    rate: RateLimit;
  }) {
    this.#log = log;
    this.#rooms = rooms;
    this.#messages = messages;
    this.#rate = rate;
  }

  /**
   * Takes a message in.
   *
   * @param author Who says it.
   * @param draft What is said.
   * @returns Its place in the room, once it is durable.
   * @throws {HttpError} 404 if there is no such room, 413 or 422 if the text is not allowed, 429 if messages come too
   * fast, 503 if the log takes none.
   */
  async post(author: Account, draft: Draft): Promise<Posted> {
    const { room, key, text, replyTo } = draft;
    const { lastSeq } = this.#rooms.byId(room) ?? raise(new HttpError(404, `There is no room ${room}`));
    checkKey(key);
    checkText(text);
    if (replyTo !== undefined && replyTo > lastSeq) {
      throw new HttpError(422, `There is no message ${replyTo} to reply to`);
    }
    const known = this.#messages.byKey(author.id, key);
    if (known !== undefined) return { seq: known.seq, isRepeated: true };
    this.#rate.check(author.id);
    const id = `${author.id}/${key}`;
    const isRepeated = this.#underWay.has(id);
    this.#underWay.add(id);
    try {
      const body = encodeFact({ type: "message-sent", room, author: author.id, key, text, replyTo });
      const logSeq = await this.#append(keyOf.messages(room), { body, id });
      return { seq: this.#messages.byLogSeq(logSeq)!.seq, isRepeated };
    } finally {
      this.#underWay.delete(id);
    }
  }

  async #append(key: string, { body, id }: { body: string; id: string }): Promise<number> {
    try {
      return await this.#log.append(key, body, { id });
    } catch (error) {
      if (!(error instanceof Unavailable)) throw error;
      throw new HttpError(503, "The server takes no messages just now; try again in a moment", {
        cause: error,
        headers: { "retry-after": "1" },
      });
    }
  }
}

function raise(error: HttpError): never {
  throw error;
}
