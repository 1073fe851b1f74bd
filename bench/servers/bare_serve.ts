/**
 * The peer of our own server: `Deno.serve` with nothing around it.
 *
 * @module
 */
import { answerTo, fixedBody, readWork, sayListening } from "./work.mjs";

const work = readWork();
const { kind, headers } = work;
const body = fixedBody(work);

Deno.serve(
  { hostname: "127.0.0.1", port: 0, onListen: ({ port }) => sayListening(port) },
  kind === "json"
    ? async (request) => Response.json(answerTo(await request.json()), { headers })
    : () => new Response(body, { headers }),
);
