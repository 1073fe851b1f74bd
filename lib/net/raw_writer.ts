/**
 * What goes out on a connection: replies gathered in one buffer, and written together.
 *
 * @module
 */
import { Buffer } from "node:buffer";
import { type FieldBlock, HEAD_ROOM_BYTES, type HeadOptions, imageOf, writeHead } from "../http1/response_head.ts";
import type { ByteStream } from "./read_buffer.ts";

/** What is gathered before it has to be written. */
const BUFFER_BYTES = 16 * 1024;
/** A longer text is encoded by itself, and a longer body leaves in a write of its own. */
const MAX_GATHERED_BYTES = 8 * 1024;
/** Up to here a reply that comes again and again is kept whole. */
const MAX_IMAGE_BYTES = 64 * 1024;
/** Up to here a loop over a text is quicker than the encoder. */
const MAX_LOOP_CHARACTERS = 256;
/** Buffers that are kept for the next who needs one. */
const MAX_SPARE_BUFFERS = 256;

const spareBuffers: Buffer<ArrayBuffer>[] = [];
const NOTHING_TO_WRITE = Promise.resolve();
const encoder = new TextEncoder();

/** Gathers and writes. A buffer is held only while something waits in it. */
export class RawWriter {
  readonly #stream: ByteStream;
  #buffer: Buffer<ArrayBuffer> | undefined;
  /** A whole reply that is not copied, as long as nothing is gathered with it. */
  #image: Uint8Array<ArrayBuffer> | undefined;
  #length = 0;
  /** How many writes are under way or wait for one. */
  #writes = 0;
  #last: Promise<void> = NOTHING_TO_WRITE;
  #stalledMs = 0;

  /**
   * Begins with nothing gathered.
   *
   * @param stream The connection.
   */
  constructor(stream: ByteStream) {
    this.#stream = stream;
  }

  /** How many bytes wait for {@linkcode RawWriter.flush}. */
  get length(): number {
    return this.#length;
  }

