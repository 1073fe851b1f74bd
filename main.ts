/**
 * Commonroom: turns a folder into a searchable site with a common room to talk in.
 *
 * @module
 */
import { runCommand } from "./lib/commands/mod.ts";
import { parseCommand } from "./lib/config.ts";
import { StartError } from "./lib/errors.ts";
import { Logger } from "./lib/log.ts";

async function main(): Promise<void> {
  const command = parseCommand();
  const logger = new Logger("config" in command ? command.config.logFormat : "text");
  await runCommand(command, logger).finally(() => logger.drained());
}

if (import.meta.main) {
  try {
    await main();
    Deno.exit(0);
  } catch (error) {
    if (!(error instanceof StartError)) throw error;
    console.error(`commonroom: ${error.message}`);
    Deno.exit(error.exitStatus);
  }
}
