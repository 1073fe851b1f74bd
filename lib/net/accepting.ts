/**
 * What all that accept connections share.
 *
 * @module
 */
import { isLoss } from "./losses.ts";

/** How long to wait after an error that may pass, such as too many open files, in ms. */
const RETRY_MS = 100;

/**
 * The next connection of a listener, whatever may go wrong in between.
 *
 * @param listener Where it comes from.
 * @param reportDefect Told of what goes wrong; of what keeps it from accepting, once in each call.
 * @returns The connection, without Nagle's delay if it is plain TCP; `undefined` once the listener is closed.
 */
export async function acceptFrom<Connection extends Deno.Conn>(
  listener: Deno.Listener<Connection>,
  reportDefect: (error: unknown) => void,
): Promise<Connection | undefined> {
  for (let isFirst = true;; isFirst = false) {
    try {
      const connection = await listener.accept();
      if (sendsAtOnce(connection, reportDefect)) return connection;
    } catch (error) {
      if (error instanceof Deno.errors.BadResource || error instanceof Deno.errors.Interrupted) return undefined;
      if (isFirst) reportDefect(error);
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
  }
}

/**
 * Has a connection send without Nagle's delay, if it is plain TCP.
 *
 * @param connection Just made. It may be gone already; then it is closed here.
 * @param reportDefect Told if it failed for another reason.
 * @returns Whether it can be used.
 */
export function sendsAtOnce(connection: Deno.Conn, reportDefect: (error: unknown) => void): boolean {
  try {
    if ("setNoDelay" in connection) (connection as Deno.TcpConn).setNoDelay();
    return true;
  } catch (error) {
    closeIfOpen(connection);
    if (!isLoss(error)) reportDefect(error);
    return false;
  }
}

/** Closes what may be closed already. */
export function closeIfOpen(resource: { close(): void }): void {
  try {
    resource.close();
  } catch (error) {
    if (!(error instanceof Deno.errors.BadResource)) throw error;
  }
}
