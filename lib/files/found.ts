/**
 * Looking for what a path leads to: it must, with all links resolved, lie under the root.
 *
 * @module
 */
import { join, SEPARATOR } from "@std/path";
import { isInside } from "./path.ts";

/** What a path leads to. */
export interface Found {
  /** A file can be served; a folder cannot, only what lies in it. */
  readonly kind: "file" | "folder";
  /** Its path, absolute, with all links resolved. */
  readonly path: string;
  /** The same below the root: names with `/` between them, not encoded; `""` for the root itself. */
  readonly inside: string;
  /** Its length. */
  readonly bytes: number;
  /** When it was last changed, in ms since 1970. */
  readonly modifiedAtMs: number;
}

/** A folder to serve. */
export interface Folder {
  /** Its path, absolute. */
  readonly dir: string;
  /** What in it is never served, with all links resolved: the data folder, where that lies inside. */
  readonly hiddenDir?: string;
}

/** A file or folder, as a look at the disk found it. */
export class FoundFile implements Found {
  readonly kind: Found["kind"];
  readonly path: string;
  readonly inside: string;
  readonly bytes: number;
  readonly modifiedAtMs: number;
  /** Differs whenever the file may have changed. */
  readonly stamp: string;
  /** When it was looked for, by `performance.now()`. */
  readonly lookedAtMs: number;

  /**
   * Notes what was found.
   *
   * @param place Where it is, and when the look began.
   * @param stat What the system says of it.
   */
  constructor(
    { path, inside, lookedAtMs }: Pick<FoundFile, "path" | "inside" | "lookedAtMs">,
    stat: Deno.FileInfo,
  ) {
    this.kind = stat.isFile ? "file" : "folder";
    this.path = path;
    this.inside = inside;
    this.bytes = stat.size;
    this.modifiedAtMs = modifiedAtMsOf(stat);
    this.stamp = stampOf(stat);
    this.lookedAtMs = lookedAtMs;
  }
}

/**
 * Looks for a file or folder.
 *
 * @param folder The folder that it has to lie in.
 * @param path Its path, absolute; links may be in it.
 * @returns What is there; `undefined` if there is nothing, or nothing to be served: a device, a pipe, a link that leads
 * out. None of these is opened.
 */
export async function look({ dir, hiddenDir }: Folder, path: string): Promise<FoundFile | undefined> {
  const lookedAtMs = performance.now();
  try {
    const [root, real] = await Promise.all([realPath(dir), realPath(path)]);
    if (!isInside(real, root) || (hiddenDir !== undefined && isInside(real, hiddenDir))) return undefined;
    const stat = await Deno.stat(real);
    if (!stat.isFile && !stat.isDirectory) return undefined;
    return new FoundFile({ path: real, inside: below(root, real), lookedAtMs }, stat);
  } catch (error) {
    if (isAbsence(error)) return undefined;
    throw error;
  }
}

/** The path that a URL's names lead to. */
export function pathOf({ dir }: Folder, names: readonly string[]): string {
  return join(dir, ...names);
}

function below(root: string, path: string): string {
  const inside = path.slice(root.endsWith(SEPARATOR) ? root.length : root.length + 1);
  return SEPARATOR === "/" ? inside : inside.replaceAll(SEPARATOR, "/");
}

/**
 * A path with all links resolved. The files inside a compiled binary have no links, and no real path.
 *
 * @param path A path, absolute.
 */
export async function realPath(path: string): Promise<string> {
  return Deno.build.standalone && isEmbedded(path) ? path : await Deno.realPath(path);
}

/** Whether a path is that of a file inside a compiled binary, if this is one. */
export function isEmbedded(path: string): boolean {
  return path.startsWith(join(import.meta.dirname!, "..", ".."));
}

/** Differs whenever a file may have changed: the time of change, or that of the file's other attributes, or the file. */
export function stampOf({ size, mtime, ctime, ino }: Deno.FileInfo & { readonly ctime?: Date | null }): string {
  return `${mtime?.getTime()} ${ctime?.getTime()} ${size} ${ino}`;
}

/** When a file was last changed, in ms since 1970; 0 where the system does not say. */
export function modifiedAtMsOf({ mtime }: Deno.FileInfo): number {
  return mtime?.getTime() ?? 0;
}

const ABSENCES = [
  Deno.errors.NotFound,
  Deno.errors.NotADirectory,
  Deno.errors.IsADirectory,
  Deno.errors.PermissionDenied,
  Deno.errors.NotCapable,
  Deno.errors.FilesystemLoop,
  Deno.errors.InvalidData,
];

/** Whether an error says that there is nothing, or nothing for us: what may not be read is as if it were not there. */
export function isAbsence(error: unknown): boolean {
  return ABSENCES.some((absence) => error instanceof absence) ||
    (error instanceof Error && "code" in error && error.code === "ENAMETOOLONG");
}
