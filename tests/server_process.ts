import { fromFileUrl } from "@std/path";
import manifest from "../deno.json" with { type: "json" };

const MAIN = fromFileUrl(new URL("../main.ts", import.meta.url));

/** How a server process is started. */
export interface ProcessOptions {
  /** Flags of the program. */
  readonly args: readonly string[];
  /** The program and the arguments before `args`; by default `deno run … main.ts`. */
  readonly command?: readonly string[];
  /** The working folder. */
  readonly cwd?: string;
  /** Variables of the environment. */
  readonly env?: Record<string, string>;
}

/** What a process left behind. */
export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A server in a process of its own. */
export interface ServerProcess extends AsyncDisposable {
  /** Where it listens, ending with a slash. */
  readonly url: string;
  /** What it has printed so far. */
  readonly output: () => string;
  /** Sends a signal, and waits for the end. */
  readonly stop: (signal: Deno.Signal) => Promise<number>;
}

/** The command that runs the program from source, with the permissions that deno.json gives it. */
export const FROM_SOURCE: readonly string[] = manifest.tasks.commonroom.command.replaceAll("'", "").split(" ")
  .map((word) => word === "deno" ? Deno.execPath() : word === "main.ts" ? MAIN : word);

function spawn({ args, command = FROM_SOURCE, cwd, env }: ProcessOptions, stdin: "piped" | "null"): Deno.ChildProcess {
  const [program, ...before] = command;
  return new Deno.Command(program, { args: [...before, ...args], cwd, env, stdin, stdout: "piped", stderr: "piped" })
    .spawn();
}

/** Runs the program to its end. */
export async function runProgram({ input = "", ...options }: ProcessOptions & { input?: string }): Promise<Ended> {
  const child = spawn(options, "piped");
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(input)).catch(() => {});
  await writer.close().catch(() => {});
  const { code, stdout, stderr } = await child.output();
  const decoder = new TextDecoder();
  return { code, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
}

/** Starts a server, and waits until it listens. */
export async function startProcess(options: ProcessOptions): Promise<ServerProcess> {
  const child = spawn(options, "null");
  let output = "";
  const { promise: listening, resolve, reject } = Promise.withResolvers<string>();
  const read = async (stream: ReadableStream<Uint8Array>) => {
    for await (const text of stream.pipeThrough(new TextDecoderStream() as never) as ReadableStream<string>) {
      output += text;
      const url = /^Listening on (http\S+)$/m.exec(output)?.[1];
      if (url !== undefined) resolve(url);
    }
    reject(new Error(`The server ended before it listened:\n${output}`));
  };
  const reading = Promise.all([read(child.stdout), read(child.stderr)]);
  const stop = async (signal: Deno.Signal) => {
    try {
      child.kill(signal);
    } catch {
      // It has ended already.
    }
    const { code } = await child.status;
    await reading;
    return code;
  };
  return {
    url: await listening,
    output: () => output,
    stop,
    [Symbol.asyncDispose]: async () => void await stop("SIGKILL"),
  };
}
