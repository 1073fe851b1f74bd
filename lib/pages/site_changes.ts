/** Open pages that are told: each holds a connection. */
const MAX_LISTENERS = 1_000;

/** Those who want to be told of changes. Who is slow is told once of many. */
export class Changes {
  readonly #listeners = new Set<Listener>();
  #isClosed = false;

  /** Tells all who listen. */
  tell(): void {
    for (const listener of this.#listeners) listener.tell();
  }

  /** Something for each change from now on, until this is closed or whoever listens goes; not for too many. */
  listen(): AsyncIterableIterator<void> | undefined {
    if (this.#listeners.size >= MAX_LISTENERS) return undefined;
    const listener = new Listener(() => this.#listeners.delete(listener));
    if (this.#isClosed) listener.return();
    else this.#listeners.add(listener);
    return listener;
  }

  /** Lets all go. */
  close(): void {
    this.#isClosed = true;
    for (const listener of this.#listeners) listener.return();
  }
}

/** No generator: whoever leaves one while it waits for the next change would stay in the list until that comes. */
class Listener implements AsyncIterableIterator<void> {
  readonly #onEnd: () => void;
  #isTold = false;
  #isDone = false;
  #waiting: ((result: IteratorResult<void>) => void) | undefined;

  constructor(onEnd: () => void) {
    this.#onEnd = onEnd;
  }

  tell(): void {
    this.#isTold = true;
    this.#answer();
  }

  next(): Promise<IteratorResult<void>> {
    const { promise, resolve } = Promise.withResolvers<IteratorResult<void>>();
    this.#waiting?.({ done: true, value: undefined });
    this.#waiting = resolve;
    this.#answer();
    return promise;
  }

  return(): Promise<IteratorResult<void>> {
    this.#isDone = true;
    this.#answer();
    this.#onEnd();
    return Promise.resolve({ done: true, value: undefined });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  #answer(): void {
    if (this.#waiting === undefined || !(this.#isTold || this.#isDone)) return;
    this.#waiting({ done: this.#isDone, value: undefined });
    this.#waiting = undefined;
    this.#isTold = false;
  }
}
