/**
 * Step 7: login and chat. A password opens a session, a cookie carries
 * it, and a WebSocket keeps everybody up to date.
 *
 *     deno run --allow-net=127.0.0.1 --allow-read=7_login_and_chat 7_login_and_chat/server.ts [port]
 */
import { join } from "node:path";
import { beginSession, endSession, isPassword, Refusal, register, whose } from "./accounts.ts";

const MAX_BODY_BYTES = 4_096;
const MAX_LETTERS = 1_000;
const MAX_SOCKETS = 200;
const MAX_WAITING_BYTES = 64 * 1024;
const KEPT_MESSAGES = 50;

const sockets = new Map<WebSocket, { readonly name: string; readonly token: string }>();
const messages: string[] = [];

/**
 * A socket is opened like a page, cookie and all; so it is let in like
 * one: by the cookie.
 */
function openChat(request: Request): Response {
  const token = tokenOf(request);
  const name = whose(token);
  if (token === undefined || name === undefined) throw new Refusal(401, "Log in first");
  if (request.headers.get("upgrade")?.toLowerCase() !== "websocket") throw new Refusal(426, "This is a WebSocket");
  if (sockets.size >= MAX_SOCKETS) throw new Refusal(503, "The room is full");
  const { socket, response } = Deno.upgradeWebSocket(request);
  socket.onopen = () => {
    for (const message of messages) socket.send(message);
    sockets.set(socket, { name, token });
    tellWhoIsHere();
  };
  socket.onmessage = ({ data }) => {
    if (typeof data !== "string" || data.length > MAX_LETTERS) return socket.close(1009, "That is too long");
    if (whose(token) === undefined) return socket.close(1008, "The session has ended");
    // The author is who logged in, whatever the message says: nobody
    // can speak for somebody else.
    const message = JSON.stringify({ author: name, text: data });
    messages.splice(0, messages.length - KEPT_MESSAGES + 1);
    messages.push(message);
    sendAll(message);
  };
  socket.onclose = () => {
    if (sockets.delete(socket)) tellWhoIsHere();
  };
  return response;
}

/**
 * To everybody. Who reads too slowly is let go: else what waits for
 * them would fill the memory.
 */
function sendAll(message: string): void {
  for (const socket of sockets.keys()) {
    if (socket.bufferedAmount > MAX_WAITING_BYTES) {
      socket.close(1013, "Too slow");
    } else if (socket.readyState === WebSocket.OPEN) {
      socket.send(message);
    }
  }
}

function tellWhoIsHere(): void {
  sendAll(JSON.stringify({ here: [...new Set([...sockets.values()].map(({ name }) => name))] }));
}

/** Both forms: a new account is logged in at once. */
async function enter(request: Request, isNew: boolean): Promise<Response> {
  const length = Number(request.headers.get("content-length") ?? NaN);
  if (!(length <= MAX_BODY_BYTES)) throw new Refusal(413, "That is too long, or does not say how long it is");
  const form = new URLSearchParams(await request.text());
  const [name, password] = [form.get("name") ?? "", form.get("password") ?? ""];
  if (isNew) await register(name, password);
  else if (!await isPassword(name, password)) throw new Refusal(401, "That name and password do not match");
  return toPage(`session=${beginSession(name)}`);
}

function leave(request: Request): Response {
  const token = tokenOf(request);
  if (token !== undefined) endSession(token);
  for (const [socket, person] of sockets) if (person.token === token) socket.close(1000, "Logged out");
  return toPage("session=; Max-Age=0");
}

/**
 * HttpOnly: no script can read it. SameSite=Strict: no other site's
 * page can send it. Over https, add Secure.
 */
function toPage(cookie: string): Response {
  const headers = {
    location: "/",
    "set-cookie": `${cookie}; HttpOnly; SameSite=Strict; Path=/`,
  };
  return new Response(null, { status: 303, headers });
}

function tokenOf(request: Request): string | undefined {
  return /(?:^|;\s*)session=([\w-]+)/.exec(request.headers.get("cookie") ?? "")?.[1];
}

async function page(name: string, type: string): Promise<Response> {
  const headers = { "content-type": type, "content-security-policy": "default-src 'self'; frame-ancestors 'none'" };
  return new Response(await Deno.readFile(join(import.meta.dirname!, "pages", name)), { headers });
}

async function answer(request: Request): Promise<Response> {
  const { pathname, origin } = new URL(request.url);
  // A browser says whose page asks. Another site's page may neither log
  // somebody in nor listen to the room.
  const asking = request.headers.get("origin");
  if (asking !== null && asking !== origin) throw new Refusal(403, "Another site's page asks");
  switch (`${request.method} ${pathname}`) {
    case "GET /":
      return await page("index.html", "text/html; charset=utf-8");
    case "GET /chat.js":
      return await page("chat.js", "text/javascript; charset=utf-8");
    case "GET /me":
      return Response.json({ name: whose(tokenOf(request)) ?? null });
    case "GET /chat":
      return openChat(request);
    case "POST /register":
      return await enter(request, true);
    case "POST /login":
      return await enter(request, false);
    case "POST /logout":
      return leave(request);
    default:
      throw new Refusal(404, "There is nothing here");
  }
}

async function handle(request: Request): Promise<Response> {
  try {
    return await answer(request);
  } catch (error) {
    if (error instanceof Refusal) return new Response(`${error.message}\n`, { status: error.status });
    console.error(error); // For us. A visitor learns no more than that it is our mistake.
    return new Response("Something is broken here.\n", { status: 500 });
  }
}

Deno.serve({ hostname: "127.0.0.1", port: Number(Deno.args[0] ?? 8001) }, handle);
