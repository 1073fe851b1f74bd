import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import { mock } from "node:test";
import { closeIfOpen } from "../../lib/net/accepting.ts";
import { Certificate } from "../../lib/net/tls.ts";
import { Passage } from "../../lib/net/tls_passage.ts";
import { type Clients, listenRelay, type RelayOptions } from "../../lib/net/tls_relay.ts";
import { fakeClock, fakeTimers } from "../testing.ts";
import { until } from "./http_cases/wire.ts";
import { pairFiles } from "./tls_client.ts";

// The relay does not look at the bytes that it carries: here they are no TLS.

type Serve = (connection: Deno.TcpConn) => Promise<unknown>;

/** How the tests connect, when {@linkcode changeConnections} is for the relay. */
const { connect } = Deno;
const HOST = { hostname: "127.0.0.1", port: 0 };
const echo: Serve = ({ readable, writable }) => readable.pipeTo(writable);

/** A relay in front of a server that does with its connections what it is told to; at its end nobody may be left. */
async function relay(serve: Serve, relayLimits: RelayOptions["relayLimits"] = {}) {
  const defects: unknown[] = [];
  const reportDefect = (error: unknown) => void defects.push(error);
  const pair = await pairFiles();
  const tls = new Certificate(pair.files, { reportDefect });
  let clients: Clients = new Map();
  const listener = listenRelay((backend) => {
    clients = backend.clients;
    return listenWith(serve);
  }, { ...HOST, tls, reportDefect, relayLimits });
  return {
    port: listener.port,
    defects,
    clients,
    connect: () => connect({ hostname: "127.0.0.1", port: listener.port }),
    async [Symbol.asyncDispose]() {
      tls[Symbol.dispose]();
      await until("nobody is left", () => clients.size === 0);
      await listener.shutdown();
      await pair[Symbol.asyncDispose]();
    },
  };
}

function listenWith(serve: Serve) {
  const listener = Deno.listen(HOST);
  const run = async () => {
    for await (const connection of listener) {
      void serve(connection).catch(() => {}).finally(() => closeIfOpen(connection));
    }
  };
  const running = run();
  const shutdown = () => {
    closeIfOpen(listener);
    return running;
  };
  return { port: listener.addr.port, shutdown };
}

/** Changes the connections that the relay makes to its server, the first with the first change. */
function changeConnections(changes: Array<Partial<Deno.TcpConn>>): Disposable {
  const change = async (options: Deno.ConnectOptions) => {
    const connection = await connect(options);
    for (const [name, value] of Object.entries(changes.shift() ?? {})) {
      Object.defineProperty(connection, name, { value });
    }
    return connection;
  };
  const changed = mock.method(Deno, "connect", change as typeof connect);
  return { [Symbol.dispose]: () => changed.mock.restore() };
}

/** Sends a byte. Whether it comes back; `false` if the connection ends instead. */
async function isServed(connection: Deno.Conn): Promise<boolean> {
  try {
    await connection.write(Uint8Array.of(7));
    return await connection.read(new Uint8Array(1)) === 1;
  } catch {
    return false;
  }
}

/** Connects until it is served: somebody has left then, and is forgotten. */
async function untilRoom(connect: () => Promise<Deno.Conn>): Promise<void> {
  for (let tries = 0; tries < 1_000; tries++) {
    using connection = await connect();
    if (await isServed(connection)) return;
  }
  throw new TypeError("There is no room again");
}

Deno.test("a client that takes nothing is cut after a time, and its server's connection with it", async () => {
  let isCut = false;
  await using it = await relay(async (connection) => {
    try {
      for (const chunk = new Uint8Array(65_536);;) await connection.write(chunk);
    } finally {
      isCut = true;
    }
  }, { writeStallMs: 100 });
  using client = await it.connect();
  await until("the server's connection is cut", () => isCut);
  await until("the client is forgotten", () => it.clients.size === 0);
  // What the kernel holds for the client comes still, and then the end.
  while (await client.read(new Uint8Array(65_536)).catch(() => null) !== null);
  assertEquals(it.defects, []);
});

