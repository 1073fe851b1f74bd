/**
 * Who comes in by a socket, and who has to go.
 *
 * @module
 */
import type { Account } from "../auth/accounts.ts";
import type { RateLimits } from "../auth/rate_limits.ts";
import { HttpError } from "../errors.ts";
import type { Socket, SocketEvents } from "../net/socket.ts";
import type { Log } from "../store/log.ts";
import { Connection, type ConnectionHost } from "./connection.ts";
import type { ServerMessage } from "./protocol.ts";
import type { RoomRow } from "./wire.ts";

/** Connections that one account may hold: tabs, phones and scripts. */
const MAX_CONNECTIONS = 50;
/** Clients that must reconnect do so spread over this long, in ms. */
const RECONNECT_SPREAD_MS = 2_000;
const RETRY_SOON = { "retry-after": "1" };
/** Whoever has too many connections has to close one first, or wait until one is cut. */
const RETRY_LATER = { "retry-after": "10" };

/** Who joins, with which session. */
export interface Joining {
  /** Whose the socket is. */
  readonly user: Account;
  /** The session that opened it. */
  readonly sessionKey: string;
}

/** What the entrance works with. */
export interface EntranceDeps {
  /** Where sessions are kept. */
  readonly log: Log;
  /** How fast things may come. */
  readonly limits: RateLimits;
  /** All who are connected: they are added and taken away here alone. */
  readonly connections: Set<Connection>;
  /** What a connection needs of the chat. */
  readonly host: Omit<ConnectionHost, "left" | "gone">;
  /** The rooms that somebody may read. */
  readonly roomsFor: (user: Account) => RoomRow[];
  /** What somebody is told first. */
  readonly welcome: (user: Account, rooms: readonly RoomRow[]) => ServerMessage;
  /** Somebody has a connection more. */
  readonly entered: (user: Account) => void;
  /** Somebody's connection is to be told nothing any more. */
  readonly left: (connection: Connection) => void;
}

/** The way in, and the way out. */
export class Entrance {
  readonly #deps: EntranceDeps;
  readonly #host: ConnectionHost;
  /** Open sockets by account, those that are closing among them: they cost as much. */
  readonly #sockets = new Map<string, number>();
  #isClosing = false;

  /** Opens the way in. */
  constructor(deps: EntranceDeps) {
    this.#deps = deps;
    this.#host = {
      ...deps.host,
      left: (connection) => {
        deps.connections.delete(connection);
        deps.left(connection);
      },
      gone: ({ user }) => this.#countSocket(user, -1),
    };
  }

  /**
   * Refuses a member who opens too many connections, before the upgrade.
   *
   * @throws {HttpError} 429, or 503 if the server stops.
   */
  check(user: Account): void {
    if (this.#isClosing) throw new HttpError(503, "The server stops; come back in a moment", { headers: RETRY_SOON });
    this.#deps.limits.sockets.check(user.id);
    if ((this.#sockets.get(user.id) ?? 0) >= MAX_CONNECTIONS) {
      throw new HttpError(429, `You have ${MAX_CONNECTIONS} connections open already; close one`, {
        headers: RETRY_LATER,
      });
    }
  }

  /** Welcomes a member's open socket. */
  join(socket: Socket, { user, sessionKey }: Joining): SocketEvents {
    const { connections, roomsFor, welcome, entered, host } = this.#deps;
    const rooms = roomsFor(user);
    const connection = new Connection({ user, sessionKey, socket, host: this.#host, rooms });
    connections.add(connection);
    this.#countSocket(user, 1);
    entered(user);
    connection.send(welcome(user, rooms));
    connection.flush();
    if (this.#isClosing) sayBye(connection);
    this.#checkSession(connection).catch(host.defect);
    return connection;
  }

  /** Closes the connections of sessions that have ended. */
  endSessions(sessionKeys: ReadonlySet<string>): void {
    this.#end((connection) => sessionKeys.has(connection.sessionKey), [4401, "Logged out"]);
  }

  /** Closes the connections of an account that may not be here any more. */
  endAccount(accountId: string, code: number, reason: string): void {
    this.#end(({ user }) => user.id === accountId, [code, reason]);
  }

  /** Says goodbye to everybody, and to whoever comes from now on. */
  close(): void {
    this.#isClosing = true;
    for (const connection of [...this.#deps.connections]) sayBye(connection);
  }

  #end(concerns: (connection: Connection) => boolean, [code, reason]: [number, string]): void {
    for (const connection of [...this.#deps.connections]) if (concerns(connection)) connection.close(code, reason);
  }

  /** The session may have ended between the handshake and the opening of the socket. */
  async #checkSession(connection: Connection): Promise<void> {
    if (await this.#deps.log.get(connection.sessionKey) === undefined) connection.close(4401, "Logged out");
  }

  #countSocket({ id }: Account, change: 1 | -1): void {
    const count = (this.#sockets.get(id) ?? 0) + change;
    if (count > 0) this.#sockets.set(id, count);
    else this.#sockets.delete(id);
  }
}

function sayBye(connection: Connection): void {
  connection.send({ type: "bye", retryAfterMs: Math.round(500 + Math.random() * RECONNECT_SPREAD_MS) });
  connection.close(1001, "The server stops");
}
