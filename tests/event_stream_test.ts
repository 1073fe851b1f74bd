import { assertEquals, assertStringIncludes } from "@std/assert";
import { eventStream, lastEventId, type ServerSentEvent } from "../lib/event_stream.ts";
import { tempDir, testServer } from "./testing.ts";

/** A source that gives what it is told to, once it is asked; and knows when nobody listens any more. */
class Source implements AsyncIterableIterator<ServerSentEvent> {
  readonly left = Promise.withResolvers<void>();
  asked = 0;
  #given = Promise.withResolvers<ServerSentEvent>();

  [Symbol.asyncIterator]() {
    return this;
  }

  async next() {
    this.asked++;
    const value = await this.#given.promise;
    this.#given = Promise.withResolvers();
    return { done: false as const, value };
  }

  return() {
    this.left.resolve();
    return Promise.resolve({ done: true as const, value: undefined });
  }

  give(event: ServerSentEvent) {
    this.#given.resolve(event);
  }
}

function readerOf(response: Response) {
  const reader = response.body!.getReader();
  const decoder = new TextDecoder();
  let text = "";
  return {
    /** Reads until a text has come. */
    async until(part: string) {
      while (!text.includes(part)) {
        const { done, value } = await reader.read();
        if (done) throw new Error(`The stream ended: ${text}`);
        text += decoder.decode(value, { stream: true });
      }
      return text;
    },
    read: () => reader.read(),
    cancel: () => reader.cancel(),
  };
}

Deno.test("eventStream() writes events as browsers read them", async () => {
  const cases: ReadonlyArray<readonly [event: ServerSentEvent, text: string]> = [
    [{ data: "a" }, "data: a\n\n"],
    [{ data: "" }, "data: \n\n"],
    [{ event: "ping" }, "event: ping\ndata: \n\n"],
    [{ data: "a\nb\r\nc\rd\n" }, "data: a\ndata: b\ndata: c\ndata: d\ndata: \n\n"],
    [{ data: { a: [1, "\n"] } }, 'data: {"a":[1,"\\n"]}\n\n'],
    [{ data: null, id: 7, event: "x y" }, "id: 7\nevent: x y\ndata: null\n\n"],
    [{ data: ": id: 1", id: "ü" }, "id: ü\ndata: : id: 1\n\n"],
  ];
  for (const [event, text] of cases) {
    const response = eventStream((async function* () {
      yield await event;
    })());
    assertEquals(await response.text(), `:\n\n${text}`);
    assertEquals(response.headers.get("content-type"), "text/event-stream; charset=utf-8");
    assertEquals(response.headers.get("cache-control"), "no-store");
  }
});

Deno.test("an event whose id or kind has two lines breaks the stream off", async () => {
  for (const event of [{ id: "a\nb" }, { event: "a\rdata: b" }, { id: "a\0" }]) {
    const source = new Source();
    const reader = readerOf(eventStream(source));
    await reader.until(":\n\n");
    const read = reader.read().then(() => "read", (error) => error.message);
    source.give(event);
    assertStringIncludes(await read, "of an event is one line");
    await source.left.promise;
  }
});

Deno.test("eventStream() asks for one event at a time, and for none before it is read", async () => {
  const source = new Source();
  const reader = readerOf(eventStream(source, { retryMs: 1_500 }));
  assertEquals(await reader.until("\n\n"), "retry: 1500\n\n");
  assertEquals(source.asked, 0);
  const first = reader.until("data: 1\n\n");
  source.give({ data: 1 });
  await first;
  assertEquals(source.asked, 1);
  await reader.cancel();
  await source.left.promise;
});

Deno.test("a silent source is covered by comments", async () => {
  const source = new Source();
  const reader = readerOf(eventStream(source, { heartbeatMs: 1 }));
  await reader.until(":\n\n:\n\n:\n\n");
  source.give({ data: "after a while" });
  await reader.until("data: after a while\n\n");
  await reader.cancel();
  await source.left.promise;
});

Deno.test("the signal of a source is aborted when the reader leaves", async () => {
  const left = Promise.withResolvers<void>();
  const reader = readerOf(eventStream(async function* ({ signal }) {
    signal.addEventListener("abort", () => left.resolve());
    yield { data: "here" };
    await new Promise(() => {});
  }));
  await reader.until("here");
  await reader.cancel();
  await left.promise;
});

