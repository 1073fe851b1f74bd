/**
 * What a Markdown file says about its readers, wherever it is not rendered: as source, under another name, or too long.
 *
 * @module
 */
import type { Found } from "../files/mod.ts";
import { HttpError } from "../errors.ts";
import type { Access } from "./access.ts";
import { type Matter, readFrontMatter } from "./front_matter.ts";

/** A longer Markdown file is no page to read; it is sent as it is. */
export const MAX_PAGE_BYTES: number = 1024 * 1024;
/** As far as front matter may reach, each character in four bytes, and a little. */
const HEAD_BYTES = 17 * 1024;

/** Markdown, or such a file in a coding, which stands beside it. */
const MATTER = /^(.*\.(?:md|markdown))(?:\.(?:br|zst|gz))?$/is;

/** Whether a file says who may read it, whatever the address says that led to it. */
export function hasReaders({ kind, path }: Found): boolean {
  return kind === "file" && MATTER.test(path);
}

/**
 * Reads who may read a file, by its own front matter. A file in a coding is as secret as the one that it was made of.
 *
 * @param file The file.
 * @returns `undefined` if it does not say.
 * @throws {HttpError} 404 if it is gone by now.
 */
export async function declaredAccess(file: Found): Promise<Access | undefined> {
  return (await declaredMatter(file))?.matter.access;
}

/**
 * Reads all that a file says of itself, likewise.
 *
 * @param file The file.
 * @returns `undefined` if it is none that says anything.
 * @throws {HttpError} 404 if it is gone by now.
 */
export async function declaredMatter({ kind, path }: Found): Promise<Matter | undefined> {
  const source = kind === "file" ? MATTER.exec(path)?.[1] : undefined;
  if (source === undefined) return undefined;
  try {
    using file = await Deno.open(source);
    const bytes = new Uint8Array(HEAD_BYTES);
    let length = 0;
    for (let read = 0; read !== null && length < bytes.length;) {
      length += read;
      read = (await file.read(bytes.subarray(length)))!;
    }
    return readFrontMatter(new TextDecoder().decode(bytes.subarray(0, length)));
  } catch (error) {
    if (source !== path && error instanceof Deno.errors.NotFound) return undefined;
    throw new HttpError(404, "The file is gone", { cause: error });
  }
}
