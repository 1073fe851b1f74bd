/**
 * A room on a transport of ours: what one socket sends, all get. `room_serve.ts raw|native`.
 *
 * @module
 */
import { SharedText, type Socket } from "../../lib/net/socket.ts";
import { listenOn } from "./transport.ts";
import { sayListening } from "./work.mjs";

const sockets = new Set<Socket>();

function accept(socket: Socket) {
  sockets.add(socket);
  return {
    message(message: string | Uint8Array) {
      const shared = new SharedText(String(message));
      for (const socket of sockets) socket.send(shared);
    },
    closed: () => sockets.delete(socket),
  };
}

const UPGRADE = { protocols: [], maxMessageBytes: 64 * 1024, accept };

sayListening(listenOn(Deno.args[0], (request, peer) => peer.upgrade(request, UPGRADE)).port);
