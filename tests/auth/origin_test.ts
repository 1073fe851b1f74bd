import { assertEquals } from "@std/assert";
import { checkSameOrigin } from "../../lib/auth/origin.ts";
import { HttpError } from "../../lib/errors.ts";

function isAllowed(headers: Record<string, string>, host: string): boolean {
  try {
    checkSameOrigin(new Headers(headers), host);
    return true;
  } catch (error) {
    if (error instanceof HttpError && error.status === 403) return false;
    throw error;
  }
}

Deno.test("checkSameOrigin() refuses what another site's page sends, and nothing else", () => {
  const here = "room.example:8000";
  const cases: ReadonlyArray<readonly [headers: Record<string, string>, isAllowed: boolean, host?: string]> = [
    // Neither header: no browser, or one that only follows a link.
    [{}, true],
    [{ "sec-fetch-site": "same-origin" }, true],
    [{ "sec-fetch-site": "none" }, true],
    [{ "sec-fetch-site": "same-site" }, false],
    [{ "sec-fetch-site": "cross-site" }, false],
    [{ "sec-fetch-site": "Same-Origin" }, false],
    [{ "sec-fetch-site": "" }, false],
    [{ "sec-fetch-site": "same-origin, cross-site" }, false],
    [{ origin: "http://room.example:8000" }, true],
    [{ origin: "https://room.example:8000" }, true],
    [{ origin: "http://ROOM.example:8000" }, true],
    [{ origin: "http://room.example" }, false],
    [{ origin: "http://room.example:8001" }, false],
    [{ origin: "http://evil.example:8000" }, false],
    [{ origin: "http://room.example:8000.evil.example" }, false],
    [{ origin: "http://room.example.evil.example:8000" }, false],
    [{ origin: "http://sub.room.example:8000" }, false],
    [{ origin: "http://room.example:8000@evil.example" }, false],
    [{ origin: "null" }, false],
    [{ origin: "" }, false],
    [{ origin: "room.example:8000" }, false],
    [{ origin: "//room.example:8000" }, false],
    [{ origin: "http://" }, false],
    [{ origin: "file://" }, false],
    // Both have to agree.
    [{ "sec-fetch-site": "same-origin", origin: "http://room.example:8000" }, true],
    [{ "sec-fetch-site": "same-origin", origin: "http://evil.example" }, false],
    [{ "sec-fetch-site": "cross-site", origin: "http://room.example:8000" }, false],
    [{ "sec-fetch-site": "none", origin: "null" }, false],
    // Default ports are left out by both sides.
    [{ origin: "http://room.example" }, true, "room.example"],
    [{ origin: "https://room.example" }, true, "room.example"],
    [{ origin: "http://127.0.0.1:8000" }, true, "127.0.0.1:8000"],
    [{ origin: "http://[::1]:8000" }, true, "[::1]:8000"],
    [{ origin: "http://localhost:8000" }, false, "127.0.0.1:8000"],
  ];
  for (const [headers, expected, host = here] of cases) {
    assertEquals(isAllowed(headers, host), expected, JSON.stringify(headers));
  }
});
