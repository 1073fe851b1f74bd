/**
 * Replies with pages that are made for a request: tagged by their content, so that none is sent twice, and encoded.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { ByteCache } from "../files/cache.ts";
import { acceptedCodings, canEncode, encodeQuickly } from "../files/codings.ts";
import { isUnchanged } from "../files/conditions.ts";
import { shortened, tagOf } from "../files/representation.ts";
import { lazyResponse, type ReplyFields } from "../lazy_response.ts";
import { COMMON_HEADERS } from "../replies.ts";

/** Below, a coding saves less than a packet. */
const MIN_CODED_BYTES = 1_400;
/** What was encoded is kept for the next who gets the very same page. */
const coded = new ByteCache<Uint8Array<ArrayBuffer>>(8 * 1024 * 1024);

/** A page that was made. */
export interface MadePage {
  /** Its HTML. */
  readonly content: string | Uint8Array<ArrayBuffer>;
  /** The fields of its reply. */
  readonly fields: ReplyFields;
}

/**
 * Answers a GET or HEAD with a page.
 *
 * @param request Its conditions (RFC 9110 §13), and the codings that it accepts. Ranges of what is made are not sent.
 * @param page The page.
 * @throws {HttpError} 412 if the request asks for another version.
 */
export async function madeReply({ headers }: Request, { content, fields }: MadePage): Promise<Response> {
  const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
  const coding = bytes.length < MIN_CODED_BYTES
    ? undefined
    : acceptedCodings(headers.get("accept-encoding")).find(canEncode);
  const etag = tagOf(shortened(createHash("sha256").update(bytes).digest()), coding);
  // The page of a member is another one, and it names the member.
  const all: ReplyFields = { ...COMMON_HEADERS, ...fields, etag, vary: "accept-encoding, cookie" };
  if (isUnchanged(headers, { etag, modifiedAtS: undefined })) {
    const { "content-type": _, ...kept } = all;
    return lazyResponse(null, { status: 304, headers: kept });
  }
  if (coding === undefined) return lazyResponse(content, { headers: all });
  let body = coded.get(etag);
  if (body === undefined) {
    body = await encodeQuickly(bytes, coding);
    coded.set(etag, { value: body, bytes: body.length });
  } else coded.touch(etag);
  return lazyResponse(body, { headers: { ...all, "content-encoding": coding } });
}
