/**
 * The characters of RFC 9110 and RFC 9112, as tables: one look-up tells whether a byte belongs to a rule of the grammar.
 *
 * @module
 */

/** Carriage return. */
export const CR = 0x0d;
/** Line feed. */
export const LF = 0x0a;
/** Space. */
export const SP = 0x20;
/** Horizontal tab. */
export const HTAB = 0x09;
/** `:` */
export const COLON = 0x3a;
/** `;` */
export const SEMICOLON = 0x3b;

/** 1 for each byte that a rule allows, 0 for the others. */
export type ByteTable = Uint8Array<ArrayBuffer>;

function tableOf(isAllowed: (byte: number) => boolean): ByteTable {
  return Uint8Array.from({ length: 256 }, (_, byte) => isAllowed(byte) ? 1 : 0);
}

/** `tchar` of RFC 9110 §5.6.2: what methods and field names are made of. */
export const TOKEN: ByteTable = tableOf((byte) => /[!#$%&'*+.^_`|~\dA-Za-z-]/.test(String.fromCharCode(byte)));

/**
 * What a request target is made of (RFC 9112 §3.2): visible ASCII without `#`, for a fragment is never sent. That is a
 * little more than RFC 3986 allows, because browsers send `|`, `{` and `}` as they are.
 */
export const TARGET: ByteTable = tableOf((byte) => byte > SP && byte < 0x7f && byte !== 0x23);

/** What a field value is made of, with the spaces inside (RFC 9110 §5.5): `VCHAR`, `obs-text`, space and tab. */
export const FIELD_VALUE: ByteTable = tableOf((byte) => byte === HTAB || (byte >= SP && byte !== 0x7f));

/** The value of each hexadecimal digit, and 255 for every other byte. */
export const HEX_VALUE: ByteTable = Uint8Array.from({ length: 256 }, (_, byte) => {
  const digit = String.fromCharCode(byte);
  return /[\dA-Fa-f]/.test(digit) ? parseInt(digit, 16) : 255;
});

/** Each byte, of the letters A to Z their lower case: names are the same in either (RFC 9110 §5.1). */
export const LOWER_CASE: ByteTable = Uint8Array.from(
  { length: 256 },
  (_, byte) => byte >= 0x41 && byte <= 0x5a ? byte + 0x20 : byte,
);

const TOKEN_TEXT = /^[!#$%&'*+.^_`|~\w-]+$/;
const FIELD_VALUE_TEXT = /^[\t\x20-\x7e\x80-\xff]*$/;
const PORT = "(?::\\d{0,5})?";
const IPV6 = "\\[(?:[\\da-f:.]{2,45}|v[\\da-f]+\\.[\\w.~!$&'()*+,;=:-]+)\\]";
const REG_NAME = "(?:[\\w.~!$&'()*+,;=-]|%[\\da-f]{2})+";
const AUTHORITY = new RegExp(`^(?:${IPV6}|${REG_NAME})${PORT}$`, "i");

/** Whether a byte is one of the blanks that HTTP knows: a space or a tab (RFC 9110 §5.6.3). */
export function isBlank(byte: number): boolean {
  return byte === SP || byte === HTAB;
}

/** Whether a text is a token (RFC 9110 §5.6.2). */
export function isToken(text: string): boolean {
  return TOKEN_TEXT.test(text);
}

/** Whether a text may be the value of a field: nothing in it ends a line (RFC 9110 §5.5). */
export function isFieldValue(text: string): boolean {
  return FIELD_VALUE_TEXT.test(text);
}

/** Whether a text is a host, with or without a port, as `Host` gives it (RFC 9110 §7.2; RFC 3986 §3.2.2). */
export function isAuthority(text: string): boolean {
  return AUTHORITY.test(text) && URL.canParse(`http://${text}/`);
}
