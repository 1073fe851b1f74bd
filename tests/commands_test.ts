import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { listRoutes } from "../lib/commands/list_routes.ts";
import { foldName } from "../lib/auth/names.ts";
import { Passwords } from "../lib/auth/passwords.ts";
import { helpText } from "../lib/config.ts";
import { Logger } from "../lib/log.ts";
import { openStore } from "../lib/store/mod.ts";
import { VERSION } from "../lib/version.ts";
import { runProgram } from "./server_process.ts";
import { PASSWORD, tempDir, testServer } from "./testing.ts";

/** Runs the program with something on its standard input. */
async function commonroom(args: readonly string[], input = "") {
  const { code, stdout, stderr } = await runProgram({ args, input });
  return { code, stdout: stdout.trimEnd(), stderr: stderr.trimEnd() };
}

async function accountIn(dataDir: string, name: string) {
  const { log, accounts } = openStore(dataDir);
  const account = accounts.byFoldedName(foldName(name));
  const hash = account && accounts.passwordHash(account.id);
  await log.close();
  return { ...account, isRight: hash !== undefined && await new Passwords().verify(PASSWORD, hash) };
}

Deno.test("user add makes an account, its password being the first line of standard input", async () => {
  for (
    const [args, input, role] of [
      [[], `${PASSWORD}\n`, "member"],
      [["--admin"], `${PASSWORD}\r\nand more\n`, "administrator"],
    ] as const
  ) {
    await using data = await tempDir();
    const { code, stdout, stderr } = await commonroom(["user", "add", "Ada", ...args, "--data", data.path], input);
    assertEquals([code, stdout, stderr], [0, `Made the account Ada (${role})`, ""]);
    const { name, role: made, isRight } = await accountIn(data.path, "ada");
    assertEquals([name, made, isRight], ["Ada", role, true]);
  }
});

Deno.test("user add works beside a running server, which knows the account at once", async () => {
  await using it = await testServer();
  const { code } = await commonroom(["user", "add", "Ada", "--data", it.dataDir], PASSWORD);
  assertEquals(code, 0);
  const response = await fetch(`${it.url}api/login`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ name: "ada", password: PASSWORD }),
  });
  await response.body?.cancel();
  assertEquals(response.status, 200);
});

Deno.test("user add refuses in one line what is not allowed", async () => {
  await using data = await tempDir();
  assertEquals((await commonroom(["user", "add", "taken", "--data", data.path], PASSWORD)).code, 0);
  const cases: ReadonlyArray<readonly [args: string[], input: string, code: number, line: RegExp]> = [
    [["TAKEN", "--data", data.path], PASSWORD, 1, /Cannot make TAKEN: This name is taken/],
    [["tаken", "--data", data.path], PASSWORD, 1, /Cannot make tаken: This looks like the name of somebody else/],
    [["a", "--data", data.path], PASSWORD, 1, /Cannot make a: A name has/],
    [["ada", "--data", data.path], "short\n", 1, /Cannot make ada: A password has at least 10/],
    [["ada", "--data", data.path], "", 1, /A password has at least 10/],
    [["ada", "--data", data.path], `\n${PASSWORD}`, 1, /A password has at least 10/],
    [["ada", "--data", ":memory:"], PASSWORD, 1, /choose a folder with --data/],
    [[], PASSWORD, 2, /Usage: commonroom user add NAME/],
  ];
  for (const [args, input, code, line] of cases) {
    const result = await commonroom(["user", "add", ...args], input);
    assertEquals([result.code, result.stdout], [code, ""], result.stderr);
    assertMatch(result.stderr, line);
    assertEquals(result.stderr.split("\n").length, 1);
  }
});

Deno.test("--help and --version print, and end well", async () => {
  const [help, version] = await Promise.all([commonroom(["--help"]), commonroom(["--version"])]);
  assertEquals([help.code, help.stdout], [0, helpText()]);
  assertEquals(version.code, 0);
  assertStringIncludes(version.stdout, `commonroom ${VERSION} (deno `);
});

Deno.test("listRoutes() says of each route its URL, its methods and its file, in columns", async () => {
  const lines: string[] = [];
  await listRoutes({}, new Logger("off", (text) => void lines.push(text)));
  const columns = lines.map((line) => line.split(/ {2,}/));
  assertEquals(columns.find(([url]) => url === "/api/login"), ["/api/login", "POST, OPTIONS", "routes/api/login.ts"]);
  assertEquals(columns.find(([url]) => url === "/rooms/[room]")?.[1], "GET, HEAD, OPTIONS");
  const starts = new Set(lines.map((line) => line.indexOf("routes/")));
  assertEquals(starts.size, 1, "the files stand under one another");
  assert(lines.length > 10);
});

Deno.test("listRoutes() lists routes beside ours too, with their files, and says what stands before them", async () => {
  await using dir = await tempDir({
    "_middleware.js": "export default (ctx, next) => next();",
    "in/_middleware.js": "export default (ctx, next) => next();",
    "in/[id].js": "export const PUT = () => 'x';",
    "index.js": "export const GET = () => 'x';",
  });
  const lines: string[] = [];
  await listRoutes({ routesDir: dir.path }, new Logger("off", (text) => void lines.push(text)));
  const columns = lines.map((line) => line.split(/ {2,}/));
  const rowOf = (url: string) => columns.filter(([pattern]) => pattern === url).map((row) => row.slice(1));
  assertEquals(rowOf("/in/[id]"), [["PUT, OPTIONS", `${dir.path}/in/[id].js`, "behind 2 middleware"]]);
  assertEquals(rowOf("/"), [["GET, HEAD, OPTIONS", `${dir.path}/index.js`, "behind 1 middleware"]], "in place of ours");
  assertEquals(rowOf("/login"), [["GET, HEAD, OPTIONS", "routes/login.tsx"]]);
});
