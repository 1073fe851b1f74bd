/** The outbox in a real browser's IndexedDB: what outlives the tab, what tabs tell each other, and what is broken. */
import { assertEquals } from "@std/assert";
import type { BrowserContext, Page } from "playwright-core";
import { browserTest, Person, TestServer } from "../browser/browser.ts";
import type { Change, Item, openOutboxStore, Store } from "../../static/_ui/outbox_store.js";

/** What the pages of these tests keep between two calls. */
interface Window {
  store: Store;
  heard: Change[];
}
declare const window: Window;

const item = (key: string, init: Partial<Item> = {}): Item => (
  { key, me: "ada", room: "common", text: `text of ${key}`, at: 1, order: 1, ...init }
);

/** Opens a tab with the outbox of an account, after the browser was made to fail in some way. */
async function openTab(
  context: BrowserContext,
  { me = "ada", breakIt = "", patienceMs = 20_000 } = {},
): Promise<Page> {
  const page = await context.newPage();
  await page.goto("/login");
  await page.evaluate(async ({ me, breakIt, patienceMs }) => {
    if (breakIt === "no IndexedDB") Object.defineProperty(globalThis, "indexedDB", { value: undefined });
    // deno-lint-ignore no-explicit-any
    const objects = (globalThis as any).IDBObjectStore?.prototype;
    if (breakIt === "no space") {
      const put = objects.put;
      objects.put = function (...args: unknown[]) {
        const request = put.apply(this, args);
        this.transaction.abort();
        return request;
      };
    }
    const module = "/_ui/outbox_store.js";
    const opened = await import(module) as { openOutboxStore: typeof openOutboxStore };
    window.heard = [];
    window.store = await opened.openOutboxStore(me, { patienceMs });
    window.store.watch((change) => window.heard.push(change));
  }, { me, breakIt, patienceMs });
  return page;
}

const all = (page: Page) => page.evaluate(() => window.store.all());
const put = (page: Page, it: Item) => page.evaluate((it) => window.store.put(it), it);
const change = (page: Page, it: Item) => page.evaluate((it) => window.store.change(it), it);
const remove = (page: Page, key: string) => page.evaluate((key) => window.store.remove(key), key);
const heard = (page: Page, count: number) => page.waitForFunction((count) => window.heard.length >= count, count);

browserTest("what is kept outlives the tab, for its account alone", async (browser) => {
  await using server = await TestServer.start();
  await using ada = await Person.open({ browser, server, name: "ada" });
  const context = ada.page.context();
  const page = await openTab(context);
  await put(page, item("k1", { replyTo: 7 }));
  await put(page, item("k2", { reason: "Too long" }));
  await page.close();
  assertEquals(await all(await openTab(context)), [item("k1", { replyTo: 7 }), item("k2", { reason: "Too long" })]);
  assertEquals(await all(await openTab(context, { me: "adam" })), []);
});

browserTest("what a slow database has not kept in time waits in memory, and is kept after all", async (browser) => {
  await using server = await TestServer.start();
  await using ada = await Person.open({ browser, server, name: "ada" });
  const context = ada.page.context();
  const [slow, reader] = [await openTab(context, { patienceMs: 0 }), await openTab(context)];
  // A transaction that goes on holds up those that come after it.
  await reader.evaluate(() =>
    new Promise<void>((held) => {
      // deno-lint-ignore no-explicit-any
      const opening = (globalThis as any).indexedDB.open("commonroom");
      opening.onsuccess = () => {
        const objects = opening.result.transaction("outbox", "readwrite").objectStore("outbox");
        const goOn = () => {
          held();
          if (!Reflect.has(globalThis, "letGo")) objects.get(["nobody", ""]).onsuccess = goOn;
        };
        goOn();
      };
    })
  );
  for (const key of ["k1", "k2", "k3"]) await put(slow, item(key));
  await change(slow, item("k2", { reason: "Too long" }));
  await remove(slow, "k3");
  assertEquals(await all(slow), [item("k1"), item("k2", { reason: "Too long" })]);
  await reader.evaluate(() => Reflect.set(globalThis, "letGo", true));
  assertEquals(await all(reader), [item("k1"), item("k2", { reason: "Too long" })]);
  await slow.close();
  assertEquals(await all(await openTab(context)), [item("k1"), item("k2", { reason: "Too long" })]);
});

browserTest(
  "two tabs lose nothing of each other's, and what one removed the other cannot bring back",
  async (browser) => {
    await using server = await TestServer.start();
    await using ada = await Person.open({ browser, server, name: "ada" });
    const [one, two] = [await openTab(ada.page.context()), await openTab(ada.page.context())];
    await Promise.all([1, 2, 3, 4, 5].flatMap((n) => [put(one, item(`a${n}`)), put(two, item(`b${n}`))]));
    const keys = [1, 2, 3, 4, 5].map((n) => `a${n}`).concat([1, 2, 3, 4, 5].map((n) => `b${n}`));
    assertEquals((await all(two)).map(({ key }) => key), keys);
    await heard(two, 5);
    await remove(two, "a1");
    await change(one, item("a1", { reason: "Too long" }));
    assertEquals((await all(one)).map(({ key }) => key), keys.slice(1));
    await heard(one, 6);
    assertEquals(await one.evaluate(() => window.heard.at(-1)), { removed: "a1" });
  },
);

for (const breakIt of ["no IndexedDB", "no space"]) {
  browserTest(`with ${breakIt} the outbox lives as long as its page, and nobody complains`, async (browser) => {
    await using server = await TestServer.start();
    await using ada = await Person.open({ browser, server, name: "ada" });
    const page = await openTab(ada.page.context(), { breakIt });
    const said: string[] = [];
    page.on("console", (message) => said.push(message.text()));
    page.on("pageerror", (error) => said.push(String(error)));
    await put(page, item("k"));
    assertEquals(await all(page), [item("k")]);
    await change(page, item("k", { reason: "Too long" }));
    assertEquals(await all(page), [item("k", { reason: "Too long" })]);
    await remove(page, "k");
    assertEquals([await all(page), said], [[], []]);
    assertEquals(await all(await openTab(ada.page.context())), []);
  });
}
