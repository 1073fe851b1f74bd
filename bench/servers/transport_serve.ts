/**
 * One handler on a transport of ours, without the application: `transport_serve.ts raw|native WORK`.
 *
 * @module
 */
import { readJson } from "../../lib/body.ts";
import type { Handler } from "../../lib/context.ts";
import { lazyResponse } from "../../lib/lazy_response.ts";
import { listenOn } from "./transport.ts";
import { answerTo, fixedBody, readWork, sayListening } from "./work.mjs";

const work = readWork();
const { kind } = work;
const init = { headers: Object.freeze(work.headers) };
const body = fixedBody(work);

const handler: Handler = kind === "json" ? replyJson : () => lazyResponse(body, init);

async function replyJson(request: Request): Promise<Response> {
  const message = await readJson(request) as Parameters<typeof answerTo>[0];
  return lazyResponse(JSON.stringify(answerTo(message)), init);
}

sayListening(listenOn(Deno.args[0], handler).port);
