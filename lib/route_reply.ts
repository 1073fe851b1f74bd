import { isValidElement } from "preact";
import { byteStream, type Piece } from "./byte_stream.ts";
import type { Context } from "./context.ts";
import type { RouteResult } from "./file_routes.ts";
import { LazyResponse, withFields } from "./lazy_response.ts";
import type { Page } from "./render.ts";
import { jsonReply, textReply, withCommonHeaders } from "./replies.ts";

/**
 * What a route returned → a reply.
 *
 * @param ctx The request.
 * @param result A reply, a text, a page, a stream of text or bytes, or an object that becomes JSON.
 * @param options Who is told of a stream that breaks off.
 * @throws {TypeError} If it is none of these, or a reply that cannot be sent.
 */
export function replyOf(
  ctx: Context,
  result: RouteResult,
  { reportDefect }: { reportDefect: (error: unknown) => void },
): Response {
  if (result instanceof Response) return withCommonHeaders(checked(ctx, result));
  if (typeof result === "string") return textReply(result);
  if (isValidElement(result)) return withCommonHeaders(ctx.render(result as Page));
  if (isStream(result)) {
    const headers = { "content-type": "text/plain; charset=utf-8", "cache-control": "private, no-cache" };
    return withCommonHeaders(new Response(byteStream(result, { reportDefect }), { headers }));
  }
  if (typeof result === "object" && result !== null) return jsonReply(speaking(ctx, result));
  throw wrong(ctx, `${result}: return a Response, string, page, stream or object`);
}

function wrong(ctx: Context, what: string): TypeError {
  return new TypeError(`The route ${ctx.path} returned ${what}`);
}

/** A reply that can be sent: else it would fail in the transport, where nobody knows which route it came from. */
function checked(ctx: Context, response: Response): Response {
  const { status } = response;
  const isStatus = Number.isInteger(status) && (status === 101 || (status >= 200 && status <= 599));
  if (!isStatus) throw wrong(ctx, `a reply with the status ${status}: it is a number from 200 to 599`);
  // To ask one that is made when it is needed would make it.
  if (!(response instanceof LazyResponse) && response.bodyUsed) {
    throw wrong(ctx, "a Response whose body was read already: return a clone()");
  }
  return response instanceof LazyResponse && status >= 300 && status < 400 ? withPlainLocation(response) : response;
}

/** A field holds ASCII alone; a route may well redirect to a name, or to what a visitor has typed. */
function withPlainLocation(response: Response & LazyResponse): Response {
  const { location } = response.fields;
  if (location === undefined || !/[^!-~]/.test(location)) return response;
  const plain = location.toWellFormed().replaceAll(/[^!-~]+/g, encodeURIComponent);
  return withFields(response, { location: plain });
}

/** An object of which JSON tells what is in it. */
function speaking(ctx: Context, result: object): object {
  if ("toJSON" in result) return result;
  const isBytes = ArrayBuffer.isView(result) || result instanceof ArrayBuffer || result instanceof Blob;
  if (isBytes) throw wrong(ctx, `a ${result.constructor.name}: send bytes as new Response(bytes, { headers })`);
  if (result instanceof Map || result instanceof Set) {
    throw wrong(ctx, `a ${result.constructor.name}, which JSON would show empty: return an object or a list`);
  }
  return result;
}

function isStream(result: unknown): result is AsyncIterable<Piece> {
  return typeof result === "object" && result !== null && Symbol.asyncIterator in result;
}
