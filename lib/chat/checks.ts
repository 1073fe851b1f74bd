/**
 * What messages are checked for, however they come.
 *
 * @module
 */
import { HttpError } from "../errors.ts";
import { KEY, KEY_HELP, LIMITS } from "./protocol.ts";

/**
 * Checks the key of a message that came by HTTP.
 *
 * @param key As it came.
 * @throws {HttpError} 422 if it is no key.
 */
export function checkKey(key: string): void {
  if (!KEY.test(key)) throw new HttpError(422, KEY_HELP);
}

/**
 * Checks the text of a message.
 *
 * @param text As it came.
 * @throws {HttpError} 422 if it is empty or is no Unicode text, 413 if it is too long.
 */
export function checkText(text: string): void {
  if (text.trim() === "") throw new HttpError(422, "The message is empty; write something");
  if (!text.isWellFormed() || text.includes("\0")) {
    throw new HttpError(422, "The message holds characters that are no text (NUL or half a surrogate pair)");
  }
  const { textCharacters } = LIMITS;
  if (text.length > textCharacters && [...text].length > textCharacters) {
    throw new HttpError(413, `A message has at most ${textCharacters.toLocaleString("en")} characters; shorten it`);
  }
}

/**
 * Reads a message's place in its room, as it stands in a URL.
 *
 * @param text As it came.
 * @throws {HttpError} 422 if it is no such number.
 */
export function parseSeq(text: string): number {
  if (!/^[1-9]\d{0,14}$/.test(text)) throw new HttpError(422, "A message is named by its seq, a whole number from 1");
  return Number(text);
}

/** Longer ones do not exist: the longest has ten code points. */
const MAX_EMOJI_LENGTH = 40;
const EMOJI = /^\p{RGI_Emoji}$/v;

/**
 * Checks what somebody reacts with.
 *
 * @param emoji As it came.
 * @throws {HttpError} 422 if it is not one emoji.
 */
export function checkEmoji(emoji: string): void {
  if (emoji.length > MAX_EMOJI_LENGTH || !EMOJI.test(emoji)) {
    throw new HttpError(422, "A reaction is one emoji, as in 👍");
  }
}
