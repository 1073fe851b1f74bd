/** A room with `ws` on Node, as its guide shows it: what one socket sends, all get. */
import { load, sayListening } from "./work.mjs";

const { WebSocket, WebSocketServer } = await load("ws");
const server = new WebSocketServer({ host: "127.0.0.1", port: 0 }, () => sayListening(server.address().port));

server.on("connection", (socket) => {
  socket.on("error", console.error);
  socket.on("message", (message, isBinary) => {
    for (const client of server.clients) {
      if (client.readyState === WebSocket.OPEN) client.send(message, { binary: isBinary });
    }
  });
});
