/**
 * Watches the site's folder. Where that cannot be done, or goes wrong, it is looked at every few seconds instead.
 *
 * @module
 */
import { relative } from "@std/path";

/** What is done about changes. */
export interface LibraryWatchDeps {
  /** Looks at paths below the folder. */
  readonly lookAtNamed: (insides: ReadonlySet<string>) => Promise<void>;
  /** Looks at everything. */
  readonly lookAtAll: () => Promise<void>;
  /** Told why there is no watching. */
  readonly reportDefect: (error: unknown) => void;
}

/** Changes that come close together are looked at together: a program that saves a file makes several, in ms. */
const GATHER_MS = 25;
/** In a new folder files may have been made before it was watched: it is looked at once more, after so many ms. */
const AGAIN_MS = 300;
/** Without watching the folder is looked at so often, in ms; the larger it is, the more seldom. */
const POLL_MS = 2_000;
const POLL_REST_TIMES = 10;

/** Watches a folder. */
export class LibraryWatch {
  readonly #dir: string;
  readonly #deps: LibraryWatchDeps;
  #watcher: Deno.FsWatcher | undefined;
  #named = new Set<string>();
  #made = new Set<string>();
  #timers = new Set<ReturnType<typeof setTimeout>>();
  #gathering = false;
  #work: Promise<void> = Promise.resolve();
  #reading: Promise<void> | undefined;
  #isClosed = false;

  /**
   * Watches nothing yet.
   *
   * @param dir The folder, absolute, with all links resolved.
   * @param deps What is done about changes.
   */
  constructor(dir: string, deps: LibraryWatchDeps) {
    this.#dir = dir;
    this.#deps = deps;
  }

  /** Begins. Everything is looked at once more: what has changed before is never named. */
  start(): void {
    if (this.#isClosed) return;
    try {
      this.#watcher = Deno.watchFs(this.#dir, { recursive: true });
      this.#reading = this.#read(this.#watcher);
      this.#then(this.#deps.lookAtAll);
    } catch (error) {
      this.#giveUp(error);
    }
  }

  /** Whether changes are told of. */
  get isWatching(): boolean {
    return this.#watcher !== undefined;
  }

  /** Resolves when all that was named so far is looked at. */
  async settled(): Promise<void> {
    await this.#work;
  }

  /** Ends. */
  async close(): Promise<void> {
    this.#isClosed = true;
    for (const timer of this.#timers) clearTimeout(timer);
    this.#closeWatcher();
    await this.#reading;
    await this.#work;
  }

  async #read(watcher: Deno.FsWatcher): Promise<void> {
    try {
      for await (const event of watcher) this.#take(event);
    } catch (error) {
      this.#giveUp(error);
    }
  }

  #take({ kind, paths, flag }: Deno.FsEvent): void {
    // Reading is no change, and much is read.
    if (kind === "access") return;
    // The system has lost count.
    if (flag === "rescan") return this.#then(this.#deps.lookAtAll);
    for (const path of paths) {
      this.#named.add(relative(this.#dir, path));
      if (kind === "create") this.#made.add(relative(this.#dir, path));
    }
    if (this.#gathering || this.#named.size === 0) return;
    this.#gathering = true;
    this.#after(GATHER_MS, () => this.#lookAtGathered());
  }

  #lookAtGathered(): void {
    const [named, made] = [this.#named, this.#made];
    this.#named = new Set();
    this.#made = new Set();
    this.#gathering = false;
    this.#then(() => this.#deps.lookAtNamed(named));
    if (made.size > 0) this.#after(AGAIN_MS, () => this.#then(() => this.#deps.lookAtNamed(made)));
  }

  #giveUp(error: unknown): void {
    if (this.#isClosed) return;
    this.#closeWatcher();
    const reason = error instanceof Error ? error.message : String(error);
    this.#deps.reportDefect(`Cannot watch ${this.#dir} (${reason}): it is looked at every few seconds instead`);
    this.#poll(POLL_MS);
  }

  #poll(ms: number): void {
    this.#after(ms, () => {
      const beganAtMs = performance.now();
      this.#then(async () => {
        await this.#deps.lookAtAll();
        this.#poll(Math.max(POLL_MS, POLL_REST_TIMES * (performance.now() - beganAtMs)));
      });
    });
  }

  /** One after the other. */
  #then(work: () => Promise<void>): void {
    this.#work = this.#work.then(() => this.#isClosed ? undefined : work()).catch(this.#deps.reportDefect);
  }

  #after(ms: number, work: () => void): void {
    if (this.#isClosed) return;
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      work();
    }, ms);
    this.#timers.add(timer);
  }

  #closeWatcher(): void {
    try {
      this.#watcher?.close();
    } catch {
      // It has ended already.
    }
    this.#watcher = undefined;
  }
}
