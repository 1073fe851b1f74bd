import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { ChatClient, register } from "./chat_client.ts";
import { FROM_SOURCE, runProgram, startProcess } from "./server_process.ts";
import { tempDir } from "./testing.ts";

const OPEN = ["--port", "0", "--open-registration", "--log", "off"];

Deno.test("two members talk over real sockets, and find all of it after a restart", async () => {
  await using dir = await tempDir();
  const args = [...OPEN, "--data", dir.path];
  let cookie: string;
  {
    await using server = await startProcess({ args });
    cookie = await register(server.url, "ada");
    await using ada = await ChatClient.connect(server.url, cookie);
    await using bob = await ChatClient.connect(server.url, await register(server.url, "bob"));
    for (const client of [ada, bob]) client.say({ type: "resume", rooms: { common: 0 } });
    ada.say({ type: "send", room: "common", key: "1", text: "Hello <b>bob</b>" });
    await bob.until("message", ({ text }) => text === "Hello <b>bob</b>");
    bob.say({ type: "send", room: "common", key: "1", text: "Hello ada" });
    await ada.until("message", ({ text }) => text === "Hello ada");
    assertEquals((await ada.until("ack")).seq, 1);
    assertEquals(await server.stop("SIGINT"), 0);
    for (const client of [ada, bob]) {
      assert((await client.until("bye")).retryAfterMs > 0);
      assertEquals((await client.closed).code, 1001);
    }
  }
  await using server = await startProcess({ args });
  await using ada = await ChatClient.connect(server.url, cookie);
  ada.say({ type: "resume", rooms: { common: 0 } });
  await ada.until("replayed");
  assertEquals(ada.texts(), ["Hello <b>bob</b>", "Hello ada"]);
});

Deno.test("SIGTERM waits for the requests under way, then exits with 0", async () => {
  await using server = await startProcess({ args: [...OPEN, "--data", ":memory:"] });
  const { hostname, port } = new URL(server.url);
  using connection = await Deno.connect({ hostname, port: Number(port) });
  const body = new TextEncoder().encode(JSON.stringify({ query: "anything" }));
  const head = [
    "POST /api/search HTTP/1.1",
    `Host: ${hostname}:${port}`,
    "Content-Type: application/json",
    `Content-Length: ${body.length}`,
    "Expect: 100-continue",
  ];
  await connection.write(new TextEncoder().encode(`${head.join("\r\n")}\r\n\r\n`));
  const reader = connection.readable.pipeThrough(new TextDecoderStream() as never).getReader();
  // The runtime says so once the application reads the body: from then on the request is under way.
  assertStringIncludes(String((await reader.read()).value), "100 Continue");
  const stopped = server.stop("SIGTERM");
  await connection.write(body);
  assertStringIncludes(String((await reader.read()).value), "HTTP/1.1 200 OK");
  assertEquals(await stopped, 0);
  await reader.cancel().catch(() => {});
});

Deno.test("the chat refuses who is not logged in, another site's page, and what is no handshake", async () => {
  await using server = await startProcess({ args: [...OPEN, "--data", ":memory:"] });
  const cookie = await register(server.url, "ada");
  const upgrade = {
    connection: "Upgrade",
    upgrade: "websocket",
    "sec-websocket-version": "13",
    "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==",
  };
  const own = new URL(server.url).origin;
  const cases: Array<[headers: Record<string, string>, status: string]> = [
    [{ ...upgrade }, "401"],
    [{ ...upgrade, cookie: "session=forged" }, "401"],
    [{ ...upgrade, cookie, origin: "http://evil.example" }, "403"],
    [{ ...upgrade, cookie, origin: "null" }, "403"],
    [{ ...upgrade, cookie, origin: own, "sec-fetch-site": "cross-site" }, "403"],
    [{ ...upgrade, cookie, "sec-websocket-version": "8" }, "426"],
    [{ ...upgrade, cookie, "sec-websocket-key": "short" }, "400"],
    [{ cookie }, "426"],
    [{ ...upgrade, cookie, origin: own, "sec-fetch-site": "same-origin" }, "101"],
    [{ ...upgrade, cookie }, "101"],
  ];
  for (const [headers, status] of cases) {
    assertEquals(await statusOf(server.url, headers), status, JSON.stringify(headers));
  }
});

Deno.test("logging out closes the sockets of that session", async () => {
  await using server = await startProcess({ args: [...OPEN, "--data", ":memory:"] });
  const cookie = await register(server.url, "ada");
  await using ada = await ChatClient.connect(server.url, cookie);
  await ada.until("welcome");
  const reply = await fetch(new URL("api/logout", server.url), { method: "POST", headers: { cookie } });
  assertEquals(reply.status, 204);
  assertEquals((await ada.closed).code, 4401);
  assertEquals(await statusOf(server.url, { cookie }), "401");
});

Deno.test("bytes and overlong frames close the socket with their codes", async () => {
  await using server = await startProcess({ args: [...OPEN, "--data", ":memory:"] });
  const cookie = await register(server.url, "ada");
  const cases: Array<[said: string | Uint8Array<ArrayBuffer>, code: number]> = [
    [new Uint8Array([1, 2, 3]), 1003],
    ["x".repeat(64 * 1024 + 1), 1009],
    ["é".repeat(32 * 1024 + 1), 1009],
  ];
  for (const [said, code] of cases) {
    await using client = await ChatClient.connect(server.url, cookie);
    if (typeof said === "string") client.say(said);
    else client.sendBytes(said);
    assertEquals((await client.closed).code, code);
  }
});

