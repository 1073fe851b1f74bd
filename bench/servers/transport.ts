/**
 * The transports by name, on any free port.
 *
 * @module
 */
import type { Handler } from "../../lib/context.ts";
import type { Listener } from "../../lib/net/listener.ts";
import { listenNative } from "../../lib/net/native.ts";
import { listenRaw } from "../../lib/net/raw.ts";

/**
 * Serves a handler.
 *
 * @param name `raw` or `native`.
 * @param handler What answers.
 */
export function listenOn(name: string, handler: Handler): Listener {
  const listen = name === "raw" ? listenRaw : listenNative;
  return listen(handler, { hostname: "127.0.0.1", port: 0, reportDefect: console.error });
}
