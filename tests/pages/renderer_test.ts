import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { HttpError } from "../../lib/errors.ts";
import type { SiteDocument } from "../../lib/pages/document.ts";
import { Renderer, type RendererOptions, type RenderPort, type RenderSource } from "../../lib/pages/renderer.ts";
import { fakeTimers, tempDir } from "../testing.ts";

const encoder = new TextEncoder();

function documentOf(html: string): SiteDocument {
  return { matter: {}, hasHeading: false, headings: [], html };
}

function source(url: string, { version = "1", text = url } = {}): RenderSource {
  return { url, version, read: () => Promise.resolve(encoder.encode(text)) };
}

/** Threads that answer when they are told to. */
class Threads {
  readonly asked: string[] = [];
  started = 0;
  ended = 0;
  #waiting: PromiseWithResolvers<SiteDocument> | undefined;
  #asking = Promise.withResolvers<void>();

  open = (): RenderPort => {
    this.started++;
    return {
      render: ({ url }) => {
        this.asked.push(url);
        this.#waiting = Promise.withResolvers();
        this.#asking.resolve();
        return this.#waiting.promise;
      },
      end: () => void this.ended++,
    };
  };

  /** Resolves when a file is being rendered. */
  async busy(): Promise<void> {
    await this.#asking.promise;
    this.#asking = Promise.withResolvers();
  }

  finish(document: SiteDocument): void {
    this.#waiting!.resolve(document);
  }

  fail(message: string): void {
    this.#waiting!.reject(new Error(message));
  }
}

function rendererWith(threads: Threads, options: Partial<RendererOptions> = {}): Renderer {
  return new Renderer({ dir: "/", open: threads.open, ...options });
}

Deno.test("a file is rendered once, until it changes", async () => {
  const threads = new Threads();
  const renderer = rendererWith(threads);
  const first = [renderer.render(source("/a.md")), renderer.render(source("/a.md"))];
  await threads.busy();
  threads.finish(documentOf("one"));
  assertEquals(await Promise.all(first), [documentOf("one"), documentOf("one")]);
  assertEquals(await renderer.render(source("/a.md")), documentOf("one"));
  const second = renderer.render(source("/a.md", { version: "2" }));
  await threads.busy();
  threads.finish(documentOf("two"));
  assertEquals(await second, documentOf("two"));
  assertEquals([threads.asked, threads.started], [["/a.md", "/a.md"], 1]);
  renderer.close();
  assertEquals(threads.ended, 1);
});

Deno.test("files are rendered one after the other", async () => {
  const threads = new Threads();
  const renderer = rendererWith(threads);
  const results = ["/a.md", "/b.md"].map((url) => renderer.render(source(url)));
  for (const url of ["/a.md", "/b.md"]) {
    await threads.busy();
    assertEquals(threads.asked.at(-1), url);
    threads.finish(documentOf(url));
  }
  assertEquals(await Promise.all(results), [documentOf("/a.md"), documentOf("/b.md")]);
  renderer.close();
});

Deno.test("a file that takes too long loses the thread, and the next one gets another", async () => {
  using timers = fakeTimers();
  const threads = new Threads();
  const renderer = rendererWith(threads, { timeLimitMs: 5_000 });
  const [slow, next] = [renderer.render(source("/slow.md")), renderer.render(source("/next.md"))];
  await threads.busy();
  timers.tick(4_999);
  assertEquals(threads.ended, 0);
  timers.tick(1);
  const result = await slow;
  assert("reason" in result);
  assertMatch(result.reason, /^\/slow\.md cannot be shown as a page: it takes over 5000 ms/);
  await threads.busy();
  threads.finish(documentOf("next"));
  assertEquals(await next, documentOf("next"));
  assertEquals([threads.started, threads.ended], [2, 1]);
  // It is not tried again before it changes.
  assertEquals(await renderer.render(source("/slow.md")), result);
  assertEquals(threads.asked, ["/slow.md", "/next.md"]);
  renderer.close();
});

