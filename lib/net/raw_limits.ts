/**
 * What a client may cost: every bound of the raw transport, with its reason.
 *
 * @module
 */
import { MAX_BODY_BYTES } from "../body.ts";
import { HEAD_LIMITS, type HeadLimits } from "../http1/request_head.ts";

/** The bounds of the raw transport. */
export interface RawLimits extends HeadLimits {
  /** For a request's head to come, from its first byte (of a new connection: from the start), in ms. Then 408. @default 10000 */
  readonly headTimeoutMs: number;
  /** Between two requests, in ms; then the connection is closed. nginx waits 75 s, Apache 5. @default 60000 */
  readonly idleTimeoutMs: number;
  /** How long a body may come at any pace, in ms; after that it needs the least rate. @default 5000 */
  readonly bodyGraceMs: number;
  /** The least rate of a body, in bytes per second: whoever is slower holds a request for nothing. Then 408. @default 1024 */
  readonly minBodyBytesPerS: number;
  /** How long a client may read nothing of what is sent to it, in ms; then it is cut. @default 30000 */
  readonly writeStallMs: number;
  /** How long a closed connection is still read, so that its last reply is not reset, in ms. @default 2000 */
  readonly lingerMs: number;
  /** Bytes of a body, unless the route says otherwise; more is 413. @default 1048576 (1 MiB) */
  readonly maxBodyBytes: number;
  /** Bytes of a body that nobody wanted which are read and dropped, to keep the connection. @default 65536 (64 KiB) */
  readonly maxDrainBytes: number;
  /** Bytes that wait for one WebSocket; beyond, nothing more is read from it, and twice as much cuts it. @default 4194304 (4 MiB) */
  readonly maxPendingBytes: number;
  /** Silence after which a WebSocket is sent a ping, in ms; after twice as much it is cut. @default 30000 */
  readonly pingAfterMs: number;
  /** How long the other side may take to answer a close frame, in ms. @default 5000 */
  readonly closeTimeoutMs: number;
  /** Connections at once; more are answered 503. Each idle one costs under 12 KiB. @default 16384 */
  readonly maxConnections: number;
  /** Connections at once from one address; more are answered 503. A school may share one. @default 8192 */
  readonly maxConnectionsPerAddress: number;
}

/** The bounds, unless told otherwise. */
export const RAW_LIMITS: RawLimits = {
  ...HEAD_LIMITS,
  headTimeoutMs: 10_000,
  idleTimeoutMs: 60_000,
  bodyGraceMs: 5_000,
  minBodyBytesPerS: 1_024,
  writeStallMs: 30_000,
  lingerMs: 2_000,
  maxBodyBytes: MAX_BODY_BYTES,
  maxDrainBytes: 64 * 1024,
  maxPendingBytes: 4 * 1024 * 1024,
  pingAfterMs: 30_000,
  closeTimeoutMs: 5_000,
  maxConnections: 16_384,
  maxConnectionsPerAddress: 8_192,
};
