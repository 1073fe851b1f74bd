/**
 * Our own styles, scripts and images. Their URLs name the hash of what they hold, so that a browser asks for each once and
 * keeps it; a URL without the hash, or with another one, is asked for again each time.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { join } from "@std/path";
import type { ReplyFields } from "../lazy_response.ts";
import { Files } from "./files.ts";
import type { Found } from "./found.ts";
import { decodePath } from "./path.ts";
import { shortened } from "./representation.ts";

const STATIC_DIR = join(import.meta.dirname!, "..", "..", "static");
/** So much of the hash stands in a URL. */
const VERSION_CHARACTERS = 10;
/** While we are changed, the file is looked at again after so long, in ms. */
const FRESH_MS = 1_000;
/** A year, the longest that is understood (RFC 9111 §5.2.2.1), and no question in between (RFC 8246). */
const IMMUTABLE: ReplyFields = { "cache-control": "public, max-age=31536000, immutable" };

interface Version {
  readonly modifiedAtMs: number;
  readonly version: string;
  lookedAtMs: number;
}

const versions = new Map<string, Version>();

/**
 * The URL of one of our own assets, with the hash of what it holds.
 *
 * @param path Its path: `/_ui/base.css`.
 * @returns The path with `?v=` and the hash; as it is, if there is no such file.
 */
export function assetUrl(path: string): string {
  const version = versionOf(path);
  return version === undefined ? path : `${path}?v=${version}`;
}

function versionOf(path: string): string | undefined {
  const now = performance.now();
  const known = versions.get(path);
  if (known !== undefined && now - known.lookedAtMs < FRESH_MS) return known.version;
  try {
    const file = join(STATIC_DIR, ...decodePath(path) ?? []);
    const modifiedAtMs = Deno.statSync(file).mtime?.getTime() ?? 0;
    const version = known?.modifiedAtMs === modifiedAtMs ? known.version : hashOfFile(file);
    versions.set(path, { modifiedAtMs, version, lookedAtMs: now });
    return version;
  } catch {
    return undefined;
  }
}

function hashOfFile(file: string): string {
  const digest = createHash("sha256").update(Deno.readFileSync(file)).digest();
  return shortened(digest).slice(0, VERSION_CHARACTERS);
}

/** Serves our own assets. */
export class OwnAssets {
  readonly #files: Files;
  /** The fields of a reply to who names its hash, by the fields of the others. */
  readonly #immutable = new WeakMap<ReplyFields, ReplyFields>();

  /**
   * Serves a folder.
   *
   * @param dir The folder, absolute.
   */
  constructor(dir: string) {
    this.#files = new Files({ dir });
  }

  /** Finds an asset: see {@linkcode Files.find}. */
  find(path: string): ReturnType<Files["find"]> {
    return this.#files.find(path);
  }

  /**
   * Answers a GET or HEAD.
   *
   * @param file What was found.
   * @param request Its URL says which hash is meant, in `?v=`.
   * @param fields Fields to add.
   * @throws {HttpError} 404, 412 or 416: see {@linkcode Files.serve}.
   */
  serve(file: Found, request: Request, fields: ReplyFields): Response | Promise<Response> {
    const version = /\?v=([\w-]{10})$/.exec(request.url)?.[1];
    if (version === undefined) return this.#files.serve(file, request, { fields });
    return this.#files.serve(file, request, { fields, pinned: { version, fields: this.#immutableWith(fields) } });
  }

  #immutableWith(fields: ReplyFields): ReplyFields {
    let immutable = this.#immutable.get(fields);
    if (immutable === undefined) {
      immutable = Object.freeze({ ...fields, ...IMMUTABLE });
      this.#immutable.set(fields, immutable);
    }
    return immutable;
  }
}
