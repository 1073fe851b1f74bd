/**
 * URL paths and the names that they lead to.
 *
 * A path leads to a file only if every segment of it is an ordinary name: no `..`, no dotfile, no separator or NUL in any
 * encoding.
 *
 * @module
 */
import { SEPARATOR } from "@std/path";
import { HttpError } from "../errors.ts";

/** Longer names exist on no file system. */
const MAX_NAME_BYTES = 255;
/** What would end a name, or lead elsewhere: on Windows also a backslash, and what stands for devices and streams. */
const NEVER_IN_NAMES = SEPARATOR === "\\" ? /[/\\:\0]|[. ]$|^(con|prn|aux|nul|(com|lpt)\d)(\.|$)/i : /[/\0]/;
const encoder = new TextEncoder();

/**
 * Takes a URL path apart.
 *
 * @param path An absolute URL path, percent-encoded; a slash at its end makes no difference.
 * @returns The names that it is made of, decoded; none for the root; `undefined` if it can lead nowhere.
 * @throws {HttpError} 400 if the percent-encoding is malformed.
 * @example
 * ```ts
 * import { decodePath } from "./path.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(decodePath("/caf%C3%A9/menu.html"), ["café", "menu.html"]);
 * assertEquals(decodePath("/caf%C3%A9/"), ["café"]);
 * assertEquals(decodePath("/%2e%2e/secret"), undefined);
 * ```
 */
export function decodePath(path: string): string[] | undefined {
  const encoded = path.slice(1).split("/");
  if (encoded.at(-1) === "") encoded.pop();
  const names = encoded.map(decodeSegment);
  return names.every(isOrdinary) ? names : undefined;
}

function decodeSegment(segment: string): string {
  if (!segment.includes("%")) return segment;
  try {
    return decodeURIComponent(segment);
  } catch (error) {
    throw new HttpError(400, `Cannot decode ${segment}: % is followed by two hexadecimal digits, of UTF-8`, {
      cause: error,
    });
  }
}

/** A dotfile is nobody's business, but for `.well-known` (RFC 8615). */
function isOrdinary(name: string): boolean {
  return name !== "" && !NEVER_IN_NAMES.test(name) && (!name.startsWith(".") || name === ".well-known") &&
    (name.length <= MAX_NAME_BYTES / 3 || encoder.encode(name).length <= MAX_NAME_BYTES);
}

/**
 * Whether a path is a folder, or lies in it.
 *
 * @param path A path, absolute, with all links resolved.
 * @param root The folder, likewise.
 */
export function isInside(path: string, root: string): boolean {
  return path === root || path.startsWith(root.endsWith(SEPARATOR) ? root : root + SEPARATOR);
}
