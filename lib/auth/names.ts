/**
 * Names of accounts: 2–32 letters or digits of any script, `-`, `_`; unique after folding.
 *
 * @module
 */
import { HttpError } from "../errors.ts";

/** Letters that are not seen, such as the fillers of Hangul: with them a name would look like another. */
const INVISIBLE = /\p{Default_Ignorable_Code_Point}/u;
/** Letters with their marks; not more than two marks on one letter, or they climb over the lines above. */
const NAME = /^(?:[\p{L}\p{N}_-]\p{M}{0,2})+$/u;
const MIN_CHARACTERS = 2;
const MAX_CHARACTERS = 32;

/**
 * The form in which names are compared: NFKC, without case.
 *
 * @example
 * ```ts
 * import { foldName } from "./names.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(foldName("Straße"), foldName("STRASSE"));
 * ```
 */
export function foldName(name: string): string {
  // Through upper case, which joins what lower case alone leaves apart (ß and ss, the two small sigmas); and to lower
  // case before, because a capital ß has no other upper case.
  return name.normalize("NFKC").toLowerCase().toUpperCase().toLowerCase().normalize("NFKC");
}

/**
 * Checks a name that somebody wants.
 *
 * @param name As it was typed; white space around it is taken off.
 * @returns The name in NFC.
 * @throws {HttpError} 422 if it is not allowed.
 */
export function checkName(name: string): string {
  const trimmed = name.trim().normalize("NFC");
  const length = [...trimmed].length;
  if (length < MIN_CHARACTERS || length > MAX_CHARACTERS || !NAME.test(trimmed) || INVISIBLE.test(trimmed)) {
    throw new HttpError(
      422,
      `A name has ${MIN_CHARACTERS} to ${MAX_CHARACTERS} letters or digits of any script, - or _; choose another`,
    );
  }
  return trimmed;
}
