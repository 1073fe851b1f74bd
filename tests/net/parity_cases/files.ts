/**
 * Files: of the site, and our own.
 *
 * @module
 */
import { gets, type ParityCase, type Request } from "./case.ts";
import { type TempDir, tempDir } from "../../testing.ts";

/** More than is read whole, so that it is a stream; every piece is another. */
const LARGE = Uint8Array.from({ length: 300_001 }, (_, at) => (at * 31 + (at >> 8)) & 0xff);
/** When all of the site's files were changed. */
const CHANGED = new Date("2026-01-02T03:04:05Z");

const FILES: Readonly<Record<string, string | Uint8Array>> = {
  "index.html": "<!doctype html><title>Home</title><p>Welcome",
  "found.html": "<!doctype html><title>Found</title><p>The needle lies in a haystack of hay.",
  "style.css": "body { color: black }",
  "note.txt": "Zur Erinnerung: €",
  "empty.txt": "",
  "large.bin": LARGE,
  "large.txt": "a line of text that could be compressed\n".repeat(10_000),
  "whole.txt": "y".repeat(128 * 1024),
  "sp ace.txt": "a space",
  "häß.txt": "letters",
  "a+b&c=d.txt": "signs",
  "sub/index.html": "<!doctype html><title>Sub</title>",
  "sub/page.html": "<!doctype html><title>Page</title>",
  "none/page.html": "<!doctype html><title>No index</title>",
  ".hidden": "nobody's business",
  ".git/config": "nobody's business",
  ".well-known/security.txt": "Contact: mailto:a@example.org",
};

/** Makes the site that the cases are asked of. */
export async function parityDir(): Promise<TempDir> {
  const dir = await tempDir(FILES);
  for (const name of Object.keys(FILES)) await Deno.utime(`${dir.path}/${name}`, CHANGED, CHANGED);
  return dir;
}

const heads = (paths: readonly string[]): Request[] => paths.map((path) => ({ method: "HEAD", path }));
const PATHS = ["/", "/index.html", "/style.css", "/note.txt", "/empty.txt", "/large.bin", "/large.txt", "/whole.txt"];
const HOSTILE = [
  "/../note.txt",
  "/%2e%2e/note.txt",
  "/sub/..%2f..%2fnote.txt",
  "/..\\note.txt",
  "/%5c..%5cnote.txt",
  "//note.txt",
  "/note.txt%00.html",
  "/%",
  "/%zz",
  "/%E9",
  "/.hidden",
  "/.git/config",
  "/.git/",
  "/sub/.%2e/note.txt",
  `/${"a".repeat(300)}`,
];

function ranged(path: string, ranges: readonly string[]): Request[] {
  return ranges.map((range) => ({ path, headers: { range } }));
}

function conditioned(path: string, conditions: ReadonlyArray<Readonly<Record<string, string>>>): Request[] {
  return conditions.flatMap((headers) => [{ path, headers }, { method: "HEAD", path, headers }]);
}

/** The tag that the server gives a file of the site. */
function etagOf(name: string): string {
  const content = FILES[name];
  const bytes = typeof content === "string" ? new TextEncoder().encode(content).length : content.length;
  return `"${CHANGED.getTime().toString(36)}-${bytes.toString(36)}"`;
}

const TAG = etagOf("note.txt");
const BEFORE = new Date(CHANGED.getTime() - 60_000).toUTCString();
const LATER = new Date(CHANGED.getTime() + 60_000).toUTCString();

