/**
 * A message as it goes over the wire: what the store knows of it, and how it looks.
 *
 * @module
 */
import type { Account } from "../auth/accounts.ts";
import { foldName } from "../auth/names.ts";
import type { Role } from "../store/entries.ts";
import type { Message } from "../store/message.ts";
import { RenderedMessages } from "./rendered.ts";

export type { RoomRow } from "../store/rooms_view.ts";

/** Characters of a message that a reply quotes. */
const QUOTE_CHARACTERS = 140;

const rendered = new RenderedMessages();

/** A message, with its formatting. */
export interface WireMessage extends Message {
  /** The text as HTML that is safe to show; absent if the text is to be shown as it is. */
  readonly html?: string;
}

/** Who somebody is, as everybody may know: what differs from the name alone. */
export interface Profile {
  /** Shown in place of the name. */
  readonly displayName?: string;
  /** A colour's number, from 0. */
  readonly colour?: number;
  /** What they may do, if that is more than others. */
  readonly role?: Exclude<Role, "member">;
}

/** Makes a message ready for its readers. */
export function toWire(message: Message): WireMessage {
  const { quote, mentions } = message;
  const names = mentions && new Set(mentions.map(foldName));
  const html = rendered.get(message.text, names, foldName);
  if (html === undefined && quote === undefined) return message;
  return {
    ...message,
    ...html !== undefined && { html },
    ...quote !== undefined && { quote: { ...quote, text: shorten(quote.text) } },
  };
}

/** The profile of an account; `undefined` if its name says all. */
export function profileOf({ displayName, colour, role }: Account): Profile | undefined {
  if (displayName === undefined && colour === undefined && role === "member") return undefined;
  return {
    ...displayName !== undefined && { displayName },
    ...colour !== undefined && { colour },
    ...role !== "member" && { role },
  };
}

function shorten(text: string): string {
  if (text.length <= QUOTE_CHARACTERS) return text;
  return `${[...text.slice(0, 2 * QUOTE_CHARACTERS)].slice(0, QUOTE_CHARACTERS).join("")}…`;
}
