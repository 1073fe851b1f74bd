/**
 * Our transports over HTTP, against bare `Deno.serve` and against what runs on Node, all with the same replies.
 *
 * @module
 */
import { HEALTH, healthWork, serveApp } from "./app_server.ts";
import { type Contender, startAll } from "./compare.ts";
import { askAll, compareHttp } from "./compare_http.ts";
import { spread, table } from "./figures.ts";
import { Loader } from "./loader.ts";
import type { Effort } from "./main.ts";
import { installPeers, type NpmPeers } from "./npm_peers.ts";
import { denoRun } from "./server_process.ts";
import type { Work } from "./servers/work.mjs";

interface Scenario {
  readonly title: string;
  readonly work: Work;
  readonly json?: string;
  readonly connections: number;
  readonly pipelined: number;
}

const TEXT_HEADERS = { "content-type": "text/plain; charset=utf-8" };
const JSON_HEADERS = { "content-type": "application/json; charset=utf-8" };
const BYTES_HEADERS = { "content-type": "application/octet-stream" };
const MESSAGE = { key: "c1-17", text: "Has anybody seen the projector? It is not in the cupboard any more." };
const IDLE_CONNECTIONS = 5_000;
/** The memory of a process grows in steps, and it never shrinks: each measurement has a process of its own. */
const MAX_IDLE_ROUNDS = 3;

/** Measures, and prints a table for each scenario. */
export async function http(effort: Effort): Promise<void> {
  await using loader = new Loader();
  const peers = await installPeers();
  const small = await healthWork();
  for (const { work, json, ...scenario } of scenariosWith(small)) {
    const request = { path: work.path, json };
    await compareHttp(loader, { ...scenario, request, contenders: contendersFor(work, peers), effort });
  }
  await compareIdle(loader, { contenders: contendersFor(small, peers), effort });
}

function scenariosWith(small: Work): Scenario[] {
  const page: Work = {
    path: "/page",
    kind: "text",
    headers: TEXT_HEADERS,
    text: "Some text. ".repeat(187).slice(0, 2048),
  };
  const message: Work = { path: "/messages", kind: "json", headers: JSON_HEADERS };
  const file: Work = { path: "/file", kind: "bytes", headers: BYTES_HEADERS, bytes: 1024 * 1024 };
  return [
    { title: "Small reply, 64 connections", work: small, connections: 64, pipelined: 1 },
    { title: "Small reply, 64 connections, 16 requests pipelined", work: small, connections: 64, pipelined: 16 },
    { title: "Reply of 2 KiB, 64 connections", work: page, connections: 64, pipelined: 1 },
    {
      title: "POST of JSON, 64 connections",
      work: message,
      json: JSON.stringify(MESSAGE),
      connections: 64,
      pipelined: 1,
    },
    { title: "Reply of 1 MiB, 16 connections", work: file, connections: 16, pipelined: 1 },
  ];
}

function contendersFor(work: Work, peers: NpmPeers | undefined): Contender[] {
  const argument = JSON.stringify(work);
  const deno = (script: string, ...args: string[]) =>
    denoRun("--allow-net", "--allow-env", `bench/servers/${script}`, ...args, argument);
  const app = (transport: string) => serveApp("--log", "off", "--transport", transport);
  const node = (name: string, script: string) => ({ name, command: peers!.node(script, argument) });
  return [
    { name: "bare Deno.serve", command: deno("bare_serve.ts") },
    ...work.path === HEALTH
      ? [{ name: "commonroom, raw", command: app("raw") }, { name: "commonroom, native", command: app("native") }]
      : [],
    { name: "handler, raw", command: deno("transport_serve.ts", "raw") },
    { name: "handler, native", command: deno("transport_serve.ts", "native") },
    ...peers === undefined
      ? []
      : [node("node:http", "node_http.mjs"), node("Fastify", "fastify.mjs"), node("Hono on Node", "hono.mjs")],
  ];
}

interface IdleComparison {
  readonly contenders: readonly Contender[];
  readonly effort: Effort;
}

async function compareIdle(loader: Loader, { contenders, effort }: IdleComparison): Promise<void> {
  const title = `Memory of ${IDLE_CONNECTIONS} idle connections, each asked once`;
  if (!title.includes(effort.only)) return;
  const kibibytes = contenders.map((): number[] => []);
  for (let round = 0; round < Math.min(effort.rounds, MAX_IDLE_ROUNDS); round++) {
    await using stack = new AsyncDisposableStack();
    const servers = await startAll(contenders, stack);
    const questions = await askAll(servers, { request: { path: HEALTH }, connections: IDLE_CONNECTIONS });
    for (const [index, question] of [...questions.values()].entries()) {
      kibibytes[index].push(await loader.run("idleMemory", question) / 1024);
    }
  }
  const rows = contenders.map(({ name }, index) => [name, spread(kibibytes[index], 1)]);
  console.log(`\n${title}; ${kibibytes[0].length} rounds`);
  console.log(table([["", "KiB/connection"], ...rows]));
}
