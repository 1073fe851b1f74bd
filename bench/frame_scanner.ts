/**
 * Counts what a server says on one WebSocket, without making strings of it: the load generator must cost less than the
 * server. A text frame of the chat holds one message, or an array of messages (`lib/chat/protocol.ts`).
 *
 * @module
 */

const FIN_TEXT = 0x81;
const FIN_CLOSE = 0x88;
const FIN_PING = 0x89;
const BRACE = 0x7b;
/** Where the name of the type stands in `{"type":"message"`, from the brace on. */
const TYPE_AT = 9;
/** The letters that tell the types apart: `message`, `ack`, `replayed`, `refused`. */
const [M, A, R, P, F] = new TextEncoder().encode("marpf");
const NOTHING = new Uint8Array();

/** What one connection has heard. */
export class FrameScanner {
  /** How many messages of the room. */
  messages = 0;
  /** How many acknowledgements. */
  acks = 0;
  /** How many ends of a replay. */
  replayed = 0;
  /** How many pings wait for an answer. */
  pings = 0;
  readonly #isChat: boolean;
  /** The beginning of a frame whose end has not come. */
  #rest: Uint8Array = NOTHING;

  /**
   * Begins with nothing heard.
   *
   * @param isChat Whether the chat's protocol is spoken; else each text frame is a message.
   */
  constructor(isChat: boolean) {
    this.#isChat = isChat;
  }

  /**
   * Hears.
   *
   * @param bytes What has come; it is not kept.
   * @throws {Error} If the server closes, or refuses something.
   */
  take(bytes: Uint8Array): void {
    const all = this.#rest.length === 0 ? bytes : concat(this.#rest, bytes);
    let at = 0;
    for (let head = headAt(all, at); head !== undefined; head = headAt(all, at)) {
      this.#hear(all[at], all.subarray(head.start, head.end));
      at = head.end;
    }
    this.#rest = at === all.length ? NOTHING : all.slice(at);
  }

  #hear(firstByte: number, payload: Uint8Array): void {
    if (firstByte === FIN_TEXT && !this.#isChat) this.messages++;
    else if (firstByte === FIN_TEXT) this.#hearChat(payload);
    else if (firstByte === FIN_PING) this.pings++;
    else if (firstByte === FIN_CLOSE) throw new Error(`The server says goodbye: ${textOf(payload.subarray(2))}`);
    else throw new Error(`An unexpected frame begins with byte ${firstByte}`);
  }

  /** A brace inside a text has no type behind it that counts: what the benchmark says holds no quotes. */
  #hearChat(payload: Uint8Array): void {
    for (let at = payload.indexOf(BRACE); at >= 0; at = payload.indexOf(BRACE, at + TYPE_AT)) {
      const [first, third] = [payload[at + TYPE_AT], payload[at + TYPE_AT + 2]];
      if (first === M) this.messages++;
      else if (first === A) this.acks++;
      else if (first === R && third === P) this.replayed++;
      else if (first === R && third === F) throw new Error(`The server refuses: ${textOf(payload.subarray(at))}`);
    }
  }
}

/** Where the payload of a frame begins and ends; `undefined` if it is not all there (RFC 6455 §5.2). */
function headAt(bytes: Uint8Array, at: number): { start: number; end: number } | undefined {
  if (bytes.length < at + 2) return undefined;
  const short = bytes[at + 1];
  const start = at + (short < 126 ? 2 : short === 126 ? 4 : 10);
  if (bytes.length < start) return undefined;
  // No message of the benchmark has 4 GiB: the last four bytes of a long length are enough.
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const length = short < 126 ? short : short === 126 ? view.getUint16(at + 2) : view.getUint32(at + 6);
  return bytes.length < start + length ? undefined : { start, end: start + length };
}

function concat(first: Uint8Array, second: Uint8Array): Uint8Array {
  const all = new Uint8Array(first.length + second.length);
  all.set(first);
  all.set(second, first.length);
  return all;
}

function textOf(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes.slice(0, 200));
}
