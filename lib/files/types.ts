/**
 * Media types of files.
 *
 * @module
 */
import { contentType } from "@std/media-types/content-type";
import { extname } from "@std/path";

const TEXT = "text/plain; charset=UTF-8";
const BYTES = "application/octet-stream";

/**
 * What the table of media types has no type for, or one that makes a browser offer a text for download: source code, and
 * other texts, by their endings.
 */
const TEXT_ENDINGS: ReadonlySet<string> = new Set(
  ("adoc asm astro bash bat bib c cc cfg cjs cjsx clj cljs cmake cmd coffee conf cpp cs cts cxx d dart diff ejs el elm " +
    "env erb erl ex exs f f90 fish fs fsx gd glsl go gql gradle graphql groovy h haml hcl hh hpp hrl hs hxx ini ipynb " +
    "java jl json5 jsonc jsonl jsx kt kts less lisp lock log lua m mk ml mli mm mts ndjson nim nix nu org pas patch php " +
    "pl pm po pod properties proto ps1 psm1 pug py pyi pyx r rb rkt rs rst sass sbt scala scm scss sh sql srt styl sv " +
    "svelte swift tcl tex tf tfvars toml ts tsx v vala vb vbs vert vhd vhdl vim vue wgsl yaml yml zig zsh").split(" "),
);
/** Other types than the table's: names that browsers know, and data that they show. */
const OTHER_TYPES: Readonly<Record<string, string>> = {
  flac: "audio/flac",
  m4v: "video/mp4",
  opus: "audio/ogg",
  topojson: "application/json; charset=UTF-8",
};
/** What gets smaller by encoding it. */
const COMPRESSIBLE =
  /^(?:text\/|application\/(?:json|xml|javascript|wasm|rtf|sql|vnd\.ms-fontobject)\b|font\/(?:ttf|otf)\b|image\/(?:bmp|vnd\.microsoft\.icon)\b|model\/obj\b|[\w.-]+\/[\w.-]+\+(?:json|xml)\b)/;

/**
 * The media type of a file.
 *
 * @param path Its path, or its name.
 * @param content Its bytes, if they are at hand: a text without a known ending is recognised by them, a text that is not
 * in UTF-8 is not said to be, and a film is told from TypeScript.
 * @example
 * ```ts
 * import { contentTypeOf } from "./types.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(contentTypeOf("/about.html"), "text/html; charset=UTF-8");
 * assertEquals(contentTypeOf("main.ts"), "text/plain; charset=UTF-8");
 * assertEquals(contentTypeOf("LICENSE"), "application/octet-stream");
 * assertEquals(contentTypeOf("LICENSE", new TextEncoder().encode("MIT")), "text/plain; charset=UTF-8");
 * ```
 */
export function contentTypeOf(path: string, content?: Uint8Array): string {
  const ending = extname(path).slice(1).toLowerCase();
  if (ending === "ts" && content !== undefined && isFilm(content)) return "video/mp2t";
  const type = OTHER_TYPES[ending] ?? (TEXT_ENDINGS.has(ending) ? TEXT : contentType(ending || " "));
  if (type === undefined) return content !== undefined && content.length > 0 && isText(content) ? TEXT : BYTES;
  // The header outranks what a page says of itself: an old page in Latin-1 knows better.
  if (content !== undefined && type.endsWith("; charset=UTF-8") && type.startsWith("text/") && !isUtf8(content)) {
    return type.slice(0, type.indexOf(";"));
  }
  return type;
}

/** Whether a file of a type is worth encoding. */
export function isCompressible(type: string): boolean {
  return COMPRESSIBLE.test(type);
}

/** The packets of an MPEG transport stream have 188 bytes, and begin with the same one. */
function isFilm(content: Uint8Array): boolean {
  return content[0] === 0x47 && content[188] === 0x47;
}

/** Bytes at the beginning of a file that say whether it is a text. */
const SAMPLE_BYTES = 16 * 1024;

/** Text has no control characters, but for those that move on, and the escape that colours a log. */
function isText(content: Uint8Array): boolean {
  const sample = content.subarray(0, SAMPLE_BYTES);
  for (const byte of sample) {
    if (byte < 0x20 && (byte < 0x08 || byte > 0x0d) && byte !== 0x1b) return false;
  }
  return isUtf8(content);
}

function isUtf8(content: Uint8Array): boolean {
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(content);
    return true;
  } catch {
    return false;
  }
}
