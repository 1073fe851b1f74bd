/**
 * What a route costs: `GET /healthz` through the whole application, against bare `Deno.serve` with the same reply.
 *
 * Each server is a process of its own, and the measure is the processor time that it uses per request: the load
 * generator and whatever else runs on the machine take time from both, but do not count. The servers take turns, and
 * the ratio is that of neighbours in time, so that a change of the machine's speed meets both.
 *
 * @module
 */
import manifest from "../deno.json" with { type: "json" };
import type { BareReply } from "./bare_serve.ts";
import { median, spread, table } from "./figures.ts";
import { ask, CONNECTIONS, Load } from "./load.ts";
import type { Effort } from "./main.ts";
import type { Reply } from "./reply.ts";
import { ServerProcess, TICK_US } from "./server_process.ts";

const PATH = "/healthz";
/** What `deno task start` runs, after `deno run`. */
const START = manifest.tasks.start.command.replaceAll("'", "").split(" ").slice(2);
const SERVE = [...START, "--port", "0", "--data", ":memory:"];
/** One tick of the processor's clock is to be at most this part of a round. */
const MAX_TICK_SHARE = 0.01;
/** What the runtime adds to every reply. */
const ADDED_FIELDS: ReadonlySet<string> = new Set(["content-length", "date"]);

interface Contender {
  readonly name: string;
  readonly server: ServerProcess;
  readonly rounds: Round[];
}

interface Round {
  readonly cpuUs: number;
  readonly requests: number;
  readonly seconds: number;
}

/** Measures, and prints the table. */
export async function routes({ rounds, seconds }: Effort): Promise<void> {
  await using quiet = await ServerProcess.start([...SERVE, "--log", "off"]);
  await using logging = await ServerProcess.start([...SERVE, "--log", "text"]);
  const expected = await ask(new URL(PATH, quiet.url));
  await using bare = await ServerProcess.start([
    "--no-prompt",
    "--allow-net",
    "bench/bare_serve.ts",
    JSON.stringify(bareOf(expected)),
  ]);
  await checkSameReply(expected, bare);
  const contenders: Contender[] = [
    { name: "bare Deno.serve", server: bare, rounds: [] },
    { name: "commonroom, --log off", server: quiet, rounds: [] },
    { name: "commonroom, --log text", server: logging, rounds: [] },
  ];
  console.log(`GET ${PATH}, ${CONNECTIONS} connections, ${rounds} rounds of ${seconds} s`);
  for (const contender of contenders) await measure(contender, { seconds, expected });
  for (let round = 0; round < rounds; round++) {
    for (const contender of contenders) contender.rounds.push(await measure(contender, { seconds, expected }));
  }
  console.log(report(contenders));
}

async function measure(
  { server }: Contender,
  { seconds, expected }: { seconds: number; expected: Reply },
): Promise<Round> {
  using load = await Load.open({ url: new URL(PATH, server.url), expected });
  const cpuBeforeUs = server.cpuUs();
  const beganAtMs = performance.now();
  const requests = await load.run(seconds);
  return { requests, cpuUs: server.cpuUs() - cpuBeforeUs, seconds: (performance.now() - beganAtMs) / 1_000 };
}

function report(contenders: readonly Contender[]): string {
  const [bare] = contenders;
  const head = ["", "CPU µs/request", "requests/s", "processor %", "CPU, ratio to bare"];
  const rows = contenders.map(({ name, rounds }) => [
    name,
    spread(rounds.map(costOf), 2),
    spread(rounds.map(({ requests, seconds }) => requests / seconds), 0),
    spread(rounds.map(({ cpuUs, seconds }) => cpuUs / seconds / 10_000), 0),
    spread(rounds.map((round, index) => costOf(round) / costOf(bare.rounds[index])), 2),
  ]);
  const tickShare = Math.max(...contenders.map(({ rounds }) => TICK_US / median(rounds.map(({ cpuUs }) => cpuUs))));
  const note = "Median of the rounds (least–most).";
  if (tickShare <= MAX_TICK_SHARE) return `${table([head, ...rows])}\n${note}`;
  const percent = (tickShare * 100).toFixed(1);
  return `${table([head, ...rows])}\n${note} The rounds are too short: a tick is ${percent} % of one; raise --seconds.`;
}

function costOf({ cpuUs, requests }: Round): number {
  return cpuUs / requests;
}

function bareOf({ status, head, body }: Reply): BareReply {
  const headers = head.split("\r\n").slice(1).map((line): [string, string] => {
    const colon = line.indexOf(":");
    return [line.slice(0, colon), line.slice(colon + 1).trim()];
  }).filter(([name]) => !ADDED_FIELDS.has(name.toLowerCase()));
  return { status, headers, body: new TextDecoder().decode(body) };
}

/** The comparison is of the same bytes, but for the time. */
async function checkSameReply(expected: Reply, { url }: ServerProcess): Promise<void> {
  const reply = await ask(new URL(PATH, url));
  const [ours, bare] = [expected, reply].map(({ head, body }) =>
    `${head.replace(/\r\ndate: [^\r]*/i, "")}\r\n\r\n${new TextDecoder().decode(body)}`
  );
  if (ours !== bare) throw new Error(`The bare server replies otherwise:\n${bare}\n\nours:\n${ours}`);
}
