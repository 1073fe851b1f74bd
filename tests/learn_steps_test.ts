/** The examples of the course do what their pages say, and keep their bounds when somebody tries them. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { copyExamples, type Example, Guest, startExample, talk } from "./learn_examples.ts";
import { startOf, steps } from "./learn_pages.ts";

const EXAMPLES = "static/learn/examples";
function pageOf(step: string) {
  const page = steps.find(({ name }) => name.startsWith(step));
  assert(page !== undefined, `There is no page of step ${step}`);
  return page;
}

/** Runs a test of one step, in a copy of the examples, with the permissions that its page says. */
function stepTest(step: string, what: string, run: (example: Example, dir: string) => Promise<void>): void {
  Deno.test(`step ${step} ${what}`, async () => {
    await using copy = await copyExamples();
    await using example = await startExample(startOf(pageOf(step).source), copy.path);
    await run(example, join(copy.path, EXAMPLES));
  });
}

/** A request, and what must come back: a status, a part of the body, header fields. */
type Case = readonly [
  request: string,
  reply: { status: number; body?: string; fields?: Record<string, string> },
  init?: RequestInit,
];

async function check(example: Example, cases: readonly Case[]): Promise<void> {
  for (const [line, { status, body = "", fields = {} }, init] of cases) {
    const [method, path] = line.split(" ");
    const response = await fetch(example.url.slice(0, -1) + path, { method, redirect: "manual", ...init });
    const text = await response.text();
    assertEquals(response.status, status, `${line}: ${text}`);
    assertStringIncludes(text, body, line);
    for (const [name, value] of Object.entries(fields)) assertEquals(response.headers.get(name), value, line);
  }
}

const FORM = { "content-type": "application/x-www-form-urlencoded" };
const JSON_TYPE = { "content-type": "application/json" };

stepTest("1", "greets whoever asks, as plain text", async (example) => {
  await check(example, [
    ["GET /", { status: 200, body: "Hello, stranger! You asked for / by GET.\n" }],
    ["GET /tea?name=%3Cb%3E", { status: 200, body: "Hello, <b>!", fields: { "x-content-type-options": "nosniff" } }],
    ["PUT /x", { status: 200, body: "by PUT", fields: { "content-type": "text/plain; charset=utf-8" } }],
  ]);
});

stepTest("2", "answers requests by hand, at every cut, and refuses what is none", async (example) => {
  const slow = talk(example, ["GET / HT"], { staysOpen: true });
  const wire: ReadonlyArray<readonly [sent: readonly string[], status: number | undefined]> = [
    [["GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"], 200],
    [["GET / HTTP/1.1\r", "\nHost: a\r\nConnection: close\r\n\r", "\n"], 200],
    [["GET / HTTP/1.1\r\nHost: a\r\nX: caf\xe9\r\nConnection: CLOSE\r\n\r\n"], 200],
    [["GET / HTTP/1.1\r\n\r\n"], 400],
    [["GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"], 400],
    [["GET / HTTP/1.1\r\nHost : a\r\n\r\n"], 400],
    [["GET / HTTP/1.1\r\nHost: a\r\n folded\r\n\r\n"], 400],
    [["GET / HTTP/1.1\nHost: a\n\n\r\n\r\n"], 400],
    [["GET / HTTP/1.1\r\nHost: a\r\nX: \0\r\n\r\n"], 400],
    [["GET /a b HTTP/1.1\r\nHost: a\r\n\r\n"], 400],
    [["GET http://other/ HTTP/1.1\r\nHost: a\r\n\r\n"], 400],
    [["GET / HTTP/2.0\r\nHost: a\r\n\r\n"], 400],
    [["\r\n\r\n"], 400],
    [[`GET /${"a".repeat(9_000)}`], 400],
    [["POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc"], 413],
    [["GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"], 413],
    [["DELETE / HTTP/1.1\r\nHost: a\r\n\r\n"], 501],
    [["GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\n\r\n"], 400],
    [["GET / HTTP/1.1\r\nHo"], undefined],
  ];
  for (const [sent, status] of wire) {
    const reply = await talk(example, sent);
    assertEquals(/^HTTP\/1\.1 (\d+) /.exec(reply)?.[1], status?.toString(), JSON.stringify(sent));
    assertEquals(reply.split("HTTP/1.1 ").length, status === undefined ? 1 : 2, "There is one reply");
  }
  assertEquals(await slow, "", "Who does not go on is hung up on, after some seconds");
});

