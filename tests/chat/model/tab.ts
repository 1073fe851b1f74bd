import type { ServerMessage } from "../../../lib/chat/protocol.ts";
import { Feed } from "../../../static/_ui/feed.js";
import { Outbox } from "../../../static/_ui/outbox.js";
import type { Item, Store } from "../../../static/_ui/outbox_store.js";
import type { Line } from "./ledger.ts";
import type { Link, LinkEnd } from "./link.ts";
import type { Random } from "./random.ts";

/** What a page shows when it is loaded. */
export interface Page {
  /** The newest messages of the room, oldest first. */
  readonly lines: readonly Line[];
  /** The log's position when they were read. */
  readonly position: number;
  /** The newest sequence of each room. */
  readonly lastSeqs: Readonly<Record<string, number>>;
}

/** What a tab begins with. */
export interface TabInit {
  /** Who looks at it. */
  readonly me: string;
  /** The room that it shows. */
  readonly room: string;
  /** What the server rendered. */
  readonly page: Page;
  /** The outbox as this browser keeps it. */
  readonly store: Store;
  /** How keys are made, so that a schedule can be repeated. */
  readonly makeKey: () => string;
  /** Told each message that is taken up. */
  readonly took: (tab: Tab, line: Line) => void;
}

/** What the server says, read without looking twice. */
type Said<Type extends ServerMessage["type"]> = Extract<ServerMessage, { type: Type }>;
type Handlers = { [Type in ServerMessage["type"]]?: (message: Said<Type>) => void };

/** A page in a browser, without the drawing: the real outbox and the real feed, wired as the page wires them. */
export class Tab implements LinkEnd {
  /** Whose it is. */
  readonly me: string;
  /** The room that it shows. */
  readonly room: string;
  /** What it shows, by sequence. */
  readonly lines = new Map<number, Line>();
  /** The messages that wait, or failed. */
  readonly waiting = new Map<string, Item>();
  /** What was written here, in order. */
  readonly written: Item[] = [];
  /** The newest sequence counted in each other room. */
  readonly counted: Record<string, number>;
  /** How often the server left a gap. */
  gaps = 0;
  /** The link, while there is one. */
  link: Link | undefined;
  /** Whether all there was has come, since it connected. */
  isCaughtUp = false;
  /** What is written and not acknowledged. */
  readonly outbox: Outbox;
  /** The order of the room. */
  readonly feed: Feed;
  readonly #store: Store;
  readonly #took: TabInit["took"];
  #isUp = false;
  #isAsking = false;
  #isClosed = false;

  /** Opens a page. */
  constructor({ me, room, page, store, makeKey, took }: TabInit) {
    this.me = me;
    this.room = room;
    this.#store = store;
    this.#took = took;
    for (const line of page.lines) this.lines.set(line.seq, line);
    const { [room]: last, ...others } = page.lastSeqs;
    this.counted = { ...others };
    this.feed = new Feed({ room, last, position: page.position, others, send: (message) => this.#ask(message) });
    for (const line of page.lines) this.feed.knows(line);
    this.outbox = new Outbox({
      me,
      store,
      send: ({ key, room, text, replyTo }) => this.say({ type: "send", room, key, text, replyTo }),
      show: (item) => this.#isClosed || this.waiting.set(item.key, { ...item }),
      hide: (key) => this.waiting.delete(key),
      makeKey,
    });
    for (const { author, key } of page.lines) if (author === me) this.outbox.settle(key);
    void this.outbox.open();
  }

  /** Says something, if it is connected. */
  say(message: object): boolean {
    if (!this.#isUp || this.link === undefined) return false;
    this.link.say(JSON.stringify(message));
    return true;
  }

  /** Writes a message. */
  write(text: string, replyTo?: number): Item {
    const item = this.outbox.add({ room: this.room, text, replyTo });
    this.written.push({ ...item });
    return item;
  }

  /** Asks whether the link lives, as when the reader comes back to the tab. */
  probe(): void {
    this.#expectingResume(() => this.feed.resume());
  }

  /** Closes the tab: nothing of it is left but what the browser keeps. */
  close(link: Link | undefined = this.link): void {
    this.#isClosed = true;
    this.#store.close();
    link?.cut();
  }

  /** Whether it is closed. */
  get isClosed(): boolean {
    return this.#isClosed;
  }

  frame(text: string): void {
    const frame = JSON.parse(text);
    for (const message of Array.isArray(frame) ? frame : [frame]) {
      (this.#handlers[message.type as keyof Handlers] as ((message: unknown) => void) | undefined)?.(message);
    }
  }

  lost(): void {
    this.link = undefined;
    this.#isUp = false;
    this.isCaughtUp = false;
    if (!this.#isClosed) this.outbox.lost();
  }

  readonly #handlers: Handlers = {
    welcome: (welcome) => {
      this.#isUp = true;
      this.#expectingResume(() => this.feed.resume(welcome));
      this.outbox.flush();
    },
    message: (message) => this.#message(message),
    changed: (changed) => {
      if (this.feed.takesChange(changed)) this.#change(changed);
    },
    ack: ({ key, seq }) => {
      const item = this.waiting.get(key);
      this.outbox.settle(key);
      if (item?.room !== this.room || seq <= this.feed.last) this.waiting.delete(key);
    },
    refused: (refused) => {
      const { key, status, retryAfterMs } = refused;
      if (key !== undefined) return void this.outbox.refused({ ...refused, key });
      if (retryAfterMs === undefined) throw new Error(`${this.me} was refused with ${status}: ${refused.message}`);
      this.#isAsking = true;
      this.feed.resumeLater(retryAfterMs);
    },
    replayed: ({ room }) => {
      if (room !== this.room) return;
      this.feed.caughtUp();
      this.isCaughtUp = true;
    },
  };

  #message(message: Said<"message">): void {
    const { room, seq, author, key } = message;
    if (room !== this.room) {
      if (this.feed.counts(message)) this.counted[room] = seq;
    } else if (this.feed.takes(message)) {
      this.#took(this, message);
      this.lines.set(seq, message);
    } else if (this.feed.renews(message)) this.#change(message);
    if (author !== this.me) return;
    // In its own room the waiting line gives way to the message, and not before.
    if (room !== this.room || seq <= this.feed.last) this.waiting.delete(key);
    this.outbox.settle(key);
  }

  /** Shows a message as it is now, if it is on this page. */
  #change(line: Line): void {
    if (this.lines.has(line.seq)) this.lines.set(line.seq, line);
  }

  #expectingResume(work: () => void): void {
    this.#isAsking = true;
    work();
    this.#isAsking = false;
  }

  /** The feed asks: by itself only if something is missing, and that never is, on a link that lives. */
  #ask(message: object): boolean {
    const isSent = this.say(message);
    if (isSent && !this.#isAsking) this.gaps++;
    this.#isAsking = false;
    return isSent;
  }

  /** Writes something now and then, to a message that is shown. */
  pickLine(random: Random, holds: (line: Line) => boolean): Line | undefined {
    return random.pick([...this.lines.values()].filter(holds));
  }
}
