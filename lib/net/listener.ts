/**
 * What every transport is to the server that starts it.
 *
 * @module
 */
import { StartError } from "../errors.ts";
import type { Certificate } from "./tls.ts";

/** A running transport. */
export interface Listener {
  /** The port it listens on. */
  readonly port: number;
  /** Rejects if it stops by itself; missing if it never does. */
  readonly failed?: Promise<never>;
  /** Takes no more connections, and resolves when the requests under way are answered. */
  shutdown(): Promise<void>;
}

/** What was answered to bytes that were no request. */
export interface Refusal {
  /** The status of the answer. */
  readonly status: number;
  /** What the client was told. */
  readonly message: string;
  /** The IP address of the client. */
  readonly address: string;
}

/** Where to listen. */
export interface ListenOptions {
  /** An address of this machine. */
  readonly hostname: string;
  /** 0–65535; 0 takes any free port. */
  readonly port: number;
  /** The certificate to speak TLS with; `undefined` for none. */
  readonly tls?: Certificate;
  /** Told of what was refused before it was a request: it is not in the application's log. */
  readonly reportRefusal?: (refusal: Refusal) => void;
  /** Told of errors in the handling of a connection, which end it. */
  readonly reportDefect: (error: unknown) => void;
}

/**
 * Why an address cannot be listened on, for the person who started the server.
 *
 * @param error What listening threw.
 * @param options The address.
 */
export function cannotListen(error: unknown, { hostname, port }: ListenOptions): StartError {
  return new StartError(`Cannot listen on ${hostname}:${port}: ${reasonOf(error)}`, { cause: error });
}

function reasonOf(error: unknown): string {
  if (error instanceof Deno.errors.AddrInUse) return "the port is in use; choose another with --port";
  if (error instanceof Deno.errors.PermissionDenied) return "not permitted; ports below 1024 belong to the system";
  return error instanceof Error ? error.message : String(error);
}
