/**
 * The whole chat, with its accounts and its log on disk, beside rooms that pass on what they get and keep nothing: `ws` on
 * Node, and Bun where it runs. Ours acknowledges a message when the disk has it.
 *
 * @module
 */
import { type Bench, compareComingBack, compareIdle, compareRestart, IDLE_SOCKETS, SOCKETS } from "./chat_coming.ts";
import { People } from "./chat_people.ts";
import { compare, type Contender, startAll } from "./compare.ts";
import { percentile, spread, table } from "./figures.ts";
import { Loader } from "./loader.ts";
import type { Effort } from "./main.ts";
import { MESSAGE_BYTES } from "./member.ts";
import { installPeers } from "./npm_peers.ts";
import type { RoomTiming } from "./room_load.ts";

/** How many messages are under way at once. */
const IN_FLIGHT = [1, 8, 32];
const SENDERS = 50;
/** How many messages each of them has under way. */
const WINDOW = 40;
/** At this rate acknowledgements are timed. */
const ACKS_PER_SECOND = 200;
/** So many listen meanwhile. */
const ACK_SOCKETS = 50;
/** Timings are made in so many rounds at most. */
const MAX_ROUNDS = 5;
/** Messages whose delivery is timed in a round: enough for a 99th percentile. */
const TIMED_MESSAGES = 300;

/** Measures, and prints the tables. */
export async function chat(effort: Effort): Promise<void> {
  await using loader = new Loader();
  await using people = await People.make(IDLE_SOCKETS);
  const bench: Bench = { loader, people, effort, ours: await people.contenders(), peers: await findPeers() };
  for (const inFlight of IN_FLIGHT) await compareDeliveries(bench, inFlight);
  await compareLatency(bench);
  await compareAcks(bench);
  await comparePosting(bench);
  await compareComingBack(bench);
  await compareRestart(bench);
  await compareIdle(bench);
}

async function findPeers(): Promise<Contender[]> {
  const peers = await installPeers();
  return peers === undefined ? [] : [
    { name: "ws on Node", command: peers.node("ws_room.mjs") },
    ...peers.bun === undefined ? [] : [{ name: "Bun", command: peers.bun("bun_room.mjs") }],
  ];
}

async function compareDeliveries({ loader, people, effort, ours, peers }: Bench, inFlight: number): Promise<void> {
  await compare({
    title: `${SOCKETS} people in a room, messages of ${MESSAGE_BYTES} bytes, ${inFlight} in flight`,
    unit: ["delivery", "deliveries"],
    contenders: [...peers, ...ours],
    measure: ({ target }, contender) => {
      const door = ours.includes(contender) ? people.door : undefined;
      return loader.run("loadRoom", { ...target, door, sockets: SOCKETS, inFlight, seconds: effort.seconds });
    },
    effort,
  });
  await loader.run("leaveRooms", undefined);
}

async function comparePosting({ loader, people, effort, ours }: Bench): Promise<void> {
  await compare({
    title: `${SENDERS} people who all speak, ${WINDOW} messages in flight each, all durable and delivered to all`,
    unit: ["message", "messages"],
    contenders: ours,
    measure: ({ target }) => {
      const room = { ...target, door: people.door, sockets: SENDERS };
      return loader.run("loadPosting", { ...room, window: WINDOW, seconds: effort.seconds });
    },
    effort,
  });
  await loader.run("leaveRooms", undefined);
}

/** All are timed at the same rate: half of what the first of them bears. */
async function compareLatency({ loader, people, effort, ours, peers }: Bench): Promise<void> {
  const title = `How long messages take to the last of ${SOCKETS} people`;
  if (!title.includes(effort.only)) return;
  await using stack = new AsyncDisposableStack();
  const contenders = [...peers, ...ours];
  const servers = await startAll(contenders, stack);
  const rooms = servers.map(({ target }, index) => {
    return { ...target, sockets: SOCKETS, door: ours.includes(contenders[index]) ? people.door : undefined };
  });
  const { count, seconds } = await loader.run("loadRoom", { ...rooms[0], inFlight: 8, seconds: effort.seconds });
  const perSecond = count / SOCKETS / seconds / 2;
  const timings: RoomTiming[][] = contenders.map(() => []);
  for (let round = 0; round < Math.min(effort.rounds, MAX_ROUNDS); round++) {
    for (const [index, room] of rooms.entries()) {
      timings[index].push(await loader.run("timeRoom", { ...room, perSecond, messages: TIMED_MESSAGES }));
    }
  }
  await loader.run("leaveRooms", undefined);
  console.log(`\n${title}, ${perSecond.toFixed(0)} messages/s: half of what ${contenders[0].name} bears`);
  reportTimings(contenders, timings.map((rounds) => rounds.map(({ deliveriesMs }) => deliveriesMs)));
}

async function compareAcks({ loader, people: { door }, effort, ours }: Bench): Promise<void> {
  const title = `How long acknowledgements take, ${ACKS_PER_SECOND} messages/s in a room of ${ACK_SOCKETS}`;
  if (!title.includes(effort.only)) return;
  await using stack = new AsyncDisposableStack();
  const servers = await startAll(ours, stack);
  const timings: number[][][] = ours.map(() => []);
  for (let round = 0; round < Math.min(effort.rounds, MAX_ROUNDS); round++) {
    for (const [index, { target }] of servers.entries()) {
      const room = { ...target, door, sockets: ACK_SOCKETS };
      const options = { ...room, perSecond: ACKS_PER_SECOND, messages: 2 * TIMED_MESSAGES };
      timings[index].push((await loader.run("timeRoom", options)).acksMs);
    }
  }
  await loader.run("leaveRooms", undefined);
  console.log(`\n${title}`);
  reportTimings(ours, timings);
}

/** Prints the percentiles of each round's times. */
function reportTimings(contenders: readonly Contender[], timings: readonly (readonly number[])[][]): void {
  const rows = contenders.map(({ name }, index) => [
    name,
    ...[0.5, 0.99].map((share) => spread(timings[index].map((timesMs) => percentile(timesMs, share)), 1)),
  ]);
  console.log(table([["", "p50 ms", "p99 ms"], ...rows]));
  console.log(`Medians of ${timings[0].length} rounds (least–most).`);
}
