/** Hono on Node, as its guide shows it. */
import { answerTo, fixedBody, load, readWork, sayListening } from "./work.mjs";

const { Hono } = await load("hono");
const { serve } = await load("@hono/node-server");
const work = readWork();
const { kind, path, headers } = work;
const body = fixedBody(work);
const app = new Hono();

if (kind === "json") app.post(path, async (ctx) => ctx.json(answerTo(await ctx.req.json()), 200, headers));
else app.get(path, (ctx) => ctx.body(body, 200, headers));

serve({ fetch: app.fetch, hostname: "127.0.0.1", port: 0 }, ({ port }) => sayListening(port));
