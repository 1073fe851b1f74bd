/**
 * The `routes/` folder → the table of routes.
 *
 * `index.tsx` is the folder's own URL, `name.ts` a segment, `[name].ts` a parameter, `[...rest].ts` what remains. A file
 * exports a function for each method it answers; HEAD follows from GET, OPTIONS from all. It may export `maxBodyBytes`: how
 * large the body of a request may be, where 1 MiB is too much or too little. Files that begin with `_` serve the folder and those below: `_middleware.ts`, `_layout.tsx`, `_404.tsx`, `_error.tsx`, each with a default export.
 *
 * @module
 */
import { extname, join, toFileUrl } from "@std/path";
import { MAX_BODY_BYTES } from "./body.ts";
import { StartError } from "./errors.ts";
import { type Folder, type Middleware, type RouteHandler, RouteTable } from "./file_routes/table.ts";
import type { ErrorPage, Layout } from "./render.ts";

export type { Folder, Middleware, Route, RouteHandler, RouteResult, RouteTable } from "./file_routes/table.ts";

const METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];
const EXTENSIONS: ReadonlySet<string> = new Set([".ts", ".tsx", ".js", ".jsx"]);
const PLAIN_EXTENSIONS: ReadonlySet<string> = new Set([".js"]);
/** What editors and package managers put into a folder of code. */
const IGNORED: ReadonlySet<string> = new Set([
  "deno.json",
  "deno.jsonc",
  "deno.lock",
  "package.json",
  "package-lock.json",
  "jsconfig.json",
  "tsconfig.json",
  "node_modules",
  "README.md",
]);
const FOLDER_FILES = ["_middleware", "_layout", "_404", "_error"];

/**
 * Loads a folder of routes.
 *
 * @param dir The folder, absolute.
 * @param options `beside`: one more folder, absolute. Its routes have our layouts and error pages unless it has its own.
 * @throws {StartError} With the file and the reason, if a file is no route, or would take an address from ours.
 */
export async function loadRoutes(dir: string, { beside }: { beside?: string } = {}): Promise<RouteTable> {
  const table = new RouteTable();
  const outside: Folder = { layouts: [], notFound: undefined, error: undefined, middleware: [] };
  const ours = await loadFolder({ table, dir, name: "routes", isBeside: false }, { path: "", outer: outside });
  if (beside !== undefined) {
    await loadFolder({ table, dir: readableDir(beside), name: beside, isBeside: true }, { path: "", outer: ours });
  }
  return table;
}

function readableDir(dir: string): string {
  try {
    for (const _ of Deno.readDirSync(dir)) break;
    return dir;
  } catch (cause) {
    const reason = cause instanceof Deno.errors.NotFound
      ? "there is no such folder"
      : "it is no folder that can be read";
    throw new StartError(`Cannot load the routes of ${dir}: ${reason}`, { cause });
  }
}

/** A folder of routes that is being loaded. */
interface Source {
  readonly table: RouteTable;
  /** The folder of all its routes. */
  readonly dir: string;
  /** How it is called. */
  readonly name: string;
  readonly isBeside: boolean;
}

interface Place {
  /** This folder under that of all: empty, or beginning with `/`. */
  readonly path: string;
  readonly outer: Folder;
}

async function loadFolder(source: Source, { path, outer }: Place): Promise<Folder> {
  const { table, dir } = source;
  const entries = (await Array.fromAsync(Deno.readDir(join(dir, path))))
    .filter(({ name }) => !name.startsWith(".") && !IGNORED.has(name))
    .toSorted((a, b) => a.name < b.name ? -1 : 1);
  const files = entries.filter(({ isDirectory }) => !isDirectory).map(({ name }) => `${path}/${name}`);
  if (path.includes("[...")) {
    throw bad(source, { file: path, reason: "[...rest] must come last, so it is a file and no folder" });
  }
  const folder = await readFolderFiles(source, { files: files.filter(isFolderFile), path, outer });
  try {
    if (!source.isBeside) table.addFolder(path, folder);
    else if (folder.notFound !== outer.notFound || folder.error !== outer.error) table.addFolderBeside(path, folder);
  } catch (cause) {
    throw bad(source, { file: path, cause });
  }
  for (const file of files.filter((name) => !isFolderFile(name))) await loadRoute(source, { file, folder });
  for (const { name, isDirectory } of entries) {
    if (isDirectory) await loadFolder(source, { path: `${path}/${name}`, outer: folder });
  }
  return folder;
}

function isFolderFile(file: string): boolean {
  return file.slice(file.lastIndexOf("/") + 1).startsWith("_");
}

