/**
 * What a Markdown file says about its readers, wherever it is not rendered: as source, under another name, or too long.
 *
 * @module
 */
import type { Found } from "../files/mod.ts";
import { HttpError } from "../errors.ts";
import type { Access } from "./access.ts";
import { readFrontMatter } from "./front_matter.ts";

/** A longer Markdown file is no page to read; it is sent as it is. */
export const MAX_PAGE_BYTES: number = 1024 * 1024;
/** As far as front matter may reach, each character in four bytes, and a little. */
const HEAD_BYTES = 17 * 1024;

/** Whether a file holds Markdown, whatever the address says that led to it. */
export function isPageFile({ kind, path }: Found): boolean {
  return kind === "file" && /\.(?:md|markdown)$/i.test(path);
}

/**
 * Reads who may read a file, by its own front matter.
 *
 * @param file The file.
 * @returns `undefined` if it does not say.
 * @throws {HttpError} 404 if it is gone by now.
 */
export async function declaredAccess({ path }: Found): Promise<Access | undefined> {
  try {
    using file = await Deno.open(path);
    const bytes = new Uint8Array(HEAD_BYTES);
    let length = 0;
    for (let read = 0; read !== null && length < bytes.length;) {
      length += read;
      read = (await file.read(bytes.subarray(length)))!;
    }
    return readFrontMatter(new TextDecoder().decode(bytes.subarray(0, length))).matter.access;
  } catch (error) {
    throw new HttpError(404, "The file is gone", { cause: error });
  }
}
