/**
 * Who may read what: the rules of `access.toml`, a file in the data folder that people write.
 *
 * ```toml
 * # The longest path that fits decides; a page's own front matter goes before all.
 * "/minutes/" = "members"
 * "/welcome" = "public"
 * ```
 *
 * `"/a/"` is the folder a with all below; `"/a"` is that and the page: a.md, a.html, or the file a. Paths are compared
 * decoded, in Unicode's form NFC, and without case: a rule must not be got round by writing its path in another way.
 *
 * @module
 */
import { parse } from "@std/toml/parse";

/** Who may read something: everybody, or only who is logged in. */
export type Access = "public" | "members";

/** Who may read something, and why. */
export interface Decision {
  /** Who may read it. */
  readonly access: Access;
  /** One sentence for people that says why. */
  readonly because: string;
}

/** What is known of a page beside its address. */
export interface Asked {
  /** Its real path below the site's folder, decoded, with `/` between: differs from the address where that leads over links. */
  readonly inside?: string;
  /** What its own front matter says. */
  readonly declared?: Access;
}

/** The rules cannot be read. The message says where and why, and what to do. */
export class AccessError extends Error {
  /** Its class. */
  override readonly name = "AccessError";
}

interface Rule {
  /** As it was written. */
  readonly path: string;
  readonly access: Access;
}

const INDEX_PAGE = /^(?:index\.html?|(?:index|readme)\.(?:md|markdown))$/;
const PAGE_ENDING = /\.(?:md|markdown|html?)$/;
/** What holds a file in a coding, beside it. */
const CODED_ENDING = /\.(?:br|zst|gz)$/;
const MARKDOWN_ENDING = /\.(?:md|markdown)$/;
const DECIDES = "it is the longest path in access.toml that fits";

/** The rules of a site. */
export class AccessRules {
  readonly #rules = new Map<string, Rule>();
  readonly #fallback: Decision;

  private constructor(isPublic: boolean) {
    this.#fallback = isPublic
      ? { access: "public", because: "No rule fits, and the site was started for everybody (--public)" }
      : { access: "members", because: "No rule fits, and the site is for members unless started with --public" };
  }

  /**
   * Reads the rules.
   *
   * @param toml The text of `access.toml`; `undefined` if there is none.
   * @param options What holds where no rule fits.
   * @throws {AccessError} If a rule is malformed: none is passed over, for it may be the one that keeps a secret.
   * @example
   * ```ts
   * import { AccessRules } from "./access.ts";
   * import { assertEquals } from "@std/assert";
   *
   * const rules = AccessRules.read('"/minutes/" = "members"', { isPublic: true });
   * assertEquals(rules.decide("/Minutes/may").access, "members");
   * assertEquals(rules.decide("/welcome").access, "public");
   * ```
   */
  static read(toml: string | undefined, { isPublic }: { readonly isPublic: boolean }): AccessRules {
    const rules = new AccessRules(isPublic);
    if (toml === undefined) return rules;
    const found = Object.entries(parseToml(toml));
    const lines = linesOf(toml);
    for (const [path, access] of found) {
      const fault = faultOf(path, access) ?? rules.#add({ path, access: access as Access });
      if (fault !== undefined) throw new AccessError(`access.toml, ${lines.get(path) ?? "a rule"}: ${fault}`);
    }
    return rules;
  }

