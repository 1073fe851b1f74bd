/**
 * The site's answer to everything that is no route: a file as it is, a Markdown page, a listing, or where to go instead.
 *
 * Who may not read is refused in the same words whether there is something or not.
 *
 * @module
 */
import type { Context } from "../context.ts";
import { HttpError } from "../errors.ts";
import type { Files, Found } from "../files/mod.ts";
import { allowing, withCommonHeaders } from "../replies.ts";
import type { RouteFolder } from "../render.ts";
import type { Access } from "./access.ts";
import { findAnswer, type Located, type LocateOptions } from "./locate.ts";
import { Renderer } from "./renderer.ts";
import { declaredAccess, hasReaders, MAX_PAGE_BYTES } from "./serving_declared.ts";
import { insideOfNothing } from "./serving_nothing.ts";
import { fileFields, isHtml, sourceFields } from "./serving_fields.ts";
import { listingReply, pageReply, reloadingReply } from "./serving_replies.tsx";
import type { Site } from "./site.ts";

/** What a site is served with. */
export interface ServingDeps {
  /** Who may read what, and what stands around a page. */
  readonly site: Site;
  /** The files of the same folder. */
  readonly files: Files;
  /** Whether its pages are the program's own, which need no sandbox. */
  readonly isOwn: boolean;
  /** Whether open pages load anew when something changes on disk. */
  readonly isWatching: boolean;
  /** The layouts for a path. */
  readonly folderOf: (path: string) => RouteFolder | undefined;
  /** Told what is wrong with a page, once. */
  readonly reportProblem: (problem: string) => void;
}

/** A file of the site that somebody may read. */
export interface Readable {
  /** The file or folder. */
  readonly place: Found;
  /** Its address. */
  readonly path: string;
  /** Who may read it. */
  readonly access: Access;
}

type Answer = Response | undefined | Promise<Response | undefined>;

/** What can be nothing but a file: it needs no more than a look. Neither an index nor Markdown, and nothing encoded. */
const PLAIN_FILE = /\/(?!index\.html?$)[^/%]*\.(?!md$|markdown$)\w+$/;
const METHODS = "GET, HEAD, OPTIONS";
/** A page beyond so many bytes is a large one. */
const LARGE_BYTES = 128 * 1024;
/** An address that leads to another one, and so on. */
const MAX_REDIRECTS = 4;
/** Problems that are told only once; beyond, they are told again. */
const MAX_TOLD = 1_000;

/** Serves a site. */
export class Serving {
  readonly #deps: ServingDeps;
  readonly #renderer: Renderer;
  /** What may take long, so that it holds up nobody who reads anything else. */
  readonly #largeRenderer: Renderer;
  readonly #told = new Set<string>();
  readonly #page: LocateOptions & { readonly find: Files["find"] };
  readonly #source: LocateOptions & { readonly find: Files["find"] };

