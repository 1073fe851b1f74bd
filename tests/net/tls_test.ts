import { assert, assertEquals, assertMatch, assertRejects, assertStringIncludes, assertThrows } from "@std/assert";
import { dirname, join } from "@std/path";
import { StartError } from "../../lib/errors.ts";
import { Logger } from "../../lib/log.ts";
import type { Listener, ListenOptions } from "../../lib/net/listener.ts";
import { listenNative } from "../../lib/net/native.ts";
import { listenRaw } from "../../lib/net/raw.ts";
import { Certificate } from "../../lib/net/tls.ts";
import type { Handler } from "../../lib/context.ts";
import { startServer } from "../../lib/server.ts";
import { startProcess } from "../server_process.ts";
import { jsonOf, PASSWORD, tempDir, testConfig, testServer } from "../testing.ts";
import { certificateOf, connectTls, pairFiles, PAIRS, untilCertificate } from "./tls_client.ts";

const TRANSPORTS: ReadonlyArray<{
  readonly name: "native" | "raw";
  readonly listen: (handler: Handler, options: ListenOptions) => Listener;
  readonly protocol: string;
}> = [
  { name: "native", listen: listenNative, protocol: "h2" },
  { name: "raw", listen: listenRaw, protocol: "http/1.1" },
];

const GET = "GET / HTTP/1.1\r\nhost: localhost\r\n\r\n";
const HANDSHAKE = "GET / HTTP/1.1\r\nhost: localhost\r\nupgrade: websocket\r\nconnection: upgrade\r\n" +
  "sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
/** A masked text frame that says "hi"; its mask is 0. */
const HI_FRAME = Uint8Array.of(0x81, 0x82, 0, 0, 0, 0, 0x68, 0x69);
/** A masked close frame without a code. */
const CLOSE_FRAME = Uint8Array.of(0x88, 0x80, 0, 0, 0, 0);

/** A handler that tells what it sees, and echoes on sockets. */
const echo: Handler = (request, peer) =>
  request.headers.has("upgrade")
    ? peer.upgrade(request, {
      protocols: [],
      maxMessageBytes: 100,
      accept: (socket) => ({ message: (message) => socket.send(message), closed() {} }),
    })
    : Response.json({ url: request.url, address: peer.address, isSecure: peer.isSecure });

/** A transport with the first certificate, in files that may change. */
async function serve(transport: typeof TRANSPORTS[number]) {
  const defects: unknown[] = [];
  const reportDefect = (error: unknown) => void defects.push(error);
  const pair = await pairFiles();
  const tls = new Certificate(pair.files, { reportDefect, pollMs: 10 });
  const listener = transport.listen(echo, { hostname: "127.0.0.1", port: 0, tls, reportDefect });
  return {
    ...pair,
    port: listener.port,
    defects,
    async [Symbol.asyncDispose]() {
      tls[Symbol.dispose]();
      await listener.shutdown();
      await pair[Symbol.asyncDispose]();
    },
  };
}

