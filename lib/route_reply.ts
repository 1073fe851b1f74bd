import { isValidElement } from "preact";
import { byteStream, type Piece } from "./byte_stream.ts";
import type { Context } from "./context.ts";
import type { RouteResult } from "./file_routes.ts";
import type { Page } from "./render.ts";
import { jsonReply, textReply, withCommonHeaders } from "./replies.ts";

/**
 * What a route returned → a reply.
 *
 * @param ctx The request.
 * @param result A reply, a text, a page, a stream of text or bytes, or an object that becomes JSON.
 * @param options Who is told of a stream that breaks off.
 * @throws {TypeError} If it is none of these.
 */
export function replyOf(
  ctx: Context,
  result: RouteResult,
  { reportDefect }: { reportDefect: (error: unknown) => void },
): Response {
  if (result instanceof Response) return withCommonHeaders(result);
  if (typeof result === "string") return textReply(result);
  if (isValidElement(result)) return withCommonHeaders(ctx.render(result as Page));
  if (isStream(result)) {
    const headers = { "content-type": "text/plain; charset=utf-8", "cache-control": "private, no-cache" };
    return withCommonHeaders(new Response(byteStream(result, { reportDefect }), { headers }));
  }
  if (typeof result === "object" && result !== null) return jsonReply(result);
  throw new TypeError(`The route ${ctx.path} returned ${result}: return a Response, string, page, stream or object`);
}

function isStream(result: unknown): result is AsyncIterable<Piece> {
  return typeof result === "object" && result !== null && Symbol.asyncIterator in result;
}
