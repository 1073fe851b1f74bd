import type { Config } from "../config.ts";
import { loadRoutes, type Route } from "../file_routes.ts";
import type { Logger } from "../log.ts";
import { ROUTES_DIR } from "../server.ts";

/**
 * Lists the table of routes: URL, methods, file, and how many functions of `_middleware` stand before it.
 *
 * @param config Where routes beside ours are.
 * @param logger Told the table.
 * @throws {StartError} If a route cannot be loaded.
 */
export async function listRoutes({ routesDir }: Pick<Config, "routesDir">, logger: Logger): Promise<void> {
  const { routes } = await loadRoutes(ROUTES_DIR, { beside: routesDir });
  const rows = routes.map((route) => [route.pattern, route.allow, `${route.file}${behind(route)}`]);
  const widths = [0, 1].map((column) => Math.max(...rows.map((row) => row[column].length)));
  for (const [pattern, allow, file] of rows) {
    logger.say(`${pattern.padEnd(widths[0])}  ${allow.padEnd(widths[1])}  ${file}`);
  }
}

function behind({ middleware: { length } }: Route): string {
  return length === 0 ? "" : `  behind ${length} middleware`;
}
