import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { join } from "@std/path";
import { HttpError } from "../../lib/errors.ts";
import { decodePath, Files, isInside } from "../../lib/files/mod.ts";
import { HOSTILE_PATHS } from "../fixtures/hostile_paths.ts";
import { siteFolder } from "../fixtures/static_site.ts";
import { tempDir } from "../testing.ts";

Deno.test("a path is taken apart into ordinary names, in any script", () => {
  const cases: ReadonlyArray<readonly [path: string, names: string[] | undefined]> = [
    ["/", []],
    ["/a", ["a"]],
    ["/a/b/", ["a", "b"]],
    ["/%E6%97%A5%E6%9C%AC/%D8%B3%D9%84%D8%A7%D9%85.html", ["日本", "سلام.html"]],
    ["/a%20b/c%2Bd/e%23f/g%3Fh", ["a b", "c+d", "e#f", "g?h"]],
    ["/100%25", ["100%"]],
    ["/%25%32%65", ["%2e"]],
    ["/.well-known/x", [".well-known", "x"]],
    ["/a..b/c.", ["a..b", "c."]],
    ["/%F0%9F%99%82", ["🙂"]],
    [`/${"%61".repeat(255)}`, ["a".repeat(255)]],
    [`/${"a".repeat(256)}`, undefined],
    [`/${"%C3%BC".repeat(128)}`, undefined],
    ["//", undefined],
    ["/a//b", undefined],
    ["/a/%2e", undefined],
    ["/%2e%2e/a", undefined],
    ["/.git", undefined],
    ["/a%2fb", undefined],
    ["/a%00b", undefined],
  ];
  for (const [path, names] of cases) assertEquals(decodePath(path), names, path);
});

Deno.test("a malformed percent-encoding is refused with 400, which says what is wrong", () => {
  for (const path of ["/%", "/%zz", "/%E0%A4%A", "/digits%.txt", "/%C0%AE%C0%AE/outside.txt", "/%ff", "/folder/%2"]) {
    const error = assertThrows(() => decodePath(path), HttpError);
    assertEquals(error.status, 400, path);
    assertStringIncludes(error.message, "Cannot decode");
  }
});

Deno.test("a path lies inside a folder, and not in one whose name begins alike", () => {
  assert(isInside("/site", "/site") && isInside("/site/a", "/site") && isInside("/a", "/"));
  assert(!isInside("/site2/a", "/site") && !isInside("/", "/site"));
});

Deno.test("find() never leaves the root, by whatever path", async () => {
  await using it = await siteFolder();
  assert(HOSTILE_PATHS.length >= 40);
  const files = new Files(it);
  for (const path of HOSTILE_PATHS) assertEquals(await files.find(path), undefined, path.slice(0, 80));
  assertEquals(await new Files({ dir: `${it.dir}/` }).find("/../outside.txt"), undefined, "a slash after the root");
});

Deno.test("find() finds nothing by a path that is longer than the system allows", async () => {
  await using it = await siteFolder();
  for (const path of ["/a".repeat(3_000), "/folder".repeat(2_000), `/${"a".repeat(255)}`.repeat(20)]) {
    assertEquals(await new Files(it).find(path), undefined);
  }
});

Deno.test("find() says what there is, and where it really lies", async () => {
  await using it = await siteFolder();
  const cases: ReadonlyArray<readonly [path: string, kind: string | undefined, inside: string]> = [
    ["/", "folder", ""],
    ["/digits.txt", "file", "digits.txt"],
    ["/digits.txt/", undefined, ""],
    ["/link_inside.txt", "file", "digits.txt"],
    ["/link_dir_inside", "folder", "folder"],
    ["/link_dir_inside/", "folder", "folder"],
    ["/link_dir_inside/deep/file.json", "file", "folder/deep/file.json"],
    ["/caf%C3%A9%20&%20co.txt", "file", "café & co.txt"],
    ["/%2541.txt", "file", "%41.txt"],
    ["/folder/nothing", undefined, ""],
    ["/digits.txt/more", undefined, ""],
  ];
  const files = new Files(it);
  for (const [path, kind, inside] of cases) {
    const found = await files.find(path);
    assertEquals(found?.kind, kind, path);
    if (found === undefined) continue;
    assertEquals([found.inside, found.path], [inside, join(it.dir, inside)], path);
  }
});

Deno.test("find() serves a root that is itself a link, and finds nothing where the root is gone", async () => {
  await using it = await siteFolder();
  await using other = await tempDir();
  await Deno.symlink(it.dir, join(other.path, "root"));
  const found = await new Files({ dir: join(other.path, "root") }).find("/digits.txt");
  assertEquals(found?.path, join(it.dir, "digits.txt"));
  assertEquals(await new Files({ dir: join(other.path, "gone") }).find("/x"), undefined);
});

Deno.test("find() finds nothing of the hidden folder, by whatever way", async () => {
  await using it = await siteFolder();
  await Deno.symlink("folder", join(it.dir, "another"));
  const files = new Files({ dir: it.dir, hiddenDir: join(it.dir, "folder") });
  for (const path of ["/folder", "/folder/", "/folder/index.html", "/another/index.html", "/link_dir_inside"]) {
    assertEquals(await files.find(path), undefined, path);
  }
  assertEquals((await files.find("/digits.txt"))?.kind, "file");
});
