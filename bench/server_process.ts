/**
 * A server in a process of its own.
 *
 * @module
 */
import { dirname, fromFileUrl } from "@std/path";

const PROGRAM_DIR = dirname(dirname(fromFileUrl(import.meta.url)));

/** A server process that runs until it is disposed of. */
export class ServerProcess implements AsyncDisposable {
  /** Where it listens, as it says itself. */
  readonly url: URL;
  readonly #process: Deno.ChildProcess;
  #hasEnded = false;

  /**
   * Starts a server, in the folder of the program, and waits until it says where it listens.
   *
   * Its output is read through a pipe and dropped, as a service manager reads it, so that a log costs what it costs.
   *
   * @param command The program and its arguments.
   */
  static async start([program, ...args]: readonly string[]): Promise<ServerProcess> {
    const command = new Deno.Command(program, {
      args,
      cwd: PROGRAM_DIR,
      clearEnv: true,
      env: ownEnvironment(),
      stdout: "piped",
    });
    const process = command.spawn();
    return new ServerProcess(process, await readAddress(process.stdout));
  }

  private constructor(process: Deno.ChildProcess, url: URL) {
    this.#process = process;
    this.url = url;
    void process.status.then(() => this.#hasEnded = true);
  }

  /** What the load generator has to know of it. */
  get target(): { readonly port: number; readonly pid: number } {
    return { port: Number(this.url.port), pid: this.#process.pid };
  }

  /** Ends it at once, as a power cut would. */
  async kill(): Promise<void> {
    this.#process.kill("SIGKILL");
    await this.#process.status;
  }

  /** Stops it. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#hasEnded) this.#process.kill("SIGTERM");
    await this.#process.status;
  }
}

/** The command that runs a script with this same runtime: permissions, script, arguments. */
export function denoRun(...args: string[]): string[] {
  return [Deno.execPath(), "run", "--no-prompt", ...args];
}

/** A setting of the person who runs the benchmark must not change what is measured. */
function ownEnvironment(): Record<string, string> {
  const kept = Object.entries(Deno.env.toObject()).filter(([name]) => !name.startsWith("COMMONROOM_"));
  return { ...Object.fromEntries(kept), NODE_ENV: "production" };
}

async function readAddress(output: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<URL> {
  const reader = output.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  for (let read = await reader.read(); !read.done; read = await reader.read()) {
    text += read.value;
    const address = /Listening on (\S+)\n/.exec(text);
    if (address === null) continue;
    void drain(reader);
    return new URL(address[1]);
  }
  throw new Error(`The server ended before it listened: ${text}`);
}

/** A full pipe would stop the server. */
async function drain(reader: ReadableStreamDefaultReader<unknown>): Promise<void> {
  while (!(await reader.read()).done);
}
