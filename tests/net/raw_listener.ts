/**
 * The raw transport as the tests of its bounds start it.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import type { Handler } from "../../lib/context.ts";
import { listenRaw } from "../../lib/net/raw.ts";
import type { RawLimits } from "../../lib/net/raw_limits.ts";
import { corpus } from "./http_cases/handler.ts";
import { until } from "./http_cases/wire.ts";

/** A listener that ends with the test. */
export interface TestListener extends AsyncDisposable {
  /** It. */
  readonly listener: ReturnType<typeof listenRaw>;
  /** Its port. */
  readonly port: number;
}

/** The raw transport with limits of its own; at its end no connection and no defect may be left. */
export function listen(limits: Partial<RawLimits>, handler: Handler = corpus().handler): TestListener {
  const defects: unknown[] = [];
  const listener = listenRaw(handler, {
    hostname: "127.0.0.1",
    port: 0,
    reportDefect: (error) => void defects.push(error),
    limits,
  });
  const close = async () => {
    await until("no connection is left", () => listener.connections === 0);
    await listener.shutdown();
    assertEquals(defects, []);
  };
  return { listener, port: listener.port, [Symbol.asyncDispose]: close };
}
