/**
 * The order of the room: each message once, none left out.
 *
 * The server counts the messages of a room 1, 2, 3 … One that is not the next is not taken; if one is missing, all since
 * the last are asked for again.
 */

export class Feed {
  /** The sequence of the newest message shown; 0 if there is none. */
  last;
  #room;
  #send;
  #isResuming = false;

  /**
   * @param {object} init
   * @param {string} init.room
   * @param {number} init.last The sequence of the newest message shown.
   * @param {(message: object) => boolean} init.send
   */
  constructor({ room, last, send }) {
    this.#room = room;
    this.last = last;
    this.#send = send;
  }

  /** Asks for all messages since the last. */
  resume() {
    this.#isResuming = this.#send({ type: "resume", rooms: { [this.#room]: this.last } });
  }

  /**
   * Whether a message is the next.
   *
   * @param {{ seq: number }} message
   */
  takes({ seq }) {
    if (seq === this.last + 1) {
      this.last = seq;
      return true;
    }
    if (seq > this.last && !this.#isResuming) this.resume();
    return false;
  }

  /** The server has sent all there was. */
  caughtUp() {
    this.#isResuming = false;
  }

  /**
   * The server would not replay now.
   *
   * @param {number} waitMs
   */
  resumeLater(waitMs) {
    setTimeout(() => this.resume(), waitMs);
  }
}
