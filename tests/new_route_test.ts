import { assert, assertEquals, assertMatch, assertRejects, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { newRoute } from "../lib/commands/new_route.ts";
import { StartError } from "../lib/errors.ts";
import { Logger } from "../lib/log.ts";
import { runProgram } from "./server_process.ts";
import { PROJECT_DIR, tempDir, testApp } from "./testing.ts";

async function make(name: string, where: { routesDir?: string; programDir?: string }): Promise<string> {
  const lines: string[] = [];
  await newRoute({ name, ...where }, new Logger("off", (text) => void lines.push(text)));
  return lines.join("\n").replaceAll(PROJECT_DIR, "PROGRAM");
}

async function filesIn(dir: string, path = ""): Promise<string[]> {
  const files = [];
  for await (const { name, isDirectory, isSymlink } of Deno.readDir(join(dir, path))) {
    if (isDirectory) files.push(...await filesIn(dir, join(path, name)));
    else if (!isSymlink) files.push(join(path, name));
  }
  return files.toSorted();
}

Deno.test("new route writes a route that answers, and says what it wrote and how to try it", async () => {
  const cases: ReadonlyArray<readonly [name: string, file: string, test: string, path: string, part: string]> = [
    ["hello", "hello.js", "hello_test.ts", "/hello", "<h1>Hello</h1>"],
    ["api/things", "api/things.js", "api/things_test.ts", "/api/things", '"path":"/api/things"'],
    ["blog/[slug]", "blog/[slug].js", "blog/slug_test.ts", "/blog/example", "This is example."],
    ["/my-notes/index", "my-notes/index.js", "my-notes/index_test.ts", "/my-notes", "<h1>My notes</h1>"],
    ["wiki/[...page]", "wiki/[...page].js", "wiki/page_test.ts", "/wiki/example", "This is example."],
    ["api/v1.2/[id]", "api/v1.2/[id].js", "api/v12/id_test.ts", "/api/v1.2/example", '"id":"example"'],
  ];
  await using dir = await tempDir();
  const routesDir = join(dir.path, "mine");
  for (const [name, file, test, path] of cases) {
    assertEquals(
      await make(name, { routesDir }),
      [
        `Wrote ${routesDir}/${file}`,
        `Wrote ${routesDir}/.tests/${test}`,
        `Try it:  deno task start --routes ${routesDir}, then open http://127.0.0.1:8000${path}`,
        `Test it: deno test --allow-all --config PROGRAM/deno.json ${routesDir}/.tests/${test}`,
      ].join("\n"),
    );
  }
  const files = await filesIn(dir.path);
  assertEquals(files, cases.flatMap(([, file, test]) => [`mine/${file}`, `mine/.tests/${test}`]).toSorted());
  const [first] = (await Deno.readTextFile(join(routesDir, "hello.js"))).split("\n");
  assertEquals(first, "// /hello");
  await using it = await testApp({ besideDir: routesDir });
  for (const [, , , path, part] of cases) {
    const response = await it.request(path, { headers: { accept: "text/html" } });
    assertEquals(response.status, 200);
    assertStringIncludes(await response.text(), part);
  }
});

Deno.test("the tests that new route writes pass, in the program and beside it", async () => {
  await using dir = await tempDir({ "program/routes/index.ts": "export const GET = () => 'first';" });
  const programDir = join(dir.path, "program");
  await Deno.mkdir(join(programDir, "tests"));
  for (const name of ["lib", "static", "deno.json", "deno.lock", "tests/testing.ts"]) {
    await Deno.symlink(join(PROJECT_DIR, name), join(programDir, name));
  }
  for (const name of ["hello", "api/things", "blog/[slug]"]) {
    await make(name, { programDir });
    await make(name, { routesDir: join(dir.path, "mine") });
  }
  const files = await filesIn(dir.path);
  const tests = files.filter((file) => file.endsWith("_test.ts")).map((file) => join(dir.path, file));
  const expected = ["program/routes/hello.tsx", "program/routes/api/things.ts", "program/routes/blog/[slug].tsx"];
  for (const file of expected) assert(files.includes(file), file);
  const test = new Deno.Command(Deno.execPath(), {
    args: ["test", "--allow-all", "--no-lock", "--config", join(programDir, "deno.json"), ...tests],
    stdout: "piped",
    stderr: "piped",
    env: { NO_COLOR: "1" },
  });
  const { stdout, stderr } = await test.output();
  const said = new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
  assertMatch(said, /6 passed \| 0 failed/, said);
});

Deno.test("new route never writes over what is there", async () => {
  await using dir = await tempDir({
    "mine/a.js": "export const GET = () => 'a';",
    "mine/b/index.js": "export const GET = () => 'b';",
    "mine/[any].js": "export const GET = () => 'any';",
    "mine/.tests/tested_test.ts": "// mine",
  });
  const routesDir = join(dir.path, "mine");
  const before = await filesIn(dir.path);
  const cases: ReadonlyArray<readonly [name: string, reason: string]> = [
    ["a", `Cannot make the route /a: ${routesDir}/a.js answers it already`],
    ["b", `Cannot make the route /b: ${routesDir}/b/index.js answers it already`],
    ["a/index", `${routesDir}/a.js answers it already`],
    ["[other]", `${routesDir}/[any].js answers it already`],
    ["login", "Cannot make the route /login: routes/login.tsx answers it already"],
    ["rooms/special", "Cannot make the route /rooms/special: routes/rooms/[room].tsx answers it already"],
    ["tested", `Cannot write ${routesDir}/.tests/tested_test.ts: it is there already, and is left as it is`],
  ];
  for (const [name, reason] of cases) {
    const { message } = await assertRejects(() => make(name, { routesDir }), StartError);
    assertStringIncludes(message, reason);
  }
  assertEquals(await filesIn(dir.path), before);
});

Deno.test("new route refuses what is no name, and writes nothing", async () => {
  await using dir = await tempDir();
  const names = [
    "",
    "/",
    "a/",
    "a//b",
    "../a",
    "a/../b",
    "./a",
    ".hidden",
    "_layout",
    "a/_middleware",
    "a b",
    "a\\b",
    "/etc//passwd",
    "[a",
    "[1]",
    "[a]b",
    "[...rest]/a",
    "[a]/[a]",
    "a.ts",
    "hello.tsx",
    "page.html",
    "a\0",
    "ü",
    "x".repeat(201),
    "a?b",
  ];
  for (const name of names) {
    const { message } = await assertRejects(() => make(name, { routesDir: join(dir.path, "mine") }), StartError);
    assertStringIncludes(message, "Cannot make the route");
  }
  assertEquals(await filesIn(dir.path), []);
});

Deno.test("commonroom new route works as a command", async () => {
  await using dir = await tempDir();
  const args = ["new", "route", "hello", "--routes", join(dir.path, "mine")];
  const first = await runProgram({ args });
  assertEquals([first.code, first.stderr], [0, ""]);
  assertMatch(first.stdout, /^Wrote .*mine\/hello\.js\n/);
  const again = await runProgram({ args });
  assertEquals([again.code, again.stdout], [1, ""]);
  assertMatch(again.stderr, /^commonroom: Cannot make the route \/hello: .* answers it already\n$/);
});
