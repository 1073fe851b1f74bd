/**
 * Step 1: a basic server. It listens, and hands each request to a
 * function of ours.
 *
 *     deno run --allow-net=127.0.0.1 1_basic_server.ts [port]
 */

// 127.0.0.1 is this machine itself: nobody else can reach it.
const hostname = "127.0.0.1";
const port = Number(Deno.args[0] ?? 8001);

/** The handler: a request comes in, a reply goes out. */
function handle(request: Request): Response {
  const { pathname, searchParams } = new URL(request.url);
  const name = searchParams.get("name") ?? "stranger";

  // The client chose the name. As plain text it can do no harm; as
  // HTML, `?name=<script>…` would run.
  const headers = {
    "content-type": "text/plain; charset=utf-8",
    "x-content-type-options": "nosniff",
  };
  const asked = `You asked for ${pathname} by ${request.method}.`;
  return new Response(`Hello, ${name}! ${asked}\n`, { headers });
}

// Listens, reads each request, calls handle(), writes what it returns.
Deno.serve({ hostname, port }, handle);
