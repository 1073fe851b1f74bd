import type { Handler } from "../context.ts";
import type { Origin } from "../http1/target.ts";
import { lazyResponse } from "../lazy_response.ts";
import type { Turn } from "../turn.ts";
import type { ListenOptions } from "./listener.ts";
import type { RawLimits } from "./raw_limits.ts";

/** What a connection needs of its server. */
export interface RawHost extends Pick<ListenOptions, "reportDefect" | "reportRefusal"> {
  /** The application. */
  readonly handler: Handler;
  /** What a client may cost. */
  readonly limits: RawLimits;
  /** Says when a turn of the event loop ends. */
  readonly turn: Turn;
  /** What the URLs of requests begin with. */
  readonly origin: Origin;
}

const FIELDS = Object.freeze({ "content-type": "text/plain; charset=utf-8", "x-content-type-options": "nosniff" });

/**
 * What is answered where the application is not asked, or has failed.
 *
 * @param error Its status, and what the client is told.
 */
export function refusal({ status, message }: { readonly status: number; readonly message: string }): Response {
  return lazyResponse(`${message}\n`, { status, headers: FIELDS });
}
