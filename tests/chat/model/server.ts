import { setImmediate } from "node:timers";
import { join } from "@std/path";
import { createRateLimits } from "../../../lib/auth/rate_limits.ts";
import { Chat } from "../../../lib/chat/mod.ts";
import type { Account } from "../../../lib/store/accounts_view.ts";
import { encodeFact, keyOf } from "../../../lib/store/entries.ts";
import { openStore, type Store } from "../../../lib/store/mod.ts";

/** The rooms of the model; the first is always there. */
export const ROOMS: readonly string[] = ["common", "second"];
/** Longer than any schedule takes, in ms. */
const SESSION_MS = 1_000_000_000;

/** Where a model's server keeps its data, and what it is made of. */
export interface ServerOptions {
  /** An empty folder; absent: in memory. */
  readonly dir?: string;
  /** Whether there are rate limits. */
  readonly hasRateLimits: boolean;
  /** Who writes. */
  readonly names: readonly string[];
}

/** The real chat on a real store, which can be stopped in good order, or killed, and started again. */
export class ModelServer implements AsyncDisposable {
  /** What broke that no client is to blame for. */
  readonly defects: unknown[] = [];
  /** The chat that runs now. */
  chat!: Chat;
  /** Its store. */
  store!: Store;
  /** Grows with each death: what a dead server answers is not heard. */
  deaths = 0;
  readonly #options: ServerOptions;
  #starts = 0;

  private constructor(options: ServerOptions) {
    this.#options = options;
  }

  /** Starts a server that has its rooms and members. */
  static async start(options: ServerOptions): Promise<ModelServer> {
    const server = new ModelServer(options);
    server.#openStore();
    const { log } = server.store;
    for (const name of options.names) {
      const fact = { type: "account-made", id: `id-${name}`, name, role: "member" } as const;
      await log.append(keyOf.account(name), encodeFact(fact));
      await log.put(`session of ${name}`, "{}", SESSION_MS);
    }
    await log.append(keyOf.room("second"), encodeFact({ type: "room-made", id: "second", name: "Second" }));
    await server.#openChat();
    return server;
  }

  /** The account of a member. */
  account(name: string): Account {
    return this.store.accounts.byFoldedName(name)!;
  }

  /** Stops in good order, and starts again. */
  async restart(): Promise<void> {
    await this.#stop();
    if (this.#options.dir !== undefined) {
      await this.store.log.close();
      this.#openStore();
    }
    await this.#openChat();
  }

  /**
   * Dies at this very point, and starts again from what is on the disk; in memory, from what the log has.
   *
   * Nothing that the dead one does from now on may reach anybody: cut its links before.
   */
  async crash(): Promise<void> {
    this.deaths++;
    if (this.#options.dir === undefined) {
      await this.#stop();
    } else {
      // What is committed is in the files; what is not is not in the copy, and dies with the old ones.
      const from = this.#dataDir;
      this.#starts++;
      Deno.mkdirSync(this.#dataDir);
      for (const { name } of Deno.readDirSync(from)) {
        if (!name.endsWith("-shm")) Deno.copyFileSync(join(from, name), join(this.#dataDir, name));
      }
      await this.#stop();
      await this.store.log.close();
      this.#openStore();
    }
    await this.#openChat();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#stop();
    await this.store.log.close();
  }

  /** As the server does it: what is under way is answered before the log is closed. */
  async #stop(): Promise<void> {
    await this.chat.close();
    for (let turns = 0; turns < 3; turns++) await new Promise<void>((resolve) => setImmediate(resolve));
  }

  get #dataDir(): string {
    const { dir } = this.#options;
    return dir === undefined ? ":memory:" : join(dir, `data-${this.#starts}`);
  }

  #openStore(): void {
    if (this.#options.dir !== undefined) Deno.mkdirSync(this.#dataDir, { recursive: true });
    this.store = openStore(this.#dataDir);
  }

  async #openChat(): Promise<void> {
    this.chat = await Chat.open({
      store: this.store,
      limits: createRateLimits(this.#options.hasRateLimits),
      reportDefect: (error) => this.defects.push(error),
    });
  }
}