  /** Two ways to write one path must say the same. */
  #add(rule: Rule): string | undefined {
    const key = keyOf(rule.path);
    const other = this.#rules.get(key);
    if (other !== undefined && other.access !== rule.access) {
      return `${quote(rule.path)} is the same path as ${quote(other.path)}, but says otherwise; keep one of them`;
    }
    this.#rules.set(key, rule);
    return undefined;
  }

  /**
   * Decides who may read what stands at a path. Where the address leads over links, the rules for both its ends must
   * allow it.
   *
   * @param path The path of the URL, percent-encoded; of a folder it ends in a slash.
   * @param asked The page's real path, and what its front matter says.
   */
  decide(path: string, { inside, declared }: Asked = {}): Decision {
    if (declared !== undefined) return { access: declared, because: `The page's own front matter says ${declared}` };
    if (this.#rules.size === 0) return this.#fallback;
    const real = inside === undefined ? undefined : fold(`/${inside}`);
    const name = real?.slice(real.lastIndexOf("/") + 1) ?? "";
    // An index is read at the address of its folder, but rules may name it.
    const address = decode(path) + (path.endsWith("/") && INDEX_PAGE.test(name) ? name : "");
    const decision = this.#match(fold(address));
    if (decision.access === "members" || real === undefined) return decision;
    const other = this.#match(path.endsWith("/") && !INDEX_PAGE.test(name) ? `${real}/` : real);
    return other.access === "members" ? other : decision;
  }

  /**
   * Decides who may read what lies at a path below the site's folder, and is reached over no link.
   *
   * @param inside Its path, decoded; of a folder it ends in a slash.
   * @param declared What its own front matter says.
   */
  decideInside(inside: string, declared?: Access): Access {
    // Asked for each of 100,000 files: without rules there is nothing to compare.
    if (declared !== undefined || this.#rules.size === 0) return declared ?? this.#fallback.access;
    return this.#match(fold(`/${inside}`)).access;
  }

  #match(path: string): Decision {
    for (const key of keysOf(path)) {
      const rule = this.#rules.get(key);
      if (rule !== undefined) {
        return { access: rule.access, because: `${quote(rule.path)} = ${quote(rule.access)}: ${DECIDES}` };
      }
    }
    return this.#fallback;
  }
}

function parseToml(toml: string): Record<string, unknown> {
  try {
    return parse(toml);
  } catch (error) {
    const reason = (error instanceof Error ? error.message : String(error)).replaceAll(/\s+/g, " ");
    throw new AccessError(`access.toml is no TOML: ${reason}; a rule is a line such as "/minutes/" = "members"`);
  }
}

function faultOf(path: string, access: unknown): string | undefined {
  if (typeof access === "object") return `${quote(path)} is no rule; write "/path/" = "members", without [tables]`;
  if (!path.startsWith("/")) return `the path ${quote(path)} does not begin with a slash; write ${quote(`/${path}`)}`;
  if (access === "public" || access === "members") return undefined;
  return `${quote(path)} is ${JSON.stringify(access)}; it can be "public" or "members"`;
}

/** A key as TOML has them, or the name of a table. */
const KEY = /^\s*\[*\s*(?:"((?:[^"\\]|\\.)*)"|'([^']*)'|([\w-]+))\s*(?:[=.\]]|$)/;

/**
 * Where each rule stands, for whoever mends it.
 *
 * @throws {AccessError} If a path has two rules: the library takes the last, and TOML allows none.
 */
function linesOf(toml: string): Map<string, string> {
  const lines = new Map<string, string>();
  for (const [index, line] of toml.split("\n").entries()) {
    const [, quoted, literal, bare] = KEY.exec(line) ?? [];
    const path = quoted?.replaceAll(/\\(["\\])/g, "$1") ?? literal ?? bare;
    if (path === undefined) continue;
    const place = `line ${index + 1}`;
    if (lines.has(path)) {
      throw new AccessError(
        `access.toml, ${place}: ${quote(path)} has a rule already, in ${lines.get(path)}; keep one`,
      );
    }
    lines.set(path, place);
  }
  return lines;
}

function quote(text: string): string {
  return JSON.stringify(text);
}

/** The form in which paths are compared. */
function fold(path: string): string {
  // Through upper case, which joins what lower case alone leaves apart, such as ß and ss.
  const folded = path.normalize("NFC").toLowerCase().toUpperCase().toLowerCase().normalize("NFC");
  return folded.replaceAll(/\/{2,}/g, "/");
}

/** A name may hold a % that encodes nothing. */
function decode(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

/** Under what a rule is kept: `/a.md` is `/a`, whose rule holds for the page however it is written. */
function keyOf(path: string): string {
  return fold(decode(path)).replace(MARKDOWN_ENDING, "");
}

/** All rules that may fit a folded path, the longest first. */
function* keysOf(path: string): Generator<string> {
  yield path;
  const plain = path.replace(CODED_ENDING, "");
  if (plain !== path) yield plain;
  if (PAGE_ENDING.test(plain)) yield plain.replace(PAGE_ENDING, "");
  for (let end = path.lastIndexOf("/"); end >= 0; end = path.lastIndexOf("/", end - 1)) {
    yield path.slice(0, end + 1);
    if (end === 0) break;
    yield path.slice(0, end);
  }
}
