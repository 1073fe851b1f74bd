/**
 * Reads the site's folder for the library. It waits for the disk: in a server it runs in a worker, where that is the
 * quickest way, and nobody waits for it but those who ask for what it reads.
 *
 * @module
 */
import { basename, extname, relative, SEPARATOR } from "@std/path";
import { type FileNode, type FolderNode, type Head, insideOf, type Stamp } from "./catalogue_nodes.ts";
import type { FrontMatter } from "./front_matter.ts";
import { type PageText, readHtml, readMarkdown, readText } from "./page_text.ts";

/** A name in a folder. */
export interface Name {
  /** The name. */
  readonly name: string;
  /** Whether it is a folder's; else it is a file's. */
  readonly isFolder: boolean;
}

/** A page as it was read. */
export interface ReadPage {
  /** What it says of itself. */
  readonly head: Head;
  /** Its words. */
  readonly text: PageText;
}

const READERS: Readonly<Record<string, (source: string) => PageText & { readonly matter?: FrontMatter }>> = {
  ".html": readHtml,
  ".htm": readHtml,
  ".md": readMarkdown,
  ".markdown": readMarkdown,
  ".txt": readText,
};
/** The folder in `static/` that holds what our own pages need; a site cannot shadow it. */
const OWN_ASSETS = "_ui";
/** Of longer pages the beginning is indexed. */
const MAX_PAGE_BYTES = 2 * 1024 * 1024;
/** The longest front matter, 4096 characters of at most 4 bytes, and the lines around it. */
const HEAD_BYTES = 16 * 1024 + 64;

/** Reads what there is on disk. */
export class LibraryReader {
  readonly #dir: string;
  /** What is no part of the site, as a path below it. */
  readonly #hidden: string | undefined;
  readonly #buffer = new Uint8Array(HEAD_BYTES);

  /**
   * Reads nothing yet.
   *
   * @param place The folder, and what in it is no part of the site; both absolute.
   */
  constructor({ dir, hiddenDir }: { readonly dir: string; readonly hiddenDir?: string }) {
    this.#dir = dir;
    this.#hidden = hiddenDir && relative(dir, hiddenDir).replaceAll(SEPARATOR, "/");
  }

  /** The names in a folder, without dotfiles and links; `undefined` if it cannot be read. */
  names(folder: FolderNode): Name[] | undefined {
    const path = this.#pathOf(folder.inside);
    try {
      folder.modifiedAtMs = Deno.statSync(path).mtime?.getTime() ?? 0;
      const names: Name[] = [];
      for (const { name, isDirectory, isFile } of Deno.readDirSync(path)) {
        if (!(isDirectory || isFile) || !this.isPart(folder.inside + name)) continue;
        // A name in no UTF-8 comes with such characters in its place, and has no address.
        if (name.includes("\ufffd") && this.find(folder.inside + name) === undefined) continue;
        names.push({ name, isFolder: isDirectory });
      }
      return names;
    } catch {
      return undefined;
    }
  }

  /** Whether something may be part of the site. */
  isPart(inside: string): boolean {
    return inside[inside.lastIndexOf("/") + 1] !== "." && inside !== OWN_ASSETS && inside !== this.#hidden;
  }

  /** What there is of a name; `undefined` if there is neither file nor folder. */
  find(inside: string): Name | undefined {
    try {
      const { isFile, isDirectory } = Deno.lstatSync(this.#pathOf(inside));
      return isFile || isDirectory ? { name: basename(inside), isFolder: isDirectory } : undefined;
    } catch {
      return undefined;
    }
  }

  /** The state of a file; `undefined` if it is none any more, or cannot be looked at. */
  stamp(file: FileNode): Stamp | undefined {
    try {
      const { isFile, size, mtime, ctime, ino } = Deno.lstatSync(this.#pathOf(insideOf(file)));
      if (!isFile) return undefined;
      const modifiedAtMs = mtime?.getTime() ?? 0;
      return { bytes: size, modifiedAtMs, changedAtMs: ctime?.getTime() ?? modifiedAtMs, inode: ino ?? 0 };
    } catch {
      return undefined;
    }
  }

  /** What a page says of itself at its very beginning. A page that cannot be read says that it is for members. */
  head(file: FileNode): Head {
    const source = this.#read(file, this.#buffer);
    if (source === undefined) return { title: "", access: "members" };
    return headOf(READERS[endingOf(file)]?.(source) ?? { title: "" });
  }

  /** Whether a file has words to be found. */
  hasWords(file: FileNode): boolean {
    return READERS[endingOf(file)] !== undefined;
  }

  /** A page with its words; `undefined` if it cannot be read. */
  page(file: FileNode, { bytes }: Stamp): ReadPage | undefined {
    const length = Math.min(bytes, MAX_PAGE_BYTES);
    // What has grown since is read once that is noticed.
    const buffer = length <= HEAD_BYTES ? this.#buffer.subarray(0, length) : new Uint8Array(length);
    const source = this.#read(file, buffer);
    if (source === undefined) return undefined;
    const text = READERS[endingOf(file)](source);
    return { text, head: headOf(text) };
  }

  #read(file: FileNode, buffer: Uint8Array<ArrayBuffer>): string | undefined {
    try {
      using open = Deno.openSync(this.#pathOf(insideOf(file)));
      let length = 0;
      while (length < buffer.length) {
        const read = open.readSync(buffer.subarray(length));
        if (read === null) break;
        length += read;
      }
      return new TextDecoder().decode(buffer.subarray(0, length));
    } catch {
      return undefined;
    }
  }

  #pathOf(inside: string): string {
    return `${this.#dir}/${inside}`;
  }
}

function endingOf({ name }: FileNode): string {
  return extname(name).toLowerCase();
}

function headOf({ title, matter }: { readonly title: string; readonly matter?: FrontMatter }): Head {
  return { title, order: matter?.order, access: matter?.access };
}
