/**
 * Front matter: what a Markdown page says of itself, as YAML between two lines of `---` at its very top.
 *
 * Only the keys `title`, `order`, `access`, `description` and `language` mean something; others are for other programs.
 * A page whose front matter cannot be read is shown all the same, but to members alone: nobody can tell whether it said so.
 *
 * @module
 */
import { parse } from "@std/yaml/parse";
import type { Access } from "./access.ts";

/** What a page may say of itself. */
export interface FrontMatter {
  /** What it is called. */
  readonly title?: string;
  /** Where it stands among its neighbours: smaller first. */
  readonly order?: number;
  /** Who may read it. */
  readonly access?: Access;
  /** What it is about, in a sentence. */
  readonly description?: string;
  /** The language that it is written in, a tag of BCP 47. */
  readonly language?: string;
}

/** A page, taken apart. */
export interface Matter {
  /** What it says of itself. */
  readonly matter: FrontMatter;
  /** The page without it. */
  readonly body: string;
  /** What is wrong with it, in one sentence. */
  readonly problem?: string;
}

/** The longest front matter that is read, in characters. It is read for every page of the folder. */
const MAX_CHARACTERS = 4 * 1024;
const MAX_TITLE_CHARACTERS = 300;
const MAX_DESCRIPTION_CHARACTERS = 500;
const LANGUAGE = /^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8}){0,4}$/;
const OPENING = /^\ufeff?---[ \t]*\r?\n/;
const CLOSING = /^(?:---|\.\.\.)[ \t]*$/m;
/** Whether what stands between two rules was meant as front matter, though it cannot be read. */
const KEY = /^[ \t{"']*[A-Za-z_][\w-]*["']?[ \t]*:/m;
/**
 * Somebody has written about access, though not where or as it is read: before the first line is an empty one, nothing
 * ends the block, it is in the style of another program, the key has a capital.
 */
const ALMOST = /^\ufeff?\s*(?:-{3,}|\+{3,})[^\r\n]*[\r\n](?:[^\r\n]*[\r\n])*?[ \t{"']*access["']?[ \t]*[:=]/i;
/** The other encoding that editors write: its characters have two bytes, of which one is mostly 0. */
const UTF_16 = /^\ufffd\ufffd|^[^\0]?\0/;
const NONE: FrontMatter = Object.freeze({});

/**
 * Takes the front matter off a page.
 *
 * @param source The page, with LF or CRLF, with or without a byte order mark.
 * @example
 * ```ts
 * import { readFrontMatter } from "./front_matter.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const page = "---\ntitle: The shelf\naccess: public\n---\n# Books\n";
 * assertEquals(readFrontMatter(page), { matter: { title: "The shelf", access: "public" }, body: "# Books\n" });
 * assertEquals(readFrontMatter("# Books\n"), { matter: {}, body: "# Books\n" });
 * ```
 */
export function readFrontMatter(source: string): Matter {
  const opening = OPENING.exec(source);
  if (opening === null) return without(source);
  const rest = source.slice(opening[0].length);
  const closing = CLOSING.exec(rest.slice(0, MAX_CHARACTERS));
  if (closing === null) return endless(rest);
  const yaml = rest.slice(0, closing.index);
  const body = rest.slice(closing.index + closing[0].length).replace(/^\r?\n/, "");
  try {
    // The line of the opening counts, for whoever looks for the one that is named.
    const value = parse(`\n${yaml}`, { schema: "core" });
    // A rule at the top of the page, and another one further down.
    if (typeof value === "string" && !KEY.test(yaml)) return without(source);
    if (value === null) return { matter: NONE, body };
    if (typeof value !== "object" || Array.isArray(value)) return closed(body, "it is no list of keys and values");
    return { body, ...readKeys(value as Record<string, unknown>) };
  } catch (error) {
    return closed(body, firstLine(error));
  }
}

/** No end within what is read: a mere rule, unless keys follow it. */
function endless(rest: string): Matter {
  const [line] = rest.split("\n", 1);
  if (!KEY.test(line.slice(0, MAX_CHARACTERS))) return without(`---\n${rest}`);
  return closed(rest, `no line of --- ends it within ${MAX_CHARACTERS} characters`);
}

/** A page without front matter, unless it has some that we do not read. */
function without(source: string): Matter {
  const body = source.replace(/^\ufeff/, "");
  const head = source.slice(0, MAX_CHARACTERS);
  if (UTF_16.test(head)) return closed(body, "the page is not written in UTF-8");
  if (ALMOST.test(head)) {
    return closed(body, "it has to stand at the very top, as access: members between lines of ---");
  }
  return { matter: NONE, body };
}

function closed(body: string, reason: string): Matter {
  return { matter: { access: "members" }, body, problem: `Cannot read the front matter: ${reason}` };
}

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split("\n", 1)[0].replace(/[.:]$/, "");
}

/** The keys that are known, each checked; the first that is wrong is the problem. */
function readKeys(values: Record<string, unknown>): Pick<Matter, "matter" | "problem"> {
  const problems: string[] = [];
  const matter: Record<string, unknown> = {};
  for (const [key, read] of Object.entries(KEYS)) {
    const value = Object.hasOwn(values, key) ? values[key] : undefined;
    if (value === undefined || value === null) {
      // `access:` with nothing behind it is no permission.
      if (key !== "access" || value === undefined) continue;
    }
    const wanted = read(value);
    if ("is" in wanted) matter[key] = wanted.is;
    else problems.push(`${key} is to be ${wanted.expected}`);
    if (!("is" in wanted) && key === "access") matter.access = "members";
  }
  const misspelt = Object.keys(values).find((key) => key !== "access" && key.trim().toLowerCase() === "access");
  if (misspelt !== undefined) {
    problems.push(`${misspelt} is written access`);
    matter.access = "members";
  }
  if (problems.length === 0) return { matter };
  return { matter, problem: `Cannot read the front matter: ${problems.join("; ")}` };
}

type Reading = { readonly is: unknown } | { readonly expected: string };

const KEYS: Readonly<Record<string, (value: unknown) => Reading>> = {
  title: (value) => readText(value, MAX_TITLE_CHARACTERS),
  order: (value) => typeof value === "number" && Number.isFinite(value) ? { is: value } : { expected: "a number" },
  access: (value) => value === "public" || value === "members" ? { is: value } : { expected: '"public" or "members"' },
  description: (value) => readText(value, MAX_DESCRIPTION_CHARACTERS),
  language: (value) =>
    typeof value === "string" && LANGUAGE.test(value)
      ? { is: value }
      : { expected: "a language tag, such as en or pt-BR" },
};

function readText(value: unknown, maxCharacters: number): Reading {
  if (typeof value !== "string" && typeof value !== "number") return { expected: "a text" };
  return { is: String(value).replaceAll(/\s+/g, " ").trim().slice(0, maxCharacters) };
}
