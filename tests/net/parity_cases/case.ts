/**
 * What a case of the parity suite is: what is sent to a fresh server of each transport. There is nothing to expect but
 * that both answer alike.
 *
 * @module
 */
import type { Config } from "../../../lib/config.ts";
import type { Talk } from "./talk.ts";

/** One request on a connection of its own. `{host}` stands for the server's address. */
export interface Request {
  /** By default GET, or POST if there is a body. */
  readonly method?: string;
  /** The target. */
  readonly path: string;
  /** Fields besides Host. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Bytes as characters; an object is sent as JSON. */
  readonly body?: string | object;
  /** Whose browser sends it: its cookies are sent, and those that it is given are kept. */
  readonly as?: string;
}

/** Bytes on a connection of their own, each a character, `{host}` and `{cookie of ada}` replaced. */
export interface Bytes {
  /** What is sent. */
  readonly bytes: string;
  /** Which of the replies answer a HEAD, the first being 0. */
  readonly toHead?: readonly number[];
  /** How many replies to wait for; by default all that come until the connection is closed. */
  readonly replies?: number;
}

/** One thing to do. */
export type Step = Request | Bytes;

/** One case. */
export interface ParityCase {
  /** A sentence. */
  readonly name: string;
  /** How the servers run; registration is open unless it is said not to be. */
  readonly config?: Partial<Config>;
  /** Who is registered and logged in before it begins. */
  readonly members?: readonly string[];
  /** Whether the site has to be indexed before it begins. */
  readonly isIndexed?: true;
  /** What is asked by HTTP. */
  readonly steps?: readonly Step[];
  /** What is said by WebSocket; it comes after the steps. */
  readonly talk?: (talk: Talk) => Promise<void>;
}

/** A GET for each of some targets. */
export function gets(paths: readonly string[], as?: string): Request[] {
  return paths.map((path) => ({ path, as }));
}

/** What a browser sends of a form. */
export function form(
  path: string,
  fields: Readonly<Record<string, string>>,
  { as, headers }: { as?: string; headers?: Readonly<Record<string, string>> } = {},
): Request {
  return {
    path,
    as,
    body: new URLSearchParams(fields).toString(),
    headers: {
      "content-type": "application/x-www-form-urlencoded",
      accept: "text/html",
      origin: "http://{host}",
      ...headers,
    },
  };
}

/** A request line and fields, CRLF after each and an empty line behind them. */
export function head(...lines: readonly string[]): string {
  return `${lines.join("\r\n")}\r\n\r\n`;
}