for (const transport of TRANSPORTS) {
  Deno.test(`${transport.name} answers over TLS, and tells the application so`, async () => {
    await using it = await serve(transport);
    using client = await connectTls(it.port);
    const reply = await client.ask(GET);
    assertMatch(reply, /^HTTP\/1\.1 200 OK\r\n/);
    const seen = JSON.parse(reply.split("\r\n\r\n")[1]);
    assertEquals(seen, { url: "https://localhost/", address: "127.0.0.1", isSecure: true });
    assertEquals(it.defects, []);
  });

  Deno.test({
    name: `${transport.name} over TLS knows who is there, not the relay's address`,
    ignore: Deno.build.os !== "linux",
    async fn() {
      await using it = await serve(transport);
      const url = `https://127.0.0.1:${it.port}/`;
      const args = ["--silent", "--interface", "127.0.0.3", "--cacert", it.files.certFile, url];
      const { stdout } = await new Deno.Command("curl", { args }).output();
      assertEquals(JSON.parse(new TextDecoder().decode(stdout)).address, "127.0.0.3");
    },
  });

  Deno.test(`${transport.name} speaks ${transport.protocol} with who speaks HTTP/2`, async () => {
    await using it = await serve(transport);
    const { cert } = PAIRS.first;
    const connection = await Deno.connectTls({
      hostname: "127.0.0.1",
      port: it.port,
      caCerts: [cert],
      alpnProtocols: ["h2", "http/1.1"],
    });
    assertEquals((await connection.handshake()).alpnProtocol, transport.protocol);
    connection.close();
    using client = Deno.createHttpClient({ caCerts: [cert] });
    const response = await fetch(`https://localhost:${it.port}/`, { client });
    assertEquals((await jsonOf(response)).isSecure, true);
  });

  Deno.test(`${transport.name} takes a new certificate for new connections, and the old ones go on`, async () => {
    await using it = await serve(transport);
    using kept = await connectTls(it.port);
    assertMatch(await kept.ask(GET), /^HTTP\/1\.1 200/);
    using socket = await connectTls(it.port);
    assertMatch(await socket.ask(HANDSHAKE), /^HTTP\/1\.1 101/);
    for (const name of ["second", "first", "second"] as const) {
      await it.write(PAIRS[name]);
      await untilCertificate(it.port, name);
      assertMatch(await kept.ask(GET), /^HTTP\/1\.1 200/);
      assertStringIncludes(await socket.ask(HI_FRAME), "hi");
    }
    assertEquals((await socket.ask(CLOSE_FRAME)).length, 2);
    assertEquals(it.defects, []);
  });

  Deno.test(`${transport.name} keeps a certificate that is no good out, says so once, and takes the next`, async () => {
    await using it = await serve(transport);
    await it.write({ cert: PAIRS.second.cert, key: PAIRS.first.key });
    while (it.defects.length === 0) assertEquals(await certificateOf(it.port), "first");
    assertEquals(it.defects.length, 1);
    assertMatch(String(it.defects[0]), /^Cannot use --tls-key .*key\.pem: it is not the key of .*before stays in use$/);
    await it.write(PAIRS.second);
    await untilCertificate(it.port, "second");
    assertEquals(it.defects.length, 1);
  });

  Deno.test(`${transport.name} lets nobody wait for who is silent or speaks no TLS`, async () => {
    await using it = await serve(transport);
    const silent = await Promise.all(
      Array.from({ length: 50 }, () => Deno.connect({ hostname: "127.0.0.1", port: it.port })),
    );
    for (const connection of silent.slice(25)) await connection.write(new TextEncoder().encode(GET));
    using client = await connectTls(it.port);
    assertMatch(await client.ask(GET), /^HTTP\/1\.1 200/);
    for (const connection of silent) connection.close();
    assertEquals(it.defects, []);
  });

  Deno.test(`${transport.name} over TLS gives cookies that never leave it`, async () => {
    await using pair = await pairFiles();
    await using it = await testServer({ transport: transport.name, tls: pair.files, isRegistrationOpen: true });
    assertMatch(it.url, /^https:\/\/127\.0\.0\.1:\d+\/$/);
    assertMatch(it.server.setupUrl!, /^https:/);
    using client = Deno.createHttpClient({ caCerts: [PAIRS.first.cert] });
    const response = await fetch(`${it.url}api/register`, {
      method: "POST",
      headers: { "content-type": "application/json", origin: it.url.slice(0, -1) },
      body: JSON.stringify({ name: "ada", password: PASSWORD }),
      client,
    });
    assertEquals((await jsonOf(response)).user.name, "ada");
    const cookie = response.headers.get("set-cookie")!;
    for (const part of ["__Host-session=", "Secure", "HttpOnly", "Path=/", "SameSite=Lax"]) {
      assertStringIncludes(cookie, part);
    }
    assert(!cookie.includes("Domain"));
    const me = await fetch(`${it.url}api/me`, { headers: { cookie: cookie.split(";")[0] }, client });
    assertEquals((await jsonOf(me)).user.name, "ada");
  });

  Deno.test(`${transport.name} takes a new certificate after the permissions are dropped`, async () => {
    await using pair = await pairFiles();
    const { certFile, keyFile } = pair.files;
    await using server = await startProcess({
      args: ["--port", "0", "--data", ":memory:", "--log", "off", "--transport", transport.name].concat(
        ["--tls-cert", certFile, "--tls-key", keyFile],
      ),
    });
    const port = Number(new URL(server.url).port);
    assertEquals(await certificateOf(port), "first");
    using kept = await connectTls(port);
    await pair.write(PAIRS.second);
    await untilCertificate(port, "second");
    assertMatch(await kept.ask(GET.replace("/ ", "/healthz ")), /^HTTP\/1\.1 200/);
    assertEquals(await server.stop("SIGTERM"), 0, server.output());
  });
}

/** A certificate in files that may change; waits for its news. */
async function followed() {
  const pair = await pairFiles();
  const defects: unknown[] = [];
  let news = Promise.withResolvers<void>();
  const reportDefect = (error: unknown) => {
    defects.push(error);
    news.resolve();
  };
  const certificate = new Certificate(pair.files, { reportDefect, pollMs: 10 });
  certificate.follow(() => news.resolve());
  return {
    ...pair,
    certificate,
    defects,
    /** Waits for a new pair, or for one that is refused. */
    async news() {
      await news.promise;
      news = Promise.withResolvers();
    },
    async [Symbol.asyncDispose]() {
      certificate[Symbol.dispose]();
      await pair[Symbol.asyncDispose]();
    },
  };
}

