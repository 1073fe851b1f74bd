/**
 * Names of accounts: 2–32 letters or digits of any script, `-`, `_`; unique after folding.
 *
 * @module
 */
import { HttpError } from "../errors.ts";
import { CONFUSABLES } from "./confusables.ts";

/** Letters that are not seen, such as the fillers of Hangul: with them a name would look like another. */
const INVISIBLE = /\p{Default_Ignorable_Code_Point}/u;
/** Letters with their marks; not more than two marks on one letter, or they climb over the lines above. */
const NAME = /^(?:[\p{L}\p{N}_-]\p{M}{0,2})+$/u;
/** What is not seen: also the dot of an i, which has one anyway, and a mark that covers the same one before it. */
const UNSEEN = /\p{Default_Ignorable_Code_Point}|(?<=[lj])\u0307|(\p{M})(?=\1)/gu;
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
 * What looks alike besides, though UTS #39 keeps it apart: small capitals, two v for a w, the dashes that names may
 * hold; and i and l, for their capitals and digits do, and no name is told from another by its case.
 */
const ALSO_ALIKE: ReadonlyMap<string, string> = new Map([
  ..."ᴀaʙbᴅdᴇeꜰfɢgʜhᴊjĸkʟlʍmɴnᴘpꞯqʀrᴛt".matchAll(/(.)(.)/gu).map(([, small, letter]) => [small, letter] as const),
  ["w", "vv"],
  ["i", "l"],
  ["_", "-"],
  ["ー", "-"],
]);
/** More than any letter needs until nothing changes any more. */
const MAX_ROUNDS = 4;

/**
 * What is left of a name for somebody who glances at it: names with the same skeleton look alike, and only the first
 * of them may be taken. It is not for the eye: nobody is shown it.
 *
 * It is the skeleton of UTS #39 §4, with two more rules. The case does not matter, for no name is told from another by
 * it: each letter is looked at as it was typed (`Н` is an H), and what comes of it without its case. So `IAN`, `lan` and
 * `1an` are one; and because `IAN` is `ian` to us, that is too, and every i is an l. And marks are kept, for whoever
 * reads a language that has them sees them (`müller` is not `muller`), but for those that are drawn onto what is there.
 *
 * @param name A name; any other text has a skeleton too.
 * @returns The skeleton, which is its own skeleton.
 * @example
 * ```ts
 * import { skeletonOf } from "./names.ts";
 * import { assertEquals, assertNotEquals } from "@std/assert";
 *
 * assertEquals(skeletonOf("аdа"), skeletonOf("Ada")); // the first with Cyrillic letters
 * assertEquals(skeletonOf("IAN_M"), skeletonOf("lan-rn"));
 * assertNotEquals(skeletonOf("adá"), skeletonOf("ada"));
 * ```
 */
export function skeletonOf(name: string): string {
  let skeleton = name;
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const last = skeleton;
    skeleton = foldName(mapLetters(mapLetters(last.normalize("NFD")).normalize("NFKD")))
      .normalize("NFD").replace(UNSEEN, "");
    if (skeleton === last) break;
  }
  return skeleton;
}

function mapLetters(text: string): string {
  let mapped = "";
  for (const letter of text) mapped += ALSO_ALIKE.get(letter) ?? CONFUSABLES.get(letter) ?? letter;
  return mapped;
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
