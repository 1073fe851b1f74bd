import { assert, assertEquals, assertMatch, assertNotMatch } from "@std/assert";
import type { Handler } from "../../lib/context.ts";
import { lazyResponse, withFields } from "../../lib/lazy_response.ts";
import { RawConnection } from "../../lib/net/raw_connection.ts";
import { RAW_LIMITS, type RawLimits } from "../../lib/net/raw_limits.ts";
import { Turn } from "../../lib/turn.ts";
import { type Reply, takeReply, toBytes, until } from "./http_cases/wire.ts";
import { FakeStream, turns } from "./fake_stream.ts";

/**
 * A stream whose writes take a part only, whose reads come one after the other, as those of the system, and that is never
 * read into nothing, for that would never end.
 */
class PartStream extends FakeStream {
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

interface Options {
  readonly limits?: Partial<RawLimits>;
  readonly stream?: PartStream;
}

/** A connection that the test holds the other end of. */
function open(handler: Handler, { limits, stream = new PartStream() }: Options = {}) {
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

const get = (path: string) => `GET ${path} HTTP/1.1\r\nHost: a\r\n\r\n`;
const post = (path: string, fields: string) => `POST ${path} HTTP/1.1\r\nHost: a\r\n${fields}\r\n`;
const pathOf = (request: Request) => new URL(request.url).pathname;

/** The body of a reply that says when it is given up. */
function held() {
  const state = { isCancelled: false };
  const body = new ReadableStream<Uint8Array<ArrayBuffer>>({
    cancel: () => void (state.isCancelled = true),
  }, { highWaterMark: 0 });
  return { body, state };
}

Deno.test("empty lines without a request are refused after the fifth, however they are split", async () => {
  for (const step of [1, 2, 3, 8]) {
    await using it = open(() => lazyResponse("ok"));
    const lines = "\r\n".repeat(40);
    for (let at = 0; at < lines.length && !it.stream.isWriteClosed; at += step) {
      it.stream.feed(lines.slice(at, at + step));
      await turns(1);
    }
    await it.untilReplies(1);
    assertEquals(it.statuses(), [400], `${step} bytes at a time`);
  }
});

Deno.test("empty lines before a request, each in a read of its own, are let pass up to the fourth, for each request", async () => {
  await using it = open(() => lazyResponse("ok"));
  for (let count = 1; count <= 3; count++) {
    for (let i = 0; i < 4; i++) {
      it.stream.feed("\r\n");
      await turns(1);
    }
    it.stream.feed(get("/"));
    await it.untilReplies(count);
  }
  assertEquals(it.statuses(), [200, 200, 200]);
});

for (const maxFieldsBytes of [32 * 1024, 64 * 1024, 256 * 1024]) {
  Deno.test(`a head within and beyond ${maxFieldsBytes} bytes of fields is answered, whatever the buffer holds`, async () => {
    const limits = { maxFieldsBytes };
    for (const [bytes, status] of [[maxFieldsBytes - 100, 200], [maxFieldsBytes + 1, 431], [600_000, 431]] as const) {
      await using it = open(() => lazyResponse("ok"), { limits });
      it.stream.feed(`GET /${"x".repeat(7_900)} HTTP/1.1\r\nHost: a\r\nX: ${"x".repeat(bytes - 14)}\r\n\r\n`);
      await it.untilReplies(1);
      assertEquals([it.statuses(), it.defects], [[status], []], `${bytes} bytes`);
    }
  });
}

Deno.test("a body is never taken for a request, when a handler has begun to read it and replies without waiting", async () => {
  const smuggled = get("/smuggled");
  const next = get("/next");
  const bodies = [
    post("/early", `Content-Length: ${smuggled.length}\r\n`) + smuggled,
    post("/early", "Transfer-Encoding: chunked\r\n") + `${smuggled.length.toString(16)}\r\n${smuggled}\r\n0\r\n\r\n`,
  ];
  // At once, before a byte is asked for; or when a read is under way.
  const paces: ReadonlyArray<(reply: Response) => Response | Promise<Response>> = [
    (reply) => reply,
    (reply) => turns(1).then(() => reply),
  ];
  for (const [whole, pace] of bodies.flatMap((body) => paces.map((pace) => [body, pace] as const))) {
    const headEnd = whole.indexOf("\r\n\r\n") + 4;
    for (let at = headEnd; at <= whole.length; at++) {
      const paths: string[] = [];
      let read = "";
      await using it = open((request) => {
        paths.push(pathOf(request));
        const take = ({ value = new Uint8Array() }) => void (read = String.fromCharCode(...value));
        request.body?.getReader().read().then(take, () => {});
        return pace(lazyResponse(pathOf(request)));
      });
      const pieces = [whole.slice(0, headEnd), whole.slice(headEnd, at), whole.slice(at) + next];
      for (const piece of pieces.filter((piece) => piece !== "")) {
        it.stream.feed(piece);
        await turns();
      }
      await until("it is closed, or goes on", () => it.stream.isWriteClosed || it.replies().length === 2);
      const isClosed = it.stream.isWriteClosed;
      const expected = isClosed ? ["/early"] : ["/early", "/next"];
      assertEquals([paths, it.replies().map(({ body }) => body)], [expected, expected], `split at ${at}`);
      if (isClosed) assertEquals(it.replies()[0].headers.get("connection"), "close");
      await turns();
      assert(smuggled.startsWith(read), `it has read ${JSON.stringify(read)}, split at ${at}`);
    }
  }
});

Deno.test("a handler that reads on in a body after its reply gets no byte of the next request", async () => {
  const read: string[] = [];
  const gate = Promise.withResolvers<void>();
  const late = async (request: Request) => {
    await gate.promise;
    for await (const piece of request.body!) read.push(String.fromCharCode(...piece));
  };
  const ends: Promise<unknown>[] = [];
  await using it = open((request) => {
    if (pathOf(request) === "/early") ends.push(late(request).catch(() => {}));
    return lazyResponse(pathOf(request));
  });
  it.stream.feed(post("/early", "Content-Length: 5\r\n"));
  await it.untilReplies(1);
  gate.resolve();
  await turns();
  it.stream.feed("hello");
  it.stream.feed(get("/next"));
  await until("it is closed, or goes on", () => it.stream.isWriteClosed || it.replies().length === 2);
  assert("hello".includes(read.join("")), read.join(""));
  assertEquals(it.replies().map(({ body }) => body), it.stream.isWriteClosed ? ["/early"] : ["/early", "/next"]);
  it.stream.close();
  await Promise.all(ends);
});

Deno.test("a client is not told to go on in the midst of the reply", async () => {
  for (const isRead of [true, false]) {
    const gate = Promise.withResolvers<void>();
    let outcome = "";
    const reply = (body: ReadableStream<Uint8Array<ArrayBuffer>>) =>
      new ReadableStream<Uint8Array<ArrayBuffer>>({
        async start(controller) {
          controller.enqueue(toBytes("begin;"));
          await gate.promise;
          try {
            for await (const piece of body) controller.enqueue(piece);
          } catch {
            outcome = "failed";
          }
          controller.enqueue(toBytes(";end"));
          controller.close();
        },
      });
    await using it = open(({ body }) => new Response(isRead ? reply(body!) : null));
    it.stream.feed(post("/", "Content-Length: 3\r\nExpect: 100-continue\r\n"));
    await turns();
    gate.resolve();
    await turns();
    it.stream.feed("abc");
    await it.untilReplies(1);
    await turns();
    assertNotMatch(it.sent(), /100 Continue/);
    const [{ status, body }] = it.replies();
    assertEquals([status, body], [200, !isRead ? "" : outcome === "failed" ? "begin;;end" : "begin;abc;end"]);
    assertEquals(it.sent().length, it.replies()[0].length, "nothing follows");
  }
});

Deno.test("a client is told to go on behind an earlier reply, also where that is written in parts", async () => {
  for (const maxWrittenBytes of [1, 60, Infinity]) {
    for (const isUnderWay of [true, false]) {
      const gate = Promise.withResolvers<void>();
      if (!isUnderWay) gate.resolve();
      await using it = open((request) => {
        if (pathOf(request) === "/a") return lazyResponse("A".repeat(500));
        return gate.promise.then(() => request.text()).then((text) => lazyResponse(`got ${text}`));
      }, { stream: new PartStream(maxWrittenBytes) });
      it.stream.stall();
      it.stream.feed(get("/a") + post("/b", "Content-Length: 3\r\nExpect: 100-continue\r\n"));
      await turns();
      gate.resolve();
      await turns();
      it.stream.resume();
      await it.untilReplies(2);
      it.stream.feed("abc");
      await it.untilReplies(3);
      assertEquals(it.statuses(), [200, 100, 200]);
      assertEquals(it.replies().map(({ body }) => body), ["A".repeat(500), "", "got abc"]);
      assertEquals(it.defects, []);
    }
  }
});

Deno.test("a client is not told to go on behind the reply, however much was gathered before", async () => {
  for (const size of [7_900, 7_950, 8_000, 8_050, 8_100]) {
    await using it = open((request) => {
      if (pathOf(request) !== "/early") return lazyResponse(toBytes("y".repeat(size)));
      request.body!.getReader().read().catch(() => {});
      return lazyResponse("early");
    });
    it.stream.feed(get("/") + get("/") + post("/early", "Content-Length: 3\r\nExpect: 100-continue\r\n"));
    await until("it is answered", () => it.statuses().filter((status) => status === 200).length === 3);
    await turns();
    const statuses = it.statuses().filter((status, at) => status !== 100 || at !== 2);
    assertEquals(statuses, [200, 200, 200], `${size} bytes`);
  }
});

Deno.test("a stream whose connection is lost before it is begun is given up", async () => {
  for (const isFirst of [true, false]) {
    const { body, state } = held();
    const gate = Promise.withResolvers<void>();
    if (isFirst) gate.resolve();
    await using it = open((request) =>
      pathOf(request) === "/a" ? lazyResponse("a") : gate.promise.then(() => new Response(body))
    );
    it.stream.stall();
    it.stream.feed(get("/a") + get("/stream"));
    await turns();
    it.stream.close();
    await turns();
    gate.resolve();
    await until("the stream is cancelled", () => state.isCancelled);
    assertEquals(it.defects, []);
  }
});

Deno.test("a stream is given up whose reply has fields that no reply may have", async () => {
  const replies: ReadonlyArray<(body: ReadableStream<Uint8Array<ArrayBuffer>>) => Response> = [
    (body) => lazyResponse(body, { headers: { x: "a\r\nb: c" } }),
    (body) => lazyResponse(body, { headers: { "not a token": "a" } }),
    (body) => new Response(body, { headers: { x: "\x01" } }),
    (body) => {
      const response = lazyResponse(body);
      response.headers.set("x", "\x01");
      return response;
    },
  ];
  for (const reply of replies) {
    const { body, state } = held();
    await using it = open((request) => pathOf(request) === "/bad" ? reply(body) : lazyResponse("ok"));
    it.stream.feed(get("/bad") + get("/"));
    await it.untilReplies(2);
    assertEquals([it.statuses(), it.defects.length], [[500, 200], 1]);
    await until("the stream is cancelled", () => state.isCancelled);
  }
});

/** How a handler may ask for an upgrade and do something else. */
const CHANGED_MINDS: ReadonlyArray<readonly [what: string, status: number, reply: () => Response | Promise<Response>]> =
  [
    ["answers with a page", 200, () => lazyResponse("changed my mind")],
    ["answers with a page later", 200, () => Promise.resolve(new Response("changed my mind"))],
    ["throws", 500, () => {
      throw new RangeError("a defect");
    }],
  ];
const UPGRADE = "GET /up HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n" +
  "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";

for (const [what, status, reply] of CHANGED_MINDS) {
  Deno.test(`an upgrade is gone with its request, when the handler ${what}`, async () => {
    let accepted = 0;
    await using it = open((request, peer) => {
      if (pathOf(request) === "/101") return lazyResponse(null, { status: 101 });
      const events = { message() {}, closed() {} };
      const accept = () => {
        accepted += 1;
        return events;
      };
      peer.upgrade(request, { protocols: [], maxMessageBytes: 9, accept });
      return reply();
    });
    it.stream.feed(UPGRADE + get("/101"));
    await it.untilReplies(2);
    assertEquals([it.statuses(), accepted], [[status, 500], 0]);
  });
}

Deno.test("an upgrade whose reply has fields that no reply may have is none", async () => {
  let accepted = 0;
  await using it = open((request, peer) => {
    if (pathOf(request) !== "/up") return lazyResponse("ok");
    const accept = () => {
      accepted += 1;
      return { message() {}, closed() {} };
    };
    const reply = peer.upgrade(request, { protocols: [], maxMessageBytes: 9, accept });
    return withFields(reply, { x: "a\r\nb: c" });
  });
  it.stream.feed(UPGRADE + get("/"));
  await it.untilReplies(1);
  await until("it is closed, or goes on", () => it.stream.isWriteClosed || it.replies().length === 2);
  assertEquals([it.statuses()[0], accepted, it.defects.length], [500, 0, 1]);
});

Deno.test("a status of 101 that comes from no upgrade is answered with 500", async () => {
  await using it = open((request) => lazyResponse(null, { status: pathOf(request) === "/101" ? 101 : 200 }));
  it.stream.feed(get("/") + get("/101"));
  await it.untilReplies(2);
  assertEquals([it.statuses(), it.defects.length], [[200, 500], 1]);
});

Deno.test("a stream that fails before anything of it is sent is answered with 500", async () => {
  const broken = new RangeError("a defect");
  const fail = () => {
    throw broken;
  };
  const bodies: ReadonlyArray<() => ReadableStream<Uint8Array<ArrayBuffer>>> = [
    () => new ReadableStream({ pull: fail }),
    () => new ReadableStream({ pull: () => Promise.reject(broken) }),
    () => new ReadableStream({ start: (controller) => controller.error(broken) }),
  ];
  for (const body of bodies) {
    for (const reply of [(it: typeof body) => new Response(it()), (it: typeof body) => lazyResponse(it())]) {
      await using it = open((request) => pathOf(request) === "/fail" ? reply(body) : lazyResponse("ok"));
      it.stream.feed(get("/") + get("/fail"));
      await it.untilReplies(2);
      assertEquals([it.statuses(), it.defects], [[200, 500], [broken]]);
      assertMatch(it.replies()[1].body, /./, "it is told what happened");
    }
  }
});

Deno.test("a HEAD for a stream that fails at once is answered with 500 too, and nothing but a head", async () => {
  await using it = open((request) =>
    request.method === "HEAD"
      ? new Response(new ReadableStream({ pull: () => Promise.reject(new RangeError("a defect")) }))
      : lazyResponse("ok")
  );
  it.stream.feed("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n");
  await until("it is answered", () => it.sent() !== "" || it.stream.isClosed);
  const reply = takeReply(it.sent(), { toHead: true });
  assertEquals([reply?.status, it.sent().length, it.defects.length], [500, reply?.length, 1]);
});

Deno.test("a stream that fails when some of it is sent breaks off, without another head", async () => {
  const broken = new RangeError("a defect");
  await using it = open(() =>
    new Response(
      new ReadableStream({
        async pull(controller) {
          controller.enqueue(toBytes("begin"));
          await turns();
          controller.error(broken);
        },
      }),
    )
  );
  it.stream.feed(get("/"));
  await until("it is closed", () => it.stream.isClosed);
  assertEquals([it.sent().split("HTTP/1.1").length - 1, it.replies(), it.defects], [1, [], [broken]]);
  assert(it.sent().endsWith("5\r\nbegin\r\n"));
});

Deno.test("a client that takes each write of a stream slowly is not cut, and one that takes none is", async () => {
  let pieces = 0;
  const body = new ReadableStream<Uint8Array<ArrayBuffer>>({
    pull(controller) {
      pieces += 1;
      controller.enqueue(new Uint8Array(20_000));
    },
  });
  await using it = open(() => new Response(body), { limits: { writeStallMs: 1_000 } });
  it.stream.stall();
  it.stream.feed(get("/"));
  await turns();
  for (let round = 0; round < 10; round++) {
    it.connection.tick(600);
    assert(!it.stream.isClosed, `after ${round} writes`);
    it.stream.resume();
    it.stream.stall();
    await turns();
  }
  assert(pieces > 3, `${pieces} pieces`);
  it.connection.tick(600);
  it.connection.tick(600);
  assert(it.stream.isClosed);
});
