import { assert, assertEquals } from "@std/assert";
import { FROM_SOURCE, startProcess } from "./server_process.ts";
import { until } from "./net/http_cases/wire.ts";

/** More than the server has file descriptors for. */
const CONNECTIONS = 200;
const FEW_FILES = ["bash", "-c", 'ulimit -n 128; exec "$0" "$@"', ...FROM_SOURCE];

/** A server with few file descriptors, and clients that hold all of them. */
async function exhaust(transport: string) {
  const args = ["--port", "0", "--data", ":memory:", "--transport", transport];
  const server = await startProcess({ command: FEW_FILES, args });
  const { hostname, port } = new URL(server.url);
  const clients = await Promise.all(
    Array.from({ length: CONNECTIONS }, () => Deno.connect({ hostname, port: Number(port) }).catch(() => undefined)),
  );
  const leave = () => clients.splice(0).forEach((client) => client?.close());
  return {
    server,
    leave,
    async [Symbol.asyncDispose]() {
      leave();
      await server[Symbol.asyncDispose]();
    },
  };
}

Deno.test("without file descriptors raw says so, and goes on once there are some again", async () => {
  await using it = await exhaust("raw");
  await until("it says so", () => it.server.output().includes("Too many open files"));
  it.leave();
  const response = await fetch(new URL("healthz", it.server.url));
  assertEquals(await response.json().then(({ status }) => status), "ok");
  assertEquals(await it.server.stop("SIGTERM"), 0);
});

Deno.test("without file descriptors native, which cannot accept any more, ends and says why", async () => {
  await using it = await exhaust("native");
  await until("it says so", () => it.server.output().includes("cannot go on"));
  it.leave();
  assertEquals(await it.server.stop("SIGTERM"), 1);
});

Deno.test("one Ctrl-C that comes twice is one: what is under way is finished", async () => {
  await using server = await startProcess({ args: ["--port", "0", "--data", ":memory:", "--transport", "raw"] });
  const codes = await Promise.all([server.stop("SIGINT"), server.stop("SIGINT")]);
  assertEquals(codes, [0, 0]);
  assert(server.output().includes("SIGINT: stopping"));
});

Deno.test("Ctrl-C in the moment in which the server says where it is stops it gently", async () => {
  // Several at once, so that they wait for the processor between the line and what follows it.
  const codes = await Promise.all(Array.from({ length: 6 }, async () => {
    await using server = await startProcess({ args: ["--port", "0", "--data", ":memory:"] });
    return await server.stop("SIGINT");
  }));
  assertEquals(codes, [0, 0, 0, 0, 0, 0]);
});
