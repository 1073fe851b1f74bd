/**
 * All that is somebody's, as one JSON text, made while it is sent: what is not asked for yet is not read yet.
 *
 * @module
 */
import type { Seq } from "../store/log.ts";
import type { Message } from "../store/messages_view.ts";
import type { Store } from "../store/mod.ts";
import { nextTurn } from "../turn.ts";
import type { Invitations } from "./invitations.ts";
import type { Session, Sessions } from "./sessions.ts";

/** What an export is made of. */
export interface ExportDeps {
  /** Where rooms and messages are. */
  readonly store: Pick<Store, "accounts" | "messages" | "personal" | "rooms">;
  /** Where the member is logged in. */
  readonly sessions: Sessions;
  /** Whom the member invited. */
  readonly invitations: Invitations;
}

/** Messages read at a time: some hundred KiB. */
const PAGE = 500;

/** Exports what members have stored. */
export class PersonalExports {
  readonly #deps: ExportDeps;

  /**
   * Opens the exports.
   *
   * @param deps What they are made of.
   */
  constructor(deps: ExportDeps) {
    this.#deps = deps;
  }

  /**
   * All that is a member's: account, sessions, rooms, invitations, reactions, messages.
   *
   * @param session The session that asks.
   * @returns JSON in UTF-8, made page by page as it is read.
   */
  of(session: Session): ReadableStream<Uint8Array<ArrayBuffer>> {
    const parts = this.#parts(session);
    const encoder = new TextEncoder();
    return new ReadableStream({
      async pull(controller) {
        const { done, value } = await parts.next();
        if (done) controller.close();
        else controller.enqueue(encoder.encode(value) as Uint8Array<ArrayBuffer>);
      },
      async cancel() {
        await parts.return();
      },
    }, { highWaterMark: 0 });
  }

  async *#parts(session: Session): AsyncGenerator<string, void> {
    const { store: { accounts, rooms, messages, personal }, sessions, invitations } = this.#deps;
    const { id, ...account } = session.user;
    const head = {
      exportedAt: Date.now(),
      account: { ...account, madeAt: accounts.madeAtMs(id) },
      sessions: await sessions.list(id, session),
      rooms: rooms.rowsFor(id).filter(({ isMember }) => isMember),
      invitations: invitations.list({ ...session.user, role: "member" }),
    };
    yield JSON.stringify(head).slice(0, -1) + ',"reactions":[';
    yield* pages((after) => personal.reactionsBy(id, { afterLogSeq: after, limit: PAGE }));
    yield '],"messages":[';
    yield* pages((after) => messages.byAuthor(id, { afterLogSeq: after, limit: PAGE }).map(ownOf));
    yield "]}\n";
  }
}

/** What of a message is its author's own: not whom it answers, who reacted to it, and what they are called now. */
function ownOf({ logSeq, room, seq, text, at, key, replyTo, editedAt, deletedAt }: Message & { logSeq: Seq }) {
  return { logSeq, room, seq, text, at, key, replyTo, editedAt, deletedAt };
}

/** The items of an array, as JSON, page by page; between the pages others have their turn. */
async function* pages<Item extends { readonly logSeq: Seq }>(
  read: (after: Seq) => Item[],
): AsyncGenerator<string, void> {
  let after = 0;
  for (let page = read(after); page.length > 0; page = read(after)) {
    const items = page.map(({ logSeq: _, ...item }) => JSON.stringify(item)).join(",");
    yield after === 0 ? items : `,${items}`;
    after = page.at(-1)!.logSeq;
    await nextTurn();
  }
}
