import { assertEquals } from "@std/assert";
import { decodeFact } from "../../../lib/store/entries.ts";
import type { Message } from "../../../lib/store/messages_view.ts";
import type { Item } from "../../../static/_ui/outbox_store.js";
import { type ModelServer, ROOMS } from "./server.ts";
import type { Tab } from "./tab.ts";

/** A message as a client has it. */
export type Line = Message;

/** What was promised, and what came of it: the invariants of the chat. */
export class Ledger {
  readonly #server: ModelServer;
  /** Every message that anybody wrote and did not discard, by author and key. */
  readonly #written = new Map<string, Item>();
  /** The sequence of each that was acknowledged. */
  readonly #acked = new Map<string, number>();
  /** The texts of the edits that were sent, by key, and those that were acknowledged. */
  readonly #edits = new Map<string, string>();
  readonly #ackedEdits = new Set<string>();

  /** Begins with an empty server. */
  constructor(server: ModelServer) {
    this.#server = server;
  }

  /** How many messages were written, and how many promises given. */
  get counts(): { written: number; acked: number; edits: number } {
    return { written: this.#written.size, acked: this.#acked.size, edits: this.#ackedEdits.size };
  }

  /** Notes what somebody wrote. */
  wrote(item: Item): void {
    this.#written.set(`${item.me}/${item.key}`, item);
  }

  /** Notes that somebody gave a message up. */
  discarded({ me, key }: Item): void {
    this.#written.delete(`${me}/${key}`);
  }

  /** Notes an edit that was sent. */
  edited(key: string, text: string): void {
    this.#edits.set(key, text);
  }

  /** Checks a promise in the moment in which it is given: what it says must be durable by then. */
  acked(name: string, { key, seq }: { key: string; seq: number }): void {
    if (this.#edits.has(key)) return void this.#ackedEdits.add(key);
    if (key.startsWith("change-")) return;
    const id = `${name}/${key}`;
    const { store } = this.#server;
    const kept = store.messages.byKey(store.accounts.byFoldedName(name)!.id, key);
    assertEquals(kept?.seq, seq, `the ack of ${id} says what the store has`);
    assertEquals(this.#acked.get(id) ?? seq, seq, `all acks of ${id} say the same`);
    this.#acked.set(id, seq);
  }

  /** Checks a message that a client takes up: it must be the one that the store has there. */
  took(tab: Tab, line: Line): void {
    const kept = this.#server.store.messages.range(line.room, { after: line.seq - 1, limit: 1 })[0];
    assertEquals(identity(line), kept && identity(kept), `${tab.me} has at ${line.seq} what the store has`);
  }

  /** Checks what must hold at any time. */
  async checkStore(): Promise<void> {
    const { store } = this.#server;
    const ids = new Set<string>();
    for (const room of ROOMS) {
      const messages = store.messages.range(room, { after: 0, limit: 1_000 });
      assertEquals(messages.map(({ seq }) => seq), messages.map((_, index) => index + 1), "sequences without a gap");
      for (const { author, key } of messages) {
        assertEquals(ids.has(`${author}/${key}`), false, `${author}/${key} is there once`);
        ids.add(`${author}/${key}`);
      }
    }
    for (const [id, seq] of this.#acked) {
      const [author, key] = id.split("/");
      assertEquals(store.messages.byKey(`id-${author}`, key)?.seq, seq, `${id}, which was acknowledged, is kept`);
    }
    const entries = await store.log.read(0, 10_000);
    const edits = new Set(
      entries.map(({ body }) => decodeFact(body)).map((fact) => {
        return fact?.type === "message-edited" ? fact.text : undefined;
      }),
    );
    for (const key of this.#ackedEdits) {
      assertEquals(edits.has(this.#edits.get(key)), true, `the edit ${key}, which was acknowledged, is kept`);
    }
  }

  /** Checks what must hold when all is said and delivered. */
  checkEnd(tabs: readonly Tab[]): void {
    const { store } = this.#server;
    for (const [id, { me, room, key, replyTo }] of this.#written) {
      const kept = store.messages.byKey(`id-${me}`, key);
      assertEquals(kept?.room, room, `${id}, which was written, has arrived`);
      assertEquals(store.messages.bySeq(room, kept!.seq)?.replyTo, replyTo);
    }
    const total = ROOMS.reduce((sum, room) => sum + store.messages.range(room, { after: 0, limit: 1_000 }).length, 0);
    assertEquals(total, this.#written.size, "nothing is there that nobody wrote");
    for (const tab of tabs) this.#checkTab(tab);
  }

  #checkTab(tab: Tab): void {
    const { store } = this.#server;
    const first = Math.min(...tab.lines.keys());
    const kept = tab.lines.size === 0 ? [] : store.messages.range(tab.room, { after: first - 1, limit: 1_000 });
    const shown = [...tab.lines.values()].sort((a, b) => a.seq - b.seq);
    assertEquals(shown.map(identity), kept.map(identity), `${tab.me} has all, in the one order`);
    assertEquals(shown.map(state), kept.map(state), `${tab.me} sees every message as it is now`);
    assertEquals(tab.feed.last, store.messages.range(tab.room, { limit: 1 })[0]?.seq ?? 0);
    assertEquals([...tab.waiting.values()], [], `nothing of ${tab.me} waits`);
    assertEquals(tab.gaps, 0, `${tab.me} never missed a message on a link that lived`);
    for (const [room, last] of Object.entries(tab.counted)) {
      assertEquals(last, store.messages.range(room, { limit: 1 })[0]?.seq ?? 0, `${tab.me} has counted all of ${room}`);
    }
  }

  /** Checks that what was written in a tab arrived in that order. */
  checkOrder(tab: Tab): void {
    const items = tab.written.filter(({ me, key }) => this.#written.has(`${me}/${key}`));
    const seqs = items.map(({ me, key }) => this.#server.store.messages.byKey(`id-${me}`, key)?.seq);
    assertEquals(seqs, [...seqs].sort((a, b) => a! - b!), `what ${tab.me} wrote is there in that order`);
  }
}

function identity({ room, seq, author, key }: Line): unknown {
  return { room, seq, author, key };
}

/** What readers see of a message that can change. */
function state({ seq, text, deletedAt, reactions = [] }: Line): unknown {
  return { seq, text, isDeleted: deletedAt !== undefined, reactions };
}