async function readFolderFiles(
  source: Source,
  { files, path, outer }: Place & { files: readonly string[] },
): Promise<Folder> {
  const found: Record<string, unknown> = {};
  for (const file of files) {
    const name = file.slice(file.lastIndexOf("/") + 1, -extname(file).length);
    if (!FOLDER_FILES.includes(name)) {
      throw bad(source, { file, reason: `a file with _ is one of ${FOLDER_FILES.join(", ")}` });
    }
    const { default: value } = await load(source, file);
    if (typeof value !== "function") throw bad(source, { file, reason: "it has no function as its default export" });
    found[name] = value;
  }
  // The root's layout is the whole document: it stands in place of ours, and not inside it.
  const around = path === "" ? [] : outer.layouts;
  return {
    layouts: found._layout === undefined ? outer.layouts : [...around, found._layout as Layout],
    notFound: found._404 as ErrorPage | undefined ?? outer.notFound,
    error: found._error as ErrorPage | undefined ?? outer.error,
    middleware: found._middleware === undefined
      ? outer.middleware
      : [...outer.middleware, found._middleware as Middleware],
  };
}

async function loadRoute(source: Source, { file, folder }: { file: string; folder: Folder }): Promise<void> {
  const { maxBodyBytes = MAX_BODY_BYTES, ...functions } = await load(source, file);
  const handlers = readHandlers(source, { file, functions });
  if (!isSize(maxBodyBytes)) throw bad(source, { file, reason: "its maxBodyBytes is no number of bytes" });
  const { table, name, isBeside } = source;
  const { middleware, ...rest } = folder;
  const route = {
    pattern: toPattern(file),
    file: `${name}${file}`,
    isBeside,
    handlers,
    allow: allowOf(handlers),
    maxBodyBytes,
    folder: rest,
    middleware,
  };
  try {
    if (isBeside) table.addBeside(route);
    else table.add(route);
  } catch (cause) {
    throw bad(source, { file, cause });
  }
}

function readHandlers(
  source: Source,
  { file, functions }: { file: string; functions: Record<string, unknown> },
): Map<string, RouteHandler> {
  const handlers = new Map<string, RouteHandler>();
  for (const [name, value] of Object.entries(functions)) {
    if (!METHODS.includes(name)) {
      const reason = `it exports ${name}; a route exports only maxBodyBytes, ${METHODS.join(", ")}`;
      const rest = "what routes share belongs into a file or folder whose name begins with a dot";
      throw bad(source, { file, reason: `${reason}; ${rest}` });
    }
    if (typeof value !== "function") throw bad(source, { file, reason: `its export ${name} is no function` });
    handlers.set(name, value as RouteHandler);
  }
  const reason = `it exports no method; export a function named ${METHODS.join(" or ")}`;
  if (handlers.size === 0) throw bad(source, { file, reason });
  return handlers;
}

async function load(source: Source, file: string): Promise<Record<string, unknown>> {
  if (!EXTENSIONS.has(extname(file))) {
    throw bad(source, { file, reason: `a route is a file of ${[...EXTENSIONS].join(", ")}` });
  }
  // The program as one file holds no compiler.
  if (source.isBeside && Deno.build.standalone && !PLAIN_EXTENSIONS.has(extname(file))) {
    throw bad(source, { file, reason: "the program as one file runs routes in plain JavaScript only, files of .js" });
  }
  try {
    return await import(toFileUrl(join(source.dir, file)).href);
  } catch (cause) {
    throw bad(source, { file, cause, reason: reasonOf(cause) });
  }
}

/** What a module says while it is loaded, and at which line; the runtime's own messages name it themselves. */
function reasonOf(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause);
  const places = [...(cause.stack ?? "").matchAll(/^ +at .*?(file:\S+?:\d+:\d+)\)?$/gm)].map(([, place]) => place);
  const place = places.find((place) => !place.startsWith(import.meta.url));
  return place === undefined || cause.message.includes("\n") ? cause.message : `${cause.message}\n    at ${place}`;
}

function isSize(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}

function toPattern(file: string): string {
  const path = file.slice(0, -extname(file).length);
  return path.replace(/\/index$/, "") || "/";
}

function allowOf(handlers: ReadonlyMap<string, RouteHandler>): string {
  return METHODS.filter((method) =>
    handlers.has(method) || method === "OPTIONS" || (method === "HEAD" && handlers.has("GET"))
  ).join(", ");
}

function bad(
  { name }: Source,
  { file, reason, cause }: { file: string; reason?: string; cause?: unknown },
): StartError {
  const why = reason ?? (cause instanceof Error ? cause.message : String(cause));
  return new StartError(`Cannot load ${name}${file}: ${why}`, { cause });
}
