/** The examples of the course, each as its own process, with just the permissions that its page says. */
import { join } from "@std/path";
import { PROJECT_DIR } from "./learn_names.ts";
import { startProcess } from "./server_process.ts";

/** An example that listens. */
export interface Example extends AsyncDisposable {
  /** Where it listens, ending with a slash. */
  readonly url: string;
}

/** Copies the examples to a folder of their own, where nothing else is, at the same path below it. */
export async function copyExamples(): Promise<AsyncDisposable & { readonly path: string }> {
  const path = await Deno.realPath(await Deno.makeTempDir({ prefix: "commonroom_test_" }));
  await copy(join(PROJECT_DIR, "static/learn/examples"), join(path, "static/learn/examples"));
  return { path, [Symbol.asyncDispose]: () => Deno.remove(path, { recursive: true }) };
}

async function copy(from: string, to: string): Promise<void> {
  await Deno.mkdir(to, { recursive: true });
  for await (const { name, isDirectory } of Deno.readDir(from)) {
    if (isDirectory) await copy(join(from, name), join(to, name));
    else await Deno.copyFile(join(from, name), join(to, name));
  }
}

/**
 * Starts an example on any free port.
 *
 * @param command The command as on its page, without a port.
 * @param cwd The folder that the command is for.
 */
export async function startExample(command: string, cwd: string): Promise<Example> {
  const [, ...args] = command.replaceAll("\\\n", "").split(/ +/);
  return await startProcess({ command: [Deno.execPath(), ...args], args: ["0"], cwd, env: { NO_COLOR: "1" } });
}

/**
 * Sends bytes to an example as they are, and hears what it says until it hangs up.
 *
 * @param sent What is sent, each part by itself; each character is one byte.
 * @param options `staysOpen` leaves our side open, as somebody does who has more to say.
 */
export async function talk(
  { url }: Example,
  sent: readonly string[],
  { staysOpen = false }: { staysOpen?: boolean } = {},
): Promise<string> {
  using connection = await Deno.connect({ hostname: "127.0.0.1", port: Number(new URL(url).port) });
  connection.setNoDelay();
  for (const part of sent) await connection.write(Uint8Array.from(part, (character) => character.charCodeAt(0)));
  if (!staysOpen) await connection.closeWrite();
  const decoder = new TextDecoder("latin1");
  let heard = "";
  for await (const bytes of connection.readable) heard += decoder.decode(bytes);
  return heard;
}

/** Somebody in the chat, and what they are told. */
export class Guest {
  readonly #socket: WebSocket;
  readonly #heard: Record<string, unknown>[] = [];
  #wake = () => {};
  /** Settles when the socket is closed, by whomever. */
  readonly closed: Promise<CloseEvent>;

  /** Opens a socket. */
  constructor({ url }: Example, headers: Record<string, string>) {
    // Deno's client can send header fields; a browser's cannot.
    this.#socket = new WebSocket(new URL("chat", url.replace("http", "ws")), { headers } as unknown as string[]);
    this.#socket.addEventListener("message", ({ data }) => {
      this.#heard.push(JSON.parse(data));
      this.#wake();
    });
    this.closed = new Promise((resolve) => this.#socket.addEventListener("close", resolve));
  }

  /** Waits until something is heard. */
  async hears(wanted: Record<string, unknown>): Promise<void> {
    const isThat = (message: unknown) => JSON.stringify(message) === JSON.stringify(wanted);
    while (!this.#heard.some(isThat)) await new Promise<void>((resolve) => this.#wake = resolve);
  }

  /** Says something. */
  say(text: string): void {
    this.#socket.send(text);
  }

  /** Closes the socket. */
  async leave(): Promise<void> {
    this.#socket.close();
    await this.closed;
  }
}
