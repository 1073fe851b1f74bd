/**
 * Server-sent events (WHATWG HTML §9.2): one reply that goes on, which a browser reads with `EventSource`.
 *
 * Nothing is gathered here: the source is asked for the next event when the last one is on its way. Where the source is
 * silent, a comment is sent from time to time, so that no proxy takes the stream for dead, and a client that has gone
 * is noticed.
 *
 * @module
 */
import { byteStream } from "./byte_stream.ts";

/** One event. */
export interface ServerSentEvent {
  /** What it says, in as many lines as you like; what is no text is sent as JSON. */
  readonly data?: unknown;
  /** Its kind: the name to listen for. @default "message" */
  readonly event?: string;
  /** Its id: a browser that comes back says the last one it got. */
  readonly id?: string | number;
}

/** What a source is told. */
export interface Listening {
  /** Aborted when nobody listens any more. */
  readonly signal: AbortSignal;
}

/** Gives the events: an iterable, or a function that makes one. */
export type EventSource = AsyncIterable<ServerSentEvent> | ((listening: Listening) => AsyncIterable<ServerSentEvent>);

/** How a stream of events is sent. */
export interface EventStreamOptions {
  /** Silence after which a comment is sent, in ms. Proxies give up after 30 to 60 s. @default 20000 (20 s) */
  readonly heartbeatMs?: number;
  /** How long a browser waits before it comes back after a loss, in ms. @default what the browser likes, some 3 s */
  readonly retryMs?: number;
}

const HEARTBEAT_MS = 20_000;
/** More of a `Last-Event-ID` is none of ours. */
const MAX_ID_CHARACTERS = 1_024;
const COMMENT = ":\n\n";

/** What is behind each reply. */
const STREAMS = new WeakMap<Response, EventTexts>();

/**
 * Answers with events.
 *
 * @param source The events; when the client leaves, its `return()` is called, and its signal is aborted.
 * @param options Heartbeat and return.
 * @returns The reply, which ends with the source.
 * @example
 * ```ts
 * import { eventStream } from "./event_stream.ts";
 * import { assertEquals } from "@std/assert";
 *
 * async function* count() {
 *   yield { id: 1, data: "one" };
 *   yield { id: 2, event: "word", data: "two\nlines" };
 * }
 * assertEquals(
 *   await eventStream(count()).text(),
 *   ":\n\nid: 1\ndata: one\n\nid: 2\nevent: word\ndata: two\ndata: lines\n\n",
 * );
 * ```
 */
export function eventStream(
  source: EventSource,
  { heartbeatMs = HEARTBEAT_MS, retryMs }: EventStreamOptions = {},
): Response {
  const controller = new AbortController();
  const { signal } = controller;
  const events = typeof source === "function" ? source({ signal }) : source;
  const texts = new EventTexts(events[Symbol.asyncIterator](), {
    controller,
    heartbeatMs,
    first: retryMs === undefined ? COMMENT : `retry: ${retryMs}\n\n`,
  });
  const response = new Response(byteStream(texts), {
    headers: {
      "content-type": "text/event-stream; charset=utf-8",
      "cache-control": "no-store",
      // nginx would gather the events until it has a page full of them.
      "x-accel-buffering": "no",
    },
  });
  STREAMS.set(response, texts);
  return response;
}

/** The streams of one server that are being sent: they might go on for ever, but the server has to stop one day. */
export class OpenStreams {
  readonly #open = new Set<EventTexts>();

  /**
   * Notes a reply if it is a stream of events.
   *
   * @param response Any reply, as it was made.
   */
  note(response: Response): void {
    const texts = STREAMS.get(response);
    if (texts === undefined) return;
    this.#open.add(texts);
    texts.onEnd = () => this.#open.delete(texts);
  }

  /** Ends all of them; a browser comes back by itself. */
  end(): void {
    for (const texts of [...this.#open]) texts.end();
  }
}

/**
 * The id of the last event that a client got before it lost the stream.
 *
 * @param request Its request.
 */
export function lastEventId({ headers }: Request): string | undefined {
  const id = headers.get("last-event-id");
  return id === null || id === "" || id.length > MAX_ID_CHARACTERS ? undefined : id;
}

interface EventTextsInit {
  readonly controller: AbortController;
  readonly heartbeatMs: number;
  /** Sent at once: the head of a reply may wait for it. */
  readonly first: string;
}

type Step = IteratorResult<ServerSentEvent>;

/** Events and heartbeats, as text. */
class EventTexts implements AsyncIterableIterator<string> {
  readonly #events: AsyncIterator<ServerSentEvent>;
  readonly #controller: AbortController;
  readonly #heartbeatMs: number;
  readonly #ended = Promise.withResolvers<Step>();
  /** Called once it has ended, however. */
  onEnd: () => void = () => {};
  #first: string | undefined;
  #next: Promise<Step> | undefined;

  constructor(events: AsyncIterator<ServerSentEvent>, { controller, heartbeatMs, first }: EventTextsInit) {
    this.#events = events;
    this.#controller = controller;
    this.#heartbeatMs = heartbeatMs;
    this.#first = first;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async next(): Promise<IteratorResult<string>> {
    const value = this.#first;
    this.#first = undefined;
    if (value !== undefined) return { done: false, value };
    this.#next ??= this.#events.next();
    try {
      const step = await this.#nextOrHeartbeat(this.#next);
      if (step === undefined) return { done: false, value: COMMENT };
      this.#next = undefined;
      if (!step.done) return { done: false, value: textOf(step.value) };
    } catch (error) {
      this.end();
      throw error;
    }
    this.end();
    return { done: true, value: undefined };
  }

  /** The client has left. */
  return(): Promise<IteratorResult<string>> {
    this.end();
    return Promise.resolve({ done: true, value: undefined });
  }

  /** Ends the stream, though the source might go on. */
  end(): void {
    if (this.#controller.signal.aborted) return;
    this.onEnd();
    this.#controller.abort();
    this.#ended.resolve({ done: true, value: undefined });
    // What the source was asked for may come late, or fail: nobody wants it any more.
    this.#next?.catch(() => {});
    Promise.resolve(this.#events.return?.()).catch(() => {});
  }

  async #nextOrHeartbeat(next: Promise<Step>): Promise<Step | undefined> {
    const { promise, resolve } = Promise.withResolvers<undefined>();
    const timer = setTimeout(resolve, this.#heartbeatMs, undefined);
    try {
      return await Promise.race([next, this.#ended.promise, promise]);
    } finally {
      clearTimeout(timer);
    }
  }
}

function textOf({ data, event, id }: ServerSentEvent): string {
  const lines = [];
  if (id !== undefined) lines.push(`id: ${oneLine("id", String(id))}`);
  if (event !== undefined) lines.push(`event: ${oneLine("event", event)}`);
  const text = typeof data === "string" ? data : JSON.stringify(data) ?? "";
  // An event without data is none to a browser: it waits for more.
  lines.push(...text.split(/\r\n|\r|\n/).map((line) => `data: ${line}`));
  return `${lines.join("\n")}\n\n`;
}

function oneLine(what: string, text: string): string {
  if (/[\r\n\0]/.test(text)) throw new TypeError(`The ${what} of an event is one line: ${JSON.stringify(text)}`);
  return text;
}
