/**
 * The rules that keep the tree readable, as data: who may import whom, who may touch what, and how long things may be.
 */
import { assert, assertEquals, assertGreater } from "@std/assert";
import { dirname, join } from "@std/path";
import { PROJECT_DIR } from "./testing.ts";

interface Layer {
  /** What it may import. */
  readonly values: readonly string[];
  /** What it may name besides, by `import type` alone. */
  readonly types?: readonly string[];
}

/**
 * The parts of the program, from the bottom up, and what each may import. A part is a file or a folder of `lib/`; the
 * values point only to parts that stand above in this list.
 */
const LAYERS: Readonly<Record<string, Layer>> = {
  errors: { values: [] },
  router: { values: [] },
  http1: { values: [] },
  websocket: { values: [] },
  "net/socket": { values: [] },
  turn: { values: [] },
  gate: { values: [] },
  stand_in: { values: [] },
  within: { values: [] },
  log: { values: ["within"] },
  version: { values: [] },
  permissions: { values: [] },
  signals: { values: [] },
  flash: { values: [] },
  markdown: { values: [] },
  lazy_response: { values: ["stand_in"] },
  replies: { values: ["lazy_response"], types: ["errors"] },
  body: { values: ["errors"] },
  multipart: { values: ["body", "errors"] },
  form_input: { values: ["body", "errors", "multipart"] },
  cookie_store: { values: [] },
  byte_stream: { values: [] },
  event_stream: { values: ["byte_stream"] },
  html: { values: [], types: ["render"] },
  files: { values: ["errors", "gate", "lazy_response"] },
  config: { values: ["errors"], types: ["log", "net"] },
  "auth/names": { values: ["errors"] },
  store: { values: ["auth/names", "errors"] },
  // auth/log_in and search/ask each do one thing for several routes, and so take the context of a request.
  auth: { values: ["auth/names", "store", "errors", "gate", "turn"], types: ["body", "context"] },
  search: { values: ["auth", "auth/names", "body", "store", "errors"], types: ["context"] },
  chat: { values: ["auth", "auth/names", "markdown", "net/socket", "store", "errors", "turn"] },
  render: { values: ["lazy_response"], types: ["context", "errors", "flash"] },
  components: { values: ["auth"], types: ["chat", "pages", "render", "search", "store"] },
  pages: {
    values: [
      "auth/names",
      "components",
      "errors",
      "files",
      "gate",
      "lazy_response",
      "render",
      "replies",
      "search",
      "store",
      "within",
    ],
    types: ["auth", "config", "context", "log"],
  },
  context: {
    values: [
      "body",
      "cookie_store",
      "errors",
      "event_stream",
      "flash",
      "form_input",
      "html",
      "lazy_response",
      "multipart",
      "render",
      "replies",
      "router",
    ],
    types: ["auth", "chat", "net/socket", "pages", "search"],
  },
  file_routes: { values: ["body", "errors", "router"], types: ["context", "render"] },
  forms: { values: ["errors", "flash"], types: ["context", "file_routes"] },
  dev_error: { values: [], types: ["context", "render"] },
  error_replies: {
    values: ["dev_error", "errors", "render", "replies"],
    types: ["context", "file_routes", "log"],
  },
  route_reply: { values: ["byte_stream", "lazy_response", "replies"], types: ["context", "file_routes", "render"] },
  net: {
    values: ["body", "errors", "http1", "lazy_response", "net/socket", "stand_in", "turn", "websocket"],
    types: ["context"],
  },
  app: {
    values: [
      "auth",
      "body",
      "context",
      "cookie_store",
      "error_replies",
      "errors",
      "event_stream",
      "files",
      "lazy_response",
      "pages",
      "render",
      "replies",
      "request_path",
      "route_reply",
    ],
    types: ["file_routes", "log"],
  },
  services: { values: ["auth", "chat", "search"], types: ["context", "pages", "store"] },
  server: {
    values: [
      "app",
      "cookie_store",
      "errors",
      "file_routes",
      "files",
      "net",
      "pages",
      "services",
      "store",
      "within",
    ],
    types: ["chat", "config", "log"],
  },
  welcome: { values: ["auth"], types: ["config", "server"] },
  routes: {
    values: [
      "auth",
      "auth/names",
      "body",
      "chat",
      "components",
      "context",
      "errors",
      "files",
      "forms",
      "search",
      "version",
    ],
    types: ["render"],
  },
  trace: {
    values: ["auth", "errors", "file_routes", "http1", "log", "net", "server", "within"],
    types: ["config", "router"],
  },
  commands: {
    values: [
      "auth",
      "config",
      "errors",
      "file_routes",
      "pages",
      "permissions",
      "router",
      "server",
      "signals",
      "store",
      "trace",
      "version",
      "welcome",
    ],
    types: ["log"],
  },
  main: { values: ["commands", "config", "errors", "log"] },
};

