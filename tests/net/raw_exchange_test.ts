import { assert, assertEquals, assertNotMatch } from "@std/assert";
import { lazyResponse } from "../../lib/lazy_response.ts";
import { toBytes, until } from "./http_cases/wire.ts";
import { turns } from "./fake_stream.ts";
import { get, open, PartStream, pathOf, post } from "./open_connection.ts";

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
