/**
 * `commonroom new route NAME`: a route to begin with, and its test.
 *
 * @module
 */
import { dirname, join } from "@std/path";
import { StartError } from "../errors.ts";
import { loadRoutes, type RouteTable } from "../file_routes.ts";
import type { Logger } from "../log.ts";
import { fillPattern, outranks } from "../router.ts";
import { ROUTES_DIR } from "../server.ts";
import { routeText, testText } from "./route_texts.ts";

/** Which route is to be made, and where. */
export interface NewRoute {
  /** Its URL without the slash before it: `hello`, `api/things`, `blog/[slug]`. */
  readonly name: string;
  /** A folder of routes beside ours, absolute; there it is plain JavaScript. @default ours */
  readonly routesDir?: string;
  /** The folder of the program. */
  readonly programDir?: string;
}

const SEGMENT = /^(?:[A-Za-z0-9][\w~.-]*|\[(?:\.\.\.)?[A-Za-z_]\w*\])$/;
const EXTENSION = /\.(?:[jt]sx?|html?)$/;
const MAX_CHARACTERS = 200;

/**
 * Writes a route, and a test for it; what is there already is never written over.
 *
 * @param wanted Its name, and where it belongs.
 * @param logger Told what was written, and how to try it.
 * @throws {StartError} If the name is none, or the URL is taken.
 */
export async function newRoute(
  { name, routesDir, programDir = dirname(ROUTES_DIR) }: NewRoute,
  logger: Logger,
): Promise<void> {
  const segments = checkName(name);
  if (routesDir === undefined && Deno.build.standalone) {
    throw new StartError("This program is one file, which cannot be written into: name a folder with --routes DIR");
  }
  const isBeside = routesDir !== undefined;
  const dir = routesDir ?? join(programDir, "routes");
  const pattern = `/${segments.join("/")}`.replace(/\/index$/, "") || "/";
  await checkFree(pattern, { dir, isBeside });
  const path = fillPattern(pattern, examplesFor(pattern));
  const isApi = segments[0] === "api";
  const file = join(dir, ...segments) + (isBeside ? ".js" : isApi ? ".ts" : ".tsx");
  // Beside the routes, where no route is looked for; those of the program are with its other tests.
  const tests = isBeside ? join(dir, ".tests") : join(dirname(dir), "tests", "routes");
  const test = join(tests, ...segments.map(plain)) + "_test.ts";
  // In a compiled program there is nothing to test with.
  const hasTest = !Deno.build.standalone;
  if (hasTest) await refuseExisting(test);
  // From the folder of the route to that of the program: one step for each segment.
  const up = segments.map(() => "..").join("/");
  await write(file, routeText({ pattern, path, isApi, isBeside, root: up }));
  const testing = isBeside ? join(programDir, "tests") : up;
  if (hasTest) await write(test, testText({ pattern, path, testing, routesDir, isApi }));
  logger.say(reportOf({ file, test: hasTest ? test : undefined, path, routesDir, programDir }));
}

function checkName(name: string): string[] {
  const segments = name.replace(/^\//, "").split("/");
  const refuse = (reason: string) =>
    new StartError(`Cannot make the route ${name}: ${reason}; names are like hello, api/things or blog/[slug]`);
  if (name.length > MAX_CHARACTERS) throw refuse(`it has more than ${MAX_CHARACTERS} characters`);
  for (const [index, segment] of segments.entries()) {
    if (!SEGMENT.test(segment)) throw refuse(`${segment === "" ? "a part of it is empty" : `${segment} is no name`}`);
    if (segment.startsWith("[...") && index < segments.length - 1) throw refuse(`${segment} must come last`);
  }
  const last = segments.at(-1)!;
  if (EXTENSION.test(last)) throw refuse("leave the extension of the file out");
  const parameters = segments.filter((segment) => segment.startsWith("["));
  if (new Set(parameters.map(plain)).size < parameters.length) throw refuse("a parameter stands twice");
  return segments;
}

/** The URL may be answered already: by a file of another extension, by an `index`, or by ours. */
async function checkFree(pattern: string, { dir, isBeside }: { dir: string; isBeside: boolean }): Promise<void> {
  const refuse = (file: string) => new StartError(`Cannot make the route ${pattern}: ${file} answers it already`);
  const { routes } = await loadTable(dir, isBeside);
  const same = routes.find((route) => outranks(pattern, route.pattern) && outranks(route.pattern, pattern));
  if (same !== undefined && !(pattern === "/" && isBeside && !same.isBeside)) throw refuse(same.file);
  const ours = routes.find((route) => isBeside && !route.isBeside && outranks(pattern, route.pattern));
  if (ours !== undefined && pattern !== "/") throw refuse(ours.file);
}

async function loadTable(dir: string, isBeside: boolean): Promise<RouteTable> {
  if (!isBeside) return await loadRoutes(dir);
  const isThere = await Deno.stat(dir).then(() => true, () => false);
  return await loadRoutes(ROUTES_DIR, isThere ? { beside: dir } : {});
}

/** A value for each parameter, to try the route with. */
function examplesFor(pattern: string): Record<string, string> {
  return Object.fromEntries([...pattern.matchAll(/\[(?:\.\.\.)?(\w+)\]/g)].map(([, name]) => [name, "example"]));
}

/** `[slug]` → `slug`. */
function plain(segment: string): string {
  return segment.replaceAll(/[[\].]/g, "");
}

async function refuseExisting(path: string): Promise<void> {
  const isThere = await Deno.lstat(path).then(() => true, () => false);
  if (isThere) throw new StartError(`Cannot write ${path}: it is there already, and is left as it is`);
}

async function write(path: string, text: string): Promise<void> {
  try {
    await Deno.mkdir(dirname(path), { recursive: true });
    await Deno.writeTextFile(path, text, { createNew: true });
  } catch (cause) {
    if (cause instanceof Deno.errors.AlreadyExists) await refuseExisting(path);
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new StartError(`Cannot write ${path}: ${reason}`, { cause });
  }
}

interface Report {
  readonly file: string;
  readonly test: string | undefined;
  readonly path: string;
  readonly routesDir: string | undefined;
  readonly programDir: string;
}

function reportOf({ file, test, path, routesDir, programDir }: Report): string {
  const flag = routesDir === undefined ? "" : ` --routes ${routesDir}`;
  const program = Deno.build.standalone ? "commonroom" : "deno task start";
  const config = routesDir === undefined ? "" : ` --config ${join(programDir, "deno.json")}`;
  return [
    `Wrote ${file}`,
    ...test === undefined ? [] : [`Wrote ${test}`],
    `Try it:  ${program}${flag}, then open http://127.0.0.1:8000${path}`,
    ...test === undefined ? [] : [`Test it: deno test --allow-all${config} ${test}`],
  ].join("\n");
}
