import { setImmediate } from "node:timers";
import { HttpError } from "../../../lib/errors.ts";
import { encodeFact, keyOf } from "../../../lib/store/entries.ts";
import { type FakeClock, fakeClock, fakeTimers } from "../../testing.ts";
import { KeptOutbox } from "./kept_outbox.ts";
import { Ledger } from "./ledger.ts";
import { Link } from "./link.ts";
import { Random } from "./random.ts";
import { ModelServer, ROOMS } from "./server.ts";
import { type Page, Tab } from "./tab.ts";

/** Messages that a page shows when it is loaded. */
const PAGE_LINES = 5;

/** What a schedule is made of. */
export interface WorldOptions {
  /** Whatever is left to chance follows from it. */
  readonly seed: number;
  /** An empty folder for the server; absent: in memory. */
  readonly dir?: string;
}

/** Somebody, with a browser. */
interface Person {
  readonly name: string;
  readonly kept: KeptOutbox;
  /** Whether this browser can keep nothing, so that its tabs must stay open. */
  readonly isFailing: boolean;
}

/** A server, people with tabs, and the net between them. */
export class World implements AsyncDisposable {
  /** Chance. */
  readonly random: Random;
  /** The tabs that are open. */
  tabs: Tab[] = [];
  /** Those that were closed. */
  readonly closedTabs: Tab[] = [];
  /** Every link that may have something under way. */
  links: Link[] = [];
  /** What has happened, for whoever reads about a failure. */
  readonly trace: string[] = [];
  /** What was promised. */
  readonly ledger: Ledger;
  /** The server. */
  readonly server: ModelServer;
  readonly #people: Person[];
  readonly #clock: FakeClock;
  readonly #timers: FakeClock;
  #number = 0;
  #failure: unknown;

  private constructor(
    init: { random: Random; server: ModelServer; people: Person[]; clock: FakeClock; timers: FakeClock },
  ) {
    this.random = init.random;
    this.server = init.server;
    this.#people = init.people;
    this.#clock = init.clock;
    this.#timers = init.timers;
    this.ledger = new Ledger(init.server);
  }

  /** Starts a server, and opens a tab or two for everybody. */
  static async begin({ seed, dir }: WorldOptions): Promise<World> {
    const random = new Random(seed);
    const [clock, timers] = [fakeClock(1_800_000_000_000), fakeTimers()];
    const people = Array.from({ length: 2 + random.below(3) }, (_, index) => {
      const isFailing = random.chance(0.1);
      return { name: `member-${index}`, kept: new KeptOutbox(random, isFailing), isFailing };
    });
    const names = people.map(({ name }) => name);
    const server = await ModelServer.start({ dir, hasRateLimits: random.chance(0.3), names });
    const world = new World({ random, server, people, clock, timers });
    if (random.chance(0.15)) await world.#makeHistory(people[0].name);
    for (const person of people) {
      for (let count = 1 + random.below(2); count > 0; count--) await world.openTab(person);
    }
    return world;
  }

