import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { fillPattern, outranks, type Params, Router } from "../lib/router.ts";

function routerOf(patterns: readonly string[]): Router<string> {
  const router = new Router<string>();
  for (const pattern of patterns) router.add(pattern, pattern);
  return router;
}

interface Case {
  readonly patterns: readonly string[];
  readonly path: string;
  /** The pattern that is found, with its parameters; `undefined` if none is. */
  readonly found?: readonly [pattern: string, params: Params];
}

const FILES = ["/", "/a", "/a/[id]", "/a/[id]/edit", "/a/new", "/[x]/edit", "/f/[...path]", "/f/[one]"];

const CASES: readonly Case[] = [
  { patterns: FILES, path: "/", found: ["/", {}] },
  { patterns: FILES, path: "/a", found: ["/a", {}] },
  { patterns: FILES, path: "/a/7", found: ["/a/[id]", { id: "7" }] },
  { patterns: FILES, path: "/a/new", found: ["/a/new", {}] },
  { patterns: FILES, path: "/a/7/edit", found: ["/a/[id]/edit", { id: "7" }] },
  { patterns: FILES, path: "/a/new/edit", found: ["/a/[id]/edit", { id: "new" }] },
  { patterns: FILES, path: "/a/edit", found: ["/a/[id]", { id: "edit" }] },
  { patterns: FILES, path: "/b/edit", found: ["/[x]/edit", { x: "b" }] },
  { patterns: FILES, path: "/f/x", found: ["/f/[one]", { one: "x" }] },
  { patterns: FILES, path: "/f/x/y/z", found: ["/f/[...path]", { path: "x/y/z" }] },
  { patterns: FILES, path: "/f" },
  { patterns: FILES, path: "/nothing" },
  { patterns: FILES, path: "/a/7/edit/more" },
  { patterns: FILES, path: "/A" },
  { patterns: FILES, path: "/a/" },
  { patterns: FILES, path: "//" },
  // A narrower branch that ends in nothing gives way to a wider one, however deep.
  { patterns: ["/a/b/c/d", "/[...all]"], path: "/a/b/c/x", found: ["/[...all]", { all: "a/b/c/x" }] },
  { patterns: ["/a/b/c", "/a/[x]/d"], path: "/a/b/d", found: ["/a/[x]/d", { x: "b" }] },
  { patterns: ["/a/b/c", "/[x]/b/d"], path: "/a/b/d", found: ["/[x]/b/d", { x: "a" }] },
  { patterns: ["/[x]/b/c", "/a/[...rest]"], path: "/a/b/c", found: ["/a/[...rest]", { rest: "b/c" }] },
  // Encoded characters are decoded once; an encoded slash stays inside its parameter.
  { patterns: FILES, path: "/a/caf%C3%A9", found: ["/a/[id]", { id: "café" }] },
  { patterns: FILES, path: "/a/x%2Fedit", found: ["/a/[id]", { id: "x/edit" }] },
  { patterns: FILES, path: "/a/%252F", found: ["/a/[id]", { id: "%2F" }] },
  { patterns: FILES, path: "/a/%2E%2E", found: ["/a/[id]", { id: ".." }] },
  { patterns: FILES, path: "/a/1+1", found: ["/a/[id]", { id: "1+1" }] },
  { patterns: FILES, path: "/%61", found: ["/a", {}] },
  // Names of parameters are not names of JavaScript.
  { patterns: ["/[constructor]"], path: "/x", found: ["/[constructor]", { constructor: "x" } as unknown as Params] },
  { patterns: ["/a"], path: "/constructor" },
  { patterns: ["/a"], path: "/__proto__" },
];

Deno.test("Router.match() prefers a literal to a parameter to the rest, and tries the wider one last", () => {
  for (const { patterns, path, found } of CASES) {
    const expected = found && { route: found[0], params: found[1] };
    assertEquals(routerOf(patterns).match(path), expected, path);
    assertEquals(routerOf(patterns.toReversed()).match(path), expected, `${path}, added in reverse`);
  }
});

Deno.test("Router.match() gives an empty segment to no parameter", () => {
  const router = routerOf(["/a/[id]", "/a/[id]/b"]);
  assertEquals(router.match("/a/"), undefined);
  assertEquals(router.match("/a//b"), undefined);
});

