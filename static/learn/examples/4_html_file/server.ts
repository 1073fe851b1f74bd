/**
 * Step 4: files. A path is the name of a file in one folder, and never
 * of anything outside it.
 *
 *     deno run --allow-net=127.0.0.1 --allow-read=4_html_file 4_html_file/server.ts [port]
 */
import { extname, join, sep } from "node:path";

const ROOT = await Deno.realPath(join(import.meta.dirname!, "pages"));

interface OpenFile {
  readonly file: Deno.FsFile;
  readonly size: number;
}

/**
 * What a file is goes by its name: without this line the browser would
 * show an HTML file as text, or save it.
 */
const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".txt": "text/plain; charset=utf-8",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".jpg": "image/jpeg",
};

/**
 * The file that a path names, or `undefined` for a path that has no
 * business here.
 *
 * Decode once, then judge each name alone: no `..`, no hidden file, no
 * separator that came in as `%2f`.
 */
function toFile(pathname: string): string | undefined {
  let names: string[];
  try {
    names = pathname.split("/").slice(1).map(decodeURIComponent);
  } catch {
    return undefined; // %E0%A4 is half a letter
  }
  // A folder shows its index.
  if (names.at(-1) === "") names[names.length - 1] = "index.html";
  const isRefused = names.some((name) => /^$|^\.|[/\\:\0]/.test(name));
  return isRefused ? undefined : join(ROOT, ...names);
}

/**
 * Opens it, if it is a plain file whose real place is below the root: a
 * link in the folder may lead out of it.
 */
async function open(path: string): Promise<OpenFile | undefined> {
  try {
    const real = await Deno.realPath(path);
    if (!real.startsWith(ROOT + sep)) return undefined;
    const { isFile, size } = await Deno.stat(real);
    return isFile ? { file: await Deno.open(real), size } : undefined;
  } catch {
    return undefined; // not there, not readable, too long: all the same
  }
}

async function handle(request: Request): Promise<Response> {
  if (request.method !== "GET" && request.method !== "HEAD") {
    return new Response("A file can be read, no more.\n", { status: 405, headers: { allow: "GET, HEAD" } });
  }
  const path = toFile(new URL(request.url).pathname);
  const found = path === undefined ? undefined : await open(path);
  // The same answer for "not there" and "not for you": the difference
  // would tell what there is.
  if (path === undefined || found === undefined) return new Response("There is no such page.\n", { status: 404 });

  const headers = {
    "content-type": TYPES[extname(path).toLowerCase()] ?? "application/octet-stream",
    "content-length": String(found.size),
    "x-content-type-options": "nosniff", // The browser is to believe the type, and not to guess one.
  };
  if (request.method === "GET") return new Response(found.file.readable, { headers }); // a piece at a time
  found.file.close();
  return new Response(null, { headers });
}

Deno.serve({ hostname: "127.0.0.1", port: Number(Deno.args[0] ?? 8001) }, handle);
