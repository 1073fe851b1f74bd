/**
 * The table of routes: which file answers a path, and which layouts and error pages surround it.
 *
 * @module
 */
import type { Context } from "../context.ts";
import type { Page, RouteFolder } from "../render.ts";
import { type Match, outranks, Router } from "../router.ts";

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
  /** Its path: of ours under the program's folder, of another absolute. */
  readonly file: string;
  /** Whether it comes from a folder beside ours. */
  readonly isBeside: boolean;
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

/** The table of routes. */
export class RouteTable {
  readonly #router = new Router<Route>();
  readonly #folders = new Router<Folder>();
  /** Folders beside ours that have error pages of their own. */
  readonly #besides = new Router<Folder>();
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

  /** Whether a route answers at a path; none does where it cannot be decoded. */
  has(path: string): boolean {
    try {
      return this.#router.match(path) !== undefined;
    } catch {
      return false;
    }
  }

  /** The layouts for a path that has no route: those of our nearest folder. */
  folderOf(path: string): RouteFolder | undefined {
    return nearest(this.#folders, path);
  }

  /** The error pages for a path that has no route: those of the nearest folder beside ours that has any, else ours. */
  errorFolderOf(path: string): RouteFolder | undefined {
    return nearest(this.#besides, path) ?? this.folderOf(path);
  }

  /** Adds a route; throws a TypeError if its URL is taken. */
  add(route: Route): void {
    this.#router.add(route.pattern, route);
    this.#routes.push(route);
  }

  /**
   * Adds a route that stands beside ours.
   *
   * @throws {TypeError} If it would take a path away from one of ours. The first page alone may be replaced.
   */
  addBeside(route: Route): void {
    const { pattern } = route;
    if (pattern === "/_ui" || pattern.startsWith("/_ui/")) {
      throw new TypeError("the addresses below /_ui/ are those of our styles and scripts");
    }
    const first = this.#routes.findIndex((ours) => ours.pattern === "/" && !ours.isBeside);
    if (pattern === "/" && first !== -1) {
      this.#routes.splice(first, 1, route);
      this.#router.replace(pattern, route);
      return;
    }
    const ours = this.#routes.find((ours) => !ours.isBeside && outranks(pattern, ours.pattern));
    if (ours !== undefined) {
      throw new TypeError(`it would take ${pattern} from ours, ${ours.file}: choose another address`);
    }
    const same = this.#routes.find((other) => outranks(pattern, other.pattern) && outranks(other.pattern, pattern));
    if (same !== undefined) throw new TypeError(`${same.file} answers ${pattern} already`);
    this.add(route);
  }

  /** Adds a folder. */
  addFolder(pattern: string, folder: Folder): void {
    addTo(this.#folders, pattern, folder);
  }

  /** Adds a folder beside ours: its error pages are for what nothing answers below it. */
  addFolderBeside(pattern: string, folder: Folder): void {
    addTo(this.#besides, pattern, folder);
  }
}

function addTo(folders: Router<Folder>, pattern: string, folder: Folder): void {
  folders.add(pattern || "/", folder);
  folders.add(`${pattern}/[...rest]`, folder);
}

function nearest(folders: Router<Folder>, path: string): Folder | undefined {
  try {
    return folders.match(path)?.route;
  } catch {
    // The path cannot be decoded: its error is answered with the pages of the root folder.
    return folders.match("/")?.route;
  }
}
