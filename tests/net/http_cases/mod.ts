/**
 * The corpus: byte-exact exchanges, split by subject.
 *
 * @module
 */
import { BODIES } from "./bodies.ts";
import type { HttpCase } from "./case.ts";
import { CHUNKS } from "./chunks.ts";
import { EVERY_BYTE } from "./every_byte.ts";
import { FIELDS } from "./fields.ts";
import { FRAMING } from "./framing.ts";
import { HOST } from "./host.ts";
import { PERSISTENCE } from "./persistence.ts";
import { REPLIES } from "./replies.ts";
import { REQUEST_LINE } from "./request_line.ts";
import { SMUGGLING } from "./smuggling.ts";

/** The subjects, each with its cases. */
export const SUBJECTS: Readonly<Record<string, readonly HttpCase[]>> = {
  "the request line": REQUEST_LINE,
  "header fields": FIELDS,
  "Host": HOST,
  "the length of bodies": FRAMING,
  "chunks": CHUNKS,
  "request smuggling": SMUGGLING,
  "bodies too long or unread": BODIES,
  "connections that stay": PERSISTENCE,
  "replies": REPLIES,
  "every byte in every place": EVERY_BYTE,
};
