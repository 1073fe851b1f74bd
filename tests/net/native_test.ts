import {
  assert,
  assertEquals,
  assertInstanceOf,
  assertMatch,
  assertRejects,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import type { Handler } from "../../lib/context.ts";
import { HttpError, StartError } from "../../lib/errors.ts";
import { listenNative } from "../../lib/net/native.ts";
import { SharedText, type Socket, type SocketEvents, type UpgradeOptions } from "../../lib/net/socket.ts";
import { Logger } from "../../lib/log.ts";
import { startServer } from "../../lib/server.ts";
import { exchange, headerOf, PASSWORD, statusOf, tempDir, testConfig, testServer } from "../testing.ts";

/** What broke in the handling of sockets. */
const defects: unknown[] = [];
const reportDefect = (error: unknown) => void defects.push(error);

/** The native transport around a handler. */
function listen(handler: Handler) {
  const listener = listenNative(handler, { hostname: "127.0.0.1", port: 0, reportDefect });
  return { ...listener, [Symbol.asyncDispose]: () => listener.shutdown() };
}

const request = (head: string, headers: Record<string, string> = {}) =>
  `${head} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n` +
  `${Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`).join("")}\r\n`;

function raise(error: Error): never {
  throw error;
}

/** A cookie of somebody who is logged in. */
async function logIn(server: { url: string }, setupUrl: string): Promise<string> {
  const invitation = new URL(setupUrl).searchParams.get("invitation");
  const response = await fetch(`${server.url}api/register`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ name: "ada", password: PASSWORD, invitation }),
  });
  await response.body?.cancel();
  return response.headers.get("set-cookie")!.split(";")[0];
}

Deno.test("a reply to HEAD is the head of the GET, and no byte more", async () => {
  await using it = await testServer();
  for (const path of ["/healthz", "/about.html", "/nothing"]) {
    const get = await exchange(it.port, request(`GET ${path}`));
    const head = await exchange(it.port, request(`HEAD ${path}`));
    assertEquals(statusOf(head), statusOf(get), path);
    assert(head.endsWith("\r\n\r\n"), path);
    assertEquals(head.split("\r\n\r\n").length, 2);
    if (path !== "/nothing") {
      assertEquals(headerOf(head, "content-length"), headerOf(get, "content-length"), path);
      assertMatch(headerOf(head, "content-length")!, /^[1-9]/);
    }
    assertEquals(headerOf(head, "content-type"), headerOf(get, "content-type"));
  }
});

Deno.test("requests sent in one go are answered one by one, in order", async () => {
  await using it = await testServer();
  const paths = ["/healthz", "/nothing", "/api/me", "/healthz/", "/login"];
  const replies = await exchange(
    it.port,
    paths.map((path, index) =>
      `GET ${path} HTTP/1.1\r\nhost: localhost\r\n${index === paths.length - 1 ? "connection: close\r\n" : ""}\r\n`
    ).join(""),
  );
  const statuses = [...replies.matchAll(/HTTP\/1\.1 (\d{3})/g)].map(([, status]) => Number(status));
  assertEquals(statuses, [200, 404, 401, 308, 200]);
});

Deno.test("what the runtime lets through is answered by the application", async () => {
  await using it = await testServer();
  const cases: ReadonlyArray<readonly [head: string, status: number]> = [
    ["TRACE /", 501],
    ["BREW /coffee", 501],
    ["get /healthz", 501],
    ["OPTIONS *", 204],
    ["OPTIONS /healthz", 204],
    ["DELETE /healthz", 405],
    ["GET /%zz", 400],
    ["GET /%00", 404],
    ["GET http://localhost/healthz", 200],
    ["GET //healthz", 404],
    ["GET /healthz?%zz", 200],
  ];
  for (const [head, status] of cases) {
    const reply = await exchange(it.port, request(head));
    assertEquals(statusOf(reply), status, `${head}\n${reply.slice(0, 300)}`);
  }
});

Deno.test("a hostile path over the wire leads out of no folder", async () => {
  await using it = await testServer();
  const paths = [
    "/../deno.json",
    "/%2e%2e/deno.json",
    "/..%2fdeno.json",
    "/..%5cdeno.json",
    "/_ui/../../deno.json",
    "/_ui/%2e%2e/%2e%2e/deno.json",
    "/_ui/..%2f..%2fdeno.json",
    "/_ui%2f..%2f..%2fdeno.json",
    "/./../deno.json",
    "//deno.json",
    "/\\..\\deno.json",
    "/%252e%252e/deno.json",
  ];
  for (const path of paths) {
    const reply = await exchange(it.port, request(`GET ${path}`));
    assert([400, 404].includes(statusOf(reply)), `${path}: ${statusOf(reply)}`);
    assert(!reply.includes("@commonroom"), path);
  }
});

Deno.test("a body that is sent in chunks over the limit is refused with 413", async () => {
  await using it = await testServer();
  const chunk = `4000\r\n${"a".repeat(0x4000)}\r\n`;
  const reply = await exchange(
    it.port,
    request("POST /api/login", { "content-type": "application/json", "transfer-encoding": "chunked" }) +
      chunk.repeat(2) + "0\r\n\r\n",
  );
  assertEquals(statusOf(reply), 413);
});

Deno.test("the address of the other side is that of its connection, whatever it says of itself", async () => {
  const seen: string[] = [];
  await using it = listen((_request, peer) => {
    seen.push(peer.address, String(peer.isSecure));
    return new Response("x");
  });
  await exchange(it.port, request("GET /", { "x-forwarded-for": "203.0.113.7", forwarded: "for=203.0.113.7" }));
  assertEquals(seen, ["127.0.0.1", "false"]);
});

Deno.test("a request that is no handshake is refused with 426 or 400, and its connection stays HTTP", async () => {
  await using it = await testServer();
  const cookie = await logIn(it, it.server.setupUrl!);
  const good = {
    cookie,
    upgrade: "websocket",
    connection: "Upgrade",
    "sec-websocket-version": "13",
    "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==",
  };
  const raw = (headers: Record<string, string>) =>
    `GET /api/chat HTTP/1.1\r\nhost: 127.0.0.1:${it.port}\r\n` +
    `${Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`).join("")}\r\n` +
    `GET /healthz HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n`;
  const cases: ReadonlyArray<readonly [headers: Record<string, string>, status: number]> = [
    [{ cookie }, 426],
    [{ ...good, "sec-websocket-version": "8" }, 426],
    [{ ...good, "sec-websocket-key": "short" }, 400],
    [{ ...good, cookie: "" }, 401],
    [{ ...good, cookie: "session=forged" }, 401],
    [{ ...good, origin: "http://evil.example" }, 403],
    [{ ...good, origin: "null" }, 403],
    [{ ...good, "sec-fetch-site": "cross-site" }, 403],
  ];
  for (const [headers, status] of cases) {
    const replies = await exchange(it.port, raw(headers));
    assertEquals(statusOf(replies), status, JSON.stringify(headers));
    if (status === 426) assertEquals(headerOf(replies, "sec-websocket-version"), "13");
    assertStringIncludes(replies, '"status":"ok"', "the next request is answered");
  }
});

