/**
 * What a route costs: `GET /healthz` through the whole application, with and without its log, against bare `Deno.serve`
 * with the same reply.
 *
 * @module
 */
import { HEALTH, healthWork, serveApp } from "./app_server.ts";
import { compareHttp } from "./compare_http.ts";
import { Loader } from "./loader.ts";
import type { Effort } from "./main.ts";
import { denoRun } from "./server_process.ts";

const CONNECTIONS = 64;

/** Measures, and prints the table. */
export async function routes(effort: Effort): Promise<void> {
  await using loader = new Loader();
  const work = JSON.stringify(await healthWork());
  await compareHttp(loader, {
    title: `GET ${HEALTH}, ${CONNECTIONS} connections`,
    contenders: [
      { name: "bare Deno.serve", command: denoRun("--allow-net", "bench/servers/bare_serve.ts", work) },
      { name: "commonroom, --log off", command: serveApp("--log", "off") },
      { name: "commonroom, --log text", command: serveApp("--log", "text") },
    ],
    request: { path: HEALTH },
    connections: CONNECTIONS,
    pipelined: 1,
    effort,
  });
}
