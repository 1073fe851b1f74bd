import { assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { runProgram } from "./server_process.ts";
import { FROM_SOURCE } from "./server_process.ts";
import { jsonOf, PASSWORD, PROJECT_DIR, tempDir } from "./testing.ts";

/** Runs a script in a process of its own, all permissions given to it. */
function run(script: string, ...args: string[]): Deno.ChildProcess {
  const config = join(PROJECT_DIR, "deno.json");
  const command = new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-prompt", "-A", "--config", config, join(PROJECT_DIR, script), ...args],
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  });
  return command.spawn();
}

Deno.test("dropPermissions() leaves nothing but reading files", async () => {
  const process = run("tests/fixtures/drop_permissions.ts");
  await process.stdin.close();
  const { stdout, stderr } = await process.output();
  assertEquals(JSON.parse(new TextDecoder().decode(stdout) || "{}"), {
    net: "denied",
    write: "denied",
    env: "denied",
    run: "denied",
    sys: "denied",
    ffi: "denied",
    read: "granted",
    tries: ["NotCapable", "NotCapable", "NotCapable", "NotCapable"],
  }, new TextDecoder().decode(stderr));
});

Deno.test("dropPermissions() keeps connections if told, and nothing more", async () => {
  const process = run("tests/fixtures/drop_permissions.ts", "net");
  await process.stdin.close();
  const { stdout, stderr } = await process.output();
  const { net, tries } = JSON.parse(new TextDecoder().decode(stdout) || "{}");
  const reason = new TextDecoder().decode(stderr);
  assertEquals([net, tries], ["granted", ["NotCapable", "NotCapable", "NotCapable", "nothing"]], reason);
});

Deno.test("a server that has dropped its permissions registers, talks, searches, and stops", async () => {
  await using data = await tempDir();
  await using site = await tempDir({ "page.html": "<p>word" });
  const { stdout, stderr, kill, status } = start(["--data", data.path, "--no-rate-limits", site.path]);
  const lines = stdout.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  while (!text.includes("invitation=")) text += (await lines.read()).value ?? raise(await new Response(stderr).text());
  const url = /Listening on (\S+)/.exec(text)![1];
  const invitation = /invitation=([\w-]+)/.exec(text)![1];
  const post = (path: string, body: unknown, cookie = "") =>
    fetch(new URL(path, url), {
      method: "POST",
      headers: { "content-type": "application/json", cookie },
      body: JSON.stringify(body),
    });
  const registered = await post("/api/register", { name: "root", password: PASSWORD, invitation });
  assertEquals([registered.status, (await jsonOf(registered)).user.role], [201, "administrator"]);
  const cookie = registered.headers.get("set-cookie")!.split(";")[0];
  const posted = await post("/api/rooms/common/messages", { text: "a word" }, cookie);
  assertEquals([posted.status, await jsonOf(posted)], [201, { seq: 1 }]);
  assertEquals((await jsonOf(await post("/api/search", { query: "word" }, cookie))).total, 2);
  kill("SIGTERM");
  while (!(await lines.read()).done);
  assertEquals((await status).code, 0, await new Response(stderr).text());
});

/** Starts the program as `deno task start` does, with the permissions that it asks for. */
function start(args: readonly string[]) {
  const [program, ...before] = FROM_SOURCE;
  const process = new Deno.Command(program, {
    args: [...before, "serve", "--port", "0", "--log", "off", ...args],
    cwd: PROJECT_DIR,
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  return {
    stdout: process.stdout,
    stderr: process.stderr,
    status: process.status,
    kill: (signal: Deno.Signal) => process.kill(signal),
  };
}

function raise(message: string): never {
  throw new Error(message);
}

Deno.test("a start that fails is one line on standard error, and its exit status", async () => {
  await using dir = await tempDir({ "file.txt": "" });
  const cases: ReadonlyArray<readonly [args: string[], status: number, line: string]> = [
    [["--nonsense"], 2, "commonroom: Unknown flag --nonsense"],
    [[join(dir.path, "nothing")], 1, "there is no such folder"],
    [[join(dir.path, "file.txt")], 1, "it is no folder"],
    [["--data", join(dir.path, "file.txt")], 1, "it is no folder"],
  ];
  for (const [args, status, line] of cases) {
    const { code, stdout, stderr } = await runProgram({ args });
    assertEquals([code, stdout], [status, ""], stderr);
    assertStringIncludes(stderr, line);
    assertEquals(stderr.trimEnd().split("\n").length, 1, stderr);
  }
});
