/**
 * What replies with files of the folder say beside the file: who may keep it, and what a browser may do with it.
 *
 * Whoever fills the folder may write pages with scripts, but these must not act as the reader. So what a browser would run
 * lies in a sandbox. A page for everybody runs its scripts in an origin of its own, which holds none of our cookies. A page
 * for members needs the cookie for its images and styles, and so runs none; nor has it forms, which would send in the
 * reader's name whatever its author has filled in.
 *
 * @module
 */
import { extname } from "@std/path";
import { contentTypeOf } from "../files/mod.ts";
import type { ReplyFields } from "../lazy_response.ts";
import { CONTENT_SECURITY_POLICY } from "../render.ts";
import { COMMON_HEADERS } from "../replies.ts";
import type { Access } from "./access.ts";

/** What a file is to a browser: something to run, something that a sandboxed page asks for across origins, or neither. */
type Nature = "active" | "shared" | "plain";

const ACTIVE = /^(?:text\/html|text\/xml|application\/xml|[\w.-]+\/[\w.+-]+\+xml)\b/;
const SHARED =
  /^(?:(?:text|application)\/(?:x-)?javascript|text\/css|font\/|application\/(?:json|wasm|vnd\.ms-fontobject)|[\w.-]+\/[\w.-]+\+json)\b/;
const MAY = "allow-popups allow-popups-to-escape-sandbox allow-modals allow-downloads " +
  "allow-top-navigation-by-user-activation";
const SANDBOX: Readonly<Record<Access, string>> = {
  public: `sandbox allow-scripts allow-forms ${MAY}; frame-ancestors 'self'`,
  members: `sandbox allow-same-origin ${MAY}; frame-ancestors 'self'`,
};
const KEPT: Readonly<Record<Access, string>> = { public: "no-cache", members: "private, no-cache" };

const FIELDS = Object.fromEntries((["public", "members"] as const).map((access) => {
  const plain: ReplyFields = Object.freeze({ ...COMMON_HEADERS, "cache-control": KEPT[access] });
  return [access, {
    plain,
    shared: access === "public" ? Object.freeze({ ...plain, "access-control-allow-origin": "*" }) : plain,
    active: Object.freeze({ ...plain, "content-security-policy": SANDBOX[access] }),
    own: Object.freeze({ ...plain, "content-security-policy": CONTENT_SECURITY_POLICY }),
    source: Object.freeze({ ...plain, "content-type": "text/plain; charset=utf-8" }),
  }];
})) as unknown as Readonly<Record<Access, Readonly<Record<Nature | "own" | "source", ReplyFields>>>>;

/** By ending. */
const natures = new Map<string, Nature>();
/** Endings that are remembered; there are some hundred types. */
const MAX_NATURES = 1_000;

/**
 * The fields for a file that is sent as it is.
 *
 * @param path Its path on the disk.
 * @param options Who may read it, and whether it is one of the program's own pages, which we trust.
 * @returns A frozen object, always the same for the same kind of file.
 */
export function fileFields(path: string, { access, isOwn }: { access: Access; isOwn: boolean }): ReplyFields {
  const nature = natureOf(path);
  return FIELDS[access][isOwn && nature === "active" ? "own" : nature];
}

/** The fields for a file whose source is shown, whatever a browser would make of it. */
export function sourceFields(access: Access): ReplyFields {
  return FIELDS[access].source;
}

/** How long a page that we make may be kept. */
export function pageCaching(access: Access): string {
  return KEPT[access];
}

/** Whether a browser takes a file for a page of HTML. */
export function isHtml(path: string): boolean {
  return contentTypeOf(path).startsWith("text/html");
}

function natureOf(path: string): Nature {
  const ending = extname(path).toLowerCase();
  const known = natures.get(ending);
  if (known !== undefined) return known;
  const type = contentTypeOf(`file${ending}`);
  const nature = ACTIVE.test(type) ? "active" : SHARED.test(type) ? "shared" : "plain";
  if (natures.size < MAX_NATURES) natures.set(ending, nature);
  return nature;
}
