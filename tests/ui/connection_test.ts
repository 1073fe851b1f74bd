import { assert, assertEquals } from "@std/assert";
import { backoffMs, Connection } from "../../static/_ui/connection.js";
import { fakeTimers } from "../testing.ts";

/** A WebSocket that does what the test says. */
class FakeWebSocket extends EventTarget {
  static readonly OPEN = 1;
  static readonly made: FakeWebSocket[] = [];
  readyState = 0;
  readonly sent: string[] = [];
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: string }) => void) | null = null;
  onclose: ((event: { code: number }) => void) | null = null;

  constructor(readonly url: string, readonly protocol: string) {
    super();
    FakeWebSocket.made.push(this);
  }

  send(text: string): void {
    this.sent.push(text);
  }

  close(): void {
    this.readyState = 2;
  }

  open(): void {
    this.readyState = 1;
    this.onopen?.();
  }

  hears(message: unknown): void {
    this.onmessage?.({ data: JSON.stringify(message) });
  }

  lose(code: number): void {
    this.readyState = 3;
    this.onclose?.({ code });
  }
}

/** What of a browser the connection looks at. */
interface FakeBrowser extends Disposable {
  readonly page: EventTarget & { hidden: boolean };
  /** How `/api/me` answers. */
  status: number;
  readonly sockets: readonly FakeWebSocket[];
}

function fakeBrowser(): FakeBrowser {
  const page = Object.assign(new EventTarget(), { hidden: false });
  const browser = { page, status: 200, sockets: FakeWebSocket.made, [Symbol.dispose]: restore };
  const fakes: Record<string, unknown> = {
    WebSocket: FakeWebSocket,
    document: page,
    location: { protocol: "http:", host: "server" },
    fetch: () => Promise.resolve(new Response(null, { status: browser.status })),
  };
  const before = Object.keys(fakes).map((name) => [name, Object.getOwnPropertyDescriptor(globalThis, name)] as const);
  for (const [name, value] of Object.entries(fakes)) {
    Object.defineProperty(globalThis, name, { value, configurable: true });
  }
  function restore() {
    FakeWebSocket.made.length = 0;
    for (const [name, descriptor] of before) {
      if (descriptor === undefined) Reflect.deleteProperty(globalThis, name);
      else Object.defineProperty(globalThis, name, descriptor);
    }
  }
  return browser;
}

/** A connection that was opened, and what it told. */
function open() {
  const told: string[] = [];
  const connection = new Connection({
    frame: (messages: Array<{ type: string }>) => void told.push(...messages.map(({ type }) => type)),
    down: () => void told.push("down"),
    probe: () => void (told.push("probe"), connection.send({ type: "resume" })),
    loggedOut: () => void told.push("logged out"),
  });
  connection.open();
  return { connection, told };
}

function welcome(socket: FakeWebSocket): void {
  socket.open();
  socket.hears({ type: "welcome" });
}

Deno.test("the wait before a try doubles up to 15 s, and half of it is chance", () => {
  assertEquals([0, 1, 2].map((attempt) => backoffMs(attempt, 1)), [500, 1_000, 2_000]);
  assertEquals([0, 20, 5_000].map((attempt) => backoffMs(attempt, 0)), [250, 7_500, 7_500]);
});

Deno.test("it is up from the welcome on, and comes back by itself, ever later", () => {
  using timers = fakeTimers();
  using browser = fakeBrowser();
  const { connection, told } = open();
  const [first] = browser.sockets;
  first.open();
  assertEquals([first.url, first.protocol, connection.isUp], ["ws://server/api/chat", "commonroom.v1", false]);
  assertEquals(connection.send({ type: "send" }), false);
  first.hears([{ type: "welcome" }, { type: "message" }]);
  assertEquals([connection.isUp, connection.send({ type: "send" })], [true, true]);
  first.lose(1006);
  assertEquals([connection.isUp, told], [false, ["welcome", "message", "down"]]);
  timers.tick(500);
  assertEquals(browser.sockets.length, 2);
});

