/**
 * The application of the corpus: it tells what it saw of a request, and has a few paths that answer in other ways.
 *
 * @module
 */
import type { Handler } from "../../../lib/context.ts";
import type { Seen } from "./case.ts";
import { toBytes, toText } from "./wire.ts";

/** An application that remembers which requests got to it that should not have. */
export interface Corpus {
  /** The application. */
  readonly handler: Handler;
  /** The URLs of smuggled requests. */
  readonly smuggled: string[];
}

/** Makes the application of the corpus. */
export function corpus(): Corpus {
  const smuggled: string[] = [];
  const handler: Handler = async (request) => {
    if (request.url.includes("/smuggled")) smuggled.push(request.url);
    const path = /^\w+:\/\/[^/?]*([^?]*)/.exec(request.url)?.[1] ?? request.url;
    const answer = PATHS[path] ?? (path.startsWith("/status/") ? status : echo);
    return await answer(request);
  };
  return { handler, smuggled };
}

/** The pieces that `/stream` sends; the empty one must not end the body. */
export const PIECES: readonly string[] = ["one,", "", "two,", "x".repeat(20_000), "end"];

type Answer = (request: Request) => Response | Promise<Response>;

async function echo(request: Request): Promise<Response> {
  try {
    const body = toText(new Uint8Array(await request.arrayBuffer()));
    const headers = Object.fromEntries(request.headers);
    const seen: Seen = { method: request.method, url: request.url, headers, body };
    return Response.json(seen);
  } catch (error) {
    // A body that breaks the protocol: the transport says with which status.
    const { status = 400 } = error as { status?: number };
    return new Response("The body is broken", { status });
  }
}

function status(request: Request): Response {
  const code = Number(/\d+/.exec(request.url.slice(request.url.indexOf("/status/")))?.[0]);
  return new Response(null, { status: code, headers: { etag: '"x"' } });
}

function stream(pieces: readonly string[], init?: ResponseInit, error?: Error): Response {
  const waiting = [...pieces];
  let timer: ReturnType<typeof setTimeout>;
  const body = new ReadableStream<Uint8Array<ArrayBuffer>>({
    async pull(controller) {
      await new Promise((resolve) => timer = setTimeout(resolve));
      const piece = waiting.shift();
      if (piece !== undefined) controller.enqueue(toBytes(piece));
      else if (error !== undefined) controller.error(error);
      else controller.close();
    },
    cancel: () => clearTimeout(timer),
  });
  return new Response(body, init);
}

async function slow(request: Request): Promise<Response> {
  await new Promise((resolve) => setTimeout(resolve, 20));
  return await echo(request);
}

function split(): Response {
  const attempts: Array<() => unknown> = [
    () => new Headers({ a: "b\r\nx-split: 1" }),
    () => new Headers({ a: "b\nx-split: 1" }),
    () => new Headers({ "a\r\nx-split": "1" }),
    () => new Response(null, { statusText: "OK\r\nx-split: 1" }),
  ];
  for (const attempt of attempts) {
    try {
      attempt();
      return new Response("It was let through", { status: 500 });
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
    }
  }
  return new Response("No way", { headers: { a: "b\xe9\x80" } });
}

/** Field values that a handler may have made by mistake: the framing is the transport's. */
function frames(headers: Record<string, string>): Answer {
  return () => new Response("hello", { headers });
}

const PATHS: Readonly<Record<string, Answer>> = {
  "/ignore": () => new Response("ignored"),
  "/slow": slow,
  "/text": () => new Response("hello"),
  "/utf8": () => new Response("h\u00e9"),
  "/bytes": () => new Response(Uint8Array.of(0, 255, 13, 10)),
  "/blob": () => new Response(new Blob(["hello"], { type: "a/b" })),
  "/empty": () => new Response(""),
  "/null": () => new Response(null),
  "/large": () => new Response("y".repeat(1_048_576)),
  "/stream": () => stream(PIECES),
  "/stream-nothing": () => stream([]),
  "/stream-length": () => stream(["hel", "lo"], { headers: { "content-length": "5" } }),
  "/stream-short": () => stream(["hel"], { headers: { "content-length": "5" } }),
  "/stream-long": () => stream(["hello", "HTTP/1.1 299 "], { headers: { "content-length": "5" } }),
  "/stream-error": () => stream(PIECES, {}, new Error("broke on purpose")),
  "/head-length": () => new Response(null, { headers: { "content-length": "1234" } }),
  "/wrong-length": frames({ "content-length": "2" }),
  "/wrong-coding": frames({ "transfer-encoding": "chunked" }),
  "/says-close": frames({ connection: "close" }),
  "/cookies": () => new Response("x", { headers: [["set-cookie", "a=1"], ["set-cookie", "b=2"]] }),
  "/split": split,
  "/redirect": () => new Response(null, { status: 303, headers: { location: "/x" } }),
};