Deno.test("Router.match() throws a URIError on a malformed percent-encoding", () => {
  for (const path of ["/a/%", "/a/%E0%A4%A", "/a/%zz", "/%C3"]) {
    assertThrows(() => routerOf(["/a/[id]"]).match(path), URIError);
  }
});

Deno.test("Router.add() refuses two patterns for one URL", () => {
  const cases = [
    ["/", "/"],
    ["/a", "/a"],
    ["/a/[x]", "/a/[y]"],
    ["/[x]/b", "/[y]/b"],
    ["/a/[...x]", "/a/[...y]"],
  ];
  for (const [first, second] of cases) {
    const error = assertThrows(() => routerOf([first, second]), TypeError, "is the same URL");
    assertStringIncludes(error.message, first);
    assertStringIncludes(error.message, second);
  }
});

Deno.test("Router.add() refuses malformed patterns, naming them", () => {
  const cases = [
    "/a//b",
    "/a/",
    "/[x",
    "/x]",
    "/[]",
    "/[x]y",
    "/y[x]",
    "/[x][y]",
    "/[1x]",
    "/[x y]",
    "/[..x]",
    "/[...]",
    "/[...x]/b",
    "/[...x]/[y]",
    "/[x]/[x]",
    "/[x]/[...x]",
  ];
  for (const pattern of cases) {
    assertStringIncludes(assertThrows(() => routerOf([pattern]), TypeError).message, pattern);
  }
});

Deno.test("Router.match() is quick on a path of many segments", () => {
  const router = routerOf(["/[a]/[b]/[c]/x", "/a/[b]/c/y", "/[...rest]"]);
  const path = "/a".repeat(5_000);
  assertEquals(router.match(path)?.params.rest.length, path.length - 1);
});

Deno.test("fillPattern() encodes values, and leaves slashes only in the rest", () => {
  const cases: ReadonlyArray<readonly [pattern: string, params: Params, path: string]> = [
    ["/", {}, "/"],
    ["/a/b", {}, "/a/b"],
    ["/a/[id]", { id: "7" }, "/a/7"],
    ["/a/[id]", { id: "x/y" }, "/a/x%2Fy"],
    ["/a/[id]", { id: "café ?#%" }, "/a/caf%C3%A9%20%3F%23%25"],
    ["/[a]/[b]", { a: "1", b: "2" }, "/1/2"],
    ["/f/[...path]", { path: "x/ y/z" }, "/f/x/%20y/z"],
    ["/a/[id]", { id: "$&" }, "/a/%24%26"],
  ];
  for (const [pattern, params, path] of cases) assertEquals(fillPattern(pattern, params), path);
});

Deno.test("fillPattern() is undone by Router.match()", () => {
  const router = routerOf(["/a/[id]/[...rest]"]);
  const params = { id: "x/y %2F ü", rest: "1/2 3/%" };
  assertEquals(router.match(fillPattern("/a/[id]/[...rest]", params))?.params, params);
});

Deno.test("fillPattern() throws if a value is missing", () => {
  assertThrows(() => fillPattern("/a/[id]"), TypeError, "id is missing");
  assert(fillPattern("/a/[id]", { id: "" }) === "/a/");
});

Deno.test("outranks() tells which of two patterns takes paths from the other", () => {
  const cases: ReadonlyArray<readonly [pattern: string, other: string, wins: boolean]> = [
    ["/a", "/a", true],
    ["/a", "/b", false],
    ["/", "/a", false],
    ["/a", "/", false],
    ["/a", "/[x]", true],
    ["/[x]", "/a", false],
    ["/[x]", "/[y]", true],
    ["/a/b", "/a", false],
    ["/[x]", "/[x]/[y]", false],
    ["/a", "/[...x]", true],
    ["/[x]", "/[...y]", true],
    ["/[...x]", "/[...y]", true],
    ["/[...x]", "/a", false],
    ["/[...x]", "/a/b/c", false],
    ["/a/b/c", "/[...x]", true],
    ["/a/[...x]", "/a", false],
    ["/a", "/a/[...x]", false],
    ["/a/[...x]", "/[y]/b", true],
    ["/[x]/b", "/a/[y]", false],
    ["/a/[y]", "/[x]/b", true],
    ["/a/[y]", "/a/[...z]", true],
    ["/a/b", "/[x]/c", false],
  ];
  for (const [pattern, other, wins] of cases) assertEquals(outranks(pattern, other), wins, `${pattern} ${other}`);
});
