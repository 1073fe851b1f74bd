import { extname } from "@std/path";

/** How long changes are gathered before they are told, in ms: an editor writes a file in several steps. */
const GATHER_MS = 300;
const CODE = new Set(["", ".js", ".jsx", ".ts", ".tsx", ".mjs", ".json"]);

/**
 * Says when something changes in a folder of routes. Modules that are loaded stay as they are, and what they have loaded
 * in turn: only a new start is sure to take them all anew.
 *
 * @param dir The folder.
 * @param say Told of the changes, once for those that come together.
 * @returns Ends it.
 */
export function watchRoutes(dir: string, say: (text: string) => void): () => void {
  const watcher = Deno.watchFs(dir);
  let timer: ReturnType<typeof setTimeout> | undefined;
  const hear = async () => {
    for await (const { kind, paths } of watcher) {
      if (kind === "access" || !paths.some(mayBeCode)) continue;
      timer ??= setTimeout(() => {
        timer = undefined;
        say(`The routes in ${dir} have changed; they take effect with the next start`);
      }, GATHER_MS);
    }
  };
  hear().catch((error) => say(`The routes in ${dir} cannot be watched: ${error.message}`));
  return () => {
    clearTimeout(timer);
    watcher.close();
  };
}

/**
 * Whether a file may be code, or a folder of it: a database that a route keeps beside itself is not, nor what an editor
 * writes while somebody types.
 *
 * @param path Where it is, or was.
 */
export function mayBeCode(path: string): boolean {
  return CODE.has(extname(path));
}
