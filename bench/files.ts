/**
 * Files over HTTP, beside nginx, Caddy and the plain way on Deno.
 *
 * @module
 */
import { join } from "@std/path";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { compare, type Contender, startAll } from "./compare.ts";
import { spread, table } from "./figures.ts";
import { caddy, commonroom, nginx, plain } from "./file_servers.ts";
import type { Question } from "./http_load.ts";
import { Loader } from "./loader.ts";
import type { Effort } from "./main.ts";
import { memoryOf } from "./proc.ts";
import { ask, type Reply, requestTo } from "./reply.ts";
import type { ServerProcess } from "./server_process.ts";

interface Scenario {
  readonly title: string;
  readonly path: string;
  readonly fields?: Readonly<Record<string, string>>;
  readonly connections: number;
  /** What the reply has to be. */
  readonly status: number;
  readonly coding?: "br" | "gzip";
  /** Whether the client names the tag that it was given. */
  readonly isKnown?: boolean;
  /** Who cannot do it. */
  readonly without?: readonly string[];
}

const PAGE = "/page.html";
const LARGE = "/large.bin";
const MEBIBYTE = "/mebibyte.bin";
const LARGE_BYTES = 1024 ** 3;
const SCENARIOS: readonly Scenario[] = [
  { title: "Page of 10 KiB, 64 connections", path: PAGE, connections: 64, status: 200 },
  {
    title: "Page of 10 KiB with gzip, 64 connections",
    path: PAGE,
    fields: { "accept-encoding": "gzip" },
    connections: 64,
    status: 200,
    coding: "gzip",
    without: ["std's way"],
  },
  {
    title: "Page of 10 KiB with br (nginx: gzip), 64 connections",
    path: PAGE,
    fields: { "accept-encoding": "gzip, deflate, br" },
    connections: 64,
    status: 200,
    without: ["std's way"],
  },
  {
    title: "Page of 10 KiB that the client has (304), 64 connections",
    path: PAGE,
    connections: 64,
    status: 304,
    isKnown: true,
  },
  { title: "File of 1 MiB, 16 connections", path: MEBIBYTE, connections: 16, status: 200 },
];
const MANY = 100_000;
const SLOW = { clients: 200, seconds: 5 };

/** Measures, and prints a table for each scenario. */
export async function files(effort: Effort): Promise<void> {
  await using stack = new AsyncDisposableStack();
  const loader = stack.use(new Loader());
  const workDir = await Deno.makeTempDir({ prefix: "commonroom_bench_" });
  stack.defer(() => Deno.remove(workDir, { recursive: true }));
  const dir = await makeFolder(workDir);
  const contenders = [
    ...await nginx(workDir, dir),
    commonroom("raw", dir),
    commonroom("native", dir),
    ...await caddy(workDir, dir),
    ...plain(dir),
  ];
  for (const scenario of SCENARIOS) await compareFiles(loader, { scenario, contenders, effort });
  await compareSlow(loader, { contenders, effort });
  await compareMany(workDir, effort);
}

/** A page of 10 KiB as a page is, with its encoded siblings for those who need them, and files of 1 MiB and 1 GiB. */
async function makeFolder(workDir: string): Promise<string> {
  const dir = join(workDir, "site");
  await Deno.mkdir(dir);
  await Deno.chmod(workDir, 0o755);
  const page = new TextEncoder().encode(pageText().slice(0, 10 * 1024));
  await Deno.writeFile(join(dir, PAGE), page);
  await Deno.writeFile(join(dir, `${PAGE}.gz`), gzipSync(page));
  await Deno.writeFile(join(dir, `${PAGE}.br`), brotliCompressSync(page));
  const mebibyte = new Uint8Array(1024 * 1024).map((_, at) => (at * 31 + (at >> 8)) & 0xff);
  await Deno.writeFile(join(dir, MEBIBYTE), mebibyte);
  using large = await Deno.create(join(dir, LARGE));
  await large.truncate(LARGE_BYTES);
  return dir;
}

function pageText(): string {
  const words = "a page of the folder has headings and words and links to other pages in its paragraphs".split(" ");
  const paragraphs = Array.from({ length: 200 }, (_, index) => {
    const text = Array.from({ length: 12 }, (_, at) => words[(index * 7 + at * at * 5 + index * at) % words.length]);
    return `<p id="p${index}"><a href="/page-${index * 37 % 101}.html">${index}</a> ${text.join(" ")}</p>\n`;
  });
  return `<!doctype html><title>Page</title><h1>Page</h1>\n${paragraphs.join("")}`;
}

