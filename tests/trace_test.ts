import { assert, assertEquals, assertMatch, assertStringIncludes, assertThrows } from "@std/assert";
import { parseCommand, type TraceRequest } from "../lib/config.ts";
import { StartError } from "../lib/errors.ts";
import { Logger } from "../lib/log.ts";
import { trace } from "../lib/trace/mod.ts";
import { STATIONS } from "../lib/trace/stations.ts";
import { showBytes } from "../lib/trace/text.ts";
import { runProgram } from "./server_process.ts";
import { PROJECT_DIR, tempDir, testConfig } from "./testing.ts";
import manifest from "../deno.json" with { type: "json" };

const PLAIN = { isColoured: false };

async function traced(request: TraceRequest, config = testConfig()): Promise<string> {
  const said: string[] = [];
  const logger = new Logger("off", (text) => void said.push(text));
  await trace(request, { config, logger, isColoured: false });
  return said.join("\n");
}

/** What a trace says of one station. */
function stationOf(text: string, name: string): string {
  const start = text.search(new RegExp(`^\\d\\. ${name} `, "m"));
  return text.slice(start).split("\n\n")[0];
}

Deno.test("trace() shows the bytes of a request, eight decisions, and the bytes of the reply", async () => {
  const text = await traced({ target: "/healthz" });
  assertMatch(text, /^The request, as it goes in: \d+ bytes$/m);
  assertStringIncludes(text, "  → GET /healthz HTTP/1.1\\r\\n\n");
  assertEquals([...text.matchAll(/^\d\. (\w+) /gm)].map(([, name]) => name), STATIONS.map(({ name }) => name));
  assertEquals(text.match(/^ {3}✓ /gm)?.length, 8);
  assertStringIncludes(stationOf(text, "Match"), "routes/healthz.ts");
  assertStringIncludes(stationOf(text, "Handle"), "GET() of routes/healthz.ts");
  assertMatch(stationOf(text, "Write"), /content-length: \d+[^]*kept for the next request/);
  assertStringIncludes(text, "  ← HTTP/1.1 200 OK\\r\\n\n");
  assertMatch(text, /^ {2}← \{"status":"ok"/m);
});

Deno.test("the id that trace() shows is that of the request's own line in the log", async () => {
  const text = await traced({ target: "/nothing/here" });
  const [, id] = /request id +(\S+)/.exec(stationOf(text, "Enter"))!;
  assertStringIncludes(stationOf(text, "Settle"), `"requestId":"${id}"`);
  assertStringIncludes(text, `← x-request-id: ${id}\\r\\n`);
});

/** What is refused, and which station says so. */
const REFUSALS: ReadonlyArray<readonly [request: TraceRequest, station: string, says: string]> = [
  [{ target: "/a b" }, "Parse", "refused with 400"],
  [{ target: "healthz" }, "Parse", "refused with 400"],
  [{ target: `/${"a".repeat(9_000)}` }, "Parse", "refused with 414"],
  [{ target: "/healthz", header: "Host : a" }, "Parse", "refused with 400"],
  [{ target: "/healthz", header: `Cookie: ${"a".repeat(60_000)}` }, "Parse", "refused with 431"],
  [{ target: "/healthz", header: "Transfer-Encoding: gzip, chunked" }, "Parse", "refused with 501"],
  [{ target: "/healthz", method: "BREW" }, "Guard", "refused with 501"],
  [{ target: "/api/search", body: "{}", header: "Origin: http://other.example" }, "Guard", "refused with 403"],
  [{ target: "/nothing" }, "Match", "refused with 404: There is nothing at /nothing"],
  [{ target: "/healthz", method: "DELETE" }, "Match", "refused with 405"],
  [{ target: "/about.html", method: "POST" }, "Match", "refused with 405"],
  [{ target: "/%zz" }, "Match", "refused with 400"],
  [{ target: "/api/search", body: "{}", header: "Content-Length: 999999" }, "Match", "refused with 413"],
  [{ target: "/api/search", body: "a".repeat(3_000_000) }, "Match", "refused with 413"],
  [{ target: "/api/me" }, "Handle", "refused with 401"],
  [{ target: "/api/search", body: "{" }, "Handle", "refused with 400"],
  [{ target: "/api/search", body: "query=a" }, "Handle", "refused with 415"],
  [
    { target: "/api/search", body: "{}", header: "Content-Length: 9" },
    "Handle",
    "refused with 400: The body broke off",
  ],
];

Deno.test("trace() says which station refuses a request, and that the next ones never saw it", async () => {
  const texts = await Promise.all(REFUSALS.map(([request]) => traced(request)));
  for (const [index, [request, station, says]] of REFUSALS.entries()) {
    const text = texts[index];
    const refused = STATIONS.map(({ name }) => name).filter((name) => stationOf(text, name).includes("✗"));
    assertEquals(refused, [station], JSON.stringify(request).slice(0, 200));
    assertStringIncludes(stationOf(text, station), says);
    if (station === "Parse") assertMatch(stationOf(text, "Write"), /connection +closed/);
    if (station !== "Handle") assertStringIncludes(stationOf(text, "Handle"), "never came here");
  }
});

Deno.test("trace() follows files, redirects, empty replies and searches", async () => {
  const [file, redirect, options, head, search] = await Promise.all([
    traced({ target: "/about.html" }),
    traced({ target: "/healthz/" }),
    traced({ target: "/healthz", method: "OPTIONS" }),
    traced({ target: "/healthz", method: "HEAD" }),
    traced({ target: "/api/search", body: '{"query":"folder"}' }),
  ]);
  assertStringIncludes(stationOf(file, "Match"), "a file of the site");
  assertMatch(file, /^ {4}… [\d,]+ more bytes$/m);
  assertStringIncludes(stationOf(redirect, "Match"), "its address is /healthz");
  assertStringIncludes(stationOf(options, "Write"), "a 204 has no body");
  assertStringIncludes(stationOf(head, "Write"), "that a GET would get");
  assertStringIncludes(stationOf(search, "Handle"), "POST() of routes/api/search.ts");
  assertMatch(search, /^ {2}← \{"query":"folder"/m);
});

Deno.test("trace() takes the path of a URL, and says so where another server is meant", async () => {
  const [here, there] = await Promise.all([
    traced({ target: "http://localhost:8000/healthz?a=b#c" }),
    traced({ target: "https://example.org" }),
  ]);
  assertMatch(here, /^The request.*\n\n {2}→ GET \/healthz\?a=b HTTP/);
  assertMatch(there, /^This traces the program's own pages, not those of example\.org: \//);
});

Deno.test("trace() serves the folder that it is given, to members only unless it is public", async () => {
  await using site = await tempDir({ "a.bin": new Uint8Array([0xff, 0xfe, 0, 1]) });
  const [members, everybody] = await Promise.all(
    [false, true].map((isPublic) => traced({ target: "/a.bin" }, testConfig({ siteDir: site.path, isPublic }))),
  );
  assertStringIncludes(stationOf(members, "Match"), "refused with 401");
  assertMatch(everybody, /^ {4}… 4 bytes that are no text$/m);
});

Deno.test("a trace's lines fit into a terminal", async () => {
  const text = await traced({ target: `/${"long/".repeat(80)}` });
  assert(text.split("\n").every((line) => line.length <= 96), "at most 96 columns");
});

Deno.test("showBytes() hides nothing, and lets no byte move the terminal's cursor", () => {
  const bytes = new TextEncoder().encode("A: \x1b[2J\u202e\r\n\r\n\ttext\n");
  const lines = showBytes(bytes, { ...PLAIN, title: "Bytes", arrow: ">", total: bytes.length });
  assertEquals(lines.slice(2), ["  > A: \\x1b[2J\\x202e\\r\\n", "  > \\r\\n", "  > \\ttext\\n", ""]);
  const coloured = showBytes(bytes, { isColoured: true, title: "Bytes", arrow: ">", total: 99 });
  assertStringIncludes(coloured[0], "\x1b[1mBytes: 99 bytes\x1b[0m");
});

Deno.test("the stations of a trace are those that lib/app.ts lists", async () => {
  const source = await Deno.readTextFile(`${PROJECT_DIR}/lib/app.ts`);
  const listed = [...source.split("*/")[0].matchAll(/^ \* \d\. (\w+)/gm)].map(([, name]) => name);
  assertEquals(STATIONS.map(({ name }) => name), listed);
});

Deno.test("parseCommand() reads what is to be traced, by the letters that curl has", () => {
  const parse = (...args: string[]) => parseCommand({ args, env: () => undefined });
  const cases: ReadonlyArray<readonly [args: string[], request: TraceRequest]> = [
    [["/healthz"], { target: "/healthz" }],
    [["/a", "-X", "PUT", "-d", "{}", "-H", "A: b"], { target: "/a", method: "PUT", body: "{}", header: "A: b" }],
    [["--method", "PUT", "/a", "--header=A: b"], { target: "/a", method: "PUT", header: "A: b" }],
  ];
  for (const [args, request] of cases) {
    const command = parse("trace", ...args);
    assert(command.name === "trace");
    assertEquals(command.request, request);
  }
  const withDir = parse("trace", "/a", "/site");
  assertEquals(withDir.name === "trace" && withDir.config.siteDir, "/site");
  const wrong: ReadonlyArray<readonly [args: string[], reason: string]> = [
    [["trace"], "Usage: commonroom trace URL"],
    [["trace", "/a", "/site", "more"], "Unexpected argument more"],
    [["trace", "/a", "-X"], "-X needs a value: -X METHOD"],
    [["serve", "-d", "a"], "--body belongs to `commonroom trace URL`"],
  ];
  for (const [args, reason] of wrong) {
    assertEquals(assertThrows(() => parse(...args), StartError, reason).exitStatus, 2);
  }
});

Deno.test("the task needs no more than the permissions that deno.json gives it", async () => {
  const command = manifest.tasks.trace.command.replaceAll("'", "").split(" ").map((word) =>
    word === "deno" ? Deno.execPath() : word
  );
  const { code, stdout, stderr } = await runProgram({ command, args: ["/healthz"], cwd: PROJECT_DIR });
  assertEquals([code, stderr], [0, ""]);
  assert(!stdout.includes("\x1b"), "no colours where nobody looks");
  assertStringIncludes(stationOf(stdout, "Settle"), "the reply is 200 OK");
});