Deno.test("lastEventId() tells what a browser says, if it is not too long", () => {
  const idOf = (id?: string) =>
    lastEventId(new Request("http://localhost/", { headers: id ? { "last-event-id": id } : {} }));
  assertEquals([idOf(), idOf("7"), idOf("x".repeat(1_025))], [undefined, "7", undefined]);
});

/** What the routes below have seen. */
const seen: Record<string, PromiseWithResolvers<void>> = {};
Object.assign(globalThis, { seenByRoutes: seen });

const ROUTES = {
  "events.js": `
    const events = (ctx) => async function* ({ signal }) {
      yield { id: 1, data: "first " + (ctx.lastEventId ?? "ever") };
      for (;;) await new Promise((resolve) => { signal.addEventListener("abort", resolve); });
    };
    export const GET = (ctx) =>
      ctx.events((listening) => {
        const { [ctx.query.get("id")]: left } = globalThis.seenByRoutes;
        listening.signal.addEventListener("abort", () => left.resolve());
        return events(ctx)(listening);
      }, { heartbeatMs: 10 });`,
  "stream.js": `
    export const GET = async function* (ctx) {
      try {
        yield "one\\n";
        yield new TextEncoder().encode("two\\n");
        if (ctx.query.has("for-ever")) for (;;) yield "x".repeat(10_000);
        if (ctx.query.has("broken")) throw new Error("the source broke");
      } finally {
        globalThis.seenByRoutes[ctx.query.get("id")]?.resolve();
      }
    };`,
};

for (const transport of ["native", "raw"] as const) {
  const withServer = async (work: (url: string) => Promise<void>) => {
    await using dir = await tempDir(ROUTES);
    await using server = await testServer({ transport, routesDir: dir.path });
    await work(server.url);
  };

  Deno.test(`events come one by one, and a client that leaves is noticed (${transport})`, () =>
    withServer(async (url) => {
      seen[transport] = Promise.withResolvers();
      const response = await fetch(`${url}events?id=${transport}`, { headers: { "last-event-id": "6" } });
      assertEquals(response.headers.get("x-content-type-options"), "nosniff");
      const reader = readerOf(response);
      await reader.until("id: 1\ndata: first 6\n\n:\n\n");
      await reader.cancel();
      await seen[transport].promise;
    }));

  Deno.test(`a HEAD for a stream of events begins none (${transport})`, () =>
    withServer(async (url) => {
      seen[`head-${transport}`] = Promise.withResolvers();
      const response = await fetch(`${url}events?id=head-${transport}`, { method: "HEAD" });
      assertEquals([response.status, response.headers.get("content-type")], [200, "text/event-stream; charset=utf-8"]);
      await seen[`head-${transport}`].promise;
    }));

  Deno.test(`a server that stops does not wait for streams of events (${transport})`, async () => {
    seen[`stop-${transport}`] = Promise.withResolvers();
    let rest = Promise.resolve("");
    await withServer(async (url) => {
      const response = await fetch(`${url}events?id=stop-${transport}`);
      const reader = readerOf(response);
      await reader.until("first ever");
      rest = (async () => {
        for (;;) {
          const { done, value } = await reader.read();
          if (done) return "the end";
          assertEquals(new TextDecoder().decode(value).replaceAll(":\n\n", ""), "");
        }
      })();
    });
    assertEquals(await rest, "the end");
    await seen[`stop-${transport}`].promise;
  });

  Deno.test(`a route may return a generator of text and bytes (${transport})`, () =>
    withServer(async (url) => {
      const response = await fetch(`${url}stream`);
      assertEquals(response.headers.get("content-type"), "text/plain; charset=utf-8");
      assertEquals(await response.text(), "one\ntwo\n");
      seen[`left-${transport}`] = Promise.withResolvers();
      const endless = await fetch(`${url}stream?for-ever&id=left-${transport}`);
      const reader = readerOf(endless);
      await reader.until("xxx");
      await reader.cancel();
      await seen[`left-${transport}`].promise;
    }));

  Deno.test(`a stream whose source breaks is broken off (${transport})`, () =>
    withServer(async (url) => {
      const text = await fetch(`${url}stream?broken`).then((response) => response.text()).then(() => "whole", () =>
        "broken");
      assertEquals(text, "broken");
    }));
}
