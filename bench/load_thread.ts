/**
 * The thread of the load generator: does one task after the other, each without a pause. In a thread of its own it may
 * block, while the output of the servers is still read.
 *
 * @module
 */
import { parentPort } from "node:worker_threads";
import { leaveRooms } from "./crowd.ts";
import { idleMemory, loadHttp, slowMemory } from "./http_load.ts";
import { idleRoomMemory, loadPosting, loadRoom, sayMuch, timeComing, timeRoom } from "./room_load.ts";

const TASKS = {
  loadHttp,
  idleMemory,
  slowMemory,
  loadRoom,
  loadPosting,
  timeRoom,
  sayMuch,
  timeComing,
  idleRoomMemory,
  leaveRooms: (_options: undefined) => leaveRooms(),
} as const;

/** What the thread can do, by name. */
export type Tasks = typeof TASKS;

/** What it is told. */
export interface Call {
  /** Which task. */
  readonly name: keyof Tasks;
  /** The argument of that task. */
  readonly options: never;
}

/** What it says when a task is done. */
export type Outcome = { readonly value: unknown } | { readonly error: unknown };

parentPort?.on("message", ({ name, options }: Call) => parentPort?.postMessage(outcomeOf({ name, options })));

function outcomeOf({ name, options }: Call): Outcome {
  try {
    return { value: TASKS[name](options) };
  } catch (error) {
    return { error };
  }
}