stepTest("2", "answers many requests on one connection, and a WebSocket", async (example) => {
  const one = "GET /1 HTTP/1.1\r\nHost: a\r\n\r\n";
  const replies = await talk(example, [one.repeat(3) + one.replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n")]);
  assertEquals(replies.split("You asked for /1.").length, 5);
  const { messages, code } = await hear(new WebSocket(example.url.replace("http", "ws")));
  assertEquals(messages, ["Hello over a WebSocket"]);
  assertEquals(code, 1000);
});

/** Everything that a socket is told until it is closed. */
async function hear(socket: WebSocket): Promise<{ messages: string[]; code: number }> {
  const messages: string[] = [];
  socket.addEventListener("message", ({ data }) => messages.push(data));
  const { promise, resolve } = Promise.withResolvers<number>();
  socket.addEventListener("close", ({ code }) => resolve(code));
  return { messages, code: await promise };
}

stepTest("3", "finds routes, and tells 404 from 405", async (example) => {
  const allow = "GET, HEAD, POST";
  await check(example, [
    ["GET /", { status: 200 }],
    ["GET /hello/Zo%C3%AB", { status: 200, body: "Hello, Zoë!" }],
    ["GET /hello/%E0%A4%A", { status: 200, body: "Hello, %E0%A4%A!" }],
    ["GET /hello", { status: 404 }],
    ["GET /hello/", { status: 404 }],
    ["GET /notes/", { status: 404 }],
    ["GET /hello/a/b", { status: 404 }],
    ["HEAD /notes", { status: 200 }],
    ["POST /notes", { status: 201, fields: { location: "/notes/1" } }, { body: "Tea" }],
    ["GET /notes/1", { status: 200, body: "Tea\n" }],
    ["GET /notes/__proto__", { status: 404 }],
    ["DELETE /notes", { status: 405, fields: { allow } }],
    ["PUT /hello/ada", { status: 405, fields: { allow: "GET, HEAD" } }],
    ["POST /notes", { status: 413 }, { body: "x".repeat(1_001) }],
    ["POST /notes", { status: 411 }, { body: new Blob(["x"]).stream() }],
  ]);
  for (let i = 1; i < 100; i++) await check(example, [["POST /notes", { status: 201 }, { body: "x" }]]);
  await check(example, [["POST /notes", { status: 507 }, { body: "x" }]]);
});

stepTest("4", "serves the files of its folder, and nothing else", async (example, dir) => {
  const pages = join(dir, "4_html_file/pages");
  await Deno.writeTextFile(join(pages, ".secret"), "secret");
  await Deno.writeTextFile(join(pages, "odd"), "<script>");
  await Deno.symlink(join(dir, "4_html_file/server.ts"), join(pages, "inside.txt"));
  await Deno.symlink("/etc", join(pages, "etc"));
  await Deno.mkdir(join(pages, "empty"));
  const missing = { status: 404, body: "There is no such page." };
  await check(example, [
    ["GET /", { status: 200, body: "A page from a file", fields: { "content-type": "text/html; charset=utf-8" } }],
    ["GET /notes/first%20note.txt", { status: 200, fields: { "content-type": "text/plain; charset=utf-8" } }],
    ["GET /odd", { status: 200, fields: { "content-type": "application/octet-stream", "content-length": "8" } }],
    ["HEAD /index.html", { status: 200, fields: { "x-content-type-options": "nosniff" } }],
    ["POST /", { status: 405, fields: { allow: "GET, HEAD" } }],
    ...[
      ["/.secret", "/inside.txt", "/etc/hostname", "/empty/", "/empty", "/notes", "/notes/", "/nothing"],
      ["/..%2fserver.ts", "/%2e%2e/server.ts", "/%2e%2e%2fserver.ts", "/..%5cserver.ts", "/notes//first%20note.txt"],
      ["/%2fetc%2fhostname", "//etc/hostname", "/%00", "/index.html%00.txt", "/%E0%A4%A", `/${"a".repeat(5_000)}`],
    ].flat().map((path): Case => [`GET ${path}`, missing]),
  ]);
  const sent = ["GET /../server.ts HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"];
  const raw = await talk(example, sent, { staysOpen: true });
  assertStringIncludes(raw, "404 Not Found");
});

stepTest("5", "sends the three files, each once", async (example, dir) => {
  for (
    const [path, type] of [["/", "text/html"], ["/style.css", "text/css"], ["/script.js", "text/javascript"]]
  ) {
    const whole = await fetch(new URL(path, example.url));
    assertEquals(whole.headers.get("content-type"), `${type}; charset=utf-8`);
    const etag = whole.headers.get("etag") ?? "";
    assert((await whole.text()).length > 100);
    await check(example, [
      [`GET ${path}`, { status: 304, fields: { etag } }, { headers: { "if-none-match": etag } }],
      [`GET ${path}`, { status: 304 }, { headers: { "if-none-match": `"a", W/${etag}` } }],
      [`HEAD ${path}`, { status: 200, fields: { etag } }, { headers: { "if-none-match": '"another"' } }],
      [`DELETE ${path}`, { status: 405, fields: { allow: "GET, HEAD" } }],
    ]);
    const file = join(dir, "5_page_style_script/pages", path === "/" ? "index.html" : path);
    await Deno.writeTextFile(file, "changed");
    await check(example, [[`GET ${path}`, { status: 200, body: "changed" }, { headers: { "if-none-match": etag } }]]);
  }
  await check(example, [["GET /server.ts", { status: 404 }], ["GET /pages/index.html", { status: 404 }]]);
});

stepTest("6", "finds what was asked for, best first, and says what is wrong with a query", async (example) => {
  const ask = async (query: string) => {
    const init = { method: "POST", headers: JSON_TYPE, body: JSON.stringify({ query }) };
    const answer = await (await fetch(new URL("/api/search", example.url), init)).json();
    return answer.results.map(({ title }: { title: string }) => title);
  };
  assertEquals((await ask("what is a cookie"))[0], "Cookie");
  assertEquals((await ask("WEBSOCKET"))[0], "WebSocket");
  assertEquals(await ask("xyzzy"), []);
  assertEquals(await ask(""), []);
  assert((await ask("a")).length <= 10);
  const post = (body: BodyInit, headers: HeadersInit = JSON_TYPE): RequestInit => ({ body, headers });
  await check(example, [
    ["GET /", { status: 200, body: "search.js" }],
    ["GET /search.js", { status: 200, body: "textContent" }],
    ["GET /terms.json", { status: 404 }],
    ["GET /api/search", { status: 405, fields: { allow: "POST" } }],
    ["POST /api/search", { status: 415 }, post("query=a", FORM)],
    ["POST /api/search", { status: 400 }, post("{")],
    ["POST /api/search", { status: 400 }, post("null")],
    ["POST /api/search", { status: 400 }, post('{"query":["a"]}')],
    ["POST /api/search", { status: 400 }, post(JSON.stringify({ query: "a".repeat(201) }))],
    ["POST /api/search", { status: 413 }, post(JSON.stringify({ query: "a".repeat(5_000) }))],
    ["POST /api/search", { status: 411 }, post(new Blob(["{}"]).stream())],
  ]);
});

const ADA = { name: "ada", password: "a few plain words" };

stepTest("7", "lets in by password, and nobody by anything else", async (example) => {
  const post = (fields: Record<string, string>, headers = {}): RequestInit => ({
    body: new URLSearchParams(fields),
    headers,
  });
  const elsewhere = { origin: "https://elsewhere.example" };
  await check(example, [
    ["POST /register", { status: 422 }, post({ ...ADA, password: "short" })],
    ["POST /register", { status: 422 }, post({ ...ADA, name: "<b>" })],
    ["POST /register", { status: 303, fields: { location: "/" } }, post(ADA)],
    ["POST /register", { status: 409 }, post({ ...ADA, name: "ADA" })],
    ["POST /login", { status: 303 }, post(ADA)],
    ["POST /login", { status: 401 }, post({ ...ADA, password: "another few words" })],
    ["POST /login", { status: 401 }, post({ ...ADA, name: "nobody" })],
    ["POST /login", { status: 403 }, post(ADA, elsewhere)],
    ["POST /login", { status: 413 }, post({ ...ADA, more: "x".repeat(5_000) })],
    ["GET /me", { status: 200, body: '{"name":null}' }, { headers: { cookie: "session=made-up" } }],
    ["GET /chat", { status: 401 }],
    ["GET /accounts.ts", { status: 404 }],
  ]);
  const many = await Promise.all(Array.from({ length: 8 }, () => logIn(example, ADA)));
  assertEquals(new Set(many.map(({ status }) => status)), new Set([303, 503]), "Hashes are bounded");
});

async function logIn(example: Example, fields: Record<string, string>, action = "login") {
  const init: RequestInit = { method: "POST", body: new URLSearchParams(fields), redirect: "manual" };
  const response = await fetch(new URL(action, example.url), init);
  await response.body?.cancel();
  return { status: response.status, cookie: response.headers.get("set-cookie")?.split(";")[0] ?? "" };
}

stepTest("7", "tells everybody what one says, and who is here", async (example) => {
  const { cookie } = await logIn(example, ADA, "register");
  const bob = await logIn(example, { ...ADA, name: "bob" }, "register");
  const first = new Guest(example, { cookie });
  await first.hears({ here: ["ada"] });
  first.say("Is anybody <b>here</b>?");
  await first.hears({ author: "ada", text: "Is anybody <b>here</b>?" });

  const second = new Guest(example, { cookie: bob.cookie });
  await second.hears({ author: "ada", text: "Is anybody <b>here</b>?" });
  await first.hears({ here: ["ada", "bob"] });
  second.say("x".repeat(1_001));
  assertEquals((await second.closed).code, 1009);

  const stranger = new Guest(example, { cookie, origin: "https://elsewhere.example" });
  await stranger.closed;
  const third = new Guest(example, { cookie: bob.cookie });
  await third.hears({ here: ["ada", "bob"] });
  await check(example, [["POST /logout", { status: 303 }, { headers: { cookie: bob.cookie } }]]);
  await third.closed;
  await check(example, [["GET /me", { status: 200, body: "null" }, { headers: { cookie: bob.cookie } }]]);
  await first.leave();
});

stepTest("8", "is a framework: routes, templates, sessions, error pages", async (example) => {
  const first = await fetch(example.url);
  assertStringIncludes(await first.text(), "Your visits: 1.");
  const cookie = first.headers.get("set-cookie")?.split(";")[0] ?? "";
  const [, content, seal] = /^session=(.+)\.(.+)$/.exec(cookie) ?? [];
  const forged = `session=${btoa('{"visits":1000}').replaceAll("=", "")}.${seal}`;
  const sign = (body: string): RequestInit => ({ body, headers: FORM });
  await check(example, [
    ["GET /", { status: 200, body: "Your visits: 2." }, { headers: { cookie } }],
    ["GET /", { status: 200, body: "Your visits: 1." }, { headers: { cookie: forged } }],
    ["GET /", { status: 200, body: "Your visits: 1." }, { headers: { cookie: `session=${content}.` } }],
    ["GET /hello/%3Cscript%3E", { status: 200, body: "<h1>Hello, &#60;script&#62;!</h1>" }],
    ["GET /hello/%E0%A4%A", { status: 400, body: "That address cannot be read." }],
    ["GET /nothing", { status: 404, body: "<h1>404</h1>" }],
    ["DELETE /guests", { status: 405, fields: { allow: "POST" } }],
    ["GET /broken", { status: 500, body: "Something is broken here." }],
    ["POST /guests", { status: 422, body: "Write your name." }, sign("name=+")],
    ["POST /guests", { status: 413 }, sign(`name=${"x".repeat(2_000)}`)],
    ["POST /guests", { status: 303, fields: { location: "/" } }, sign("name=Grace+%26+Ada")],
    ["GET /", { status: 200, body: "<li>Grace &#38; Ada</li>" }],
    ["GET /api/guests", { status: 200, body: '{"guests":["Grace & Ada"]}' }],
  ]);
});
