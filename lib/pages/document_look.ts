/**
 * What a page's links lead to, on the disk. It decides nothing but how a link is written.
 *
 * @module
 */
import { join } from "@std/path";
import { IMAGE_HEAD_BYTES, type ImageSize, imageSize } from "./document_images.ts";
import type { Place } from "./locate.ts";

/**
 * Looks into a folder.
 *
 * @param dir The folder, absolute.
 * @returns What says what there is at a path of the site; of dotfiles it says nothing.
 */
export function lookIn(dir: string): (path: string) => Place | undefined {
  return (path) => {
    try {
      const { isFile, isDirectory } = Deno.statSync(pathIn(dir, path));
      if (isFile && path.endsWith("/")) return undefined;
      return isFile ? { kind: "file" } : isDirectory ? { kind: "folder" } : undefined;
    } catch {
      return undefined;
    }
  };
}

/**
 * Measures the images of a folder.
 *
 * @param dir The folder, absolute.
 * @returns What says how large the image at a path of the site is.
 */
export function measureIn(dir: string): (path: string) => ImageSize | undefined {
  const buffer = new Uint8Array(IMAGE_HEAD_BYTES);
  return (path) => {
    try {
      const image = pathIn(dir, path);
      // Whoever opens a pipe waits for somebody to write into it.
      if (!Deno.statSync(image).isFile) return undefined;
      using file = Deno.openSync(image);
      const length = file.readSync(buffer) ?? 0;
      return imageSize(buffer.subarray(0, length));
    } catch {
      return undefined;
    }
  };
}

/** @throws {Error} If it is no path of the site. */
function pathIn(dir: string, path: string): string {
  const names = path.split("/").map(decodeURIComponent).filter((name) => name !== "");
  if (names.some((name) => name.startsWith(".") || /[/\\\0]/.test(name))) throw new Deno.errors.NotFound(path);
  return join(dir, ...names);
}
