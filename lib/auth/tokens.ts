import { createHash, randomBytes } from "node:crypto";
import { encodeBase64Url } from "@std/encoding/base64url";

/** Random bytes of a token: 256 bits. */
const TOKEN_BYTES = 32;

/** A new secret that cannot be guessed, of 43 characters that are safe in URLs and cookies. */
export function newToken(): string {
  return encodeBase64Url(randomBytes(TOKEN_BYTES));
}

/** What is stored of a token: who reads the store cannot use it. */
export function hashToken(token: string): string {
  return createHash("sha256").update(token).digest("base64url");
}
