/**
 * What is done with each thing that a client says on its socket, and what it is answered.
 *
 * @module
 */
import type { Account } from "../auth/accounts.ts";
import type { RateLimits } from "../auth/rate_limits.ts";
import type { Place } from "../store/messages_view.ts";
import type { Access } from "./access.ts";
import type { Connection } from "./connection.ts";
import type { Posting } from "./posting.ts";
import type { ClientMessage, Resume, ServerMessage } from "./protocol.ts";
import type { ReadMarks } from "./read_marks.ts";
import type { Typists } from "./typing.ts";

/** What answers are made with. */
export interface AnsweringDeps {
  /** Says who may do what. */
  readonly access: Access;
  /** Takes messages in. */
  readonly posting: Posting;
  /** How far people have read. */
  readonly marks: ReadMarks;
  /** Who is writing. */
  readonly typists: Typists;
  /** How fast things may come. */
  readonly limits: RateLimits;
  /** All who are connected. */
  readonly connections: ReadonlySet<Connection>;
}

/** Does what clients ask. */
export class Answering {
  readonly #deps: AnsweringDeps;

  /** Begins with what it works with. */
  constructor(deps: AnsweringDeps) {
    this.#deps = deps;
  }

  /**
   * Does what a client asks.
   *
   * @returns What to answer, if anything.
   * @throws {HttpError} What is wrong with it.
   */
  async answer(
    connection: Connection,
    message: Exclude<ClientMessage, Resume>,
  ): Promise<ServerMessage | undefined> {
    const { posting, typists } = this.#deps;
    const { user } = connection;
    switch (message.type) {
      case "send": {
        const { room, seq } = await posting.post(user, message);
        typists.stop(room, user.name);
        return { type: "ack", key: message.key, room, seq };
      }
      case "edit":
        await posting.edit(user, message, message.text);
        return toAck(message);
      case "delete":
        await posting.delete(user, message);
        return toAck(message);
      case "react":
        await posting.react(user, message, message);
        return toAck(message);
      case "read":
        this.markRead(user, message, connection);
        return undefined;
      case "typing":
        return this.#type(connection, message.room);
    }
  }

  /**
   * Notes how far somebody has read, and tells their other connections.
   *
   * @param reader Who.
   * @param place The newest message read.
   * @param from The connection that says so; absent if it comes by HTTP.
   * @throws {HttpError} 404 if there is no such room, or they may not read it; 429 if they come too fast.
   */
  markRead(reader: Account, { room, seq }: Place, from?: Connection): void {
    const { access, marks, limits, connections } = this.#deps;
    limits.signals.check(reader.id);
    const upTo = Math.min(seq, access.toRead(reader, room).lastSeq);
    if (!marks.note(reader.id, room, upTo)) return;
    for (const other of connections) {
      if (other !== from && other.user.id === reader.id) other.send({ type: "read", room, seq: upTo });
    }
  }

  #type({ user }: Connection, room: string): undefined {
    const { access, typists, limits } = this.#deps;
    limits.signals.check(user.id);
    access.toWrite(user, room);
    typists.note(room, user.name);
  }
}

/** Who gave no key sees by the change itself that it is done. */
function toAck({ key, room, seq }: { key?: string; room: string; seq: number }): ServerMessage | undefined {
  return key === undefined ? undefined : { type: "ack", key, room, seq };
}