Deno.test("Certificate notices files that are renamed into place, and a link that leads elsewhere", async () => {
  await using it = await followed();
  const dir = dirname(it.files.certFile);
  const replace = async (make: (name: string, file: string) => Promise<void>) => {
    for (const name of ["cert", "key"]) {
      await make(name, join(dir, `new-${name}`));
      await Deno.rename(join(dir, `new-${name}`), join(dir, `${name}.pem`));
    }
    await it.news();
  };
  await replace((name, file) => Deno.writeTextFile(file, PAIRS.second[name as keyof typeof PAIRS.second]));
  assertEquals(it.certificate.pair, PAIRS.second);
  for (const name of ["first", "second"] as const) {
    await Deno.mkdir(join(dir, name));
    await Deno.writeTextFile(join(dir, name, "cert"), PAIRS[name].cert);
    await Deno.writeTextFile(join(dir, name, "key"), PAIRS[name].key);
  }
  for (const name of ["first", "second"] as const) {
    await replace((part, file) => Deno.symlink(join(dir, name, part), file));
    assertEquals(it.certificate.pair, PAIRS[name]);
  }
  assertEquals(it.defects, []);
});

Deno.test("Certificate keeps the old pair while only one of the files has changed, or is gone", async () => {
  await using it = await followed();
  await Deno.writeTextFile(it.files.certFile, PAIRS.second.cert);
  await it.news();
  assertEquals(it.certificate.pair, PAIRS.first);
  await Deno.remove(it.files.keyFile);
  await it.news();
  assertEquals(it.certificate.pair, PAIRS.first);
  await Deno.writeTextFile(it.files.keyFile, PAIRS.second.key);
  await it.news();
  assertEquals(it.certificate.pair, PAIRS.second);
  assertEquals(it.defects.map((defect) => /not the key of|no such file/.exec(String(defect))?.[0]), [
    "not the key of",
    "no such file",
  ]);
});

Deno.test("Certificate refuses files that cannot be used, and says which and why", async () => {
  const { first, second } = PAIRS;
  await using dir = await tempDir({
    "cert.pem": first.cert,
    "key.pem": first.key,
    "other.pem": second.key,
    "empty.pem": "",
    "broken.pem": first.cert.slice(0, 200),
    "locked.pem": "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n",
  });
  const cases: ReadonlyArray<readonly [cert: string, key: string, reason: RegExp]> = [
    ["none.pem", "key.pem", /^Cannot read --tls-cert \S+none\.pem: there is no such file$/],
    ["cert.pem", "none.pem", /^Cannot read --tls-key \S+none\.pem: there is no such file$/],
    [".", "key.pem", /^Cannot read --tls-cert \S+: it is a folder$/],
    ["empty.pem", "key.pem", /^Cannot use --tls-cert \S+empty\.pem: it holds no PEM certificate$/],
    ["broken.pem", "key.pem", /^Cannot use --tls-cert \S+broken\.pem/],
    ["key.pem", "cert.pem", /^Cannot use --tls-cert \S+key\.pem: it holds no PEM certificate$/],
    ["cert.pem", "empty.pem", /^Cannot use --tls-key \S+empty\.pem: it holds no PEM private key/],
    ["cert.pem", "locked.pem", /^Cannot use --tls-key \S+locked\.pem: it holds no PEM private key/],
    ["cert.pem", "other.pem", /^Cannot use --tls-key \S+other\.pem: it is not the key of \S+cert\.pem$/],
  ];
  for (const [cert, key, reason] of cases) {
    const files = { certFile: join(dir.path, cert), keyFile: join(dir.path, key) };
    const { message, exitStatus } = assertThrows(() => new Certificate(files, { reportDefect() {} }), StartError);
    assertMatch(message, reason);
    assertEquals(exitStatus, 1);
  }
});

Deno.test("a server whose certificate is no good touches no data folder", async () => {
  await using dir = await tempDir();
  const dataDir = join(dir.path, "data");
  const tls = { certFile: join(dir.path, "none.pem"), keyFile: join(dir.path, "none.pem") };
  await assertRejects(
    () => startServer(testConfig({ dataDir, tls }), new Logger("off", () => {})),
    StartError,
    "Cannot read --tls-cert",
  );
  await assertRejects(() => Deno.stat(dataDir), Deno.errors.NotFound);
});
