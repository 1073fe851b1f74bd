/**
 * The one way a message gets into a room, from a socket or by HTTP; and the one way it is changed.
 *
 * @module
 */
import type { Account } from "../auth/accounts.ts";
import { foldName } from "../auth/names.ts";
import type { RateLimits } from "../auth/rate_limits.ts";
import { HttpError } from "../errors.ts";
import { mentionsIn } from "../markdown.ts";
import { encodeFact, type Fact, keyOf } from "../store/entries.ts";
import { Unavailable } from "../store/log.ts";
import type { Place } from "../store/messages_view.ts";
import type { Store } from "../store/mod.ts";
import type { Access } from "./access.ts";
import type { ReadMarks } from "./read_marks.ts";
import { checkEmoji, checkKey, checkText } from "./checks.ts";

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
  /** The room it is in: of a known key, that of the first message. */
  readonly room: string;
  /** Its place in the room. */
  readonly seq: number;
  /** Whether the key was known, so that nothing new was said. */
  readonly isRepeated: boolean;
}

/** What messages go through on their way in. */
export interface PostingDeps {
  /** Where messages are written and read. */
  readonly store: Store;
  /** Says who may write where. */
  readonly access: Access;
  /** How fast things may come. */
  readonly limits: RateLimits;
  /** How far people have read: authors, what they said themselves. */
  readonly marks: ReadMarks;
  /** The position of the newest entry: what is appended from now on comes behind it. */
  readonly position: () => number;
}

/** Different emoji on one message. */
const MAX_REACTIONS = 20;

/** Takes messages in. */
export class Posting {
  readonly #store: Store;
  readonly #access: Access;
  readonly #limits: RateLimits;
  readonly #marks: ReadMarks;
  readonly #position: () => number;
  /** The ids of messages that are being written: the log takes each once, but both senders wait. */
  readonly #underWay = new Set<string>();

  /** Opens the way in. */
  constructor({ store, access, limits, marks, position }: PostingDeps) {
    this.#store = store;
    this.#access = access;
    this.#limits = limits;
    this.#marks = marks;
    this.#position = position;
  }

  /**
   * Takes a message in.
   *
   * @param author Who says it.
   * @param draft What is said.
   * @returns Its place in the room, once it is durable.
   * @throws {HttpError} 403 or 404 if they may not write there, 413 or 422 if the text is not allowed, 429 if messages
   * come too fast, 503 if the log takes none.
   */
  async post(author: Account, draft: Draft): Promise<Posted> {
    const { room, key, text, replyTo } = draft;
    const { messages } = this.#store;
    checkKey(key);
    try {
      this.#checkDraft(author, draft);
    } catch (error) {
      // What was accepted once may not be allowed any more: a retry is answered as the first time.
      const known = messages.byKey(author.id, key);
      if (known === undefined) throw error;
      return { ...known, isRepeated: true };
    }
    const position = this.#position();
    const id = `${author.id}/${key}`;
    const isRepeated = this.#underWay.has(id);
    this.#underWay.add(id);
    try {
      const mentions = this.#mentionsIn(text, room);
      const fact: Fact = { type: "message-sent", room, author: author.id, key, text, replyTo, mentions };
      const logSeq = await this.#append(keyOf.messages(room), { fact, id });
      const { room: postedTo, seq } = messages.placeOf(logSeq)!;
      this.#marks.note(author.id, postedTo, seq);
      return { room: postedTo, seq, isRepeated: isRepeated || logSeq <= position };
    } finally {
      this.#underWay.delete(id);
    }
  }