/** What only some files may name. */
const RESERVED: ReadonlyArray<{ what: RegExp; files: RegExp; why: string }> = [
  { what: /"node:sqlite"/, files: /^lib\/store\/database\.ts$/, why: "only store/database.ts knows node:sqlite" },
  { what: /\bconsole\b/, files: /^(lib\/log|main)\.ts$/, why: "only the log writes to the console" },
  { what: /\bDeno\.(args|env)\b/, files: /^lib\/config\.ts$/, why: "only the configuration reads arguments" },
  { what: /\bDeno\b/, files: /^(?!lib\/(http1|websocket|router|errors)\b)/, why: "protocols know no runtime" },
  { what: /"@std\/(assert|testing|expect)/, files: /^$/, why: "only tests assert" },
  { what: /\bimport\((?!")/, files: /^lib\/file_routes\.ts$/, why: "only routes are imported by name" },
  { what: /"[./]*\/routes\//, files: /^$/, why: "routes are reached through file_routes alone" },
];

const MAX_FILE_LINES = 300;
const MAX_ROUTE_LINES = 60;
const MAX_FUNCTION_LINES = 65;

interface Source {
  /** Its path under the project's folder. */
  readonly path: string;
  readonly lines: readonly string[];
  /** Its text without block comments, whose examples import what they like. */
  readonly code: string;
}

interface Import {
  readonly from: string;
  readonly to: string;
  readonly isType: boolean;
}

async function filesUnder(dir: string): Promise<string[]> {
  const paths: string[] = [];
  for await (const { name, isDirectory } of Deno.readDir(join(PROJECT_DIR, dir))) {
    const path = `${dir}/${name}`;
    if (isDirectory && path !== "lib/std") paths.push(...await filesUnder(path));
    if (/\.tsx?$/.test(name)) paths.push(path);
  }
  return paths;
}

async function readSources(): Promise<Source[]> {
  const paths = [...await filesUnder("lib"), ...await filesUnder("routes"), "main.ts"].toSorted();
  return await Promise.all(paths.map(async (path) => {
    const text = await Deno.readTextFile(join(PROJECT_DIR, path));
    return { path, lines: text.trimEnd().split("\n"), code: text.replaceAll(/\/\*[\s\S]*?\*\//g, "") };
  }));
}

function importsOf({ path, code }: Source): Import[] {
  const found = code.matchAll(/^(?:import|export)\s+(type\s+)?([^"';]*?)\s*from\s+"(\.[^"]+)"/gm);
  const named = [...found].map(([, type, names, target]) => ({
    from: path,
    to: join(dirname(path), target),
    isType: type !== undefined || isOnlyTypes(names),
  }));
  const nameless = [...code.matchAll(/\bimport\s*\(?\s*"(\.[^"]+)"/g)].map(([, target]) => ({
    from: path,
    to: join(dirname(path), target),
    isType: false,
  }));
  return [...named, ...nameless];
}

function isOnlyTypes(names: string): boolean {
  const listed = /^\{([\s\S]*)\}$/.exec(names.trim());
  return listed !== null && listed[1].split(",").map((name) => name.trim()).filter((name) => name !== "")
    .every((name) => name.startsWith("type "));
}

/** The part that a file belongs to. */
function partOf(path: string): string {
  if (path === "lib/net/socket.ts") return "net/socket";
  if (/^lib\/auth\/(names|confusables)\.ts$/.test(path)) return "auth/names";
  if (!path.startsWith("lib/")) return path.split("/")[0].replace(/\.tsx?$/, "");
  return path.split("/")[1].replace(/\.tsx?$/, "");
}

const sources = await readSources();
const imports = sources.flatMap(importsOf).filter(({ to }) => /\.tsx?$/.test(to));

Deno.test("the sources are found, and their imports", () => {
  assertGreater(sources.length, 50);
  assertGreater(imports.length, 150);
  const paths = new Set(sources.map(({ path }) => path));
  assertEquals(imports.filter(({ to }) => !paths.has(to)), [], "every import leads to a source");
  assert(imports.some(({ isType }) => isType) && imports.some(({ isType }) => !isType));
});

Deno.test("an import points down only", () => {
  const wrong = imports.flatMap(({ from, to, isType }) => {
    const [part, target] = [partOf(from), partOf(to)];
    const layer = LAYERS[part];
    if (layer === undefined) return [`${from}: ${part} has no place in the table of layers yet`];
    const isAllowed = part === target || layer.values.includes(target) || (isType && layer.types?.includes(target));
    return isAllowed ? [] : [`${from} imports ${isType ? "the types of " : ""}${to}`];
  });
  assertEquals(wrong, []);
});

Deno.test("the table of layers points down only, and allows nothing that is not used", () => {
  const order = Object.keys(LAYERS);
  for (const [index, [part, { values }]] of Object.entries(LAYERS).entries()) {
    for (const value of values) assert(order.indexOf(value) < index, `${part} → ${value}`);
  }
  const used = new Set(imports.map(({ from, to }) => `${partOf(from)} → ${partOf(to)}`));
  const allowed = Object.entries(LAYERS).flatMap(([part, { values, types = [] }]) =>
    [...values, ...types].map((target) => `${part} → ${target}`)
  );
  const known = new Set(sources.map(({ path }) => partOf(path)));
  assertEquals(order.filter((part) => !known.has(part)), [], "parts that there are not");
  assertEquals(allowed.filter((edge) => !used.has(edge)), []);
});

Deno.test("no file imports itself, by whatever way round", () => {
  const graph = Map.groupBy(imports.filter(({ isType }) => !isType), ({ from }) => from);
  const state = new Map<string, "open" | "done">();
  const cycles: string[] = [];
  const visit = (path: string, way: readonly string[]) => {
    if (state.get(path) === "open") cycles.push([...way.slice(way.indexOf(path)), path].join(" → "));
    if (state.has(path)) return;
    state.set(path, "open");
    for (const { to } of graph.get(path) ?? []) visit(to, [...way, path]);
    state.set(path, "done");
  };
  for (const { path } of sources) visit(path, []);
  assertEquals(cycles, []);
});

Deno.test("what is reserved for some files stands in no other", () => {
  for (const { what, files, why } of RESERVED) {
    const using = sources.filter(({ code }) => what.test(code.replaceAll(/^\s*\/\/.*$/gm, ""))).map(({ path }) => path);
    assertEquals(using.filter((path) => !files.test(path)), [], why);
  }
});

Deno.test("no file is longer than it may be", () => {
  const long = sources
    .map(({ path, lines }) => ({ path, lines: lines.length }))
    .filter(({ path, lines }) => lines > (path.startsWith("routes/") ? MAX_ROUTE_LINES : MAX_FILE_LINES));
  assertEquals(long, []);
});

/** The functions of a formatted file: each ends at the brace that stands as far in as its first line. */
function functionsOf({ path, lines }: Source): Array<{ name: string; lines: number }> {
  const begin =
    /^(\s*)(?:export |default |async |static |override |private |get |set )*(?:function\*? ?)?(\*?#?\w+)(?:<.*>)?\((?!.*[;,]$)/;
  const functions = [];
  for (const [index, line] of lines.entries()) {
    const [, indent, name] = begin.exec(line) ?? [];
    if (name === undefined || ["if", "for", "while", "switch", "catch", "return", "await"].includes(name)) continue;
    const end = lines.findIndex((other, at) => at > index && other === `${indent}}`);
    const next = lines.findIndex((other, at) => at > index && other !== "" && !other.startsWith(`${indent} `));
    const isBlock = end !== -1 && (next === end || /^\s*\)?.*\{$/.test(lines[next] ?? ""));
    if (isBlock) functions.push({ name: `${path} ${name}`, lines: end - index + 1 });
  }
  return functions;
}

Deno.test("no function is longer than it may be, and nine in ten are short", () => {
  const functions = sources.flatMap(functionsOf);
  assertGreater(functions.length, 250);
  assertEquals(functions.filter(({ lines }) => lines > MAX_FUNCTION_LINES), []);
  const lengths = functions.map(({ lines }) => lines).toSorted((a, b) => a - b);
  assert(lengths[Math.floor(lengths.length * 0.9)] <= 40, "nine in ten have at most 40 lines");
  assert(lengths[Math.floor(lengths.length / 2)] <= 10, "half of them have at most 10 lines");
});
