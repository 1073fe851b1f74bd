const SIGNALS: readonly Deno.Signal[] = Deno.build.os === "windows" ? ["SIGINT", "SIGBREAK"] : ["SIGINT", "SIGTERM"];

/**
 * Waits for the signal to stop: Ctrl-C, or that of a service manager.
 *
 * The first one stops the server gently; a second finds no listener any more, and ends the process at once.
 *
 * @returns Which signal it was.
 */
export function stopSignal(): Promise<Deno.Signal> {
  return new Promise((resolve) => {
    const listeners = SIGNALS.map((signal) => [signal, () => heard(signal)] as const);
    const heard = (signal: Deno.Signal) => {
      for (const listener of listeners) Deno.removeSignalListener(...listener);
      resolve(signal);
    };
    for (const listener of listeners) Deno.addSignalListener(...listener);
  });
}
