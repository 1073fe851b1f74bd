/**
 * People who come, come back, and stay without a word.
 *
 * @module
 */
import type { People } from "./chat_people.ts";
import type { Contender } from "./compare.ts";
import { spread, table } from "./figures.ts";
import type { Loader } from "./loader.ts";
import type { Effort } from "./main.ts";
import { ServerProcess } from "./server_process.ts";

/** People in a room. */
export const SOCKETS = 1_000;
/** People who say nothing. */
export const IDLE_SOCKETS = 5_000;
const MISSED = 10_000;
/** Each of these measurements has a server of its own, and takes seconds. */
const MAX_ROUNDS = 5;

/** What all tables share. */
export interface Bench {
  /** Makes the load. */
  readonly loader: Loader;
  /** The members. */
  readonly people: People;
  /** How long it takes. */
  readonly effort: Effort;
  /** Commonroom, on each transport. */
  readonly ours: readonly Contender[];
  /** Rooms without accounts, log and protocol. */
  readonly peers: readonly Contender[];
}

/** Prints how long somebody waits who was away. */
export async function compareComingBack(bench: Bench): Promise<void> {
  const { loader, people: { door } } = bench;
  await compareFresh(bench, {
    title: `Coming back after ${MISSED} missed messages`,
    head: "ms",
    measure: async ({ target }) => {
      await loader.run("sayMuch", { ...target, door, sockets: 1, messages: MISSED });
      return loader.run("timeComing", { ...target, door, sockets: 1, seenSeq: 0 });
    },
  });
}

/** Prints how long it takes after a crash until everybody is back. */
export async function compareRestart(bench: Bench): Promise<void> {
  const { loader, people: { door } } = bench;
  await compareFresh(bench, {
    title: `${SOCKETS} people who come back at once after the server was killed and started again`,
    head: "ms",
    measure: async (server, { command }) => {
      const room = { door, sockets: SOCKETS };
      await loader.run("loadRoom", { ...server.target, ...room, inFlight: 8, seconds: bench.effort.seconds });
      await server.kill();
      await loader.run("leaveRooms", undefined);
      await using again = await ServerProcess.start(command);
      return await loader.run("timeComing", { ...again.target, ...room });
    },
  });
}

/** Prints what somebody costs who is there. */
export async function compareIdle(bench: Bench): Promise<void> {
  const { loader, people: { door } } = bench;
  await compareFresh(bench, {
    title: `Memory of ${IDLE_SOCKETS} people who say nothing`,
    head: "KiB each",
    measure: async ({ target }) => {
      return await loader.run("idleRoomMemory", { ...target, door, sockets: IDLE_SOCKETS }) / 1024;
    },
  });
}

interface FreshComparison {
  readonly title: string;
  /** Stands above the figures. */
  readonly head: string;
  /** Measures a server that has just started. */
  readonly measure: (server: ServerProcess, contender: Contender) => Promise<number>;
}

async function compareFresh({ people, effort }: Bench, { title, head, measure }: FreshComparison): Promise<void> {
  if (!title.includes(effort.only)) return;
  const figures: number[][] = [];
  const rounds = Math.min(effort.rounds, MAX_ROUNDS);
  for (let round = 0; round < rounds; round++) {
    for (const [index, contender] of (await people.contenders()).entries()) {
      await using server = await ServerProcess.start(contender.command);
      (figures[index] ??= []).push(await measure(server, contender));
    }
  }
  const names = (await people.contenders()).map(({ name }) => name);
  console.log(`\n${title}; ${rounds} rounds`);
  console.log(table([["", head], ...names.map((name, index) => [name, spread(figures[index], 1)])]));
}
