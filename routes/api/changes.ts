import type { Context } from "../../lib/context.ts";
import { HttpError } from "../../lib/errors.ts";

/** The folder's own pages are of another origin than ours, even where they lie on this server. */
const HEADERS = { "access-control-allow-origin": "*" };
const TYPE = { "content-type": "text/event-stream; charset=utf-8" };

/** Tells an open page that something on disk has changed, and no more than that. */
export function GET(ctx: Context) {
  const { site } = ctx.services;
  if (!site.tellsChanges) throw new HttpError(404, "Changes are told only by a server that was started with --watch");
  if (ctx.request.method === "HEAD") return new Response(null, { headers: { ...HEADERS, ...TYPE } });
  const changes = site.changes();
  if (changes === undefined) throw new HttpError(503, "Too many pages wait for changes; close some of them");
  const events = {
    async next() {
      const { done } = await changes.next();
      return done ? { done, value: undefined } : { done: false as const, value: { data: "change" } };
    },
    async return() {
      await changes.return?.();
      return { done: true as const, value: undefined };
    },
    [Symbol.asyncIterator]: () => events,
  };
  const response = ctx.events(events, { retryMs: 1_000 });
  for (const [name, value] of Object.entries(HEADERS)) response.headers.set(name, value);
  return response;
}
