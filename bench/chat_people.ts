/**
 * The members of the chat's benchmark. They are written into the data folder before the server starts: a thousand
 * passwords would take minutes to hash.
 *
 * @module
 */
import { join } from "@std/path";
import { Accounts } from "../lib/auth/accounts.ts";
import { Passwords } from "../lib/auth/passwords.ts";
import { Sessions } from "../lib/auth/sessions.ts";
import { encodeFact, keyOf } from "../lib/store/entries.ts";
import { openStore } from "../lib/store/mod.ts";
import manifest from "../deno.json" with { type: "json" };
import type { Contender } from "./compare.ts";
import type { Door } from "./member.ts";
import { denoRun } from "./server_process.ts";

/** What `deno task start` runs, after `deno run`. */
const START = manifest.tasks.start.command.replaceAll("'", "").split(" ").slice(2);
const NO_SOCKETS = { endSessions() {}, endAccount() {} };
const TRANSPORTS = ["raw", "native"] as const;

/** A data folder with members, of which each server gets a copy. */
export class People implements AsyncDisposable {
  /** How they enter: the same cookies work everywhere. */
  readonly door: Door;
  readonly #dir: string;
  #copies = 0;

  private constructor(dir: string, door: Door) {
    this.#dir = dir;
    this.door = door;
  }

  /**
   * Makes members.
   *
   * @param count How many.
   */
  static async make(count: number): Promise<People> {
    const dir = await Deno.makeTempDir({ prefix: "commonroom-bench-" });
    const { log, accounts: view } = openStore(join(dir, "original"));
    const accounts = new Accounts({ log, view, passwords: new Passwords() });
    const sessions = new Sessions({ log, accounts, sockets: NO_SOCKETS });
    const cookies = await Promise.all(Array.from({ length: count }, async (_, index) => {
      const name = `member-${index}`;
      const account = { id: crypto.randomUUID(), name, role: "member" } as const;
      await log.append(keyOf.account(name), encodeFact({ type: "account-made", ...account }), { expect: 0 });
      return `session=${await sessions.begin(account)}`;
    }));
    await log.close();
    return new People(dir, { cookies });
  }

  /** The real server, on both transports, each with a copy of the members. */
  async contenders(): Promise<Contender[]> {
    const contenders: Contender[] = [];
    for (const transport of TRANSPORTS) {
      contenders.push({ name: `commonroom, ${transport}`, command: serveFrom(await this.copy(), transport) });
    }
    return contenders;
  }

  /** A copy of the data folder. */
  async copy(): Promise<string> {
    const copy = join(this.#dir, String(++this.#copies));
    await Deno.mkdir(copy);
    for await (const { name } of Deno.readDir(join(this.#dir, "original"))) {
      await Deno.copyFile(join(this.#dir, "original", name), join(copy, name));
    }
    return copy;
  }

  /** Deletes all copies. */
  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.#dir, { recursive: true });
  }
}

function serveFrom(dataDir: string, transport: string): string[] {
  const flags = ["--port", "0", "--data", dataDir, "--transport", transport, "--log", "off"];
  return denoRun(...START, ...flags, "--no-rate-limits", "--open-registration");
}
