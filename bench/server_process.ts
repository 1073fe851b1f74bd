/**
 * A server in a process of its own, and the processor time that it has used.
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
   * Starts a server with this same runtime, in the folder of the program, and waits until it says where it listens.
   *
   * Its output is read through a pipe and dropped, as a service manager reads it, so that a log costs what it costs.
   *
   * @param args What follows `deno run`: permissions, script, arguments.
   */
  static async start(args: readonly string[]): Promise<ServerProcess> {
    const command = new Deno.Command(Deno.execPath(), {
      args: ["run", ...args],
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

  /** The processor time of all its threads so far, by the kernel and for it, in µs; of a resolution of one tick. */
  cpuUs(): number {
    return ticksOf(Deno.readTextFileSync(`/proc/${this.#process.pid}/stat`)) * TICK_US;
  }

  /** Stops it. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#hasEnded) this.#process.kill("SIGTERM");
    await this.#process.status;
  }
}

/**
 * Makes sure that processor time can be measured.
 *
 * @throws {RangeError} Elsewhere than on Linux.
 */
export function checkCanMeasure(): void {
  if (Deno.build.os === "linux") return;
  throw new RangeError(
    `The benchmarks read the servers' processor time in /proc, which ${Deno.build.os} has not: use Linux`,
  );
}

/** The length of a tick in µs: the resolution of {@linkcode ServerProcess.cpuUs}. */
export const TICK_US: number = 1_000_000 / ticksPerSecond();

function ticksPerSecond(): number {
  if (Deno.build.os !== "linux") return NaN;
  const { stdout } = new Deno.Command("getconf", { args: ["CLK_TCK"] }).outputSync();
  return Number(new TextDecoder().decode(stdout));
}

/** Fields 14 and 15 of proc_pid_stat(5). The second is a name in parentheses that may itself hold spaces. */
function ticksOf(stat: string): number {
  const fromThird = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return Number(fromThird[11]) + Number(fromThird[12]);
}

/** A setting of the person who runs the benchmark must not change what is measured. */
function ownEnvironment(): Record<string, string> {
  return Object.fromEntries(Object.entries(Deno.env.toObject()).filter(([name]) => !name.startsWith("COMMONROOM_")));
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
