/**
 * What the program can do, one function a command.
 *
 * @module
 */
import { type Command, helpText } from "../config.ts";
import type { Logger } from "../log.ts";
import { explainAccess } from "../pages/explain_access.ts";
import { trace } from "../trace/mod.ts";
import { VERSION } from "../version.ts";
import { addUser } from "./add_user.ts";
import { listRoutes } from "./list_routes.ts";
import { newRoute } from "./new_route.ts";
import { serve } from "./serve.ts";

/** A command, by its name. */
type Named<Name extends Command["name"]> = Extract<Command, { readonly name: Name }>;

const RUN: { readonly [Name in Command["name"]]: (command: Named<Name>, logger: Logger) => void | Promise<void> } = {
  "serve": ({ config }, logger) => serve(config, logger),
  "user add": (command, logger) => addUser({ ...command, ...command.config }, logger),
  "access": (command, logger) => explainAccess(command, logger),
  "routes": ({ config }, logger) => listRoutes(config, logger),
  "new route": ({ config, route }, logger) => newRoute({ name: route, routesDir: config.routesDir }, logger),
  "trace": (command, logger) => trace(command.request, { ...command, logger }),
  "help": (_, logger) => logger.say(helpText()),
  "version": (_, logger) => logger.say(`commonroom ${VERSION} (deno ${Deno.version.deno})`),
};

/**
 * Runs a command to its end.
 *
 * @param command What the command line asks for.
 * @param logger Told what is to be said.
 * @throws {StartError} If it cannot be done.
 */
export async function runCommand(command: Command, logger: Logger): Promise<void> {
  const run = RUN[command.name] as (command: Command, logger: Logger) => void | Promise<void>;
  await run(command, logger);
}