  /** So much has been said before that a replay takes several pages, and many frames. */
  async #makeHistory(author: string): Promise<void> {
    const room = ROOMS[0];
    const { log } = this.server.store;
    for (let count = 60 + this.random.below(100); count > 0; count--) {
      const key = `old-${count}`;
      const text = "long ago ".repeat(1 + this.random.below(400));
      const fact = { type: "message-sent", room, author: `id-${author}`, key, text } as const;
      await log.append(keyOf.messages(room), encodeFact(fact), { id: `id-${author}/${key}` });
      this.ledger.wrote({ key, me: author, room, text, at: 0, order: 0 });
    }
  }

  /** Lets a turn of the event loop pass, and with it whatever the server does in it. */
  async turn(): Promise<void> {
    await new Promise<void>((resolve) => setImmediate(resolve));
    if (this.#failure !== undefined) throw this.#failure;
  }

  /** Lets time pass. */
  async tick(ms: number): Promise<void> {
    this.#clock.tick(ms);
    this.#timers.tick(ms);
    await this.turn();
  }

  /** Does something, or makes a note of why not. */
  guarded(work: () => void): void {
    try {
      work();
    } catch (error) {
      this.#failure ??= error;
    }
  }

  /** A number that was not used before. */
  nextNumber(): number {
    return ++this.#number;
  }

  /** Opens a page of somebody, of anybody by default. */
  async openTab(person: Person = this.random.pick(this.#people)!): Promise<Tab> {
    const { name, kept } = person;
    const room = this.random.chance(0.75) ? ROOMS[0] : ROOMS[1];
    const page = await this.#render(room);
    const makeKey = () => `${name}-${this.nextNumber()}`;
    const took = (tab: Tab, line: Parameters<Ledger["took"]>[1]) => this.guarded(() => this.ledger.took(tab, line));
    const tab = new Tab({ me: name, room, page, store: kept.open(), makeKey, took });
    this.tabs.push(tab);
    return tab;
  }

  /** Closes a tab, unless its browser would lose what is written there. */
  closeTab(tab: Tab): void {
    if (this.#personOf(tab).isFailing) return;
    tab.close();
    this.tabs.splice(this.tabs.indexOf(tab), 1);
    this.closedTabs.push(tab);
  }

  /** Connects a tab, if the server lets it. */
  connect(tab: Tab): void {
    const account = this.server.account(tab.me);
    try {
      this.server.chat.entrance.check(account);
    } catch (error) {
      if (error instanceof HttpError) return;
      throw error;
    }
    const link: Link = new Link(tab, (text) => this.#heard(tab, text));
    tab.link = link;
    this.links.push(link);
    link.attach(this.server.chat.entrance.join(link, { user: account, sessionKey: `session of ${tab.me}` }));
  }

  /** Sends again by HTTP the oldest that somebody has kept of a room, as a script with the same key might. */
  postAgain(tab: Tab): void {
    const { kept } = this.#personOf(tab);
    const items = [...kept.items.values()].filter(({ reason }) => reason === undefined);
    const item = items.sort((a, b) => a.order - b.order).find(({ room }) => room === tab.room);
    if (item === undefined) return;
    const { chat, deaths } = this.server;
    const { key, room, text, replyTo } = item;
    chat.posting.post(this.server.account(tab.me), { key, room, text, replyTo }).then(({ seq }) => {
      if (deaths !== this.server.deaths) return;
      this.guarded(() => this.ledger.acked(tab.me, { key, seq }));
      if (!tab.isClosed) tab.frame(JSON.stringify({ type: "ack", key, seq }));
    }).catch((error) => {
      if (!(error instanceof HttpError)) this.#failure ??= error;
    });
  }

  /** Kills the server, with all that it had not handed to the net. */
  async crash(): Promise<void> {
    for (const link of this.links) link.die(this.random.below(4));
    await this.server.crash();
  }

  /** Forgets the links on which nothing can happen any more. */
  sweep(): void {
    this.links = this.links.filter((link) => link.hasDown || link.hasUp || this.tabs.some((tab) => tab.link === link));
  }

  /** Whether nothing is under way, and nobody has anything left to send. */
  get isQuiet(): boolean {
    return this.links.every((link) => !link.hasUp && !link.hasDown) &&
      this.tabs.every((tab) => tab.link !== undefined && tab.isCaughtUp && tab.waiting.size === 0) &&
      this.#people.every(({ kept }) => kept.items.size === 0);
  }

  /** All tabs, closed ones too, whose browser keeps what it should: one that does not cannot tell a new tab of the old. */
  get keepingTabs(): Tab[] {
    return [...this.tabs, ...this.closedTabs].filter((tab) => !this.#personOf(tab).isFailing);
  }

  /** Those who have something kept and no tab open: they must come back. */
  get absent(): Person[] {
    return this.#people.filter(({ name, kept }) => kept.items.size > 0 && !this.tabs.some(({ me }) => me === name));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const tab of this.tabs) tab.close();
    for (const link of this.links) while (link.hasUp) link.deliverUp();
    await this.server[Symbol.asyncDispose]();
    this.#timers[Symbol.dispose]();
    this.#clock[Symbol.dispose]();
  }

  #personOf({ me }: Tab): Person {
    return this.#people.find(({ name }) => name === me)!;
  }

  async #render(room: string): Promise<Page> {
    const { log, messages } = this.server.store;
    const position = await log.head();
    const lastSeqs = Object.fromEntries(ROOMS.map((id) => [id, messages.range(id, { limit: 1 })[0]?.seq ?? 0]));
    // Now and then the page ends long ago, and all since is to be replayed.
    if (this.random.chance(0.3)) lastSeqs[room] = this.random.below(lastSeqs[room] + 1);
    const lines = messages.range(room, { before: lastSeqs[room] + 1, limit: PAGE_LINES });
    return { lines, position, lastSeqs };
  }

  /** The server hands something to the net: if it is a promise, it must be kept already. */
  #heard(tab: Tab, text: string): void {
    if (!text.includes('"ack"')) return;
    const frame = JSON.parse(text);
    for (const message of Array.isArray(frame) ? frame : [frame]) {
      if (message.type === "ack") this.guarded(() => this.ledger.acked(tab.me, message));
    }
  }
}
