import { assertEquals, assertInstanceOf, assertRejects, assertStringIncludes, assertThrows } from "@std/assert";
import { StartError } from "../../lib/errors.ts";
import { acceptFrom } from "../../lib/net/accepting.ts";
import { type Acceptor, listenTcp } from "../../lib/net/acceptor.ts";
import { Certificate } from "../../lib/net/tls.ts";
import { fakeTimers } from "../testing.ts";
import { connectTls, pairFiles, PAIRS, untilCertificate } from "./tls_client.ts";

const HOST = { hostname: "127.0.0.1", port: 0 };

/** An acceptor whose connections echo what they are sent. */
async function echo({ isSecure }: { isSecure: boolean }) {
  const defects: unknown[] = [];
  const reportDefect = (error: unknown) => void defects.push(error);
  const pair = await pairFiles();
  const tls = isSecure ? new Certificate(pair.files, { reportDefect, pollMs: 10 }) : undefined;
  const acceptor = listenTcp({ ...HOST, tls, reportDefect });
  const echoing = serve(acceptor);
  return {
    ...pair,
    port: acceptor.port,
    defects,
    async [Symbol.asyncDispose]() {
      acceptor.close();
      tls?.[Symbol.dispose]();
      await echoing;
      await pair[Symbol.asyncDispose]();
    },
  };
}

async function serve(acceptor: Acceptor): Promise<void> {
  const open: Promise<void>[] = [];
  for (let connection; (connection = await acceptor.accept()) !== undefined;) {
    open.push(connection.readable.pipeTo(connection.writable).catch(() => {}));
  }
  await Promise.all(open);
}

Deno.test("listenTcp() accepts one connection after the other, until it is closed", async () => {
  await using it = await echo({ isSecure: false });
  for (const byte of [1, 2, 3]) {
    using connection = await Deno.connect({ hostname: "127.0.0.1", port: it.port });
    await connection.write(Uint8Array.of(byte));
    const buffer = new Uint8Array(1);
    await connection.read(buffer);
    assertEquals(buffer[0], byte);
  }
  assertEquals(it.defects, []);
});

Deno.test("accept() of a closed acceptor is undefined, also for who waits", async () => {
  await using pair = await pairFiles();
  using certificate = new Certificate(pair.files, { reportDefect() {} });
  for (const tls of [undefined, certificate]) {
    const acceptor = listenTcp({ ...HOST, tls, reportDefect() {} });
    const waiting = [acceptor.accept(), acceptor.accept()];
    acceptor.close();
    acceptor.close();
    assertEquals(await Promise.all([...waiting, acceptor.accept()]), [undefined, undefined, undefined]);
  }
});

Deno.test("listenTcp() says in one line why an address cannot be listened on", async () => {
  await using pair = await pairFiles();
  using certificate = new Certificate(pair.files, { reportDefect() {} });
  for (const tls of [undefined, certificate]) {
    const first = listenTcp({ ...HOST, tls, reportDefect() {} });
    const { port } = first;
    const error = assertThrows(() => listenTcp({ ...HOST, port, tls, reportDefect() {} }), StartError);
    assertStringIncludes(error.message, `Cannot listen on 127.0.0.1:${port}: the port is in use`);
    assertInstanceOf(error.cause, Deno.errors.AddrInUse);
    first.close();
    await first.accept();
  }
});

Deno.test("a new certificate is for new connections; the old ones go on", async () => {
  await using it = await echo({ isSecure: true });
  using kept = await connectTls(it.port, ["first"]);
  for (const name of ["second", "first", "second"] as const) {
    await it.write(PAIRS[name]);
    await untilCertificate(it.port, name);
    using next = await connectTls(it.port, [name]);
    assertEquals([await kept.ask("old"), await next.ask("new")], ["old", "new"]);
  }
  assertEquals(it.defects, []);
});

Deno.test("a handshake that never comes is given up after 10 seconds, and holds nobody up", async () => {
  using timers = fakeTimers();
  await using it = await echo({ isSecure: true });
  const silent = await Promise.all([1, 2, 3].map(() => Deno.connect({ hostname: "127.0.0.1", port: it.port })));
  using client = await connectTls(it.port);
  assertEquals(await client.ask("hi"), "hi");
  timers.tick(10_000);
  for (const connection of silent) {
    assertEquals(await connection.read(new Uint8Array(1)).catch(() => null), null);
    connection.close();
  }
  assertEquals([await client.ask("still here"), it.defects], ["still here", []]);
});

Deno.test("who speaks no TLS, or only HTTP/2, is refused, and is no defect", async () => {
  await using it = await echo({ isSecure: true });
  const plain = await Deno.connect({ hostname: "127.0.0.1", port: it.port });
  await plain.write(new TextEncoder().encode("GET / HTTP/1.1\r\n\r\n"));
  while (await plain.read(new Uint8Array(100)) !== null);
  plain.close();
  const options = { hostname: "127.0.0.1", port: it.port, caCerts: [PAIRS.first.cert], alpnProtocols: ["h2"] };
  const connection = await Deno.connectTls(options);
  await assertRejects(() => connection.handshake(), Error);
  connection.close();
  assertEquals(it.defects, []);
});

/** A listener of connections the first of which cannot be told to send at once; says which are closed. */
function listenerOf(connections: readonly string[], failure: unknown) {
  const closed: string[] = [];
  const waiting = connections.map((name, index) => ({
    name,
    close: () => void closed.push(name),
    setNoDelay() {
      if (index === 0) throw failure;
    },
  }));
  const listener = { accept: () => Promise.resolve(waiting.shift()) } as unknown as Deno.TcpListener;
  return { listener, closed };
}

Deno.test("acceptFrom() closes a connection that is gone already, and takes the next without waiting", async () => {
  // No timer ever runs: whoever waits here waits for ever.
  using _ = fakeTimers();
  const invalid = new Error("Invalid argument (os error 22)");
  for (const [failure, told] of [[new Deno.errors.BadResource("gone"), []], [invalid, [invalid]]] as const) {
    const { listener, closed } = listenerOf(["first", "second"], failure);
    const defects: unknown[] = [];
    const connection = await acceptFrom(listener, (error) => void defects.push(error));
    assertEquals([Reflect.get(connection!, "name"), closed, defects], ["second", ["first"], told]);
  }
});
