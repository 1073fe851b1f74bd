/** A message that breaks HTTP/1.1: it is answered with a status, and its connection is closed. */
export class ProtocolError extends Error {
  /** Its class. */
  override readonly name = "ProtocolError";
  /** The status code of the answer, 400–599. */
  readonly status: number;

  /**
   * Makes an error that is answered before the connection is closed.
   *
   * @param message What the client is told: what is wrong, and what would be right.
   * @param status The status code of the answer.
   */
  constructor(message: string, status: number = 400) {
    super(message);
    this.status = status;
  }
}
