import type { Database, Statement } from "./database.ts";
import type { Seq } from "./log.ts";
import type { View } from "./views.ts";

/** That somebody reacted to a message. */
export interface OwnReaction {
  /** Its position in the log. */
  readonly logSeq: Seq;
  /** The id of the room. */
  readonly room: string;
  /** The message's place in the room. */
  readonly seq: number;
  /** The emoji. */
  readonly emoji: string;
}

/** What one person left in the tables of the other views; it has none of its own. */
export class PersonalView implements View {
  readonly name = "personal";
  readonly version = 1;
  readonly tables: readonly string[] = [];
  readonly schema = "";
  #reactions!: Statement;

  open(db: Database): void {
    this.#reactions = db.prepare(
      "SELECT log_seq AS logSeq, room, seq, emoji FROM reactions WHERE account = ? AND log_seq > ? ORDER BY log_seq LIMIT ?",
    );
  }

  apply(): void {}

  /** The reactions of an account that are there still, in the order of the log. */
  reactionsBy(accountId: string, { afterLogSeq, limit }: { afterLogSeq: Seq; limit: number }): OwnReaction[] {
    return this.#reactions.all(accountId, afterLogSeq, limit) as unknown as OwnReaction[];
  }
}
