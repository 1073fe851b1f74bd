/** A room with Bun's own publishing, as its guide shows it: what one socket sends, all get. */
import { sayListening } from "./work.mjs";

const server = globalThis.Bun.serve({
  hostname: "127.0.0.1",
  port: 0,
  fetch: (request, server) => server.upgrade(request) ? undefined : new Response("WebSocket only", { status: 426 }),
  websocket: {
    open: (socket) => socket.subscribe("room"),
    message: (_socket, message) => server.publish("room", message),
  },
});
sayListening(server.port);
