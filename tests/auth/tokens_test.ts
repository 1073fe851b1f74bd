import { assertEquals, assertMatch } from "@std/assert";
import { hashToken, newToken } from "../../lib/auth/tokens.ts";

Deno.test("newToken() is 43 characters that are safe in URLs and cookies, and never the same", () => {
  const tokens = Array.from({ length: 1_000 }, newToken);
  for (const token of tokens) assertMatch(token, /^[A-Za-z0-9_-]{43}$/);
  assertEquals(new Set(tokens).size, tokens.length);
});

Deno.test("hashToken() is SHA-256 in base64url", () => {
  assertEquals(hashToken("abc"), "ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0");
});
