/**
 * A WebSocket of the raw transport that a test holds the other end of.
 *
 * @module
 */
import { RAW_LIMITS, type RawLimits } from "../../lib/net/raw_limits.ts";
import { RawSocket } from "../../lib/net/raw_socket.ts";
import { ReadBuffer } from "../../lib/net/read_buffer.ts";
import { type Socket, type SocketEvents } from "../../lib/net/socket.ts";
import { Turn } from "../../lib/turn.ts";
import { masked, toHex } from "../websocket/frames.ts";
import { toBytes } from "./http_cases/wire.ts";
import { FakeStream } from "./fake_stream.ts";

/** What is done with a socket once it is accepted, and what happens on it. */
export interface Options {
  readonly limits?: Partial<RawLimits>;
  readonly accept?: (socket: Socket) => Partial<SocketEvents> | void;
  readonly stream?: FakeStream;
  readonly input?: ReadBuffer;
}

export const inputOf = (stream: FakeStream) => new ReadBuffer(stream, { maxBytes: 65_536, onMoved() {} });

/** A socket on a connection that the test holds the other end of. */
export function open({ limits, accept = () => {}, stream = new FakeStream(), input }: Options = {}) {
  const events: string[] = [];
  const defects: unknown[] = [];
  let given: Partial<SocketEvents> = {};
  const socket = new RawSocket(stream, {
    options: {
      protocols: [],
      maxMessageBytes: 100,
      accept(it) {
        given = accept(it) ?? {};
        return {
          message(message) {
            events.push(typeof message === "string" ? message : `bytes ${toHex(message)}`);
            given.message?.(message);
          },
          drained() {
            events.push("drained");
            given.drained?.();
          },
          closed() {
            events.push("closed");
            given.closed?.();
          },
        };
      },
    },
    limits: { ...RAW_LIMITS, ...limits },
    turn: new Turn((error) => void defects.push(error)),
    cut: () => stream.close(),
    reportDefect: (error) => void defects.push(error),
  });
  const served = socket.serve(input ?? inputOf(stream));
  /** Every byte that was sent, in hex, since the last time. */
  const sent = () => stream.writes.splice(0).map((text) => toHex(toBytes(text))).join(" ");
  /** The client ends the connection. */
  const end = async () => {
    stream.end();
    await served;
  };
  return { stream, socket, events, defects, served, sent, end };
}

export const text = (message: string) => masked(0x81, new TextEncoder().encode(message));
/** A close frame of ours, without the text of its reason. */
export const closeOf = (sent: string) => /^88..(....)/.exec(sent)?.[1];
