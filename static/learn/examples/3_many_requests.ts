/**
 * Step 3: many requests. A router finds the function for a method and a
 * path, and says 404 or 405 where there is none.
 *
 *     deno run --allow-net=127.0.0.1 3_many_requests.ts [port]
 */

type Params = Record<string, string>;
type Handler = (request: Request, params: Params) => Response | Promise<Response>;

/**
 * One crossing in the tree of paths: the next segment is a word that we
 * know, or any word, which gets a name.
 */
interface Node {
  readonly words: Map<string, Node>;
  anyWord?: { readonly name: string; readonly node: Node };
  readonly handlers: Map<string, Handler>;
}

interface Found {
  readonly node: Node;
  readonly params: Params;
}

const newNode = (): Node => ({ words: new Map(), handlers: new Map() });
const root = newNode();

/** Adds a route such as `GET /notes/[id]` to the tree. */
function add(method: string, path: string, handler: Handler): void {
  let node = root;
  for (const segment of path.split("/").slice(1)) {
    if (segment.startsWith("[")) {
      node.anyWord ??= { name: segment.slice(1, -1), node: newNode() };
      node = node.anyWord.node;
    } else {
      if (!node.words.has(segment)) node.words.set(segment, newNode());
      node = node.words.get(segment)!;
    }
  }
  node.handlers.set(method, handler);
}

/**
 * Follows a path through the tree, one segment at a time: a thousand
 * routes cost no more than ten.
 */
function find(path: string): Found | undefined {
  let node: Node = root;
  const params: Params = {};
  for (const segment of path.split("/").slice(1).map(decode)) {
    const { words, anyWord } = node;
    const word = words.get(segment);
    if (word !== undefined) {
      node = word;
    } else if (anyWord !== undefined && segment !== "") {
      params[anyWord.name] = segment;
      node = anyWord.node;
    } else {
      return undefined;
    }
  }
  return node.handlers.size > 0 ? { node, params } : undefined;
}

/**
 * In a path, `%C3%AB` stands for ë. What cannot be decoded stays as it
 * is.
 */
function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

/**
 * 404: there is nothing at this address. 405: there is, but not for
 * this method; `Allow` says for which.
 */
function handle(request: Request): Response | Promise<Response> {
  const found = find(new URL(request.url).pathname);
  if (found === undefined) return text("There is nothing here.", 404);
  const { handlers } = found.node;
  const { method } = request;
  const handler = handlers.get(method === "HEAD" ? "GET" : method);
  if (handler !== undefined) return handler(request, found.params);
  const methods = [...handlers.keys()].join(", ");
  const allow = methods.replace("GET", "GET, HEAD");
  return text(`Not by ${method}; try ${allow}.`, 405, { allow });
}

function text(body: string, status = 200, headers: Record<string, string> = {}): Response {
  return new Response(`${body}\n`, { status, headers: { "content-type": "text/plain; charset=utf-8", ...headers } });
}

// What the routes work with: notes, in memory. Both numbers are bounds:
// a visitor must not be able to fill it.
const MAX_NOTES = 100;
const MAX_NOTE_BYTES = 1_000;
const notes: string[] = [];

add("GET", "/", () => text("Try /hello/ada and /notes."));
add("GET", "/hello/[name]", (_, { name }) => text(`Hello, ${name}!`));
add("GET", "/notes", () => text(notes.map((note, i) => `${i + 1}. ${note}`).join("\n") || "No notes yet."));
add("GET", "/notes/[number]", (_, { number }) => {
  const note = notes[Number(number) - 1];
  return note === undefined ? text("There is no such note.", 404) : text(note);
});
add("POST", "/notes", async (request) => {
  // The declared length is checked before a byte is read; a body
  // without one, or "chunked", is not taken.
  const length = Number(request.headers.get("content-length") ?? NaN);
  if (Number.isNaN(length)) return text("Say how long it is: Content-Length.", 411);
  if (length > MAX_NOTE_BYTES) return text(`A note has ${MAX_NOTE_BYTES} bytes at most.`, 413);
  if (notes.length >= MAX_NOTES) return text("There is no room for more notes.", 507);
  notes.push(await request.text());
  return text("Noted.", 201, { location: `/notes/${notes.length}` });
});

Deno.serve({ hostname: "127.0.0.1", port: Number(Deno.args[0] ?? 8001) }, handle);
