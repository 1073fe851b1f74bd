import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { join } from "@std/path";
import { type Access, AccessError, AccessRules, type Asked } from "../../lib/pages/access.ts";
import { ACCESS_FILE, AccessFile } from "../../lib/pages/access_file.ts";
import { StartError } from "../../lib/errors.ts";
import { fakeClock, tempDir } from "../testing.ts";

const open = (toml: string) => AccessRules.read(toml, { isPublic: true });
const closed = (toml: string) => AccessRules.read(toml, { isPublic: false });

Deno.test("without rules the start decides, and says so", () => {
  const cases = [[true, "public", "--public"], [false, "members", "--public"]] as const;
  for (const [isPublic, access, part] of cases) {
    const decision = AccessRules.read(undefined, { isPublic }).decide("/any/page");
    assertEquals(decision.access, access);
    assertStringIncludes(decision.because, part);
  }
});

Deno.test("a rule holds for its folder and all below, however the path is written", () => {
  const rules = open('"/Prívate Notes/" = "members"');
  const cases: ReadonlyArray<readonly [path: string, access: Access]> = [
    ["/Pr%C3%ADvate%20Notes/", "members"],
    ["/pr%C3%ADvate%20notes/a", "members"],
    ["/PR%C3%8DVATE%20NOTES/a/b/c.png", "members"],
    // The same letter in two characters.
    ["/Pri%CC%81vate%20Notes/a", "members"],
    ["/%50r%C3%ADvate%20Notes/a", "members"],
    ["//Pr%C3%ADvate%20Notes//a", "members"],
    ["/Pr%C3%ADvate%20Notes", "public"],
    ["/Pr%C3%ADvate%20Notes2/a", "public"],
    ["/in/Pr%C3%ADvate%20Notes/a", "public"],
    ["/", "public"],
  ];
  for (const [path, access] of cases) assertEquals(rules.decide(path).access, access, path);
});

Deno.test("a rule without a slash at its end holds for the page, however it is kept, and for the folder", () => {
  for (const written of ["/a", "/a.md", "/A", "/%61"]) {
    const rules = open(`"${written}" = "members"`);
    const cases: ReadonlyArray<readonly [path: string, access: Access]> = [
      ["/a", "members"],
      ["/a.md", "members"],
      ["/a.markdown", "members"],
      ["/a.html", "members"],
      ["/a/", "members"],
      ["/a/b", "members"],
      ["/a.txt", "public"],
      ["/ab", "public"],
      ["/b/a", "public"],
    ];
    for (const [path, access] of cases) assertEquals(rules.decide(path).access, access, `${written} ${path}`);
  }
});

Deno.test("the longest path that fits decides, whatever stands first", () => {
  const lines = [
    '"/" = "members"',
    '"/a/" = "public"',
    '"/a/b" = "members"',
    '"/a/b/" = "public"',
    '"/a/b/c.html" = "members"',
  ];
  const cases: ReadonlyArray<readonly [path: string, access: Access]> = [
    ["/", "members"],
    ["/x", "members"],
    ["/a/", "public"],
    ["/a/x", "public"],
    ["/a/b", "members"],
    ["/a/b.html", "members"],
    ["/a/b/", "public"],
    ["/a/b/c", "public"],
    ["/a/b/c.html", "members"],
    ["/a/b/d/e", "public"],
  ];
  for (const toml of [lines.join("\n"), lines.toReversed().join("\n")]) {
    for (const [path, access] of cases) assertEquals(open(toml).decide(path).access, access, path);
  }
});

Deno.test("front matter goes before all rules", () => {
  const rules = closed('"/a/" = "public"');
  assertEquals(rules.decide("/a/b", { declared: "members" }).access, "members");
  const decision = rules.decide("/c", { declared: "public" });
  assertEquals(decision, { access: "public", because: "The page's own front matter says public" });
});

