/**
 * Why a connection is closed (RFC 6455 §7.4).
 *
 * @module
 */

/** A connection that has to be closed: the close frame to send. */
export class CloseError extends Error {
  /** `CloseError`. */
  override readonly name = "CloseError";
  /** The close code to send. */
  readonly code: number;

  /**
   * Makes a reason to close.
   *
   * @param code A close code that may be sent; see {@linkcode isValidCloseCode}.
   * @param reason What the other side is told, at most 123 bytes; what is longer is cut when it is sent.
   */
  constructor(code: number, reason: string) {
    super(reason);
    this.code = code;
  }
}

/**
 * Whether a code may stand in a close frame: those of RFC 6455 §7.4.1 and of IANA's registry, libraries' (3000–3999) and
 * applications' own (4000–4999). 1005, 1006 and 1015 only stand for frames that never came; 1004 is reserved.
 *
 * @param code Any number.
 * @returns Whether it may be sent.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { isValidCloseCode } from "./close_error.ts";
 *
 * assert(isValidCloseCode(1000));
 * assert(!isValidCloseCode(1005));
 * ```
 */
export function isValidCloseCode(code: number): boolean {
  if (!Number.isInteger(code)) return false;
  return (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1014) || (code >= 3000 && code <= 4999);
}
