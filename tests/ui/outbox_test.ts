import { assertEquals } from "@std/assert";
import { Outbox } from "../../static/_ui/outbox.js";
import { type Change, type Item, openOutboxStore, type Store } from "../../static/_ui/outbox_store.js";
import { fakeTimers } from "../testing.ts";

/** A store whose answers the test gives, and an outbox on it. */
function testOutbox({ kept = [], isUp = true, isFailing = false }: {
  kept?: readonly Item[];
  isUp?: boolean;
  isFailing?: boolean;
} = {}) {
  const stored = new Map(kept.map((item) => [item.key, item]));
  const sent: string[] = [];
  const shown: Array<[text: string, reason: string | undefined]> = [];
  const hidden: string[] = [];
  let keys = 0;
  let tell: (change: Change) => void = () => {};
  const answer = () => isFailing ? Promise.reject(new Error("The disk is full")) : Promise.resolve();
  const store: Store = {
    all: () => Promise.resolve([...stored.values()]),
    put: (item) => (stored.set(item.key, item), answer()),
    change: (item) => (stored.set(item.key, item), answer()),
    remove: (key) => (stored.delete(key), answer()),
    watch: (on) => void (tell = on),
    close() {},
  };
  const init = {
    me: "ada",
    store,
    send: ({ text }: Item) => isUp && sent.push(text) > 0,
    show: ({ text, reason }: Item) => void shown.push([text, reason]),
    hide: (key: string) => void hidden.push(key),
    makeKey: () => `k${++keys}`,
  };
  const up = (is: boolean) => void (isUp = is);
  return { outbox: new Outbox(init), stored, sent, shown, hidden, up, tell: (change: Change) => tell(change) };
}

const item = (key: string, init: Partial<Item> = {}): Item => (
  { key, me: "ada", room: "common", text: key, at: 1, order: 1, ...init }
);
const settled = () =>
  new Promise<void>((resolve) => queueMicrotask(() => queueMicrotask(() => queueMicrotask(resolve))));
/** Writes something, and waits until it is kept. */
async function write({ outbox }: { outbox: Outbox }, text: string, room = "common"): Promise<void> {
  outbox.add({ room, text });
  for (let round = 0; round < 3; round++) await settled();
}

Deno.test("one message of a room is on its way at a time, and each room has its own", async () => {
  const it = testOutbox();
  await it.outbox.open();
  await write(it, "one");
  await write(it, "two");
  await write(it, "elsewhere", "second");
  assertEquals(it.sent, ["one", "elsewhere"]);
  it.outbox.settle("k1");
  assertEquals(it.sent, ["one", "elsewhere", "two"]);
  assertEquals([...it.stored.keys()], ["k2", "k3"]);
});

Deno.test("a message is shown at once, kept, and then sent; also if it cannot be kept", async () => {
  for (const isFailing of [false, true]) {
    const it = testOutbox({ isFailing });
    await it.outbox.open();
    it.outbox.add({ room: "common", text: "one", replyTo: 7 });
    assertEquals([it.shown, it.sent], [[["one", undefined]], []]);
    assertEquals(it.stored.get("k1")?.replyTo, 7);
    for (let round = 0; round < 3; round++) await settled();
    assertEquals(it.sent, ["one"]);
  }
});

Deno.test("what was kept is sent when the page is opened again, before what is written then", async () => {
  const it = testOutbox({ kept: [item("b", { order: 2 }), item("a"), item("c", { order: 3, reason: "Too long" })] });
  it.outbox.add({ room: "common", text: "new" });
  await it.outbox.open();
  for (const key of ["a", "b"]) it.outbox.settle(key);
  assertEquals(it.sent, ["a", "b", "new"]);
});

Deno.test("what the page shows as arrived before all is loaded is not sent again, nor kept", async () => {
  const it = testOutbox({ kept: [item("a"), item("b", { order: 2 })] });
  it.outbox.settle("a");
  await it.outbox.open();
  assertEquals([it.sent, [...it.stored.keys()]], [["b"], ["b"]]);
});

Deno.test("what was on its way when the connection was lost is sent again, with its key", async () => {
  const it = testOutbox();
  await it.outbox.open();
  await write(it, "one");
  it.up(false);
  it.outbox.lost();
  it.outbox.flush();
  it.up(true);
  it.outbox.flush();
  assertEquals(it.sent, ["one", "one"]);
  for (let round = 0; round < 3; round++) await settled();
});

Deno.test("what is refused for now is sent again later, the rest behind it; what is refused for good waits", async () => {
  using timers = fakeTimers();
  const it = testOutbox();
  await it.outbox.open();
  for (const text of ["one", "two", "three"]) await write(it, text);
  assertEquals(it.outbox.refused({ key: "k1", status: 429, message: "Too many", retryAfterMs: 2_000 }), true);
  it.outbox.flush();
  assertEquals(it.sent, ["one"]);
  timers.tick(2_000);
  assertEquals(it.sent, ["one", "one"]);
  it.outbox.refused({ key: "k1", status: 413, message: "Too long" });
  assertEquals(it.sent, ["one", "one", "two"]);
  assertEquals(it.shown.at(-1), ["one", "Too long"]);
  assertEquals(it.stored.get("k1")?.reason, "Too long");
  it.outbox.retry("k1");
  it.outbox.settle("k2");
  assertEquals(it.sent, ["one", "one", "two", "one"]);
  it.outbox.refused({ key: "k1", status: 403, message: "Muted" });
  it.outbox.discard("k1");
  assertEquals([it.hidden, [...it.stored.keys()]], [["k1"], ["k3"]]);
  assertEquals(it.outbox.refused({ key: "not-mine", status: 429, message: "Too many" }), false);
});

Deno.test("what another tab settled goes here too; what it left waiting is sent from here, after a while", async () => {
  using timers = fakeTimers();
  const it = testOutbox();
  await it.outbox.open();
  it.tell({ put: item("theirs") });
  it.tell({ put: item("left", { order: 2 }) });
  assertEquals([it.shown.length, it.sent], [2, []]);
  it.tell({ removed: "theirs" });
  assertEquals(it.hidden, ["theirs"]);
  timers.tick(5_000);
  assertEquals(it.sent, ["left"]);
});

Deno.test("without IndexedDB the outbox is kept in memory, and other tabs are told all the same", async () => {
  const one = await openOutboxStore("ada");
  const two = await openOutboxStore("ada");
  const other = await openOutboxStore("bob");
  try {
    other.watch(() => {
      throw new Error("This is somebody else's");
    });
    const heard = new Promise<Change>((resolve) => two.watch(resolve));
    await one.put(item("k"));
    assertEquals(await heard, { put: item("k") });
    assertEquals([await one.all(), await two.all()], [[item("k")], []]);
    await one.change(item("k", { reason: "Too long" }));
    assertEquals((await one.all())[0].reason, "Too long");
    await one.remove("k");
    assertEquals(await one.all(), []);
  } finally {
    for (const store of [one, two, other]) store.close();
  }
});

Deno.test("a database that never answers is waited for once, and then no more", async () => {
  using timers = fakeTimers();
  const indexedDB = { open: () => ({}) } as unknown as IDBFactory;
  const opening = openOutboxStore("ada", { indexedDB });
  timers.tick(1_000);
  const store = await opening;
  await store.put(item("k"));
  assertEquals(await store.all(), [item("k")]);
  store.close();
});

/** What the test needs of the browser's types. */
type IDBFactory = NonNullable<NonNullable<Parameters<typeof openOutboxStore>[1]>["indexedDB"]>;