Deno.test("after a bye it waits as long as it was asked to; after a malformed message, long", () => {
  for (
    const [bye, code, waitMs] of [[{ type: "bye", retryAfterMs: 2_000 }, 1001, 2_000], [[], 1008, 15_000]] as const
  ) {
    using timers = fakeTimers();
    using browser = fakeBrowser();
    open();
    welcome(browser.sockets[0]);
    browser.sockets[0].hears(bye);
    browser.sockets[0].lose(code);
    timers.tick(waitMs - 1);
    assertEquals(browser.sockets.length, 1);
    timers.tick(1);
    assertEquals(browser.sockets.length, 2);
  }
});

Deno.test("who is logged out or banned does not come back", () => {
  for (const code of [4401, 4403]) {
    using timers = fakeTimers();
    using browser = fakeBrowser();
    const { told } = open();
    welcome(browser.sockets[0]);
    browser.sockets[0].lose(code);
    timers.tick(60_000);
    assertEquals([told, browser.sockets.length], [["welcome", "logged out"], 1]);
  }
});

Deno.test("a handshake that fails for want of a session ends it", async () => {
  using timers = fakeTimers();
  using browser = fakeBrowser();
  browser.status = 401;
  const { told } = open();
  browser.sockets[0].lose(1006);
  for (let round = 0; round < 5; round++) await Promise.resolve();
  timers.tick(60_000);
  assertEquals([told, browser.sockets.length], [["down", "logged out"], 1]);
});

Deno.test("a socket that owes an answer for ten seconds is left; what is never answered, is not waited for", () => {
  using timers = fakeTimers();
  using browser = fakeBrowser();
  const { connection, told } = open();
  welcome(browser.sockets[0]);
  connection.send({ type: "typing" });
  connection.send({ type: "read" });
  timers.tick(10_000);
  assert(connection.isUp);
  connection.send({ type: "send" });
  timers.tick(9_999);
  assert(connection.isUp);
  timers.tick(1);
  assertEquals([connection.isUp, told, browser.sockets[0].readyState], [false, ["welcome", "down"], 2]);
  timers.tick(500);
  assertEquals(browser.sockets.length, 2);
});

Deno.test("a room that is quiet for long is asked, and a dead socket found so", () => {
  using timers = fakeTimers();
  using browser = fakeBrowser();
  const { connection, told } = open();
  welcome(browser.sockets[0]);
  timers.tick(45_000);
  assertEquals(told, ["welcome", "probe"]);
  browser.sockets[0].hears({ type: "replayed" });
  timers.tick(45_000);
  assertEquals(told, ["welcome", "probe", "replayed", "probe"]);
  timers.tick(10_000);
  assertEquals([connection.isUp, told.at(-1)], [false, "down"]);
});

Deno.test("it tries at once when the reader comes back, and asks a socket that seems to live", () => {
  using timers = fakeTimers();
  using browser = fakeBrowser();
  const { told } = open();
  welcome(browser.sockets[0]);
  browser.page.dispatchEvent(new Event("visibilitychange"));
  assertEquals(told, ["welcome", "probe"]);
  browser.sockets[0].lose(1006);
  browser.page.dispatchEvent(new Event("visibilitychange"));
  assertEquals(browser.sockets.length, 2);
  timers.tick(9_000);
  assertEquals(browser.sockets.length, 2);
});

Deno.test("who leaves hears nothing more, and connects anew on coming back", () => {
  using timers = fakeTimers();
  using browser = fakeBrowser();
  const { connection, told } = open();
  welcome(browser.sockets[0]);
  connection.leave();
  browser.sockets[0].lose(4401);
  timers.tick(60_000);
  assertEquals([told, browser.sockets.length], [["welcome"], 1]);
  browser.page.dispatchEvent(new Event("visibilitychange"));
  assertEquals(browser.sockets.length, 2);
});
