import { assertEquals, assertThrows } from "@std/assert";
import { HttpError } from "../../lib/errors.ts";
import { isSameVersion, isUnchanged } from "../../lib/files/conditions.ts";
import { fakeClock } from "../testing.ts";

const ETAG = '"v1"';
const MODIFIED_AT_MS = Date.UTC(2026, 1, 3, 4, 5, 6);
const [EARLIER, SAME, LATER] = [-1, 0, 1].map((seconds) => new Date(MODIFIED_AT_MS + seconds * 1_000).toUTCString());
const FILE = { etag: ETAG, modifiedAtS: MODIFIED_AT_MS / 1_000 };

/** What a request is answered with. */
function statusFor(headers: Record<string, string>): number {
  try {
    return isUnchanged(new Headers(headers), FILE) ? 304 : 200;
  } catch (error) {
    return (error as HttpError).status;
  }
}

Deno.test("conditional requests follow RFC 9110 §13, in its order", () => {
  const cases: ReadonlyArray<readonly [headers: Record<string, string>, status: number]> = [
    [{}, 200],
    [{ "if-none-match": ETAG }, 304],
    [{ "if-none-match": `W/${ETAG}` }, 304],
    [{ "if-none-match": `"other", W/"more" , ${ETAG}` }, 304],
    [{ "if-none-match": `"with,comma",${ETAG}` }, 304],
    [{ "if-none-match": "*" }, 304],
    [{ "if-none-match": '"other"' }, 200],
    [{ "if-none-match": ETAG.slice(1, -1) }, 200],
    [{ "if-none-match": `"x${ETAG}` }, 200],
    [{ "if-none-match": "" }, 200],
    [{ "if-modified-since": SAME }, 304],
    [{ "if-modified-since": LATER }, 304],
    [{ "if-modified-since": EARLIER }, 200],
    [{ "if-modified-since": "Tuesday, 03-Feb-26 04:05:06 GMT" }, 304],
    [{ "if-modified-since": "Tue Feb  3 04:05:06 2026" }, 304],
    [{ "if-modified-since": "yesterday" }, 200],
    [{ "if-modified-since": `${LATER}, ${LATER}` }, 200],
    // If-None-Match outranks If-Modified-Since, in both directions.
    [{ "if-none-match": '"other"', "if-modified-since": LATER }, 200],
    [{ "if-none-match": ETAG, "if-modified-since": EARLIER }, 304],
    [{ "if-match": ETAG }, 200],
    [{ "if-match": "*" }, 200],
    [{ "if-match": `"other", ${ETAG}` }, 200],
    [{ "if-match": '"other"' }, 412],
    [{ "if-match": `W/${ETAG}` }, 412],
    [{ "if-match": "" }, 412],
    [{ "if-unmodified-since": SAME }, 200],
    [{ "if-unmodified-since": LATER }, 200],
    [{ "if-unmodified-since": EARLIER }, 412],
    [{ "if-unmodified-since": "nonsense" }, 200],
    // If-Match outranks If-Unmodified-Since, and both come before If-None-Match.
    [{ "if-match": ETAG, "if-unmodified-since": EARLIER }, 200],
    [{ "if-match": '"other"', "if-unmodified-since": LATER }, 412],
    [{ "if-match": '"other"', "if-none-match": ETAG }, 412],
    [{ "if-match": ETAG, "if-none-match": ETAG }, 304],
    [{ "if-unmodified-since": EARLIER, "if-modified-since": LATER }, 412],
  ];
  for (const [headers, status] of cases) assertEquals(statusFor(headers), status, JSON.stringify(headers));
});

Deno.test("a precondition that fails says which version there is", () => {
  const error = assertThrows(() => isUnchanged(new Headers({ "if-match": '"old"' }), FILE), HttpError);
  assertEquals(error.headers, { etag: ETAG });
});

Deno.test("a range goes on with just the version that the client has", () => {
  using clock = fakeClock(MODIFIED_AT_MS);
  const cases: ReadonlyArray<readonly [ifRange: string | undefined, isSame: boolean]> = [
    [undefined, true],
    [ETAG, true],
    [SAME, true],
    ['"other"', false],
    [`W/${ETAG}`, false],
    [EARLIER, false],
    [LATER, false],
    ["nonsense", false],
    ["", false],
  ];
  const isSame = (ifRange: string | undefined) =>
    isSameVersion(new Headers(ifRange === undefined ? {} : { "if-range": ifRange }), FILE);
  assertEquals(isSame(SAME), false, "in the second of the change its date tells no versions apart");
  clock.tick(1_000);
  for (const [ifRange, expected] of cases) assertEquals(isSame(ifRange), expected, ifRange);
});
