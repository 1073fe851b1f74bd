/** What docs/framework.md says is done as it says it, on both transports. */
import { assert, assertEquals, assertGreater, assertMatch } from "@std/assert";
import { join } from "@std/path";
import { FROM_SOURCE } from "./server_process.ts";
import { PROJECT_DIR, tempDir, testServer } from "./testing.ts";

const text = await Deno.readTextFile(join(PROJECT_DIR, "docs/framework.md"));

interface Step {
  readonly command: string;
  /** What it prints, with … for what differs. */
  readonly answer: string;
}

/** The files of the examples: the first line says what each is called. */
function exampleFiles(): Record<string, string> {
  const files: Record<string, string> = {};
  for (const [, name, code] of text.matchAll(/```(?:js|tsx?)\n\/\/ (\S+)\n(.*?)```/gs)) {
    assert(!(name in files), `${name} stands twice`);
    files[name] = code;
  }
  return files;
}

/** Commands, each with the lines behind `#` as its answer. */
function steps(): Step[] {
  const found: { command: string; answer: string[] }[] = [];
  for (const [, block] of text.matchAll(/```sh\n(.*?)```/gs)) {
    for (const line of block.trimEnd().split("\n")) {
      if (line.startsWith("#")) found.at(-1)!.answer.push(line.slice(2));
      else found.push({ command: line, answer: [] });
    }
  }
  return found.map(({ command, answer }) => ({ command, answer: answer.join("\n") }));
}

/** What has to be printed: all to the letter, but for the gaps. */
function toPattern(answer: string): RegExp {
  return new RegExp(`^${answer.split("…").map((part) => part.replaceAll(/[^\w\s]/g, "\\$&")).join("[^]*")}$`);
}

async function run(command: string, cwd: string): Promise<string> {
  const { stdout } = await new Deno.Command("bash", { args: ["-c", command], cwd, stderr: "null" }).output();
  return new TextDecoder().decode(stdout).replaceAll("\r", "").trim();
}

const { ".tests/greet_test.ts": testExample, ...routes } = exampleFiles();

for (const transport of ["native", "raw"] as const) {
  Deno.test(`the examples of docs/framework.md work as written (${transport})`, async () => {
    await using dir = await tempDir(routes);
    await using work = await tempDir();
    await using server = await testServer({ transport, routesDir: dir.path, isRegistrationOpen: true });
    const asked = steps().filter(({ command }) => command.includes("curl"));
    assertGreater(asked.length, 30);
    for (const { command, answer } of asked) {
      const here = (words: string) => words.replaceAll("http://127.0.0.1:8000/", server.url);
      assertMatch(await run(here(command), work.path), toPattern(here(answer)), command);
    }
  });
}

Deno.test("every route of docs/framework.md is asked for something", () => {
  const asked = steps().map(({ command }) => command).join("\n");
  for (const file of Object.keys(routes)) {
    if (/(?:^|\/)[._]/.test(file)) continue;
    const path = file.replace(/(\/index)?\.\w+$/, "").replace(/\[.*$/, "");
    assert(asked.includes(`:8000/${path}`), file);
  }
});

Deno.test("the test of docs/framework.md passes", async () => {
  await using dir = await tempDir(routes);
  await using work = await tempDir();
  const example = testExample.replace("/path/to/commonroom", PROJECT_DIR)
    .replace("/path/to/routes", dir.path);
  await work.write("greet_test.ts", example);
  const args = ["test", "--allow-all", "--no-check", "--config", join(PROJECT_DIR, "deno.json")];
  const { code, stderr, stdout } = await new Deno.Command(Deno.execPath(), {
    args: [...args, join(work.path, "greet_test.ts")],
  })
    .output();
  assertEquals(code, 0, new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr));
});

Deno.test("the commands with which docs/framework.md begins work", async () => {
  await using work = await tempDir();
  const [first] = steps();
  const command = [...FROM_SOURCE].map((word) => `'${word}'`).join(" ");
  const said = await run(first.command.replace("commonroom", command), work.path);
  assertMatch(
    said,
    /^Wrote .*mine\/hello\.js\nWrote .*mine\/\.tests\/hello_test\.ts\nTry it: {2}deno task start --routes /,
  );
});
