/**
 * Every route, asked in every method that it answers and in some that it does not.
 *
 * @module
 */
import { loadRoutes } from "../../../lib/file_routes.ts";
import { ROUTES_DIR } from "../../../lib/server.ts";
import type { ParityCase, Request } from "./case.ts";

const METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

/** The patterns of all routes, as `commonroom routes` lists them. */
export async function patterns(): Promise<string[]> {
  const { routes } = await loadRoutes(ROUTES_DIR);
  return routes.map(({ pattern }) => pattern);
}

/** The cases of one route. */
export function routeCases(pattern: string): ParityCase[] {
  const path = pattern.replaceAll("[room]", "common").replaceAll("[name]", "ada");
  const asked = (as?: string): Request[] => METHODS.map((method) => ({ method, path, as }));
  const accept = { accept: "text/html" };
  return [
    { name: `${pattern} in every method, by nobody`, steps: asked() },
    { name: `${pattern} in every method, by a member`, members: ["ada"], steps: asked("ada") },
    {
      name: `${pattern} in every method, by a browser`,
      members: ["ada"],
      steps: [
        ...METHODS.map((method) => ({ method, path, headers: accept })),
        ...METHODS.map((method) => ({ method, path, headers: accept, as: "ada" })),
      ],
    },
    {
      name: `${pattern} with a slash, a query, and no such room`,
      steps: [
        { path: `${path}/` },
        { path: `${path}/?a=b` },
        { path: `${path}?a=b&q=needle` },
        { path: pattern.replaceAll("[room]", "nowhere") },
        { path: pattern.replaceAll("[room]", "%E9") },
      ],
    },
  ];
}
