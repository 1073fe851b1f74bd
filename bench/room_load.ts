/**
 * The load of a room: WebSocket connections that all get each message that one of them sends.
 *
 * @module
 */
import { Crowd, crowdAt, type CrowdOptions } from "./crowd.ts";
import type { Round } from "./http_load.ts";
import { cpuUsOf, memoryOf } from "./proc.ts";

/** A room, and its server. */
export interface RoomOptions extends CrowdOptions {
  /** The process of its server. */
  readonly pid: number;
}

/** How many speak. */
export interface RoomLoadOptions extends RoomOptions {
  /** How many messages are under way at once; the next is sent when one of them has reached everybody. */
  readonly inFlight: number;
  /** How long, in s. */
  readonly seconds: number;
}

/**
 * Speaks for a while, everybody in turn; when it ends no message is under way.
 *
 * @returns What it took to deliver: one message to one connection counts as one.
 */
export function loadRoom({ pid, seconds, inFlight, ...options }: RoomLoadOptions): Round {
  const crowd = crowdAt(options);
  const { members } = crowd;
  let sent = 0;
  const speak = () => members[sent++ % members.length].speak();
  return measured(pid, (beganAtMs) => {
    const endMs = beganAtMs + seconds * 1_000;
    for (let message = 0; message < inFlight; message++) speak();
    while (crowd.delivered < sent) {
      const before = crowd.delivered;
      crowd.pump();
      if (performance.now() >= endMs) continue;
      for (let count = crowd.delivered - before; count > 0; count--) speak();
    }
    return sent * members.length;
  });
}

/** How fast one member speaks. */
export interface RoomTimingOptions extends RoomOptions {
  /** Messages a second. */
  readonly perSecond: number;
  /** How many. */
  readonly messages: number;
}

/** How long messages took, in ms, in the order in which they were said. */
export interface RoomTiming {
  /** From saying until everybody heard. */
  readonly deliveriesMs: number[];
  /** From saying until the server acknowledged; none where there are no acknowledgements. */
  readonly acksMs: number[];
}

/**
 * One member speaks at a steady rate, whether the server keeps up or not: a message that has to wait for its turn has
 * been said when its turn was due.
 */
export function timeRoom({ perSecond, messages, ...options }: RoomTimingOptions): RoomTiming {
  const crowd = crowdAt(options);
  const [speaker] = crowd.members;
  const [deliveriesMs, acksMs]: number[][] = [[], []];
  const beganAtMs = performance.now();
  const dueMs = (message: number) => beganAtMs + message * 1_000 / perSecond;
  for (let sent = 0; crowd.delivered < messages;) {
    for (; sent < messages && dueMs(sent) <= performance.now(); sent++) speaker.speak();
    crowd.pump(sent < messages ? Math.max(0, Math.floor(dueMs(sent) - performance.now())) : undefined);
    const nowMs = performance.now();
    while (deliveriesMs.length < crowd.delivered) deliveriesMs.push(nowMs - dueMs(deliveriesMs.length));
    while (acksMs.length < speaker.acks) acksMs.push(nowMs - dueMs(acksMs.length));
  }
  return { deliveriesMs, acksMs };
}

/** Who speaks, how much at once. */
export interface PostingOptions extends RoomOptions {
  /** How many messages each member has under way; when half of them are acknowledged, it sends as many. */
  readonly window: number;
  /** How long, in s. */
  readonly seconds: number;
}

/** Everybody speaks all the time. */
export function loadPosting({ pid, seconds, window, ...options }: PostingOptions): Round {
  const crowd = crowdAt(options);
  const spoken = crowd.members.map(() => 0);
  return measured(pid, (beganAtMs) => {
    const endMs = beganAtMs + seconds * 1_000;
    for (let isOver = false; !isOver || crowd.members.some(({ acks }, index) => acks < spoken[index]);) {
      isOver ||= performance.now() >= endMs;
      crowd.members.forEach((member, index) => {
        const free = window - (spoken[index] - member.acks);
        if (isOver || free < window / 2) return;
        member.speak(free);
        spoken[index] += free;
      });
      crowd.pump();
    }
    return spoken.reduce((sum, count) => sum + count);
  });
}

/** What is said in advance. */
export interface SayMuchOptions extends CrowdOptions {
  /** How many messages. */
  readonly messages: number;
}

/** The first member says much, and all leave. */
export function sayMuch({ messages, ...options }: SayMuchOptions): void {
  using crowd = new Crowd(options);
  crowd.rest();
  const [speaker] = crowd.members;
  for (let sent = 0; crowd.delivered < messages; crowd.pump()) {
    if (sent > speaker.acks) continue;
    const count = Math.min(SAID_AT_ONCE, messages - sent);
    speaker.speak(count);
    sent += count;
  }
}

/** Less than the buffers of a socket hold: neither side waits for the other to read. */
const SAID_AT_ONCE = 100;

/**
 * How long it takes until all are live who come at once.
 *
 * @returns The time in ms, from the first connection on.
 */
export function timeComing(options: CrowdOptions): number {
  const beganAtMs = performance.now();
  using _ = new Crowd({ ...options, atOnce: options.sockets });
  return performance.now() - beganAtMs;
}

/** Before memory is read, the server has so long to come to rest, in ms. */
const REST_MS = 2_000;
/** So many come and go before: the heap grows with the work, which is no connection's fault. */
const WARM_UP_SOCKETS = 500;

/**
 * The memory that those cost a server who are there, and say nothing.
 *
 * @returns Bytes for each.
 */
export function idleRoomMemory({ pid, ...options }: RoomOptions): number {
  timeComing({ ...options, sockets: WARM_UP_SOCKETS });
  sleep();
  const before = memoryOf(pid);
  using crowd = new Crowd(options);
  crowd.rest();
  sleep();
  return (memoryOf(pid) - before) / options.sockets;
}

function sleep(): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, REST_MS);
}

function measured(pid: number, work: (beganAtMs: number) => number): Round {
  const cpuBeforeUs = cpuUsOf(pid);
  const beganAtMs = performance.now();
  const count = work(beganAtMs);
  return { count, cpuUs: cpuUsOf(pid) - cpuBeforeUs, seconds: (performance.now() - beganAtMs) / 1_000 };
}