  #checkDraft(author: Account, { room, text, replyTo }: Draft): void {
    const { lastSeq } = this.#access.toWrite(author, room);
    checkText(text);
    if (replyTo !== undefined && replyTo > lastSeq) {
      throw new HttpError(422, `There is no message ${replyTo} to reply to`);
    }
    this.#limits.messages.check(author.id);
  }

  /**
   * Puts another text in the place of a message's.
   *
   * @param author Who wrote it, and nobody else.
   * @param place Which message.
   * @param text What it is to say.
   * @throws {HttpError} 403, 404, 409, 413, 422, 429 or 503, each with what is wrong.
   */
  async edit(author: Account, place: Place, text: string): Promise<void> {
    const target = this.#toChange(author, place);
    if (target.author !== author.id) throw new HttpError(403, "Only its author may edit a message");
    checkText(text);
    const { room, seq } = place;
    if (text === this.#store.messages.bySeq(room, seq)!.text) return;
    const mentions = this.#mentionsIn(text, room);
    await this.#append(keyOf.changes(room), {
      fact: { type: "message-edited", room, seq, text, mentions, by: author.id },
    });
    // It may have been deleted before the edit was written, which then changes nothing.
    if (this.#store.messages.target(room, seq)!.deletedAt !== null) {
      throw new HttpError(409, "This message was deleted");
    }
  }

  /**
   * Takes a message back. It keeps its place; moderators can see what it said.
   *
   * @param by Its author, or a moderator.
   * @param place Which message.
   * @throws {HttpError} 403, 404, 429 or 503, each with what is wrong; not if it was taken back already.
   */
  async delete(by: Account, { room, seq }: Place): Promise<void> {
    // Of one's own words one may think better even where one may not write any more.
    this.#access.toRead(by, room);
    const target = this.#store.messages.target(room, seq) ?? noMessage(seq);
    this.#access.checkMayDelete(by, target.author);
    if (target.deletedAt !== null) return;
    this.#limits.changes.check(by.id);
    await this.#append(keyOf.changes(room), { fact: { type: "message-deleted", room, seq, by: by.id } });
  }

  /**
   * Reacts to a message, or takes that back.
   *
   * @param by Who reacts.
   * @param place Which message.
   * @param reaction One emoji, and whether it is to be there.
   * @throws {HttpError} 403, 404, 409, 422, 429 or 503, each with what is wrong; not if it is so already.
   */
  async react(by: Account, place: Place, { emoji, on: isOn }: { emoji: string; on: boolean }): Promise<void> {
    checkEmoji(emoji);
    this.#toChange(by, place);
    const { room, seq } = place;
    const { reactions = [] } = this.#store.messages.bySeq(room, seq)!;
    const isThere = reactions.some((reaction) => reaction.emoji === emoji && reaction.by.includes(by.name));
    if (isThere === isOn) return;
    if (isOn && reactions.length >= MAX_REACTIONS && !reactions.some((reaction) => reaction.emoji === emoji)) {
      throw new HttpError(422, `A message has at most ${MAX_REACTIONS} different reactions; choose one that is there`);
    }
    await this.#append(keyOf.changes(room), { fact: { type: "reaction-set", room, seq, emoji, isOn, by: by.id } });
  }

  #toChange(by: Account, { room, seq }: Place) {
    this.#access.toWrite(by, room);
    const target = this.#store.messages.target(room, seq) ?? noMessage(seq);
    if (target.deletedAt !== null) throw new HttpError(409, "This message was deleted");
    this.#limits.changes.check(by.id);
    return target;
  }

  /** The ids of those whom a text mentions and who may read it; `undefined` if there are none. */
  #mentionsIn(text: string, room: string): string[] | undefined {
    if (!text.includes("@")) return undefined;
    const { accounts, rooms } = this.#store;
    const ids = mentionsIn(text).map((name) => accounts.byFoldedName(foldName(name))?.id)
      .filter((id) => id !== undefined && rooms.readableBy(id, room) !== undefined) as string[];
    return ids.length === 0 ? undefined : [...new Set(ids)];
  }

  async #append(key: string, { fact, id }: { fact: Fact; id?: string }): Promise<number> {
    try {
      return await this.#store.log.append(key, encodeFact(fact), { id });
    } catch (error) {
      if (!(error instanceof Unavailable)) throw error;
      throw new HttpError(503, "The server takes no messages just now; try again in a moment", {
        cause: error,
        headers: { "retry-after": "1" },
      });
    }
  }
}

function noMessage(seq: number): never {
  throw new HttpError(404, `There is no message ${seq} in this room`);
}
