import type { Config } from "../config.ts";
import type { Logger } from "../log.ts";
import { dropPermissions } from "../permissions.ts";
import { startServer } from "../server.ts";
import { stopSignal } from "../signals.ts";
import { welcomeText } from "../welcome.ts";
import { watchRoutes } from "./watch_routes.ts";

/**
 * Serves until a signal comes, or until the server cannot go on.
 *
 * @param config How it is to run.
 * @param logger Told where it is, and of each request.
 * @throws {StartError} If it cannot be started, or cannot go on.
 */
export async function serve(config: Config, logger: Logger): Promise<void> {
  const server = await startServer(config, logger);
  const welcome = welcomeText(server, config);
  dropPermissions({ net: config.tls !== undefined });
  const stopped = stopSignal(); // before anybody can know that we are here, and stop us
  logger.say(welcome);
  const { routesDir, isWatching } = config;
  const stopWatching = isWatching && routesDir !== undefined
    ? watchRoutes(routesDir, (text) => logger.say(text))
    : undefined;
  const signal = await Promise.race([stopped, server.failed]);
  stopWatching?.();
  logger.say(`${signal}: stopping`);
  await server.close();
}
