/**
 * Step 5: a page with its style and its script, each at a path of its
 * own, and sent only if the browser has not got it.
 *
 *     deno run --allow-net=127.0.0.1 --allow-read=5_page_style_script 5_page_style_script/server.ts [port]
 */
import { createHash } from "node:crypto";
import { join } from "node:path";

const PAGES = join(import.meta.dirname!, "pages");

/**
 * All that there is. What is not in this list does not exist, so that
 * no path can be a trick.
 */
const FILES = new Map([
  ["/", { name: "index.html", type: "text/html" }],
  ["/style.css", { name: "style.css", type: "text/css" }],
  ["/script.js", { name: "script.js", type: "text/javascript" }],
]);

async function handle(request: Request): Promise<Response> {
  const file = FILES.get(new URL(request.url).pathname);
  if (file === undefined) return new Response("There is nothing here.\n", { status: 404 });
  if (request.method !== "GET" && request.method !== "HEAD") {
    return new Response("This can be read, no more.\n", { status: 405, headers: { allow: "GET, HEAD" } });
  }

  const bytes = await Deno.readFile(join(PAGES, file.name));
  const etag = fingerprint(bytes);
  const headers = {
    "content-type": `${file.type}; charset=utf-8`,
    "x-content-type-options": "nosniff",
    "etag": etag,
    // Keep it, but ask each time whether it is still good: an edit
    // shows at once, and costs only the asking.
    "cache-control": "no-cache",
    // The page may load what comes from here, and nothing else: a
    // script that somebody smuggled in does not run.
    "content-security-policy": "default-src 'self'; frame-ancestors 'none'; base-uri 'none'",
  };
  if (hasAlready(request, etag)) return new Response(null, { status: 304, headers });
  return new Response(request.method === "HEAD" ? null : bytes, { headers });
}

/**
 * The entity tag: a fingerprint of the bytes. Other bytes, another tag.
 */
function fingerprint(bytes: Uint8Array): string {
  const hash = createHash("sha256").update(bytes).digest("base64url");
  return `"${hash.slice(0, 16)}"`;
}

/**
 * Whether the browser says that it holds just these bytes. It may hold
 * several, and name them all.
 */
function hasAlready(request: Request, etag: string): boolean {
  const tags = request.headers.get("if-none-match")?.split(",") ?? [];
  const same = ["*", etag, `W/${etag}`];
  return tags.some((tag) => same.includes(tag.trim()));
}

/**
 * A line for each reply: watch the browser ask for the three, and ask
 * again when the page is loaded again.
 */
async function logged(request: Request): Promise<Response> {
  const response = await handle(request);
  console.log(request.method, new URL(request.url).pathname, response.status);
  return response;
}

Deno.serve({ hostname: "127.0.0.1", port: Number(Deno.args[0] ?? 8001) }, logged);