  /**
   * Begins to serve; the site's end is its end.
   *
   * @param deps The site and its files.
   */
  constructor(deps: ServingDeps) {
    const { site, files } = deps;
    this.#deps = deps;
    this.#renderer = new Renderer({ dir: site.dir });
    this.#largeRenderer = new Renderer({ dir: site.dir });
    for (const renderer of [this.#renderer, this.#largeRenderer]) site.atClose(() => renderer.close());
    const find: Files["find"] = (path) => files.find(path);
    const isTaken = (path: string) => site.isTaken(path);
    this.#page = { find, isTaken };
    this.#source = { find, isTaken, isSource: true };
  }

  /**
   * Answers a request for a path of the site.
   *
   * @param ctx The request.
   * @param path The path; that of the request, or one that a route shows in its place.
   * @returns At once if all that it needs is known; `undefined` if there is nothing.
   * @throws {HttpError} 401 if whoever asks may not read it, 405 for another method than GET and HEAD, and what files throw.
   */
  reply(ctx: Context, path: string): Response | undefined | Promise<Response | undefined> {
    if (PLAIN_FILE.test(path)) {
      const place = this.#deps.files.find(path);
      if (place !== undefined && "kind" in place && place.kind === "file") {
        return this.#answer(ctx, { path, located: { kind: "file", place, path } });
      }
    }
    const located = findAnswer<Found>(path, isSourceAsked(ctx) ? this.#source : this.#page);
    if (located instanceof Promise) return located.then((located) => this.#answer(ctx, { path, located }));
    return this.#answer(ctx, { path, located });
  }

  #answer(ctx: Context, { path, located }: { path: string; located: Located<Found> | undefined }): Answer {
    const { site, isOwn } = this.#deps;
    // A page may say of itself that everybody may read it.
    if (located?.kind === "page") return this.#pageFor(ctx, { path, place: located.place, file: located.path });
    if (located === undefined) return this.#nothing(ctx, path);
    if (located.kind === "redirect") return this.#redirect(ctx, located.to);
    const { kind, place } = located;
    if (hasReaders(place)) return this.#sourceFor(ctx, { path, place, kind });
    const { access } = site.decide(path, place);
    refuse(ctx, access);
    const refused = refuseMethod(ctx);
    if (refused !== undefined) return refused;
    if (kind === "listing") return this.#listing(ctx, { place, path, access });
    if (this.#deps.isWatching && isHtml(place.path)) return this.#reloading(ctx, { place, path, access });
    return this.#deps.files.serve(place, ctx.request, { fields: fileFields(place.path, { access, isOwn }) });
  }

  /** To where the same is. That something is there is told to those alone who may read it there. */
  async #redirect(ctx: Context, to: string): Promise<Response> {
    if (ctx.user === undefined) refuse(ctx, await this.#accessAt(to));
    return refuseMethod(ctx) ?? withCommonHeaders(ctx.redirect(`${to}${ctx.url.search}`, 301));
  }

  /** Who may read what answers at an address, where that leads elsewhere in the end. */
  async #accessAt(path: string): Promise<Access> {
    const { site } = this.#deps;
    for (let [at, redirects] = [path, 0]; redirects < MAX_REDIRECTS; redirects++) {
      const there = await findAnswer<Found>(at, this.#page);
      if (there === undefined) return await this.#accessToNothing(at);
      if (there.kind !== "redirect") {
        const declared = await declaredAccess(there.place);
        return site.decide(at, { inside: there.place.inside, declared }).access;
      }
      at = there.to;
    }
    return "members";
  }

  async #accessToNothing(path: string): Promise<Access> {
    const { site, files } = this.#deps;
    return site.decide(path, { inside: await insideOfNothing(path, (path) => files.find(path)) }).access;
  }

  /** For a person who may look for it: what there is instead. */
  async #nothing(ctx: Context, path: string): Promise<undefined> {
    const { site } = this.#deps;
    if (ctx.user === undefined) refuse(ctx, await this.#accessToNothing(path));
    const { method, headers } = ctx.request;
    const isForPerson = method === "GET" && headers.get("accept")?.includes("text/html");
    if (isForPerson && !site.isTaken(path.replace(/\/$/, ""))) ctx.suggestions = await site.suggest(path, ctx.user);
  }

  /** A Markdown file as it was written: what it says about its readers counts here too. */
  async #sourceFor(
    ctx: Context,
    { path, place, kind }: { path: string; place: Found; kind: "file" | "source" | "listing" },
  ): Promise<Response> {
    const { site, files } = this.#deps;
    const declared = await declaredAccess(place);
    const { access } = site.decide(path, { inside: place.inside, declared });
    refuse(ctx, access);
    const fields = kind === "source" ? sourceFields(access) : fileFields(place.path, { access, isOwn: false });
    return refuseMethod(ctx) ?? await files.serve(place, ctx.request, { fields });
  }

  async #pageFor(ctx: Context, { path, place, file }: { path: string; place: Found; file: string }): Promise<Response> {
    const { site, files } = this.#deps;
    if (place.bytes > MAX_PAGE_BYTES) return await this.#sourceFor(ctx, { path, place, kind: "source" });
    // Whoever is going to be refused does not make us render.
    if (ctx.user === undefined && site.decide(path, place).access === "members") {
      const declared = await declaredAccess(place);
      refuse(ctx, site.decide(path, { inside: place.inside, declared }).access);
    }
    const renderer = place.bytes > LARGE_BYTES ? this.#largeRenderer : this.#renderer;
    const document = await renderer.render({
      url: file,
      version: `${await files.version(place)} ${place.path}`,
      read: () => files.read(place, { maxBytes: MAX_PAGE_BYTES }),
    });
    if ("reason" in document) {
      this.#tell(document.reason);
      return await this.#sourceFor(ctx, { path, place, kind: "source" });
    }
    if (document.problem !== undefined) this.#tell(`${file}: ${document.problem}`);
    const { access } = site.decide(path, { inside: place.inside, declared: document.matter.access });
    refuse(ctx, access);
    const refused = refuseMethod(ctx);
    if (refused !== undefined) return refused;
    const surroundings = await site.surroundings(path, ctx.user);
    this.#layOut(ctx);
    return pageReply(ctx, { place, path, access, file, document, surroundings, isWatching: this.#deps.isWatching });
  }

  async #listing(ctx: Context, readable: Readable): Promise<Response> {
    const { site, isWatching } = this.#deps;
    this.#layOut(ctx);
    return await listingReply(ctx, { ...readable, site, isWatching });
  }

  async #reloading(ctx: Context, { place, access, path }: Readable): Promise<Response> {
    const { files, isOwn } = this.#deps;
    const fields = fileFields(place.path, { access, isOwn });
    return await reloadingReply(ctx, { place, path, files, fields });
  }

  /** Routes have a folder; what answers in place of one takes that of its path. */
  #layOut(ctx: Context): void {
    ctx.folder ??= this.#deps.folderOf(ctx.path);
  }

  #tell(problem: string): void {
    if (this.#told.has(problem)) return;
    if (this.#told.size >= MAX_TOLD) this.#told.clear();
    this.#told.add(problem);
    this.#deps.reportProblem(problem);
  }
}

function isSourceAsked(ctx: Context): boolean {
  return ctx.request.url.includes("?") && ctx.query.has("source");
}

function refuse(ctx: Context, access: Access): void {
  if (access === "members" && ctx.user === undefined) throw new HttpError(401, "This is for members; log in first");
}

/** The reply to a method that a file does not answer with its content; `undefined` if it does. */
function refuseMethod({ request: { method } }: Context): Response | undefined {
  if (method === "GET" || method === "HEAD") return undefined;
  if (method === "OPTIONS") return allowing(METHODS);
  throw new HttpError(405, `This address does not answer ${method}; it answers ${METHODS}`, {
    headers: { allow: METHODS },
  });
}
