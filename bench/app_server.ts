/**
 * The whole application as a contender, and its smallest reply as the measure of the others.
 *
 * @module
 */
import manifest from "../deno.json" with { type: "json" };
import { ask, type Reply, requestTo } from "./reply.ts";
import { denoRun, ServerProcess } from "./server_process.ts";
import type { Work } from "./servers/work.mjs";

/** The smallest reply of the application. */
export const HEALTH = "/healthz";
/** What `deno task start` runs, after `deno run`. */
const START = manifest.tasks.start.command.replaceAll("'", "").split(" ").slice(2);
/** What every server adds by itself. */
const ADDED_FIELDS: ReadonlySet<string> = new Set(["content-length", "date", "connection", "keep-alive"]);

/** The command that starts the application with nothing kept. */
export function serveApp(...flags: string[]): string[] {
  return denoRun(...START, "--port", "0", "--data", ":memory:", ...flags);
}

/** The work of replying to anybody just what the application replies to `GET /healthz`. */
export async function healthWork(): Promise<Work> {
  await using server = await ServerProcess.start(serveApp("--log", "off"));
  const reply = await ask(server.url, requestTo(server.url, { path: HEALTH }));
  return { path: HEALTH, kind: "text", headers: fieldsOf(reply), text: new TextDecoder().decode(reply.body) };
}

/** The fields of a reply by their names in lower case, sorted, without those that every server adds by itself. */
export function fieldsOf({ head }: Reply): Record<string, string> {
  const fields = head.split("\r\n").slice(1).map((line): [string, string] => {
    const colon = line.indexOf(":");
    return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
  });
  return Object.fromEntries(fields.filter(([name]) => !ADDED_FIELDS.has(name)).sort());
}
