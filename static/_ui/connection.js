/**
 * The socket to the server, which comes back by itself.
 *
 * It is up from the server's `welcome` on. Once lost, it is tried ever later, and at once when the network or the reader
 * comes back. A socket that owes an answer for long is dead, whatever the browser believes; one that has been quiet is
 * asked, or a laptop that slept would show an old conversation as if nobody had said anything since.
 */

const PROTOCOL = "commonroom.v1";
const FIRST_DELAY_MS = 500;
const MAX_DELAY_MS = 15_000;
const SILENCE_MS = 10_000;
/** In a quiet room the server is asked this often whether it is there, in ms. */
const QUIET_MS = 45_000;
/** The close codes of a session that has ended: logged out, banned. */
const LOGGED_OUT = 4401;
const BANNED = 4403;
/** The close code for what breaks the protocol: to come back at once would go on for ever. */
const MALFORMED = 1008;
/** What the server answers only if it refuses. */
const UNANSWERED = ["typing", "read"];

/** How long to wait before a try: longer each time, and not the same for everybody. */
export function backoffMs(attempt, random = Math.random()) {
  const longest = Math.min(MAX_DELAY_MS, FIRST_DELAY_MS * 2 ** attempt);
  return longest / 2 + random * longest / 2;
}

/**
 * @typedef {object} ConnectionEvents
 * @property {(messages: any[]) => void} frame What came, in order.
 * @property {() => void} down The connection is lost, or could not be made.
 * @property {() => void} probe Ask something that the server answers: is the socket alive?
 * @property {(isBanned: boolean) => void} loggedOut The session is over; it is not tried again.
 */

export class Connection {
  /** @type {WebSocket | undefined} */
  #socket;
  #events;
  #attempt = 0;
  #isUp = false;
  /** @type {number | undefined} What the server asked to wait, before a restart. */
  #askedMs;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #retryTimer;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #silenceTimer;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #quietTimer;

  /** @param {ConnectionEvents} events Who is told what. */
  constructor(events) {
    this.#events = events;
    addEventListener("online", () => this.#wake());
    addEventListener("pageshow", ({ persisted }) => persisted && this.#wake());
    document.addEventListener("visibilitychange", () => document.hidden || this.#wake());
  }

  /** Whether the server has welcomed us and the socket is open. */
  get isUp() {
    return this.#isUp;
  }

  /** Connects. */
  open() {
    clearTimeout(this.#retryTimer);
    const scheme = location.protocol === "https:" ? "wss:" : "ws:";
    const socket = new WebSocket(`${scheme}//${location.host}/api/chat`, PROTOCOL);
    let wasOpen = false;
    socket.onopen = () => wasOpen = true;
    socket.onmessage = ({ data }) => this.#receive(data);
    socket.onclose = ({ code }) => this.#lost({ code, wasOpen });
    this.#socket = socket;
    this.#expectAnswer();
  }

  /**
   * Sends something, and expects an answer if there is to be one.
   *
   * @returns {boolean} Whether it left.
   */
  send(message) {
    if (!this.#isUp || this.#socket?.readyState !== WebSocket.OPEN) return false;
    this.#socket.send(JSON.stringify(message));
    if (!UNANSWERED.includes(message.type)) this.#expectAnswer();
    return true;
  }

  /** All is well: the next loss is met by a first, quick try. */
  settled() {
    this.#attempt = 0;
  }

  /** The page goes: what happens to the socket is no news any more. If it comes back after all, it connects anew. */
  leave() {
    clearTimeout(this.#retryTimer);
    this.#abandon();
  }

  #receive(data) {
    this.#stopTimers();
    this.#quietTimer = setTimeout(() => this.#events.probe(), QUIET_MS);
    const frame = JSON.parse(data);
    const messages = Array.isArray(frame) ? frame : [frame];
    for (const { type, retryAfterMs } of messages) {
      if (type === "welcome") this.#isUp = true;
      if (type === "bye") this.#askedMs = retryAfterMs;
    }
    this.#events.frame(messages);
  }

  #expectAnswer() {
    this.#silenceTimer ??= setTimeout(() => this.#giveUp(), SILENCE_MS);
  }

  #giveUp() {
    this.#abandon();
    this.#lost({ code: 1006, wasOpen: true });
  }

  /** A dead socket takes its time to close: it is left alone. */
  #abandon() {
    this.#stopTimers();
    const socket = this.#socket;
    this.#socket = undefined;
    this.#isUp = false;
    if (socket === undefined) return;
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.close();
  }

  #stopTimers() {
    clearTimeout(this.#silenceTimer);
    clearTimeout(this.#quietTimer);
    this.#silenceTimer = undefined;
  }

  #lost({ code, wasOpen }) {
    this.#stopTimers();
    this.#socket = undefined;
    this.#isUp = false;
    if (code === LOGGED_OUT || code === BANNED) return this.#events.loggedOut(code === BANNED);
    const waitMs = code === MALFORMED ? MAX_DELAY_MS : this.#askedMs ?? backoffMs(this.#attempt);
    this.#attempt++;
    this.#askedMs = undefined;
    this.#retryTimer = setTimeout(() => this.open(), waitMs);
    this.#events.down();
    if (!wasOpen) void this.#checkSession();
  }

  /** Why a handshake failed, the browser does not tell; so the server is asked by HTTP. */
  async #checkSession() {
    const reply = await fetch("/api/me").catch(() => undefined);
    if (reply?.status !== 401) return;
    clearTimeout(this.#retryTimer);
    this.#events.loggedOut(false);
  }

  #wake() {
    if (this.#isUp) this.#events.probe();
    else if (this.#socket === undefined) this.open();
  }
}
