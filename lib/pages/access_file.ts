/**
 * The file `access.toml`, read again when it changes.
 *
 * @module
 */
import { StartError } from "../errors.ts";
import { AccessError, AccessRules } from "./access.ts";

/** Where the rules are, and what holds without them. */
export interface AccessFileOptions {
  /** The path of the file; `undefined` if there can be none. */
  readonly path: string | undefined;
  /** Whether everybody may read what no rule fits. */
  readonly isPublic: boolean;
  /** Told once of each change that cannot be read. */
  readonly reportDefect: (error: unknown) => void;
  /** Called with the text when the rules have changed. */
  readonly onChange: (toml: string | undefined) => void;
}

/** The name of the file, in the data folder. */
export const ACCESS_FILE = "access.toml";
/** The file is looked at no more often, in ms. */
const LOOK_AFTER_MS = 1_000;
/** Longer files are no list that a person wrote. */
const MAX_BYTES = 1024 * 1024;

/** The rules as they are in the file now. */
export class AccessFile {
  readonly #options: AccessFileOptions;
  #text: string | undefined;
  #rules: AccessRules;
  #stamp: string;
  /** Whether the rules seem to be gone. */
  #isDoubted = false;
  #lookedAtMs: number;

  /**
   * Reads the file.
   *
   * @param options Where it is, and who is told.
   * @throws {StartError} If it is there and cannot be read.
   */
  constructor(options: AccessFileOptions) {
    this.#options = options;
    this.#lookedAtMs = performance.now();
    try {
      this.#stamp = this.#look();
      this.#text = this.#read(this.#stamp);
      this.#rules = AccessRules.read(this.#text, options);
    } catch (error) {
      throw new StartError(`Cannot read ${options.path}: ${reasonOf(error)}`, { cause: error });
    }
  }

  /** The text of the rules that hold. */
  get text(): string | undefined {
    return this.#text;
  }

  /**
   * The rules that hold now. A change is seen within a second; one that cannot be read changes nothing, and is reported.
   */
  rules(): AccessRules {
    const nowMs = performance.now();
    if (this.#options.path === undefined || nowMs - this.#lookedAtMs < LOOK_AFTER_MS) return this.#rules;
    this.#lookedAtMs = nowMs;
    let stamp = "";
    try {
      // Not in the background: the first request after a quiet hour is to be decided by the rules of that moment.
      stamp = this.#look();
      if (stamp !== this.#stamp && !this.#take(this.#read(stamp))) return this.#rules;
    } catch (error) {
      stamp ||= "unreadable";
      if (stamp !== this.#stamp) this.#report(error);
    }
    this.#stamp = stamp;
    return this.#rules;
  }

  /**
   * Whoever writes a file anew may empty it first, or remove it: that all rules are gone is believed when it still is so at
   * the next look. Until then nothing is open that was closed.
   *
   * @returns Whether these rules hold now.
   */
  #take(text: string | undefined): boolean {
    const isGone = !text?.trim() && Boolean(this.#text?.trim());
    this.#isDoubted = isGone && !this.#isDoubted;
    if (this.#isDoubted) return false;
    this.#rules = AccessRules.read(text, this.#options);
    this.#text = text;
    this.#options.onChange(text);
    return true;
  }

  #report(error: unknown): void {
    const { path, reportDefect } = this.#options;
    reportDefect(`The rules of ${path} have changed, but the old ones still hold: ${reasonOf(error)}`);
  }

  /** What tells one state of the file from another; empty if there is none. */
  #look(): string {
    const { path } = this.#options;
    if (path === undefined) return "";
    try {
      const { mtime, ctime, size, ino } = Deno.statSync(path);
      return `${mtime?.getTime()} ${ctime?.getTime()} ${size} ${ino}`;
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return "";
      throw error;
    }
  }

  #read(stamp: string): string | undefined {
    if (stamp === "") return undefined;
    const bytes = Deno.readFileSync(this.#options.path!);
    if (bytes.length > MAX_BYTES) throw new AccessError("It is longer than 1 MiB");
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  }
}

function reasonOf(error: unknown): string {
  if (error instanceof Deno.errors.PermissionDenied) return "it may not be read";
  if (error instanceof Deno.errors.IsADirectory) return "it is a folder";
  if (error instanceof TypeError) return "it is no UTF-8 text";
  return error instanceof Error ? error.message : String(error);
}
