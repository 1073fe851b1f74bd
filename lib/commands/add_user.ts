import { Accounts } from "../auth/accounts.ts";
import { Passwords } from "../auth/passwords.ts";
import { HttpError, StartError } from "../errors.ts";
import type { Logger } from "../log.ts";
import { openStore } from "../store/mod.ts";

/** Bytes read of standard input for a password. */
const MAX_INPUT_BYTES = 4_096;

/**
 * Makes an account, its password read from standard input; a server may run beside it.
 *
 * @param wanted The data folder, the name, and whether it is an administrator's.
 * @param logger Told what was made.
 * @throws {StartError} If name or password are not allowed.
 */
export async function addUser(
  { dataDir, user, isAdmin }: { dataDir: string; user: string; isAdmin: boolean },
  logger: Logger,
): Promise<void> {
  if (dataDir === ":memory:") {
    throw new StartError("An account in :memory: is gone at once; choose a folder with --data");
  }
  const { log, accounts: view } = openStore(dataDir);
  try {
    const accounts = new Accounts({ log, view, passwords: new Passwords() });
    const role = isAdmin ? "administrator" : "member";
    const { name } = await accounts.make({ name: user, password: await readPassword(), role, isAdministrators: true });
    logger.say(`Made the account ${name} (${role})`);
  } catch (error) {
    throw error instanceof HttpError
      ? new StartError(`Cannot make ${user}: ${error.message}`, { cause: error })
      : error;
  } finally {
    await log.close();
  }
}

/** The first line of standard input; a person at a terminal is asked. */
async function readPassword(): Promise<string> {
  if (Deno.stdin.isTerminal()) await Deno.stderr.write(new TextEncoder().encode("Password: "));
  const decoder = new TextDecoder();
  const buffer = new Uint8Array(MAX_INPUT_BYTES);
  let text = "";
  while (!text.includes("\n") && text.length < MAX_INPUT_BYTES) {
    const read = await Deno.stdin.read(buffer);
    if (read === null) break;
    text += decoder.decode(buffer.subarray(0, read), { stream: true });
  }
  return text.split(/\r?\n/)[0];
}
