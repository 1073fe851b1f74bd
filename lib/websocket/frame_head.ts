/**
 * The head of a frame, byte by byte, and what can be told to be wrong by the head alone (RFC 6455 §5.2, §5.5).
 *
 * @module
 */
import { CloseError } from "./close_error.ts";
import { MAX_CONTROL_BYTES, type Opcode, OPCODES } from "./opcodes.ts";

const KNOWN: ReadonlySet<number> = new Set(Object.values(OPCODES));

/** Reads one head after the other, each of 6, 8 or 14 bytes. Numbers only: a connection that waits holds no buffer. */
export class FrameHead {
  #came = 0;
  #opcode: Opcode = OPCODES.continuation;
  #isFinal = false;
  #length = 0;
  #mask = 0;
  /** Where the mask stands, behind the length. */
  #maskAt = 2;

  /** Whether the next byte is the first of a head. */
  get isEmpty(): boolean {
    return this.#came === 0;
  }

  /** What kind of frame it is. */
  get opcode(): Opcode {
    return this.#opcode;
  }

  /** Whether it is a control frame. */
  get isControl(): boolean {
    return this.#opcode >= OPCODES.close;
  }

  /** Whether its message ends with it. */
  get isFinal(): boolean {
    return this.#isFinal;
  }

  /** How many bytes of payload are declared; above 2^53 not exact. */
  get length(): number {
    return this.#length;
  }

  /** The four bytes of the mask, the first one highest. */
  get mask(): number {
    return this.#mask;
  }

  /**
   * Takes the next byte.
   *
   * @param byte 0–255.
   * @returns Whether the head is whole now; the next byte taken begins another.
   * @throws {CloseError} 1002 if no frame of a client begins so.
   */
  take(byte: number): boolean {
    const index = this.#came++;
    if (index === 0) this.#takeKind(byte);
    else if (index === 1) this.#takeSmallLength(byte);
    else if (index < this.#maskAt) this.#takeLength(byte, index);
    else this.#mask = (this.#mask << 8) | byte;
    if (this.#came < this.#maskAt + 4) return false;
    this.#came = 0;
    return true;
  }

  #takeKind(byte: number): void {
    const opcode = byte & 0x0f;
    if ((byte & 0x70) !== 0) throw new CloseError(1002, "A reserved bit is set; no extension was agreed on");
    if (!isOpcode(opcode)) throw new CloseError(1002, `The opcode ${opcode} is reserved`);
    this.#opcode = opcode;
    this.#isFinal = (byte & 0x80) !== 0;
    if (this.isControl && !this.#isFinal) throw new CloseError(1002, "A control frame must not be fragmented");
  }

  #takeSmallLength(byte: number): void {
    if ((byte & 0x80) === 0) throw new CloseError(1002, "Frames of a client must be masked");
    const length = byte & 0x7f;
    if (this.isControl && length > MAX_CONTROL_BYTES) {
      throw new CloseError(1002, "A control frame must not be longer than 125 bytes");
    }
    if (this.#opcode === OPCODES.close && length === 1) throw new CloseError(1002, "A close code has two bytes");
    this.#mask = 0;
    this.#maskAt = length < 126 ? 2 : length === 126 ? 4 : 10;
    this.#length = length < 126 ? length : 0;
  }

  #takeLength(byte: number, index: number): void {
    if (index === 2 && this.#maskAt === 10 && byte > 0x7f) {
      throw new CloseError(1002, "The highest bit of a length must be 0");
    }
    this.#length = this.#length * 256 + byte;
    const isLast = index === this.#maskAt - 1;
    if (isLast && this.#length < (this.#maskAt === 4 ? 126 : 65_536)) {
      throw new CloseError(1002, "A length must have its shortest form");
    }
  }
}

function isOpcode(number: number): number is Opcode {
  return KNOWN.has(number);
}
