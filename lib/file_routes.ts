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
import type { Context } from "./context.ts";
import { StartError } from "./errors.ts";
import type { ErrorPage, Layout, Page, RouteFolder } from "./render.ts";
import { type Match, Router } from "./router.ts";

/** What a route may return: a reply, a text, a page, or an object that becomes JSON. */
export type RouteResult = Response | string | Page | object;
/** Answers one method of a route. */
export type RouteHandler = (ctx: Context) => RouteResult | Promise<RouteResult>;
/** Stands before the routes of its folder: returns what `next` returns, or answers itself. */
export type Middleware = (ctx: Context, next: () => Promise<RouteResult>) => RouteResult | Promise<RouteResult>;

/** One file of `routes/`. */
export interface Route {
  /** Its URL, as {@linkcode Router} writes it. */
  readonly pattern: string;
  /** Its path under `routes/`. */
  readonly file: string;
  /** What answers each method, the derived ones left out. */
  readonly handlers: ReadonlyMap<string, RouteHandler>;
  /** The methods that it answers, the derived ones included, as `Allow` lists them. */
  readonly allow: string;
  /** The largest body that it takes, in bytes. */
  readonly maxBodyBytes: number;
  /** Its layouts and error pages. */
  readonly folder: RouteFolder;
  /** From the root folder down. */
  readonly middleware: readonly Middleware[];
}

/** What a folder of routes gives to the routes in and below it. */
export interface Folder extends RouteFolder {
  /** From the root folder down. */
  readonly middleware: readonly Middleware[];
}

const METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];
const EXTENSIONS: ReadonlySet<string> = new Set([".ts", ".tsx", ".js", ".jsx"]);
const FOLDER_FILES = ["_middleware", "_layout", "_404", "_error"];

/** The table of routes. */
export class RouteTable {
  readonly #router = new Router<Route>();
  readonly #folders = new Router<Folder>();
  readonly #routes: Route[] = [];

  /** All routes, by pattern. */
  get routes(): readonly Route[] {
    return this.#routes.toSorted((a, b) => a.pattern < b.pattern ? -1 : 1);
  }

  /**
   * The route of a path.
   *
   * @throws {URIError} If the path holds a malformed percent-encoding.
   */
  match(path: string): Match<Route> | undefined {
    return this.#router.match(path);
  }

  /** The layouts and error pages for a path that has no route: those of the nearest folder. */
  folderOf(path: string): RouteFolder | undefined {
    try {
      return this.#folders.match(path)?.route;
    } catch {
      // The path cannot be decoded: its error is answered with the pages of the root folder.
      return this.#folders.match("/")?.route;
    }
  }

  /** Adds a route; throws a TypeError if its URL is taken. */
  add(route: Route): void {
    this.#router.add(route.pattern, route);
    this.#routes.push(route);
  }

  /** Adds a folder. */
  addFolder(pattern: string, folder: Folder): void {
    this.#folders.add(pattern || "/", folder);
    this.#folders.add(`${pattern}/[...rest]`, folder);
  }
}

/**
 * Loads a folder of routes.
 *
 * @param dir The folder, absolute.
 * @throws {StartError} With the file and the reason, if a file is no route.
 */
export async function loadRoutes(dir: string): Promise<RouteTable> {
  const table = new RouteTable();
  const outside: Folder = { layouts: [], notFound: undefined, error: undefined, middleware: [] };
  await loadFolder(table, { dir, path: "", outer: outside });
  return table;
}

interface Place {
  /** The folder of all routes. */
  readonly dir: string;
  /** This folder under it: empty, or beginning with `/`. */
  readonly path: string;
  readonly outer: Folder;
}

async function loadFolder(table: RouteTable, { dir, path, outer }: Place): Promise<void> {
  const entries = (await Array.fromAsync(Deno.readDir(join(dir, path))))
    .filter(({ name }) => !name.startsWith("."))
    .toSorted((a, b) => a.name < b.name ? -1 : 1);
  const files = entries.filter(({ isDirectory }) => !isDirectory).map(({ name }) => `${path}/${name}`);
  if (path.includes("[...")) throw bad(path, "[...rest] must come last, so it is a file and no folder");
  const folder = await readFolderFiles(dir, { files: files.filter(isFolderFile), outer });
  try {
    table.addFolder(path, folder);
  } catch (error) {
    throw bad(path, error instanceof Error ? error.message : String(error));
  }
  for (const file of files.filter((name) => !isFolderFile(name))) await loadRoute(table, { dir, file, folder });
  for (const { name, isDirectory } of entries) {
    if (isDirectory) await loadFolder(table, { dir, path: `${path}/${name}`, outer: folder });
  }
}

function isFolderFile(file: string): boolean {
  return file.slice(file.lastIndexOf("/") + 1).startsWith("_");
}

async function readFolderFiles(
  dir: string,
  { files, outer }: { files: readonly string[]; outer: Folder },
): Promise<Folder> {
  const found: Record<string, unknown> = {};
  for (const file of files) {
    const name = file.slice(file.lastIndexOf("/") + 1, -extname(file).length);
    if (!FOLDER_FILES.includes(name)) throw bad(file, `a file with _ is one of ${FOLDER_FILES.join(", ")}`);
    const { default: value } = await load(dir, file);
    if (typeof value !== "function") throw bad(file, "it has no function as its default export");
    found[name] = value;
  }
  return {
    layouts: found._layout === undefined ? outer.layouts : [...outer.layouts, found._layout as Layout],
    notFound: found._404 as ErrorPage | undefined ?? outer.notFound,
    error: found._error as ErrorPage | undefined ?? outer.error,
    middleware: found._middleware === undefined
      ? outer.middleware
      : [...outer.middleware, found._middleware as Middleware],
  };
}

async function loadRoute(
  table: RouteTable,
  { dir, file, folder }: { dir: string; file: string; folder: Folder },
): Promise<void> {
  const { maxBodyBytes = MAX_BODY_BYTES, ...functions } = await load(dir, file);
  const handlers = readHandlers(file, functions);
  if (!isSize(maxBodyBytes)) throw bad(file, "its maxBodyBytes is no number of bytes");
  const pattern = toPattern(file);
  try {
    const { middleware, ...rest } = folder;
    const allow = allowOf(handlers);
    table.add({ pattern, file: `routes${file}`, handlers, allow, maxBodyBytes, folder: rest, middleware });
  } catch (error) {
    throw bad(file, error instanceof Error ? error.message : String(error));
  }
}

function readHandlers(file: string, module: Record<string, unknown>): Map<string, RouteHandler> {
  const handlers = new Map<string, RouteHandler>();
  for (const [name, value] of Object.entries(module)) {
    if (!METHODS.includes(name)) {
      throw bad(file, `it exports ${name}; a route exports only maxBodyBytes, ${METHODS.join(", ")}`);
    }
    if (typeof value !== "function") throw bad(file, `its export ${name} is no function`);
    handlers.set(name, value as RouteHandler);
  }
  if (handlers.size === 0) throw bad(file, `it exports no method; export a function named ${METHODS.join(" or ")}`);
  return handlers;
}

async function load(dir: string, file: string): Promise<Record<string, unknown>> {
  if (!EXTENSIONS.has(extname(file))) throw bad(file, `a route is a file of ${[...EXTENSIONS].join(", ")}`);
  try {
    return await import(toFileUrl(join(dir, file)).href);
  } catch (error) {
    throw bad(file, error instanceof Error ? error.message : String(error), error);
  }
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

function bad(file: string, reason: string, cause?: unknown): StartError {
  return new StartError(`Cannot load routes${file}: ${reason}`, { cause });
}