  /**
   * Adds a whole reply, head and body.
   *
   * @param head Its head; the length in it is set to that of the body.
   * @param body A text or bytes.
   * @returns A promise if something had to be written at once.
   */
  addReply(head: HeadOptions, body: string | Uint8Array): void | Promise<void> {
    if (typeof body !== "string" && head.block.isKept && isUsual(head) && body.length <= MAX_IMAGE_BYTES) {
      return this.#addImage(imageOf(head, body));
    }
    const isLongText = typeof body === "string" && body.length > MAX_GATHERED_BYTES / 3;
    const content = isLongText ? encoder.encode(body) : body;
    const room = this.#roomFor(head.block) + (content.length <= MAX_GATHERED_BYTES ? sizeOf(content) : 0);
    if (this.#hasRoom(room)) return this.#put(head, content);
    return this.flush().then(() => this.#put(head, content));
  }

  /** Adds a head whose body is sent by {@linkcode RawWriter.write}, or that has none. */
  addHead(options: HeadOptions): void | Promise<void> {
    const room = this.#roomFor(options.block);
    if (!this.#hasRoom(room)) return this.flush().then(() => this.addHead(options));
    this.#length = writeHead(this.#hold(room), this.#length, options);
  }

  /** Adds bytes as they are. */
  async write(bytes: Uint8Array): Promise<void> {
    if (bytes.length > MAX_GATHERED_BYTES || !this.#hasRoom(bytes.length)) await this.flush();
    if (bytes.length > MAX_GATHERED_BYTES) return await this.#writeNext(bytes);
    this.#hold(bytes.length).set(bytes, this.#length);
    this.#length += bytes.length;
  }

  /** Writes what was gathered. */
  flush(): Promise<void> {
    const image = this.#image;
    if (image !== undefined) {
      this.#image = undefined;
      this.#length = 0;
      return this.#writeNext(image);
    }
    const buffer = this.#buffer;
    if (buffer === undefined) return NOTHING_TO_WRITE;
    // A plain view: the subarray of a Buffer is a Buffer, which costs twice as much to make as all else here.
    const bytes = new Uint8Array(buffer.buffer, 0, this.#length);
    this.#buffer = undefined;
    this.#length = 0;
    return this.#writeNext(bytes, buffer);
  }

  #addImage(image: Uint8Array<ArrayBuffer>): void | Promise<void> {
    if (this.#length === 0) {
      this.#image = image;
      this.#length = image.length;
      return;
    }
    if (!this.#hasRoom(image.length)) return this.flush().then(() => this.#addImage(image));
    this.#hold(image.length).set(image, this.#length);
    this.#length += image.length;
  }

  #put(head: HeadOptions, body: string | Uint8Array): void | Promise<void> {
    if (typeof body === "string") return this.#putText(head, body);
    if (body.length <= MAX_GATHERED_BYTES) return this.#putBytes(head, body);
    head.length = body.length;
    this.#length = writeHead(this.#hold(this.#roomFor(head.block)), this.#length, head);
    return this.write(body);
  }

  /** Most texts have as many bytes as characters; where that was wrong, head and text are written once more. */
  #putText(head: HeadOptions, text: string): void {
    const buffer = this.#hold(this.#roomFor(head.block) + sizeOf(text));
    head.length = text.length;
    for (;;) {
      const bodyStart = writeHead(buffer, this.#length, head);
      const written = writeText(buffer, { start: bodyStart, text });
      if (written === head.length) {
        this.#length = bodyStart + written;
        return;
      }
      head.length = written;
    }
  }

  #putBytes(head: HeadOptions, bytes: Uint8Array): void {
    const buffer = this.#hold(this.#roomFor(head.block) + bytes.length);
    head.length = bytes.length;
    const bodyStart = writeHead(buffer, this.#length, head);
    buffer.set(bytes, bodyStart);
    this.#length = bodyStart + bytes.length;
  }

  #roomFor(block: FieldBlock): number {
    return block.bytes.length + HEAD_ROOM_BYTES;
  }

  /** Nothing gathered has room for anything: a buffer is got as large as it has to be. */
  #hasRoom(bytes: number): boolean {
    return this.#length === 0 || this.#length + bytes <= (this.#buffer?.length ?? BUFFER_BYTES);
  }

  #hold(bytes: number): Buffer<ArrayBuffer> {
    if (this.#buffer !== undefined) return this.#buffer;
    if (bytes > BUFFER_BYTES) return this.#buffer = Buffer.allocUnsafeSlow(bytes);
    this.#buffer = spareBuffers.pop() ?? Buffer.allocUnsafeSlow(BUFFER_BYTES);
    if (this.#image !== undefined) this.#buffer.set(this.#image, 0);
    this.#image = undefined;
    return this.#buffer;
  }

  /**
   * How long the client has read nothing.
   *
   * @param ms How much time has passed since the last call, in ms.
   * @returns The time in ms; 0 if nothing is being written.
   */
  stalledMs(ms: number): number {
    return this.#stalledMs = this.#writes > 0 ? this.#stalledMs + ms : 0;
  }

  /** Whether all is written. */
  get isIdle(): boolean {
    return this.#length === 0 && this.#writes === 0;
  }

  /** Writes bytes, behind those that are being written; the buffer they stand in, if it is one of ours, is free then. */
  #writeNext(bytes: Uint8Array, buffer?: Buffer<ArrayBuffer>): Promise<void> {
    const isAlone = this.#writes++ === 0;
    this.#last = isAlone ? this.#writeAll(bytes, buffer) : this.#last.then(() => this.#writeAll(bytes, buffer));
    return this.#last;
  }

  async #writeAll(bytes: Uint8Array, buffer: Buffer<ArrayBuffer> | undefined): Promise<void> {
    this.#stalledMs = 0;
    let written = await this.#stream.write(bytes);
    while (written < bytes.length) {
      this.#stalledMs = 0;
      written += await this.#stream.write(bytes.subarray(written));
    }
    this.#writes--;
    if (buffer?.length === BUFFER_BYTES && spareBuffers.length < MAX_SPARE_BUFFERS) spareBuffers.push(buffer);
  }
}

/** Whether nothing in a head is of one connection only. */
function isUsual({ status, connection }: HeadOptions): boolean {
  return status === 200 && connection === undefined;
}

/** The bytes of a body at most: a UTF-16 unit takes up to three in UTF-8. */
function sizeOf(body: string | Uint8Array): number {
  return typeof body === "string" ? 3 * body.length : body.length;
}

/** A short text in ASCII is written in a loop, which costs a quarter of a call to the encoder. */
function writeText(buffer: Buffer<ArrayBuffer>, { start, text }: { start: number; text: string }): number {
  if (text.length > MAX_LOOP_CHARACTERS) return buffer.write(text, start, "utf8");
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code > 0x7f) return buffer.write(text, start, "utf8");
    buffer[start + index] = code;
  }
  return text.length;
}
