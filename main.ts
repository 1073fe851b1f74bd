/**
 * Commonroom: turns a folder into a searchable site with a common room to talk in.
 *
 * @module
 */
import { addUser, listRoutes } from "./lib/commands.ts";
import { type Command, type Config, helpText, parseCommand } from "./lib/config.ts";
import { StartError } from "./lib/errors.ts";
import { Logger } from "./lib/log.ts";
import { dropPermissions } from "./lib/permissions.ts";
import { startServer } from "./lib/server.ts";
import { stopSignal } from "./lib/signals.ts";
import { trace } from "./lib/trace/mod.ts";
import { VERSION } from "./lib/version.ts";
import { welcomeText } from "./lib/welcome.ts";

async function main(): Promise<void> {
  const command = parseCommand();
  const logger = new Logger("config" in command ? command.config.logFormat : "text");
  await run(command, logger).finally(() => logger.drained());
}

async function run(command: Command, logger: Logger): Promise<void> {
  switch (command.name) {
    case "help":
      return logger.say(helpText());
    case "version":
      return logger.say(`commonroom ${VERSION} (deno ${Deno.version.deno})`);
    case "routes":
      return await listRoutes(logger);
    case "trace":
      return await trace(command.request, { ...command, logger });
    case "user add":
      return await addUser({ ...command, ...command.config }, logger);
    case "serve":
      return await serve(command.config, logger);
  }
}

async function serve(config: Config, logger: Logger): Promise<void> {
  const server = await startServer(config, logger);
  const welcome = welcomeText(server, config);
  dropPermissions({ net: config.tls !== undefined });
  const stopped = stopSignal(); // before anybody can know that we are here, and stop us
  logger.say(welcome);
  const signal = await Promise.race([stopped, server.failed]);
  logger.say(`${signal}: stopping`);
  await server.close();
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
