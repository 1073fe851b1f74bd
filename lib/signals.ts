const SIGNALS: readonly Deno.Signal[] = Deno.build.os === "windows" ? ["SIGINT", "SIGBREAK"] : ["SIGINT", "SIGTERM"];

/** Signals that come within so long are one, in ms. */
const TOGETHER_MS = 1_000;

/**
 * Waits for the signal to stop: Ctrl-C, or that of a service manager.
 *
 * The first one stops the server gently. A second ends the process at once, but not if it comes together with the first:
 * at a terminal one Ctrl-C is sent both by the terminal and by `deno task`.
 *
 * @returns Which signal it was.
 */
export function stopSignal(): Promise<Deno.Signal> {
  return new Promise((resolve) => {
    const listeners = SIGNALS.map((signal) => [signal, () => heard(signal)] as const);
    const heard = (signal: Deno.Signal) => {
      if (timer !== undefined) return;
      timer = setTimeout(() => {
        for (const listener of listeners) Deno.removeSignalListener(...listener);
      }, TOGETHER_MS);
      resolve(signal);
    };
    let timer: ReturnType<typeof setTimeout> | undefined;
    for (const listener of listeners) Deno.addSignalListener(...listener);
  });
}