/** A transport whose every request becomes a socket; what happens on it is written down. */
function echo(options: Partial<UpgradeOptions> = {}) {
  const events: string[] = [];
  const closed = Promise.withResolvers<void>();
  const accept: UpgradeOptions["accept"] = (socket): SocketEvents => {
    events.push("open");
    return {
      message(message) {
        events.push(typeof message === "string" ? message : `bytes ${message}`);
        if (message === "close me") socket.close(4000, "as you wish");
        else socket.send(typeof message === "string" ? `echo ${message}` : message);
      },
      closed() {
        events.push("closed");
        closed.resolve();
        socket.send("into the void");
        socket.close(1000, "again");
      },
    };
  };
  const it = listen((request, peer) =>
    peer.upgrade(request, { protocols: ["a.v1"], maxMessageBytes: 8, accept, ...options })
  );
  return { ...it, events, closed: closed.promise };
}

/** A client's socket: the next message, and how it was closed. */
function connect(port: number, protocols: string[] = []) {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/`, protocols);
  const opened = new Promise((resolve) => socket.onopen = resolve);
  const closed = new Promise<CloseEvent>((resolve) => socket.onclose = resolve);
  socket.onerror = (event) => event.preventDefault();
  const next = () => new Promise<unknown>((resolve) => socket.onmessage = ({ data }) => resolve(data));
  return { socket, opened, closed, next };
}

Deno.test("text messages go both ways, and a close comes once", async () => {
  await using it = echo();
  const client = connect(it.port, ["b.v1", "a.v1"]);
  await client.opened;
  assertEquals(client.socket.protocol, "a.v1");
  for (const text of ["one", "€€", "12345678", ""]) {
    client.socket.send(text);
    assertEquals(await client.next(), `echo ${text}`);
  }
  client.socket.send("close me");
  const { code, reason } = await client.closed;
  assertEquals([code, reason], [4000, "as you wish"]);
  await it.closed;
  assertEquals(it.events, ["open", "one", "€€", "12345678", "", "close me", "closed"]);
});

Deno.test("a binary message comes as bytes, and goes as bytes", async () => {
  await using it = echo();
  const client = connect(it.port);
  client.socket.binaryType = "arraybuffer";
  await client.opened;
  client.socket.send(Uint8Array.of(1, 2, 3));
  assertEquals(await client.next(), Uint8Array.of(1, 2, 3).buffer);
  client.socket.close();
  await it.closed;
  assertEquals(it.events, ["open", "bytes 1,2,3", "closed"]);
});

Deno.test("a text that many share is sent as one's own is", async () => {
  const shared = new SharedText("for all €");
  const accept: UpgradeOptions["accept"] = (socket) => {
    socket.send(shared);
    return { message() {}, closed() {} };
  };
  await using it = listen((request, peer) => peer.upgrade(request, { protocols: [], maxMessageBytes: 8, accept }));
  for (let i = 0; i < 2; i++) {
    const client = connect(it.port);
    assertEquals(await client.next(), "for all €");
    client.socket.close();
    await client.closed;
  }
});

Deno.test("a message that is too long closes the connection with 1009", async () => {
  for (const message of ["123456789", "€€€", "a".repeat(100_000), new Uint8Array(9)]) {
    await using it = echo();
    const client = connect(it.port);
    await client.opened;
    client.socket.send(message);
    assertEquals((await client.closed).code, 1009);
    await it.closed;
    assertEquals(it.events, ["open", "closed"], "the message is not handed on");
  }
});

const HANDSHAKE = "GET / HTTP/1.1\r\nhost: x\r\nupgrade: websocket\r\nconnection: upgrade\r\n" +
  "sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";

/** A connection on which a handshake has been answered, and nothing else been read. */
async function shakeHands(port: number): Promise<Deno.TcpConn> {
  const connection = await Deno.connect({ hostname: "127.0.0.1", port });
  await connection.write(new TextEncoder().encode(HANDSHAKE));
  await connection.read(new Uint8Array(1_024));
  return connection;
}

Deno.test("what is sent is told when all of it has left, and not before", async () => {
  const drained = Promise.withResolvers<number>();
  let waiting = 0;
  const accept: UpgradeOptions["accept"] = (socket) => {
    for (let i = 0; i < 32; i++) socket.send("x".repeat(64 * 1024));
    waiting = socket.bufferedAmount;
    return { message() {}, drained: () => drained.resolve(socket.bufferedAmount), closed() {} };
  };
  await using it = listen((request, peer) => peer.upgrade(request, { protocols: [], maxMessageBytes: 8, accept }));
  const client = connect(it.port);
  assertEquals(await drained.promise, 0);
  assertEquals(waiting, 2 * 1024 * 1024);
  client.socket.close();
  await client.closed;
});

Deno.test("a client that reads nothing is closed with 1013 once 4 MiB wait for it", async () => {
  const opened = Promise.withResolvers<Socket>();
  const closed = Promise.withResolvers<void>();
  const accept: UpgradeOptions["accept"] = (socket) => {
    opened.resolve(socket);
    return { message() {}, closed: () => closed.resolve() };
  };
  await using it = listen((request, peer) => peer.upgrade(request, { protocols: [], maxMessageBytes: 8, accept }));
  const connection = await shakeHands(it.port);
  const socket = await opened.promise;
  for (let i = 0; i < 1_000; i++) socket.send("x".repeat(64 * 1024));
  assert(socket.bufferedAmount < 5 * 1024 * 1024, `${socket.bufferedAmount} bytes wait`);
  connection.close();
  await closed.promise;
});

Deno.test("a handshake that the runtime lets through is refused with 400 all the same", async () => {
  const accept: UpgradeOptions["accept"] = () => raise(new Error("It was accepted"));
  await using it = listen((request, peer) => {
    try {
      return peer.upgrade(request, { protocols: [], maxMessageBytes: 8, accept });
    } catch (error) {
      assertInstanceOf(error, HttpError);
      return new Response(error.message, { status: error.status });
    }
  });
  const heads = ["", "host:", "host: a b", "host: a\r\nhost: b", "host: a:8x", "host: a\r\ncontent-length: 2"];
  for (const head of heads) {
    const reply = await exchange(
      it.port,
      HANDSHAKE.replace("host: x\r\n", head && `${head}\r\n`).replace("upgrade\r\n", "upgrade, close\r\n"),
    );
    assertEquals(statusOf(reply), 400, head);
  }
});

Deno.test("a client that goes without a word is gone", async () => {
  await using it = echo();
  const connection = await shakeHands(it.port);
  connection.close();
  await it.closed;
  assertEquals(it.events, ["open", "closed"]);
});

Deno.test("the member who logs out loses the socket, with 4401", async () => {
  await using it = await testServer();
  const cookie = await logIn(it, it.server.setupUrl!);
  // The client that a browser has cannot set a cookie, but Deno's can.
  const socket = new WebSocket(`${it.url.replace("http", "ws")}api/chat`, {
    protocols: ["commonroom.v1"],
    headers: { cookie },
  } as unknown as string[]);
  const closed = new Promise<CloseEvent>((resolve) => socket.onclose = resolve);
  await new Promise((resolve) => socket.onmessage = resolve);
  const response = await fetch(`${it.url}api/logout`, { method: "POST", headers: { cookie } });
  await response.body?.cancel();
  assertEquals((await closed).code, 4401);
});

Deno.test("a port that is in use, or an address that is not ours, is told in one line", async () => {
  await using it = listen(() => new Response("x"));
  const inUse = assertThrows(
    () => listenNative(() => new Response(), { hostname: "127.0.0.1", port: it.port, reportDefect }),
    StartError,
  );
  assertStringIncludes(inUse.message, `Cannot listen on 127.0.0.1:${it.port}: the port is in use`);
  assertInstanceOf(inUse.cause, Deno.errors.AddrInUse);
  const { message, exitStatus } = assertThrows(
    () => listenNative(() => new Response(), { hostname: "192.0.2.1", port: 0, reportDefect }),
    StartError,
  );
  assertStringIncludes(message, "Cannot listen on 192.0.2.1:0: ");
  assert(!message.includes("\n"));
  assertEquals(exitStatus, 1);
});

Deno.test("a server that cannot listen gives the data folder back", async () => {
  await using first = await testServer();
  await using data = await tempDir();
  const start = (port: number) => startServer(testConfig({ port, dataDir: data.path }), new Logger("off", () => {}));
  await assertRejects(() => start(first.port), StartError, "the port is in use");
  const second = await start(0);
  await assertRejects(() => start(0), StartError, "Another server uses the data folder");
  await second.close();
});

Deno.test("a defect in the handling of a socket closes it with 1011, and nothing else", async () => {
  defects.length = 0;
  const broken = new RangeError("a defect");
  const fails = () => {
    throw broken;
  };
  const events: SocketEvents = { message: fails, closed() {} };
  for (const accept of [fails, () => events]) {
    await using it = listen((request, peer) => peer.upgrade(request, { protocols: [], maxMessageBytes: 8, accept }));
    const { socket, opened, closed } = connect(it.port);
    await opened;
    if (accept !== fails) socket.send("hello");
    assertEquals((await closed).code, 1011);
  }
  assertEquals(defects, [broken, broken]);
});