/** The cases, for a site in a folder. */
export function fileCases(siteDir: string): ParityCase[] {
  const site = { siteDir, isPublic: true };
  const members = { siteDir, isPublic: false };
  const browser = { accept: "text/html" };
  return [
    { name: "files of every kind", config: site, steps: gets(PATHS) },
    { name: "the heads of files", config: site, steps: heads(PATHS) },
    {
      name: "folders lead to their index",
      config: site,
      steps: gets([
        "/sub",
        "/sub?a=b",
        "/sub/",
        "/sub/index.html",
        "/sub/page.html",
        "/none",
        "/none/",
        "/sub/page.html/",
      ]),
    },
    {
      name: "encoded paths",
      config: site,
      steps: gets([
        "/sp%20ace.txt",
        "/h%C3%A4%C3%9F.txt",
        "/a+b&c=d.txt",
        "/a%2Bb%26c%3Dd.txt",
        "/%6Eote.txt",
        "/note.txt?%zz",
      ]),
    },
    { name: "hostile paths", config: site, steps: gets(HOSTILE) },
    { name: "hostile paths, by a browser", config: site, steps: HOSTILE.map((path) => ({ path, headers: browser })) },
    {
      name: "what a dot may begin",
      config: site,
      steps: gets(["/.well-known/security.txt", "/.well-known/", "/.well-known"]),
    },
    {
      name: "what is not there",
      config: site,
      steps: [
        ...gets(["/nothing", "/sub/nothing.html", "/nothing/"]),
        ...heads(["/nothing", "/sub/nothing.html"]),
        { path: "/nothing", headers: browser },
        { method: "HEAD", path: "/nothing", headers: browser },
      ],
    },
    {
      name: "methods that files do not answer",
      config: site,
      steps: ["POST", "PUT", "PATCH", "DELETE", "OPTIONS", "PROPFIND"].flatMap((method) => [
        { method, path: "/note.txt" },
        { method, path: "/nothing" },
      ]),
    },
    {
      name: "ranges of a small file",
      config: site,
      steps: ranged("/note.txt", [
        "bytes=0-3",
        "bytes=4-",
        "bytes=-2",
        "bytes=0-",
        "bytes=5-1000",
        "bytes=1000-",
        "bytes=-0",
        "bytes=3-1",
        "bytes=0-1,3-4",
        "lines=0-1",
        "bytes=x",
      ]),
    },
    {
      name: "ranges of a large file",
      config: site,
      steps: [
        ...ranged("/large.bin", ["bytes=0-0", "bytes=100000-250000", "bytes=-5", "bytes=1-", "bytes=300001-"]),
        { method: "HEAD", path: "/large.bin", headers: { range: "bytes=0-9" } },
        { path: "/note.txt", headers: { range: "bytes=0-3", "if-range": TAG } },
        { path: "/note.txt", headers: { range: "bytes=0-3", "if-range": '"other"' } },
      ],
    },
    {
      name: "conditions",
      config: site,
      steps: conditioned("/note.txt", [
        { "if-none-match": TAG },
        { "if-none-match": `W/${TAG}` },
        { "if-none-match": "*" },
        { "if-none-match": '"other"' },
        { "if-match": TAG },
        { "if-match": "*" },
        { "if-match": '"other"' },
        { "if-modified-since": LATER },
        { "if-modified-since": BEFORE },
        { "if-modified-since": "yesterday" },
        { "if-unmodified-since": BEFORE },
        { "if-unmodified-since": LATER },
        { "if-none-match": '"other"', "if-modified-since": LATER },
      ]),
    },
    {
      name: "a site for members",
      config: members,
      members: ["ada"],
      steps: [
        ...gets(["/", "/note.txt", "/nothing", "/_ui/base.css"]),
        ...gets(["/", "/note.txt", "/nothing", "/large.bin"], "ada"),
        ...["/", "/note.txt?a=b&c", "/nothing"].map((path) => ({ path, headers: browser })),
        { method: "HEAD", path: "/note.txt", headers: browser },
        { method: "POST", path: "/note.txt", headers: browser },
        { path: "/note.txt", as: "ada", headers: { "if-none-match": TAG } },
        { path: "/note.txt", headers: { "if-none-match": TAG } },
      ],
    },
    {
      name: "our own files, and the starter pages",
      steps: [
        ...gets([
          "/",
          "/about.html",
          "/start.css",
          "/_ui/base.css",
          "/_ui/icon.svg",
          "/_ui/",
          "/_ui/nothing",
          "/learn/",
        ]),
        ...heads(["/", "/about.html", "/_ui/base.css"]),
      ],
    },
  ];
}
