import type {
  Entry,
  LibraryAnswers,
  LibraryListener,
  LibrarySetup,
  Listing,
  ListingRange,
  PagesFound,
  PagesQuestion,
  PlaceQuestion,
  Surroundings,
} from "./library_answers.ts";
import { within } from "../within.ts";
import type { LibraryQuestion, LibraryReply, LibraryRequest } from "./library_worker.ts";

/** Questions that may wait at a time: beyond, there is no answer. */
const MAX_WAITING = 1_000;
/** How long its thread has to end by itself, in ms. */
const MAX_CLOSE_MS = 2_000;
/** A thread that ends so often at once is not started again. */
const MAX_STARTS = 5;

interface Waiting {
  readonly resolve: (answer: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** A library in a thread of its own: reading a large folder holds nobody up. It is started by the first question. */
export class LibraryClient implements LibraryAnswers {
  readonly #listener: LibraryListener;
  #setup: LibrarySetup;
  #worker: Worker | undefined;
  #waiting = new Map<number, Waiting>();
  #asked = 0;
  #starts = 0;
  #closed: PromiseWithResolvers<void> | undefined;

  /**
   * Starts nothing yet.
   *
   * @param setup The folder, and who may read what.
   * @param listener Told of changes.
   */
  constructor(setup: LibrarySetup, listener: LibraryListener) {
    this.#setup = setup;
    this.#listener = listener;
  }

  /** What stands around a page. */
  async surroundings(question: PlaceQuestion): Promise<Surroundings | undefined> {
    return await this.#ask("surroundings", question) as Surroundings | undefined;
  }

  /** What a folder holds. */
  async list(question: PlaceQuestion & ListingRange): Promise<Listing | undefined> {
    return await this.#ask("list", question) as Listing | undefined;
  }

  /** The pages whose addresses are most like one that leads nowhere. */
  async suggest(question: PlaceQuestion): Promise<Entry[]> {
    return await this.#ask("suggest", question) as Entry[] | undefined ?? [];
  }

  /** The pages with some words. */
  async search(question: PagesQuestion): Promise<PagesFound> {
    return await this.#ask("search", question) as PagesFound | undefined ?? { hits: [], total: 0 };
  }

  /** Looks at the whole folder anew, unless that was done a moment ago. */
  async refresh(): Promise<void> {
    await this.#ask("refresh", undefined);
  }

  /** Takes the rules of access anew. What is asked later is answered by them: messages keep their order. */
  setRules(toml: string | undefined): void {
    this.#setup = { ...this.#setup, rules: toml };
    this.#send({ kind: "rules", toml });
  }

  /** Ends the thread. */
  async close(): Promise<void> {
    if (this.#closed !== undefined) return await this.#closed.promise;
    this.#closed = Promise.withResolvers();
    if (this.#worker === undefined) this.#end();
    else this.#send({ kind: "close" });
    // It may be waiting for a disk that does not answer.
    await within(this.#closed.promise, MAX_CLOSE_MS);
    this.#end();
  }

  /** @returns `undefined` if there is nobody to ask. */
  #ask(name: LibraryQuestion, question: unknown): Promise<unknown> {
    if (this.#closed !== undefined || this.#waiting.size >= MAX_WAITING) return Promise.resolve(undefined);
    this.#start();
    const id = ++this.#asked;
    const { promise, ...waiting } = Promise.withResolvers<unknown>();
    if (this.#worker === undefined) return Promise.resolve(undefined);
    this.#waiting.set(id, waiting);
    this.#send({ kind: "ask", id, name, question });
    return promise;
  }

  #start(): void {
    if (this.#worker !== undefined || this.#starts >= MAX_STARTS) return;
    this.#starts++;
    const worker = new Worker(new URL("./library_worker.ts", import.meta.url), { type: "module" });
    worker.onmessage = ({ data }: MessageEvent<LibraryReply>) => this.#take(data);
    worker.onerror = (event) => {
      event.preventDefault();
      this.#fail(event.message);
    };
    this.#worker = worker;
    this.#send({ kind: "open", setup: this.#setup });
  }

  #send(request: LibraryRequest): void {
    this.#worker?.postMessage(request);
  }

  #take(reply: LibraryReply): void {
    if (reply.kind === "closed") return this.#end();
    if (reply.kind === "change") return this.#listener.onChange();
    if (reply.kind === "failed") return this.#fail(reply.message);
    if (reply.kind === "defect") return this.#listener.reportDefect(reply.message);
    const waiting = this.#waiting.get(reply.id);
    this.#waiting.delete(reply.id);
    if (reply.error === undefined) waiting?.resolve(reply.answer);
    else waiting?.reject(new Error(`The library cannot answer: ${reply.error}`));
  }

  #fail(message: string): void {
    this.#listener.reportDefect(new Error(`The library has ended: ${message}`));
    this.#end();
  }

  /** Whoever still waits goes without. */
  #end(): void {
    this.#worker?.terminate();
    this.#worker = undefined;
    for (const { resolve } of this.#waiting.values()) resolve(undefined);
    this.#waiting.clear();
    this.#closed?.resolve();
  }
}
