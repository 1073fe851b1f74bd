/**
 * What a page's links lead to, on the disk. It decides nothing but how a link is written.
 *
 * @module
 */
import { join } from "@std/path";
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
      const names = path.split("/").map(decodeURIComponent).filter((name) => name !== "");
      if (names.some((name) => name.startsWith(".") || /[/\\\0]/.test(name))) return undefined;
      const { isFile, isDirectory } = Deno.statSync(join(dir, ...names));
      if (isFile && path.endsWith("/")) return undefined;
      return isFile ? { kind: "file" } : isDirectory ? { kind: "folder" } : undefined;
    } catch {
      return undefined;
    }
  };
}
