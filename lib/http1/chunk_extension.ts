/**
 * Chunk extensions (RFC 9112 §7.1.1), read and forgotten:
 *
 * `chunk-ext = *( BWS ";" BWS chunk-ext-name [ BWS "=" BWS ( token / quoted-string ) ] )`
 *
 * @module
 */
import { CR, FIELD_VALUE, isBlank, SEMICOLON, TOKEN } from "./grammar.ts";
import { ProtocolError } from "./protocol_error.ts";

/** Bytes of all extensions of one body: nobody uses them but attackers. */
const MAX_BYTES = 4 * 1024;
const EQUALS_SIGN = 0x3d;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** Where in an extension one is. */
const enum Place {
  BeforeSemicolon,
  BeforeName,
  Name,
  BehindName,
  BeforeValue,
  Value,
  Quoted,
  Escaped,
  BehindQuoted,
  End,
}

/** Reads the extensions of one body's chunks. */
export class ChunkExtensions {
  #place = Place.BeforeSemicolon;
  #bytes = 0;

  /** Begins with the byte behind a chunk's size: a semicolon, or a blank before one. */
  begin(byte: number): void {
    this.#place = Place.BeforeSemicolon;
    this.take(byte);
  }

  /**
   * Reads the next byte.
   *
   * @param byte The byte.
   * @returns Whether the extensions have ended: it was the CR behind them.
   * @throws {ProtocolError} 400 if they are malformed, or too long.
   */
  take(byte: number): boolean {
    if (++this.#bytes > MAX_BYTES) throw new ProtocolError("Too many chunk extensions");
    const next = this.#next(byte);
    if (next === undefined) throw new ProtocolError("A chunk extension is malformed");
    this.#place = next;
    return next === Place.End;
  }

  #next(byte: number): Place | undefined {
    switch (this.#place) {
      case Place.BeforeName:
        return isBlank(byte) ? Place.BeforeName : isToken(byte) ? Place.Name : undefined;
      case Place.Name:
        return isToken(byte) ? Place.Name : behindName(byte) ?? behindValue(byte, Place.BehindName);
      case Place.BehindName:
        return behindName(byte) ?? (byte === CR ? undefined : behindValue(byte, Place.BehindName));
      case Place.BeforeValue:
        if (byte === QUOTE) return Place.Quoted;
        return isBlank(byte) ? Place.BeforeValue : isToken(byte) ? Place.Value : undefined;
      case Place.Value:
        return isToken(byte) ? Place.Value : behindValue(byte, Place.BeforeSemicolon);
      case Place.Quoted:
        if (byte === QUOTE) return Place.BehindQuoted;
        if (byte === BACKSLASH) return Place.Escaped;
        return FIELD_VALUE[byte] === 1 ? Place.Quoted : undefined;
      case Place.Escaped:
        return FIELD_VALUE[byte] === 1 ? Place.Quoted : undefined;
      case Place.BehindQuoted:
        return behindValue(byte, Place.BeforeSemicolon);
      default:
        return byte === CR ? undefined : behindValue(byte, Place.BeforeSemicolon);
    }
  }
}

function behindName(byte: number): Place | undefined {
  return byte === EQUALS_SIGN ? Place.BeforeValue : undefined;
}

/** What may follow when an extension is whole: a blank, another one, or the end. */
function behindValue(byte: number, behindBlank: Place): Place | undefined {
  if (byte === SEMICOLON) return Place.BeforeName;
  if (byte === CR) return Place.End;
  return isBlank(byte) ? behindBlank : undefined;
}

function isToken(byte: number): boolean {
  return TOKEN[byte] === 1;
}
