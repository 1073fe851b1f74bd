/**
 * The thread that renders, as seen from outside.
 *
 * @module
 */
import type { SiteDocument } from "./document.ts";

/** A file to render. */
export interface RenderJob {
  /** Its path on the site, percent-encoded. */
  readonly url: string;
  /** What it holds. */
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** What the thread is told. */
export interface RenderRequest extends RenderJob {
  /** The folder of the site, absolute. */
  readonly dir: string;
}

/** What it says: first that it stands ready. */
export type RenderReply =
  | { readonly kind: "ready" }
  | { readonly kind: "document"; readonly document: SiteDocument }
  | { readonly kind: "error"; readonly error: string };

/** A worker that renders one file at a time. */
export class RenderThread {
  /** Resolves when it has loaded all that it needs: until then no file is to blame. */
  readonly ready: Promise<void>;
  readonly #dir: string;
  readonly #worker: Worker;
  #waiting: PromiseWithResolvers<SiteDocument> | undefined;

  /**
   * Starts the thread.
   *
   * @param dir The folder of the site, absolute.
   */
  constructor(dir: string) {
    this.#dir = dir;
    this.#worker = new Worker(new URL("./renderer_worker.ts", import.meta.url), { type: "module" });
    const { promise, resolve } = Promise.withResolvers<void>();
    this.ready = promise;
    this.#worker.onmessage = ({ data }: MessageEvent<RenderReply>) => {
      if (data.kind === "ready") resolve();
      else if (data.kind === "document") this.#waiting?.resolve(data.document);
      else this.#waiting?.reject(new Error(data.error));
    };
    this.#worker.onerror = (event) => {
      event.preventDefault();
      resolve();
      this.#waiting?.reject(new Error(`The thread has ended: ${event.message}`));
    };
  }

  /**
   * Renders one file; the next only after it.
   *
   * @param job The file.
   * @throws {Error} If it cannot be rendered.
   */
  render({ url, bytes }: RenderJob): Promise<SiteDocument> {
    this.#waiting = Promise.withResolvers();
    const request: RenderRequest = { url, bytes, dir: this.#dir };
    this.#worker.postMessage(request);
    return this.#waiting.promise;
  }

  /** Ends at once. Whoever waits is not told. */
  end(): void {
    this.#worker.terminate();
  }
}
