/**
 * How people are shown in a room; `static/_ui/elements.js` does the same.
 *
 * @module
 */

/** What somebody looks like. */
export interface Profile {
  /** Shown in place of the name. */
  readonly displayName?: string;
  /** A colour's number, 0 to 7; absent: it follows from the name. */
  readonly colour?: number;
  /** What they may do, if that is known. */
  readonly role?: string;
}

const COLOURS = 8;

/** What stands for somebody whose account is gone. */
export const DELETED_MEMBER = "deleted member";

/**
 * The class of a person's colour.
 *
 * @param name The name; empty if the account is gone.
 * @param colour The colour that they chose.
 */
export function hueOf(name: string, colour?: number): string {
  return `hue-${colour ?? [...name].reduce((sum, letter) => sum + letter.codePointAt(0)!, 0) % COLOURS}`;
}

/** The first letter of a name, for its tile. */
export function initialOf(name: string): string {
  return ([...name][0] ?? "–").toUpperCase();
}
