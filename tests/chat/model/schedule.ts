import type { Tab } from "./tab.ts";
import { World, type WorldOptions } from "./world.ts";

/** What a schedule came to. */
export interface Summary {
  /** Messages that were written. */
  readonly written: number;
  /** Promises that were given for messages. */
  readonly acked: number;
  /** Promises that were given for edits. */
  readonly edits: number;
  /** What happened, by name. */
  readonly actions: ReadonlyMap<string, number>;
}

/** Something that may happen. */
type Action = (world: World) => void | Promise<void>;

/** Steps of a schedule, before all is left to come to rest. */
const MIN_STEPS = 60;
const MAX_STEPS = 240;
/** Rounds after which a world that has not come to rest never will. */
const MAX_ROUNDS = 400;
const EMOJI = ["👍", "❤️", "🎉"];

/** What may happen, each with its weight. */
const ACTIONS: Readonly<Record<string, readonly [weight: number, action: Action]>> = {
  down: [
    30,
    (world) => world.random.pick(world.links.filter((link) => link.hasDown))?.deliverDown(),
  ],
  up: [30, (world) => world.random.pick(world.links.filter((link) => link.hasUp))?.deliverUp()],
  tick: [20, (world) => world.tick(1 + world.random.below(world.random.chance(0.1) ? 3_000 : 100))],
  turn: [20, (world) => world.turn()],
  connect: [12, (world) => {
    const tab = world.random.pick(world.tabs.filter(({ link }) => link === undefined));
    if (tab !== undefined) world.connect(tab);
  }],
  write: [14, (world) => forTab(world, write)],
  burst: [1, (world) =>
    forTab(world, (world, tab) => {
      for (let count = 3 + world.random.below(8); count > 0; count--) write(world, tab);
    })],
  writeNonsense: [0.5, (world) => forTab(world, (_, tab) => void tab.write(" "))],
  decide: [2, (world) => forTab(world, decide)],
  edit: [9, (world) => forTab(world, edit)],
  delete: [2, (world) => forTab(world, (world, tab) => change(world, tab, { type: "delete", isOwn: true }))],
  react: [7, (world) =>
    forTab(world, (world, tab) => {
      change(world, tab, { type: "react", emoji: world.random.pick(EMOJI), on: world.random.chance(0.7) });
    })],
  postAgain: [3, (world) => forTab(world, (world, tab) => world.postAgain(tab))],
  probe: [2, (world) => forTab(world, (_, tab) => tab.probe())],
  cut: [4, (world) => {
    const { link } = world.random.pick(world.tabs) ?? {};
    link?.cut(world.random.below(4));
  }],
  slow: [3, (world) => {
    const { link } = world.random.pick(world.tabs) ?? {};
    if (link !== undefined) link.reads = world.random.chance(0.6) ? "slowly" : "not";
  }],
  recover: [3, (world) => world.random.pick(world.links.filter(({ reads }) => reads !== "well"))?.recover()],
  restart: [0.7, (world) => world.server.restart()],
  crash: [0.7, (world) => world.crash()],
  close: [2, (world) => forTab(world, (world, tab) => world.closeTab(tab))],
  open: [3, async (world) => {
    if (world.tabs.length < 7) await world.openTab();
  }],
};

/**
 * Runs one schedule: lets things happen by chance, then comes to rest, and checks the invariants.
 *
 * @throws What was found, with what had happened before.
 */
export async function runSchedule(options: WorldOptions): Promise<Summary> {
  await using world = await World.begin(options);
  const actions = new Map<string, number>();
  try {
    for (let steps = MIN_STEPS + world.random.below(MAX_STEPS - MIN_STEPS); steps > 0; steps--) {
      await step(world, actions);
    }
    await comeToRest(world);
    await world.ledger.checkStore();
    world.ledger.checkEnd(world.tabs);
    for (const tab of world.keepingTabs) world.ledger.checkOrder(tab);
    if (world.server.defects.length > 0) throw world.server.defects[0];
  } catch (error) {
    throw new Error(`${(error as Error).message}\nWhat had happened: ${world.trace.slice(-60).join(", ")}`, {
      cause: error,
    });
  }
  return { ...world.ledger.counts, actions };
}

const TOTAL = Object.values(ACTIONS).reduce((sum, [weight]) => sum + weight, 0);

async function step(world: World, actions: Map<string, number>): Promise<void> {
  let at = world.random.next() * TOTAL;
  const [name, [, action]] = Object.entries(ACTIONS).find(([, [weight]]) => (at -= weight) < 0)!;
  actions.set(name, (actions.get(name) ?? 0) + 1);
  world.trace.push(name);
  await action(world);
  world.sweep();
  if (world.random.chance(0.3)) await world.turn();
  if (name === "restart" || name === "crash") await world.ledger.checkStore();
}

/** The net heals, everybody comes back, and time passes until nothing is left to do. */
async function comeToRest(world: World): Promise<void> {
  for (const link of world.links) link.recover();
  let quietRounds = 0;
  for (let round = 0; quietRounds < 3; round++) {
    if (round > MAX_ROUNDS) throw new Error(`It does not come to rest: ${describe(world)}`);
    for (const person of world.absent) await world.openTab(person);
    for (const tab of world.tabs) {
      if (tab.link === undefined) world.connect(tab);
      decide(world, tab);
    }
    for (const link of world.links) {
      while (link.hasUp) link.deliverUp();
      while (link.hasDown) link.deliverDown();
    }
    world.sweep();
    await world.tick(500);
    await world.turn();
    quietRounds = world.isQuiet ? quietRounds + 1 : 0;
  }
}

function describe({ tabs, links }: World): string {
  const lines = tabs.map(({ me, room, waiting, isCaughtUp, link }) =>
    `${me} in ${room}, ${link === undefined ? "not " : ""}connected, ${isCaughtUp ? "" : "not "}caught up, waits for ${
      JSON.stringify([...waiting.values()])
    }`
  );
  return `${links.length} links; ${lines.join("; ")}`;
}

function forTab(world: World, work: (world: World, tab: Tab) => void): void {
  const tab = world.random.pick(world.tabs);
  if (tab !== undefined) work(world, tab);
}

function write(world: World, tab: Tab): void {
  const { last } = tab.feed;
  const replyTo = last > 0 && world.random.chance(0.2) ? 1 + world.random.below(last) : undefined;
  world.ledger.wrote(tab.write(`text ${world.random.below(1_000)}`, replyTo));
}

/** The reader of a failed message tries again, or gives it up. */
function decide(world: World, tab: Tab): void {
  const failed = [...tab.waiting.values()].find(({ reason }) => reason !== undefined);
  if (failed === undefined) return;
  if (world.random.chance(0.3)) return tab.outbox.retry(failed.key);
  world.ledger.discarded(failed);
  tab.outbox.discard(failed.key);
}

function edit(world: World, tab: Tab): void {
  const text = `edit ${world.nextNumber()}`;
  const key = change(world, tab, { type: "edit", text, isOwn: true });
  if (key !== undefined) world.ledger.edited(key, text);
}

/** Changes a message that the tab shows, if it is connected; who does not hear that it was done must do it again. */
function change(
  world: World,
  tab: Tab,
  { isOwn = false, ...message }: { type: string; isOwn?: boolean; [name: string]: unknown },
): string | undefined {
  const line = tab.pickLine(world.random, ({ author, deletedAt }) => {
    return deletedAt === undefined && (!isOwn || author === tab.me);
  });
  if (line === undefined) return undefined;
  const key = `change-${world.nextNumber()}`;
  return tab.say({ ...message, room: tab.room, seq: line.seq, key }) ? key : undefined;
}