Deno.test("a client that is sent nothing is not cut, however long", async () => {
  await using it = await relay(echo, { writeStallMs: 100 });
  using clock = fakeClock();
  mock.timers.enable({ apis: ["setInterval"] });
  try {
    using client = await it.connect();
    assert(await isServed(client));
    clock.tick(60_000);
    mock.timers.tick(60_000);
    assert(await isServed(client));
  } finally {
    mock.timers.reset();
  }
});

/** A connection on which nothing comes: reading fails at once, or once it is closed. */
function silentConnection({ isReset }: { isReset: boolean }): Deno.TcpConn {
  const { promise, reject } = Promise.withResolvers<never>();
  const close = () => reject(new Deno.errors.ConnectionReset("Connection reset by peer"));
  if (isReset) close();
  const ok = () => Promise.resolve();
  return {
    remoteAddr: { hostname: "192.0.2.1" },
    read: () => promise,
    closeWrite: ok,
    close,
  } as unknown as Deno.TcpConn;
}

Deno.test("a client that resets its connection does not keep the server's, which may be silent", async () => {
  using _ = fakeTimers();
  const server = silentConnection({ isReset: false });
  const passage = new Passage(silentConnection({ isReset: true }), { server, maxStallMs: 100 });
  // No timer ever runs: these wait for ever unless the server's side is closed.
  await passage.carry();
  await passage.linger();
});

Deno.test("whoever comes when the relay is full is closed, until somebody leaves", async () => {
  for (const limit of ["maxConnections", "maxConnectionsPerAddress"] as const) {
    await using it = await relay(echo, { [limit]: 2 });
    const first = await it.connect();
    using second = await it.connect();
    assertEquals([await isServed(first), await isServed(second)], [true, true]);
    using third = await it.connect();
    assertEquals([await isServed(third), await isServed(second)], [false, true]);
    first.close();
    await untilRoom(it.connect);
    assertEquals(it.defects, []);
  }
});

Deno.test({
  name: "an address that has all its connections leaves room for the others",
  ignore: Deno.build.os !== "linux",
  async fn() {
    const reply = new TextEncoder().encode("HTTP/1.1 204 No Content\r\nconnection: close\r\n\r\n");
    await using it = await relay(async (connection) => {
      if (await connection.read(new Uint8Array(1_024)) === 1) await connection.write(Uint8Array.of(7));
      else return await connection.write(reply);
      await connection.read(new Uint8Array(1));
    }, { maxConnectionsPerAddress: 1 });
    using client = await it.connect();
    assert(await isServed(client));
    const askFrom = async (address: string) => {
      const args = ["--silent", "--interface", address, `http://127.0.0.1:${it.port}/`];
      return (await new Deno.Command("curl", { args }).output()).success;
    };
    assertEquals([await askFrom("127.0.0.1"), await askFrom("127.0.0.3")], [false, true]);
  },
});

Deno.test("a client that lingers takes nothing from the one that has its port now", async () => {
  const localAddr = { transport: "tcp", hostname: "127.0.0.1", port: 7 } as const;
  using _ = changeConnections([{ localAddr }, { localAddr }]);
  let count = 0;
  await using it = await relay((connection) => count++ === 0 ? Promise.resolve() : echo(connection), {
    maxConnections: 2,
  });
  const first = await it.connect();
  assertEquals(await first.read(new Uint8Array(1)), null);
  using second = await it.connect();
  assert(await isServed(second));
  const entry = it.clients.get(7);
  first.close();
  await untilRoom(it.connect);
  assert(entry !== undefined);
  assertStrictEquals(it.clients.get(7), entry);
});

Deno.test("a connection to the server that is gone at once ends the client's", async () => {
  const setNoDelay = () => {
    throw new Deno.errors.BadResource("gone");
  };
  using _ = changeConnections([{ setNoDelay }]);
  await using it = await relay(echo);
  using client = await it.connect();
  assertEquals(await client.read(new Uint8Array(1)), null);
  using next = await it.connect();
  assert(await isServed(next));
  assertEquals(it.defects, []);
});
