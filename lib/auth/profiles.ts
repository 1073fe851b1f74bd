/**
 * How people appear: a name of their choice beside the one that never changes, and a colour.
 *
 * @module
 */
import { HttpError } from "../errors.ts";
import { encodeFact, keyOf } from "../store/entries.ts";
import type { Log } from "../store/log.ts";
import type { Account, Accounts } from "./accounts.ts";
import { checkNotMuted, checkStillHere } from "./rights.ts";

/** How somebody wants to appear. */
export interface WantedProfile {
  /** Shown in place of the name; empty: the name is. Absent: as it was. */
  readonly displayName?: string;
  /** A colour's number, 0–7; `null`: it follows from the name. Absent: as it was. */
  readonly colour?: number | null;
}

/** Colours that people may have. */
export const COLOURS = 8;
/** Characters of a display name, as the eye counts them. */
export const MAX_DISPLAY_NAME = 40;
/** What the store takes: an emoji may be ten code units. */
const MAX_CODE_UNITS = 128;

const GRAPHEMES = new Intl.Segmenter("en", { granularity: "grapheme" });
/** White space that takes up a place in a line; anything else is a break, or not seen. */
const SPACES = /\p{Zs}+/gu;
const EMOJI = /^\p{RGI_Emoji}$/v;
/**
 * Letters, digits and signs that are seen, with no more than two marks each, or they climb over the lines above. A braille
 * blank is a sign that is not seen.
 */
const SEEN =
  /^(?:(?![\p{Default_Ignorable_Code_Point}\u2800])[\p{L}\p{N}\p{P}\p{S}](?:(?!\p{Default_Ignorable_Code_Point})\p{M}){0,2})+$/u;

/**
 * Checks a name that somebody wants to be shown.
 *
 * @param displayName As it was typed; white space around it is taken off, and more than one space between.
 * @returns The name in NFC; empty if there is nothing in it.
 * @throws {HttpError} 422 if it is not allowed.
 * @example
 * ```ts
 * import { checkDisplayName } from "./profiles.ts";
 * import { assertEquals, assertThrows } from "@std/assert";
 *
 * assertEquals(checkDisplayName("  Ada   Lovelace 👩🏽‍💻 "), "Ada Lovelace 👩🏽‍💻");
 * assertThrows(() => checkDisplayName("evil\u202Eada"), Error);
 * ```
 */
export function checkDisplayName(displayName: string): string {
  const text = displayName.replace(SPACES, " ").trim().normalize("NFC");
  const characters = text.length > MAX_CODE_UNITS ? undefined : [...GRAPHEMES.segment(text)];
  if (characters === undefined || characters.length > MAX_DISPLAY_NAME) {
    throw new HttpError(422, `A display name has at most ${MAX_DISPLAY_NAME} characters; choose a shorter one`);
  }
  if (!characters.every(({ segment }) => segment === " " || SEEN.test(segment) || EMOJI.test(segment))) {
    throw new HttpError(
      422,
      "A display name has letters, digits, signs, emoji and spaces that are seen; choose another",
    );
  }
  return text;
}

/** The profiles of this server. */
export class Profiles {
  readonly #log: Log;
  readonly #accounts: Accounts;

  /**
   * Opens the profiles.
   *
   * @param deps Where they are written, and whose they are.
   */
  constructor({ log, accounts }: { log: Log; accounts: Accounts }) {
    this.#log = log;
    this.#accounts = accounts;
  }

  /**
   * Changes how somebody appears.
   *
   * @param user Who.
   * @param wanted How.
   * @returns The account as it is now.
   * @throws {HttpError} 422 if it is not allowed, 409 if it looks like somebody else, 403 if the member is muted or
   * banned, 401 if they are gone.
   */
  async set({ id }: Pick<Account, "id">, wanted: WantedProfile): Promise<Account> {
    const user = checkStillHere(this.#accounts, id);
    checkNotMuted(this.#accounts.standing(user.id).mutedUntilMs);
    const displayName = checkDisplayName(wanted.displayName ?? user.displayName ?? "");
    const colour = (wanted.colour === undefined ? user.colour : wanted.colour) ?? undefined;
    if (colour !== undefined && !(Number.isInteger(colour) && colour >= 0 && colour < COLOURS)) {
      throw new HttpError(422, `A colour is a number from 0 to ${COLOURS - 1}; choose one of them`);
    }
    const shown = displayName === user.name ? "" : displayName;
    const fact = encodeFact({ type: "profile-set", account: user.id, displayName: shown, colour });
    const work = () => this.#log.append(keyOf.profile(user.id), fact);
    if (shown === "") await work();
    else await this.#accounts.looks.claim({ text: shown, owner: user.id, work });
    return this.#accounts.byId(user.id) ?? user;
  }
}
