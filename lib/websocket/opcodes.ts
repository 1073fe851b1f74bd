/**
 * What kinds of frames there are (RFC 6455 §5.2).
 *
 * @module
 */

/** The opcodes by name; 3–7 and 11–15 are reserved. Those of 8 and above are of control frames (§5.5). */
export const OPCODES = { continuation: 0x0, text: 0x1, binary: 0x2, close: 0x8, ping: 0x9, pong: 0xa } as const;

/** One of the opcodes. */
export type Opcode = typeof OPCODES[keyof typeof OPCODES];

/** The longest payload of a control frame, in bytes (RFC 6455 §5.5). */
export const MAX_CONTROL_BYTES = 125;
