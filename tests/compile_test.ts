/**
 * The compiled binary. With a runtime to compile with (`DENORT_BIN`, and `DENO_COMPILER` for the compiler that goes with
 * it) it is made and used; without one, the compiler still tells which files it would embed.
 */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { dirname, fromFileUrl, join } from "@std/path";
import manifest from "../deno.json" with { type: "json" };
import { ChatClient, register } from "./chat_client.ts";
import { startProcess } from "./server_process.ts";
import { tempDir } from "./testing.ts";

const PROJECT = dirname(dirname(fromFileUrl(import.meta.url)));
const DENORT_BIN = Deno.env.get("DENORT_BIN");
const DENO_COMPILER = Deno.env.get("DENO_COMPILER") ?? Deno.execPath();

/** Runs the task `compile` with another output, and returns what it printed. */
async function compile(output: string): Promise<string> {
  const words = manifest.tasks.compile.command.replaceAll("'", "").split(" ")
    // Compilers before 2.9 embed nothing else, and do not know the flag.
    .filter((word) => DENO_COMPILER === Deno.execPath() || word !== "--exclude-unused-npm");
  const args = words.slice(1).map((word) => word === "dist/commonroom" ? output : word);
  // A compiler of another version keeps its own cache.
  const env: Record<string, string> = { NO_COLOR: "1", DENORT_BIN: DENORT_BIN ?? "/bin/true" };
  if (DENO_COMPILER !== Deno.execPath()) env.DENO_DIR = join(dirname(DENO_COMPILER), "cache");
  const { code, stderr } = await new Deno.Command(DENO_COMPILER, { args, cwd: PROJECT, env, stdin: "null" }).output();
  const printed = new TextDecoder().decode(stderr);
  assertEquals(code, 0, printed);
  return printed;
}

Deno.test("the binary holds the program, its routes and its static files, and no tests", async () => {
  await using dir = await tempDir();
  const tree = await compile(join(dir.path, "commonroom"));
  for (const part of ["main.ts", "lib", "routes", "static", "preact-render-to-string", "deno-std"]) {
    assertStringIncludes(tree, part);
  }
  for (const part of ["tests", "bench", "playwright-core", "server_test.ts"]) {
    assert(!tree.includes(part), `${part} is embedded:\n${tree}`);
  }
});

Deno.test({
  name: "the binary does everything in an empty folder, with its data beside it",
  // Without a runtime no binary can be made; the test above then asserts what it would hold.
  ignore: DENORT_BIN === undefined,
  async fn() {
    await using built = await tempDir();
    await using moved = await tempDir();
    await compile(join(built.path, "commonroom"));
    await Deno.rename(join(built.path, "commonroom"), join(moved.path, "commonroom"));
    const options = {
      command: [join(moved.path, "commonroom")],
      args: ["--port", "0", "--open-registration"],
      cwd: moved.path,
    };
    let cookie: string;
    {
      await using server = await startProcess(options);
      cookie = await register(server.url, "ada");
      await checkPages(server.url);
      await using ada = await ChatClient.connect(server.url, cookie);
      ada.say({ type: "send", room: "common", key: "k", text: "from the binary" });
      assertEquals((await ada.until("ack")).seq, 1);
      await server.stop("SIGKILL");
    }
    const beside = (await Array.fromAsync(Deno.readDir(moved.path))).map(({ name }) => name).toSorted();
    assertEquals(beside, ["commonroom", "data"]);
    await using server = await startProcess({ ...options, args: [...options.args, "--transport", "raw"] });
    await checkPages(server.url);
    await using ada = await ChatClient.connect(server.url, cookie);
    ada.say({ type: "resume", rooms: { common: 0 } });
    await ada.until("replayed");
    assertEquals(ada.texts(), ["from the binary"]);
    assertEquals(await server.stop("SIGTERM"), 0);
  },
});

async function checkPages(url: string): Promise<void> {
  const cases: Array<[path: string, type: string, part: string]> = [
    ["healthz", "application/json", '"status":"ok"'],
    ["", "text/html", "Commonroom"],
    ["_ui/base.css", "text/css", "{"],
    ["_ui/chat.js", "text/javascript", "import"],
    ["login", "text/html", 'name="password"'],
    ["api/search?q=commonroom", "application/json", '"kind":"page"'],
    ["learn/1-a-basic-server", "text/html", 'rel="next"'],
    ["learn/examples/1_basic_server.ts", "text/plain", "Deno.serve"],
  ];
  for (const [path, type, part] of cases) {
    const response = await fetch(new URL(path, url));
    assertEquals(response.status, 200, path);
    assert(response.headers.get("content-type")?.startsWith(type), path);
    assertStringIncludes(await response.text(), part);
  }
}
