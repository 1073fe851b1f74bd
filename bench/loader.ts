/**
 * The load generator, as a benchmark calls it.
 *
 * @module
 */
import { Worker } from "node:worker_threads";
import type { Outcome, Tasks } from "./load_thread.ts";

/** A thread that makes load. */
export class Loader implements AsyncDisposable {
  readonly #thread = new Worker(new URL("./load_thread.ts", import.meta.url));

  /**
   * Does a task; one at a time.
   *
   * @param name Which.
   * @param options Its argument.
   * @throws {Error} If the server does not do what it should.
   */
  async run<Name extends keyof Tasks>(
    name: Name,
    options: Parameters<Tasks[Name]>[0],
  ): Promise<ReturnType<Tasks[Name]>> {
    const { promise, resolve } = Promise.withResolvers<Outcome>();
    this.#thread.once("message", resolve);
    this.#thread.postMessage({ name, options });
    const outcome = await promise;
    if ("error" in outcome) throw outcome.error;
    return outcome.value as ReturnType<Tasks[Name]>;
  }

  /** Ends the thread. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#thread.terminate();
  }
}
