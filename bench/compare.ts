/**
 * Measures servers side by side.
 *
 * Each server is a process of its own. What counts most is the processor time that it uses: the load generator and
 * whatever else runs on the machine take time from all, but do not count. The servers take turns, and a ratio is that of
 * neighbours in time, so that a change of the machine's speed meets both.
 *
 * @module
 */
import { median, spread, table } from "./figures.ts";
import type { Round } from "./http_load.ts";
import type { Effort } from "./main.ts";
import { TICK_US } from "./proc.ts";
import { ServerProcess } from "./server_process.ts";

/** One tick of the processor's clock is to be at most this part of a round. */
const MAX_TICK_SHARE = 0.01;

/** A server that takes part. */
export interface Contender {
  /** How the table calls it. */
  readonly name: string;
  /** The program and its arguments. */
  readonly command: readonly string[];
}

/** What is compared. */
export interface Comparison {
  /** Stands above the table. */
  readonly title: string;
  /** What is counted, as one and as many: `["request", "requests"]`. */
  readonly unit: readonly [one: string, many: string];
  /** Who takes part: the first is what the others are compared with. */
  readonly contenders: readonly Contender[];
  /** Called with all servers before the first round: a place for checks. */
  readonly begin?: (servers: readonly ServerProcess[]) => Promise<void>;
  /** Measures one server once. */
  readonly measure: (server: ServerProcess, contender: Contender) => Promise<Round>;
  /** How long it takes. */
  readonly effort: Effort;
}

/** Measures, and prints a table. */
export async function compare({ title, unit, contenders, begin, measure, effort }: Comparison): Promise<void> {
  if (!title.includes(effort.only)) return;
  await using stack = new AsyncDisposableStack();
  const servers = await startAll(contenders, stack);
  await begin?.(servers);
  for (const [index, server] of servers.entries()) await measure(server, contenders[index]);
  const rounds: Round[][] = contenders.map(() => []);
  for (let round = 0; round < effort.rounds; round++) {
    for (const [index, server] of servers.entries()) {
      rounds[index].push(await measure(server, contenders[index]));
    }
  }
  console.log(`\n${title}; ${effort.rounds} rounds of ${effort.seconds} s`);
  console.log(report(contenders.map(({ name }, index) => ({ name, rounds: rounds[index] })), unit));
}

/** Starts the servers, which end with the stack. */
export async function startAll(
  contenders: readonly Contender[],
  stack: AsyncDisposableStack,
): Promise<ServerProcess[]> {
  const servers: ServerProcess[] = [];
  for (const { command } of contenders) servers.push(stack.use(await ServerProcess.start(command)));
  return servers;
}

interface Measured {
  readonly name: string;
  readonly rounds: readonly Round[];
}

function report(contenders: readonly Measured[], [one, many]: Comparison["unit"]): string {
  const [base] = contenders;
  const head = ["", `${many}/s`, "ratio", `CPU µs/${one}`, "ratio", "processor %"];
  const rows = contenders.map(({ name, rounds }) => [
    name,
    median(rounds.map(speedOf)).toFixed(0),
    spread(rounds.map((round, index) => speedOf(round) / speedOf(base.rounds[index])), 2),
    median(rounds.map(costOf)).toFixed(2),
    spread(rounds.map((round, index) => costOf(round) / costOf(base.rounds[index])), 2),
    median(rounds.map(({ cpuUs, seconds }) => cpuUs / seconds / 10_000)).toFixed(0),
  ]);
  const note = `Medians of the rounds; ratios to ${base.name} (least–most).`;
  const tickShare = Math.max(...contenders.map(({ rounds }) => TICK_US / median(rounds.map(({ cpuUs }) => cpuUs))));
  if (tickShare <= MAX_TICK_SHARE) return `${table([head, ...rows])}\n${note}`;
  const percent = (tickShare * 100).toFixed(1);
  return `${table([head, ...rows])}\n${note} The rounds are too short: a tick is ${percent} % of one; raise --seconds.`;
}

function speedOf({ count, seconds }: Round): number {
  return count / seconds;
}

function costOf({ cpuUs, count }: Round): number {
  return cpuUs / count;
}