interface Comparison {
  readonly scenario: Scenario;
  readonly contenders: readonly Contender[];
  readonly effort: Effort;
}

async function compareFiles(loader: Loader, { scenario, contenders, effort }: Comparison): Promise<void> {
  const questions = new Map<ServerProcess, Question>();
  await compare({
    title: scenario.title,
    unit: ["request", "requests"],
    contenders: contenders.filter(({ name }) => !scenario.without?.includes(name)),
    effort,
    begin: async (servers) => {
      for (const server of servers) questions.set(server, await questionFor(server, scenario));
    },
    measure: (server) => loader.run("loadHttp", { ...questions.get(server)!, pipelined: 1, seconds: effort.seconds }),
  });
}

async function questionFor(server: ServerProcess, scenario: Scenario): Promise<Question> {
  const { path, connections, isKnown = false } = scenario;
  const fields = isKnown ? { "if-none-match": await tagOf(server, path) } : scenario.fields;
  const request = requestTo(server.url, { path, fields });
  const reply = await ask(server.url, request);
  checkReply(reply, scenario);
  return { ...server.target, request, replyBytes: reply.bytes, connections };
}

async function tagOf(server: ServerProcess, path: string): Promise<string> {
  const { head } = await ask(server.url, requestTo(server.url, { path }));
  return /^etag: *(.*)$/im.exec(head)?.[1].trim() ?? "";
}

function checkReply({ status, head }: Reply, scenario: Scenario): void {
  const coding = /^content-encoding: *(\S+)/im.exec(head)?.[1];
  if (status === scenario.status && (scenario.coding === undefined || coding === scenario.coding)) return;
  throw new Error(`Not the reply to ${scenario.path} that was meant:\n${head}`);
}

/** Many clients that read a large file slowly, and what the server needs for it. */
async function compareSlow(loader: Loader, { contenders, effort }: Omit<Comparison, "scenario">): Promise<void> {
  const title = `Memory while ${SLOW.clients} clients download a file of 1 GiB slowly`;
  if (!title.includes(effort.only)) return;
  const rows: string[][] = [];
  for (const contender of contenders) {
    await using stack = new AsyncDisposableStack();
    const [server] = await startAll([contender], stack);
    const request = requestTo(server.url, { path: LARGE });
    const atRest = memoryOf(server.target.pid);
    const peak = await loader.run("slowMemory", { ...server.target, ...SLOW, request });
    rows.push([contender.name, mebibytes(atRest), mebibytes(peak)]);
  }
  console.log(`\n${title}; ${SLOW.seconds} s`);
  console.log(table([["", "MiB at rest", "MiB at most"], ...rows]));
}

function mebibytes(bytes: number): string {
  return (bytes / 1024 ** 2).toFixed(1);
}

/** From the start of the process to the first page, in a folder of very many files. */
async function compareMany(workDir: string, { only, rounds }: Effort): Promise<void> {
  const title = `Folder of ${MANY} files: from the start of the process to its first page`;
  if (!title.includes(only)) return;
  const dir = join(workDir, "many");
  await Deno.mkdir(dir);
  for (let index = 0; index < MANY; index++) {
    Deno.writeTextFileSync(join(dir, `page-${index}.html`), `<title>Page ${index}</title><p>${index}`);
  }
  const rows: string[][] = [];
  for (const transport of ["raw", "native"] as const) {
    const times: number[] = [];
    for (let round = 0; round < Math.min(rounds, 5); round++) times.push(await timeFirstPage(transport, dir));
    rows.push([transport, spread(times, 0)]);
  }
  console.log(`\n${title}`);
  console.log(table([["", "ms"], ...rows]));
}

async function timeFirstPage(transport: "raw" | "native", dir: string): Promise<number> {
  const beganAtMs = performance.now();
  await using stack = new AsyncDisposableStack();
  const [server] = await startAll([commonroom(transport, dir)], stack);
  await ask(server.url, requestTo(server.url, { path: "/page-77777.html" }));
  return performance.now() - beganAtMs;
}