Deno.test("where a path leads over links, the rules for both its ends must allow it", () => {
  const rules = closed('"/open/" = "public"\n"/also/" = "public"');
  const cases: ReadonlyArray<readonly [path: string, asked: Asked, access: Access]> = [
    ["/open/a", { inside: "open/a.md" }, "public"],
    ["/open/a", { inside: "also/a.md" }, "public"],
    ["/open/a", { inside: "secret/a.md" }, "members"],
    ["/secret/a", { inside: "open/a.md" }, "members"],
    ["/open/", { inside: "open" }, "public"],
    ["/open/", { inside: "secret" }, "members"],
    ["/open/", { inside: "" }, "members"],
    ["/open/a%2Fb", { inside: "open/Secret" }, "public"],
    ["/open/x", { inside: "SECRET/x" }, "members"],
  ];
  for (const [path, asked, access] of cases) {
    assertEquals(rules.decide(path, asked).access, access, `${path} ${asked.inside}`);
  }
});

Deno.test("a rule may name an index, which is read at the address of its folder", () => {
  const cases: ReadonlyArray<readonly [toml: string, inside: string, access: Access]> = [
    ['"/a/index.html" = "public"', "a/index.html", "public"],
    ['"/a/index" = "public"', "a/index.md", "public"],
    ['"/a/README" = "public"', "a/README.md", "public"],
    ['"/a/README.md" = "public"', "a/readme.md", "public"],
    ['"/a/" = "public"\n"/a/index" = "members"', "a/index.md", "members"],
    ['"/a/" = "public"', "a/index.md", "public"],
    ['"/a/index" = "public"', "a/README.md", "members"],
  ];
  for (const [toml, inside, access] of cases) {
    assertEquals(closed(toml).decide("/a/", { inside }).access, access, toml);
    assertEquals(closed(toml).decideInside(inside), access, toml);
  }
});

Deno.test("decideInside() decides as decide() does where no link leads", () => {
  const rules = open('"/a%20b/" = "members"\n"/a b/é" = "public"');
  for (const inside of ["a b/x.md", "a b/é.md", "a b/É.html", "a b/", "x", ""]) {
    const path = `/${inside.split("/").map(encodeURIComponent).join("/")}`;
    assertEquals(rules.decideInside(inside), rules.decide(path).access, inside);
  }
  assertEquals(rules.decideInside("x", "members"), "members");
});

Deno.test("a decision says why, in the words of the rule", () => {
  assertEquals(
    open('"/Minutes/" = "members"').decide("/minutes/may").because,
    '"/Minutes/" = "members": it is the longest path in access.toml that fits',
  );
});

Deno.test("what is malformed is refused with its line and what to do", () => {
  const cases: ReadonlyArray<readonly [toml: string, part: string]> = [
    ['# first\n"/a" = "Public"', 'line 2: "/a" is "Public"; it can be "public" or "members"'],
    ['"/a" = true', 'line 1: "/a" is true'],
    ['"/a" = 1', 'line 1: "/a" is 1'],
    ['"/a" = ["public"]', 'line 1: "/a" is no rule'],
    ['\n["/a"]\naccess = "public"', 'line 2: "/a" is no rule'],
    ['"a" = "public"', 'line 1: the path "a" does not begin with a slash; write "/a"'],
    ['a = "public"', 'line 1: the path "a" does not begin with a slash'],
    ['"/a" = "public"\n"/A.md" = "members"', 'line 2: "/A.md" is the same path as "/a", but says otherwise'],
    ['"/a" = "public"\n"/a" = "members"', 'line 2: "/a" has a rule already, in line 1; keep one'],
    ['/a = "public"', "access.toml is no TOML"],
    ['"/a" = "public', "line 1"],
    ['"/a": "public"', "access.toml is no TOML"],
  ];
  for (const [toml, part] of cases) {
    const { message } = assertThrows(() => open(toml), AccessError);
    assertStringIncludes(message, part);
    assert(!message.includes("\n"), "it fits on one line");
  }
});

Deno.test("paths that cannot be decoded, and very long ones, are decided all the same", () => {
  const rules = closed('"/a/" = "public"');
  for (const path of ["/%", "/%zz/a", "/%ff", `/${"x/".repeat(5_000)}`, `/${"%20".repeat(5_000)}`, "/\0", ""]) {
    assertEquals(rules.decide(path).access, "members", path.slice(0, 20));
  }
});

