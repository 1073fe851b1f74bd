import type { ServerMessage } from "../lib/chat/protocol.ts";

/** One type of what the server says. */
export type Said<Type extends ServerMessage["type"]> = Extract<ServerMessage, { type: Type }>;

/** A member's client on a real socket, as plain as can be: it keeps all that the server says. */
export class ChatClient implements AsyncDisposable {
  /** All that the server has said, in order. */
  readonly said: ServerMessage[] = [];
  /** How the socket was closed; settles once. */
  readonly closed: Promise<CloseEvent>;
  readonly #socket: WebSocket;
  readonly #waiting = new Set<() => void>();

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.onmessage = ({ data }) => {
      const frame = JSON.parse(data);
      this.said.push(...(Array.isArray(frame) ? frame : [frame]));
      this.#wake();
    };
    this.closed = new Promise((resolve) => {
      socket.onclose = (event) => {
        this.#wake();
        resolve(event);
      };
    });
  }

  /** Connects, with the cookie of a session. */
  static async connect(serverUrl: string, cookie: string): Promise<ChatClient> {
    const url = new URL("api/chat", serverUrl.replace("http", "ws"));
    const options = { protocols: ["commonroom.v1"], headers: { cookie } };
    const socket = new WebSocket(url, options as unknown as string[]);
    const client = new ChatClient(socket);
    await new Promise<void>((resolve, reject) => {
      socket.onopen = () => resolve();
      socket.onerror = () => reject(new Error(`Cannot connect to ${url}`));
    });
    socket.onerror = (event) => event.preventDefault();
    return client;
  }

  /** Says something: an object, or a text that may be no JSON. */
  say(message: object | string): void {
    this.#socket.send(typeof message === "string" ? message : JSON.stringify(message));
  }

  /** Sends bytes. */
  sendBytes(bytes: Uint8Array<ArrayBuffer>): void {
    this.#socket.send(bytes);
  }

  /** Waits for the first thing the server has said, or will say, for which a question holds. */
  async until<Type extends ServerMessage["type"]>(
    type: Type,
    holds: (message: Said<Type>) => boolean = () => true,
  ): Promise<Said<Type>> {
    for (;;) {
      const found = this.said.find((message) => message.type === type && holds(message as Said<Type>));
      if (found !== undefined) return found as Said<Type>;
      if (this.#socket.readyState === WebSocket.CLOSED) throw new Error(`The socket closed before a ${type} came`);
      await new Promise<void>((resolve) => this.#waiting.add(resolve));
    }
  }

  /** The texts of the messages that came, in order. */
  texts(): string[] {
    return this.said.filter((message) => message.type === "message").map(({ text }) => text);
  }

  /** Closes the socket. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#socket.readyState <= WebSocket.OPEN) this.#socket.close();
    await this.closed;
  }

  #wake(): void {
    for (const wake of this.#waiting) wake();
    this.#waiting.clear();
  }
}

/** Registers somebody, where registration is open. */
export async function register(serverUrl: string, name: string): Promise<string> {
  const response = await fetch(new URL("api/register", serverUrl), {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ name, password: `the password of ${name}` }),
  });
  const body = await response.text();
  if (response.status !== 201) throw new Error(`Cannot register ${name}: ${body}`);
  return response.headers.getSetCookie()[0].split(";")[0];
}
