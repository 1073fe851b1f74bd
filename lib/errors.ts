/**
 * The errors that cross layers. Anything else that is thrown is a defect and is answered with a bare 500.
 *
 * @module
 */
import { STATUS_TEXT } from "@std/http/status";

/** What an {@linkcode HttpError} may carry besides its status and message. */
export interface HttpErrorOptions extends ErrorOptions {
  /** Headers for the reply, such as `Allow` or `Retry-After`. */
  readonly headers?: Record<string, string>;
}

/**
 * An error that becomes a reply: the message is public, the cause is private and goes to the log.
 *
 * @example
 * ```ts
 * import { HttpError } from "./errors.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const error = new HttpError(405, "Use POST", { headers: { allow: "POST" } });
 * assertEquals(error.status, 405);
 * assertEquals(new HttpError(404).message, "Not Found");
 * ```
 */
export class HttpError extends Error {
  /** Its class. */
  override readonly name = "HttpError";
  /** The status code of the reply, 400–599. */
  readonly status: number;
  /** Headers to add to the reply. */
  readonly headers: Readonly<Record<string, string>>;

  /**
   * Makes an error that is answered with a status.
   *
   * @param status The status code of the reply, 400–599.
   * @param message What the client is told; never a secret.
   * @param options Headers for the reply and the private cause.
   */
  constructor(status: number, message?: string, options: HttpErrorOptions = {}) {
    super(message ?? STATUS_TEXT[status], options);
    this.status = status;
    this.headers = options.headers ?? {};
  }
}

/**
 * A mistake in how the program was started: one line for the person at the terminal.
 *
 * `exitStatus` is 2 for bad usage (a wrong flag), 1 for anything else (a port in use, an unreadable folder).
 */
export class StartError extends Error {
  /** Its class. */
  override readonly name = "StartError";
  /** What the process exits with: 1 or 2. */
  readonly exitStatus: 1 | 2;

  /**
   * Makes an error that stops the start.
   *
   * @param message One line that says what was wrong and what to do.
   * @param options The exit status, 1 unless told, and the private cause.
   */
  constructor(message: string, options: ErrorOptions & { readonly exitStatus?: 1 | 2 } = {}) {
    super(message, options);
    this.exitStatus = options.exitStatus ?? 1;
  }
}
