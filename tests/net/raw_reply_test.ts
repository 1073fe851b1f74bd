import { assert, assertEquals, assertMatch } from "@std/assert";
import { lazyResponse, withFields } from "../../lib/lazy_response.ts";
import { takeReply, toBytes, until } from "./http_cases/wire.ts";
import { turns } from "./fake_stream.ts";
import { get, held, open, pathOf } from "./open_connection.ts";

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
