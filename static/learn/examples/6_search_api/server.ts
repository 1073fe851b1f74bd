/**
 * Step 6: a search. A query comes as JSON by POST, the results go back
 * as JSON, and a page's script asks for them.
 *
 *     deno run --allow-net=127.0.0.1 --allow-read=6_search_api 6_search_api/server.ts [port]
 */
import { join } from "node:path";

const PAGES = join(import.meta.dirname!, "pages");
const MAX_BODY_BYTES = 4_096;
const MAX_LETTERS = 200;
const MAX_RESULTS = 10;

interface Entry {
  readonly title: string;
  readonly text: string;
}

const entries: Entry[] = JSON.parse(await Deno.readTextFile(join(PAGES, "terms.json")));

/**
 * The index, as at the end of a book: for each word, the entries that
 * have it, and how often.
 */
const index = new Map<string, Map<number, number>>();
for (const [i, { title, text }] of entries.entries()) {
  // A word of the title says more of what the entry is about: it counts
  // three times.
  for (const word of words(`${title} ${title} ${title} ${text}`)) {
    const places = index.get(word) ?? new Map<number, number>();
    index.set(word, places.set(i, (places.get(i) ?? 0) + 1));
  }
}

/**
 * Letters and digits of any script, in lower case. The index and the
 * query are cut up by the same function.
 */
function words(text: string): string[] {
  return text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
}

/**
 * The best entries first. A word that few entries have says more than
 * one that all have.
 */
function search(query: string) {
  const scores = new Map<number, number>();
  for (const word of new Set(words(query))) {
    const places = index.get(word) ?? new Map<number, number>();
    const rarity = Math.log(1 + entries.length / (1 + places.size));
    for (const [i, count] of places) {
      const score = rarity * count / (count + 1);
      scores.set(i, (scores.get(i) ?? 0) + score);
    }
  }
  const best = [...scores].toSorted(([, a], [, b]) => b - a);
  const results = best.slice(0, MAX_RESULTS).map(([i]) => entries[i]);
  return { query, total: best.length, results };
}

/**
 * Reads the query. Each way in which a body can be wrong has a reply
 * that says so.
 */
async function answerSearch(request: Request): Promise<Response> {
  if (request.method !== "POST") {
    return problem(405, "Send the query by POST", { allow: "POST" });
  }
  const type = request.headers.get("content-type") ?? "";
  if (!/^application\/json\b/i.test(type)) {
    return problem(415, "Send content-type: application/json");
  }
  // No length, no body: so nobody can send one without end.
  const length = Number(request.headers.get("content-length") ?? NaN);
  if (Number.isNaN(length)) return problem(411, "Say how long it is");
  if (length > MAX_BODY_BYTES) return problem(413, "That is too long");

  const body = await request.json().catch(() => undefined);
  const query: unknown = body?.query;
  if (typeof query !== "string" || query.length > MAX_LETTERS) {
    const most = `${MAX_LETTERS} letters at most`;
    return problem(400, `Send {"query": "…"}, ${most}`);
  }
  return Response.json(search(query));
}

function problem(status: number, message: string, headers: Record<string, string> = {}): Response {
  return Response.json({ error: { status, message } }, { status, headers });
}

const FILES = new Map([
  ["/", ["index.html", "text/html; charset=utf-8"]],
  ["/search.js", ["search.js", "text/javascript; charset=utf-8"]],
]);

async function handle(request: Request): Promise<Response> {
  const { pathname } = new URL(request.url);
  if (pathname === "/api/search") return await answerSearch(request);
  const [name, type] = FILES.get(pathname) ?? [];
  if (name === undefined || type === undefined) return problem(404, "There is nothing here");
  const headers = { "content-type": type, "content-security-policy": "default-src 'self'; frame-ancestors 'none'" };
  return new Response(await Deno.readFile(join(PAGES, name)), { headers });
}

Deno.serve({ hostname: "127.0.0.1", port: Number(Deno.args[0] ?? 8001) }, handle);
