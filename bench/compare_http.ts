/**
 * Measures HTTP servers side by side, all with the same reply to the same request.
 *
 * @module
 */
import { fieldsOf } from "./app_server.ts";
import { compare, type Contender } from "./compare.ts";
import type { Question } from "./http_load.ts";
import type { Loader } from "./loader.ts";
import type { Effort } from "./main.ts";
import { ask, type Reply, type RequestParts, requestTo } from "./reply.ts";
import type { ServerProcess } from "./server_process.ts";

/** What is compared. */
export interface HttpComparison {
  /** Stands above the table. */
  readonly title: string;
  /** Who takes part: the first is what the others are compared with. */
  readonly contenders: readonly Contender[];
  /** What is asked. */
  readonly request: RequestParts;
  /** How many connections ask. */
  readonly connections: number;
  /** How many requests a connection sends at once. */
  readonly pipelined: number;
  /** How long it takes. */
  readonly effort: Effort;
}

/** Measures, and prints a table. */
export async function compareHttp(loader: Loader, comparison: HttpComparison): Promise<void> {
  const { request, connections, pipelined, effort } = comparison;
  let questions = new Map<ServerProcess, Question>();
  await compare({
    ...comparison,
    unit: ["request", "requests"],
    begin: async (servers) => {
      questions = await askAll(servers, { request, connections });
    },
    measure: (server) => loader.run("loadHttp", { ...questions.get(server)!, pipelined, seconds: effort.seconds }),
  });
}

/**
 * Asks each server once, and makes sure that all reply the same.
 *
 * @returns What the load generator has to know of each.
 */
export async function askAll(
  servers: readonly ServerProcess[],
  { request, connections }: { request: RequestParts; connections: number },
): Promise<Map<ServerProcess, Question>> {
  const questions = new Map<ServerProcess, Question>();
  let expected: string | undefined;
  for (const server of servers) {
    const bytes = requestTo(server.url, request);
    const reply = await ask(server.url, bytes);
    expected ??= textOf(reply);
    if (textOf(reply) !== expected) throw new Error(`Not the same reply:\n${textOf(reply)}\n\n${expected}`);
    questions.set(server, { ...server.target, request: bytes, replyBytes: reply.bytes, connections });
  }
  return questions;
}

/** What has to be the same: not the order of the fields, and not what every server adds by itself. */
function textOf(reply: Reply): string {
  const { status, body } = reply;
  return `${status} ${JSON.stringify(fieldsOf(reply), null, 1)}\n${new TextDecoder().decode(body)}`;
}