Deno.test("a thread that breaks is replaced", async () => {
  const threads = new Threads();
  const renderer = rendererWith(threads);
  const broken = renderer.render(source("/a.md"));
  await threads.busy();
  threads.fail("too deep");
  assertEquals(await broken, { reason: "/a.md cannot be shown as a page: too deep" });
  assertEquals([threads.started, threads.ended], [1, 1]);
  renderer.close();
});

Deno.test("a file that cannot be read is told to who asked, and keeps nobody", async () => {
  const threads = new Threads();
  const renderer = rendererWith(threads);
  const gone = { url: "/gone.md", version: "1", read: () => Promise.reject(new HttpError(404, "The file is gone")) };
  await assertRejects(() => renderer.render(gone), HttpError, "gone");
  const next = renderer.render(source("/b.md"));
  await threads.busy();
  threads.finish(documentOf("b"));
  assertEquals(await next, documentOf("b"));
  renderer.close();
});

Deno.test("what is kept is bounded in bytes, and what was asked for last stays", async () => {
  const threads = new Threads();
  const renderer = rendererWith(threads, { maxCacheBytes: 3 * 1_300 });
  const render = async (url: string) => {
    const result = renderer.render(source(url));
    await threads.busy();
    threads.finish(documentOf("x".repeat(100)));
    await result;
  };
  for (const url of ["/a.md", "/b.md", "/c.md"]) await render(url);
  await renderer.render(source("/a.md"));
  await render("/d.md");
  assertEquals(threads.asked.length, 4);
  await renderer.render(source("/a.md"));
  assertEquals(threads.asked.length, 4);
  await render("/b.md");
  assertEquals(threads.asked.length, 5);
  renderer.close();
});

Deno.test("too many that wait are refused", async () => {
  const threads = new Threads();
  const renderer = rendererWith(threads);
  const waiting = Array.from({ length: 100 }, (_, index) => renderer.render(source(`/${index}.md`)));
  const error = await assertRejects(() => renderer.render(source("/one_more.md")), HttpError);
  assertEquals([error.status, error.headers["retry-after"]], [503, "2"]);
  for (let index = 0; index < 100; index++) {
    await threads.busy();
    threads.finish(documentOf(String(index)));
  }
  await Promise.all(waiting);
  renderer.close();
  await assertRejects(() => renderer.render(source("/late.md")), HttpError);
});

Deno.test("in its thread a file becomes a page, and its links are followed on the disk", async () => {
  await using dir = await tempDir({ "docs/other.md": "x", "docs/sub/README.md": "x" });
  const renderer = new Renderer({ dir: dir.path });
  const text = "\ufeff# Hi\n\n[a](other.md) [b](sub) [c](../docs/gone.md) [d](../.hidden.md)";
  const page = await renderer.render(source("/docs/page.md", { text }));
  assert("html" in page);
  assertEquals(page.title, "Hi");
  assertEquals([...page.html.matchAll(/href="(\/[^"]*)"/g)].map(([, href]) => href), [
    "/docs/other",
    "/docs/sub/",
    "/docs/gone.md",
    "/.hidden.md",
  ]);
  const latin = { url: "/l.md", version: "1", read: () => Promise.resolve(new Uint8Array([0x61, 0xe9, 0x62])) };
  assertEquals((await renderer.render(latin) as SiteDocument).html, "<p>a\ufffdb</p>\n");
  renderer.close();
});

Deno.test("an image that is a pipe is not opened", async () => {
  await using dir = await tempDir({});
  await new Deno.Command("mkfifo", { args: [`${dir.path}/pipe.png`] }).output();
  const renderer = new Renderer({ dir: dir.path });
  const page = await renderer.render(source("/page.md", { text: "![A pipe](pipe.png)" }));
  assertMatch("html" in page ? page.html : page.reason, /<img [^>]*src="\/pipe.png"/);
  renderer.close();
});

Deno.test("a page that takes for ever in its thread ends with the thread", async () => {
  const renderer = new Renderer({ dir: "/", timeLimitMs: 50 });
  const endless = await renderer.render(source("/endless.md", { text: "<b>".repeat(300_000) }));
  assert("reason" in endless);
  renderer.close();
});