Deno.test("what cannot be started says so in one line, and exits with 1, or with 2 for bad usage", async () => {
  await using dir = await tempDir();
  await using server = await startProcess({ args: [...OPEN, "--data", join(dir.path, "data")] });
  const { port } = new URL(server.url);
  await Deno.writeTextFile(join(dir.path, "file"), "");
  const cases: Array<[args: string[], code: number, line: RegExp]> = [
    [["serve", "--port", port, "--data", ":memory:"], 1, /port is in use.*--port/],
    [["serve", join(dir.path, "missing")], 1, /Cannot serve .*missing: there is no such folder/],
    [["serve", join(dir.path, "file")], 1, /Cannot serve .*file: it is no folder/],
    [["serve", "--port", "0", "--data", join(dir.path, "data")], 1, /Another server uses the data folder/],
    [["serve", "--port", "0", "--data", join(dir.path, "file", "below")], 1, /Cannot open the data folder/],
    [["serve", "--host", "203.0.113.1", "--data", ":memory:"], 1, /Cannot listen on 203\.0\.113\.1/],
    [["serve", "--frobnicate"], 2, /Unknown flag --frobnicate/],
    [["serve", "--port", "70000"], 2, /--port cannot be 70000/],
    [["user", "add"], 2, /Usage: commonroom user add NAME/],
  ];
  for (const [args, code, line] of cases) {
    const ended = await runProgram({ args });
    assertEquals([ended.code, ended.stdout], [code, ""], args.join(" "));
    assertMatch(ended.stderr, line);
    assertEquals(ended.stderr.trimEnd().split("\n").length, 1, ended.stderr);
  }
});

Deno.test("user add makes an account beside a running server, and the setup link then makes no administrator", async () => {
  await using dir = await tempDir();
  await using server = await startProcess({ args: ["--port", "0", "--data", dir.path, "--log", "off"] });
  const setup = /http:\S+invitation=\S+/.exec(server.output());
  const made = await runProgram({
    args: ["user", "add", "Grace", "--admin", "--data", dir.path],
    input: "correct horse battery\n",
  });
  assertEquals([made.code, made.stdout], [0, "Made the account Grace (administrator)\n"], made.stderr);
  const post = (path: string, body: object) =>
    fetch(new URL(path, server.url), {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
  const login = await post("api/login", { name: "grace", password: "correct horse battery" });
  assertEquals([login.status, (await login.json()).user], [200, { name: "Grace", role: "administrator" }]);
  assert(setup !== null, "the first start printed the setup link");
  const invitation = new URL(setup[0]).searchParams.get("invitation");
  const late = await post("api/register", { name: "eve", password: "long enough it is", invitation });
  assertEquals(late.status, 403);
  await late.body?.cancel();
  const twice = await runProgram({ args: ["user", "add", "GRACE", "--data", dir.path], input: "long enough it is" });
  assertEquals([twice.code, twice.stderr], [1, "commonroom: Cannot make GRACE: This name is taken; choose another\n"]);
});

/** The status of a GET of the chat, asked by bytes: `fetch` may not send these headers. */
async function statusOf(serverUrl: string, headers: Record<string, string>): Promise<string> {
  const { hostname, port, host } = new URL(serverUrl);
  using connection = await Deno.connect({ hostname, port: Number(port) });
  const lines = Object.entries({ host, ...headers }).map(([name, value]) => `${name}: ${value}`);
  await connection.write(new TextEncoder().encode(`GET /api/chat HTTP/1.1\r\n${lines.join("\r\n")}\r\n\r\n`));
  const bytes = new Uint8Array(1_024);
  const length = await connection.read(bytes) ?? 0;
  return new TextDecoder().decode(bytes.subarray(0, length)).split(" ")[1];
}

Deno.test("a log that nobody reads stops nobody", async () => {
  const [program, ...before] = FROM_SOURCE;
  const child = new Deno.Command(program, {
    args: [...before, "serve", "--port", "0", "--data", ":memory:"],
    stdout: "piped",
    stderr: "null",
  }).spawn();
  const reader = child.stdout.getReader();
  const url = /Listening on (\S+)/.exec(new TextDecoder().decode((await reader.read()).value))![1];
  // A pipe holds 64 KiB, which is some 800 lines.
  for (let i = 0; i < 2_500; i++) {
    const response = await fetch(new URL("healthz", url));
    assertEquals(response.status, 200);
    await response.body?.cancel();
  }
  child.kill("SIGTERM");
  assertEquals((await child.status).code, 0);
  await reader.cancel();
});

Deno.test("a data folder inside the folder that is served is not served, and not found", async () => {
  await using dir = await tempDir({ "index.html": "<h1>Mine</h1>", "data/notes.txt": "secret notes" });
  const data = join(dir.path, "data");
  const options = ["--data", data, "--public", "--port", "0", "--log", "off"];
  await using server = await startProcess({ args: ["serve", dir.path, ...options] });
  const statusOf = async (path: string) => {
    const response = await fetch(new URL(path, server.url));
    await response.body?.cancel();
    return response.status;
  };
  assertEquals(await statusOf("index.html"), 200);
  for (const path of ["data/commonroom.db", "data/commonroom.db-wal", "data/server.lock", "data/notes.txt", "data/"]) {
    assertEquals(await statusOf(path), 404, path);
  }
  const found = await (await fetch(new URL("api/search?q=secret", server.url))).json();
  assertEquals(found.total, 0);
  await using other = await tempDir({ "pages/index.html": "" });
  const inside = await runProgram({ args: ["serve", join(other.path, "pages"), "--data", other.path, "--port", "0"] });
  assertEquals([inside.code, /lies inside the data folder/.test(inside.stderr)], [1, true], inside.stderr);
});
