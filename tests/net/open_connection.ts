/**
 * A connection of the raw transport that a test holds the other end of.
 *
 * @module
 */
import type { Handler } from "../../lib/context.ts";
import { RawConnection } from "../../lib/net/raw_connection.ts";
import { RAW_LIMITS, type RawLimits } from "../../lib/net/raw_limits.ts";
import { Turn } from "../../lib/turn.ts";
import { type Reply, takeReply, until } from "./http_cases/wire.ts";
import { FakeStream } from "./fake_stream.ts";

/**
 * A stream whose writes take a part only, whose reads come one after the other, as those of the system, and that is never
 * read into nothing, for that would never end.
 */
export class PartStream extends FakeStream {
  readonly maxWrittenBytes: number;
  #lastRead: Promise<unknown> = Promise.resolve();

  constructor(maxWrittenBytes = Infinity) {
    super();
    this.maxWrittenBytes = maxWrittenBytes;
  }

  override async read(into: Uint8Array): Promise<number | null> {
    if (into.length === 0) throw new RangeError("Nothing can be read into nothing");
    const read = this.#lastRead.then(() => super.read(into));
    this.#lastRead = read.catch(() => {});
    return await read;
  }

  override async write(bytes: Uint8Array): Promise<number> {
    return await super.write(bytes.subarray(0, this.maxWrittenBytes));
  }
}

export interface Options {
  readonly limits?: Partial<RawLimits>;
  readonly stream?: PartStream;
}

/** A connection that the test holds the other end of. */
export function open(handler: Handler, { limits, stream = new PartStream() }: Options = {}) {
  const defects: unknown[] = [];
  const reportDefect = (error: unknown) => void defects.push(error);
  const host = {
    handler,
    limits: { ...RAW_LIMITS, ...limits },
    turn: new Turn(reportDefect),
    origin: { scheme: "http", fallbackHost: "a" } as const,
    reportDefect,
  };
  const connection = new RawConnection(host, { stream, address: "127.0.0.1" });
  const served = connection.serve();
  /** All that was sent so far. */
  const sent = () => stream.writes.join("");
  /** The replies that came whole; fails if they are not well-formed. */
  const replies = () => {
    const all: Reply[] = [];
    let bytes = sent();
    for (let reply = takeReply(bytes); reply !== undefined; reply = takeReply(bytes)) {
      all.push(reply);
      bytes = bytes.slice(reply.length);
    }
    return all;
  };
  const statuses = () => replies().map(({ status }) => status);
  /** Waits for so many replies. */
  const untilReplies = (count: number) => until(`${count} replies have come`, () => replies().length >= count);
  const close = async () => {
    stream.close();
    await served;
  };
  return { connection, stream, defects, sent, replies, statuses, untilReplies, [Symbol.asyncDispose]: close };
}

export const get = (path: string) => `GET ${path} HTTP/1.1\r\nHost: a\r\n\r\n`;
export const post = (path: string, fields: string) => `POST ${path} HTTP/1.1\r\nHost: a\r\n${fields}\r\n`;
export const pathOf = (request: Request) => new URL(request.url).pathname;

/** The body of a reply that says when it is given up. */
export function held() {
  const state = { isCancelled: false };
  const body = new ReadableStream<Uint8Array<ArrayBuffer>>({
    cancel: () => void (state.isCancelled = true),
  }, { highWaterMark: 0 });
  return { body, state };
}
