/**
 * Renders Markdown files in a thread of its own, one after the other, so that no page holds up another request. A page
 * that takes too long loses the thread, and gets no rendering; what was rendered is kept, as far as there is room.
 *
 * @module
 */
import { HttpError } from "../errors.ts";
import type { SiteDocument } from "./document.ts";
import { type RenderJob, RenderThread } from "./renderer_thread.ts";

/** What renders: a thread, or a stand-in for one. */
export interface RenderPort {
  /** Resolves when it stands ready: the time until then is not the file's. @default at once */
  readonly ready?: Promise<void>;
  /**
   * Renders one file.
   *
   * @throws {Error} If it cannot be rendered.
   */
  render(job: RenderJob): Promise<SiteDocument>;
  /** Ends at once, in the middle of whatever it does. */
  end(): void;
}

/** How files are rendered. */
export interface RendererOptions {
  /** The folder of the site, absolute: links are followed in it. */
  readonly dir: string;
  /** How long one file may take, in ms. @default 5000 */
  readonly timeLimitMs?: number;
  /** How much is kept, in bytes. @default 33554432 (32 MiB) */
  readonly maxCacheBytes?: number;
  /** Starts what renders. @default a worker */
  readonly open?: () => RenderPort;
}

/** A file to render. */
export interface RenderSource {
  /** Its path on the site, percent-encoded. */
  readonly url: string;
  /** Tells its versions apart: the path on disk, the time of change, the size. */
  readonly version: string;
  /** Reads it. */
  read(): Promise<Uint8Array<ArrayBuffer>>;
}

/** Why a file has no rendering. */
export interface Unrendered {
  /** One sentence for the log. */
  readonly reason: string;
}

const TIME_LIMIT_MS = 5_000;
const MAX_CACHE_BYTES = 32 * 1024 * 1024;
/** What a kept document costs beside its HTML, about, in bytes. */
const OVERHEAD_BYTES = 1_024;
/** Files that may wait to be rendered: at a page in 5 s, the last would wait for minutes. */
const MAX_WAITING = 100;

interface Kept {
  readonly version: string;
  readonly document: SiteDocument | Unrendered;
  readonly bytes: number;
}

/** Renders the Markdown files of a site. */
export class Renderer {
  readonly #open: () => RenderPort;
  readonly #timeLimitMs: number;
  readonly #maxCacheBytes: number;
  /** By URL; the one that was asked for last is the last. */
  readonly #kept = new Map<string, Kept>();
  #keptBytes = 0;
  /** By URL and version. */
  readonly #underWay = new Map<string, Promise<SiteDocument | Unrendered>>();
  #last: Promise<unknown> = Promise.resolve();
  #port: RenderPort | undefined;
  /** Ends the wait for the file that is being rendered. */
  #stop: ((reason: Unrendered) => void) | undefined;
  #isClosed = false;

  /**
   * Starts nothing yet: the thread begins with the first file.
   *
   * @param options The folder and the limits.
   */
  constructor({ dir, timeLimitMs = TIME_LIMIT_MS, maxCacheBytes = MAX_CACHE_BYTES, open }: RendererOptions) {
    this.#timeLimitMs = timeLimitMs;
    this.#maxCacheBytes = maxCacheBytes;
    this.#open = open ?? (() => new RenderThread(dir));
  }

  /**
   * Renders a file, or gives what is kept of it.
   *
   * @param source The file.
   * @returns Why there is no rendering, if it took too long or broke the renderer.
   * @throws {HttpError} 503 if too many wait already, or the renderer is closed; what reading the file throws.
   */
  async render(source: RenderSource): Promise<SiteDocument | Unrendered> {
    const kept = this.#kept.get(source.url);
    if (kept?.version === source.version) {
      this.#kept.delete(source.url);
      this.#kept.set(source.url, kept);
      return kept.document;
    }
    const key = `${source.version} ${source.url}`;
    let underWay = this.#underWay.get(key);
    if (underWay === undefined) {
      if (this.#isClosed || this.#underWay.size >= MAX_WAITING) {
        throw new HttpError(503, "Too many pages are being made; try again soon", { headers: { "retry-after": "2" } });
      }
      underWay = this.#inTurn(source).finally(() => this.#underWay.delete(key));
      this.#underWay.set(key, underWay);
    }
    return await underWay;
  }

  /** Ends the thread; nothing is rendered any more. */
  close(): void {
    this.#isClosed = true;
    this.#giveUp("The renderer is closed");
  }

  /** After those who came before, whatever becomes of them. */
  #inTurn(source: RenderSource): Promise<SiteDocument | Unrendered> {
    const turn = this.#last.then(() => this.#renderNow(source));
    this.#last = turn.catch(() => {});
    return turn;
  }

  async #renderNow(source: RenderSource): Promise<SiteDocument | Unrendered> {
    const bytes = await source.read();
    if (this.#isClosed) return { reason: "The renderer is closed" };
    const port = this.#port ??= this.#open();
    const stopped = Promise.withResolvers<Unrendered>();
    this.#stop = stopped.resolve;
    const rendered = port.render({ url: source.url, bytes }).catch((error) => this.#broken(source, error));
    if (port.ready !== undefined) await Promise.race([port.ready, stopped.promise]);
    const tooLong = `${source.url} cannot be shown as a page: it takes over ${this.#timeLimitMs} ms to render`;
    const timer = setTimeout(() => this.#giveUp(tooLong), this.#timeLimitMs);
    try {
      const document = await Promise.race([rendered, stopped.promise]);
      this.#keep(source, document);
      return document;
    } finally {
      clearTimeout(timer);
    }
  }

  #giveUp(reason: string): void {
    this.#endPort();
    this.#stop?.({ reason });
  }

  /** Whatever broke it may be left in it. */
  #broken({ url }: RenderSource, error: unknown): Unrendered {
    this.#endPort();
    return { reason: `${url} cannot be shown as a page: ${error instanceof Error ? error.message : error}` };
  }

  #endPort(): void {
    this.#port?.end();
    this.#port = undefined;
  }

  #keep({ url, version }: RenderSource, document: SiteDocument | Unrendered): void {
    const bytes = OVERHEAD_BYTES + ("html" in document ? document.html.length * 2 : 0);
    this.#drop(url);
    if (bytes > this.#maxCacheBytes || this.#isClosed) return;
    this.#kept.set(url, { version, document, bytes });
    this.#keptBytes += bytes;
    for (const oldest of this.#kept.keys()) {
      if (this.#keptBytes <= this.#maxCacheBytes) break;
      this.#drop(oldest);
    }
  }

  #drop(url: string): void {
    this.#keptBytes -= this.#kept.get(url)?.bytes ?? 0;
    this.#kept.delete(url);
  }
}