/** A data folder with an access.toml that can be rewritten, and a clock that can be moved on. */
async function accessFile(toml: string | undefined) {
  const dir = await tempDir(toml === undefined ? {} : { [ACCESS_FILE]: toml });
  const clock = fakeClock();
  const [defects, texts]: [string[], Array<string | undefined>] = [[], []];
  const file = () =>
    new AccessFile({
      path: join(dir.path, ACCESS_FILE),
      isPublic: true,
      reportDefect: (error) => void defects.push(String(error)),
      onChange: (text) => void texts.push(text),
    });
  return {
    file,
    defects,
    texts,
    clock,
    path: join(dir.path, ACCESS_FILE),
    write: (text: string) => dir.write(ACCESS_FILE, text),
    async [Symbol.asyncDispose]() {
      clock[Symbol.dispose]();
      await dir[Symbol.asyncDispose]();
    },
  };
}

Deno.test("access.toml is read again when it changes, and looked at once a second at most", async () => {
  await using it = await accessFile(undefined);
  const file = it.file();
  const access = () => file.rules().decide("/a").access;
  assertEquals(access(), "public");
  await it.write('"/a" = "members"');
  it.clock.tick(999);
  assertEquals(access(), "public");
  it.clock.tick(1);
  assertEquals([access(), file.text], ["members", '"/a" = "members"']);
  await Deno.remove(it.path);
  it.clock.tick(1_000);
  assertEquals(access(), "members");
  it.clock.tick(1_000);
  assertEquals(access(), "public");
  assertEquals([it.texts, it.defects], [['"/a" = "members"', undefined], []]);
});

Deno.test("an access.toml that is being written anew opens nothing while it is empty", async () => {
  await using it = await accessFile('"/a" = "members"');
  const file = it.file();
  const access = (path: string) => (it.clock.tick(1_000), file.rules().decide(path).access);
  for (const text of ["", "\n"]) {
    await it.write(text);
    assertEquals(access("/a"), "members");
    await it.write(`"/a" = "members"\n"/b${text.length}" = "members"\n`);
    assertEquals([access("/a"), access(`/b${text.length}`)], ["members", "members"]);
  }
  await it.write("");
  assertEquals([access("/a"), access("/a")], ["members", "public"]);
});

Deno.test("a change of access.toml that cannot be read leaves the old rules, and is reported once", async () => {
  await using it = await accessFile('"/a" = "members"');
  const file = it.file();
  const access = () => (it.clock.tick(1_000), file.rules().decide("/a").access);
  await it.write('"/a" = "everybody"');
  assertEquals([access(), access(), access()], ["members", "members", "members"]);
  assertEquals(it.defects.length, 1);
  for (const part of [it.path, "line 1", "everybody", "old ones still hold"]) assertStringIncludes(it.defects[0], part);
  await it.write('"/b" = "members"');
  assertEquals([access(), it.defects.length], ["public", 1]);
  await Deno.remove(it.path);
  await Deno.mkdir(it.path);
  assertEquals([access(), access(), it.defects.length], ["public", "public", 2]);
});

Deno.test("an access.toml that cannot be read stops the start", async () => {
  const cases = ['"/a" = "x"', "\xff\xfe not TOML", "["];
  for (const toml of cases) {
    await using it = await accessFile(toml);
    const error = assertThrows(() => it.file(), StartError);
    assertStringIncludes(error.message, `Cannot read ${it.path}: `);
    assertEquals(error.exitStatus, 1);
  }
  await using it = await accessFile(undefined);
  await Deno.mkdir(it.path);
  assertThrows(() => it.file(), StartError);
  await Deno.remove(it.path);
  await Deno.writeFile(it.path, Uint8Array.of(0x22, 0xff, 0x22));
  assertStringIncludes(assertThrows(() => it.file(), StartError).message, "UTF-8");
});
