import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { Accounts } from "../../lib/auth/accounts.ts";
import { StartError } from "../../lib/errors.ts";
import { Logger } from "../../lib/log.ts";
import { explainAccess } from "../../lib/pages/explain_access.ts";
import { openStore } from "../../lib/store/mod.ts";
import { cheapPasswords, PASSWORD, tempDir } from "../testing.ts";

const FILES = {
  "index.html": "",
  "guide.md": "---\naccess: public\n---\n",
  "broken.md": "---\naccess: everyone\n---\n",
  "minutes/May 1.md": "",
  "minutes/index.md": "",
  "100%.txt": "",
  "closed.md": "---\naccess: members\n---\n",
  "closed.md.gz": "",
  "LOUD.MD": "---\naccess: members\n---\n",
};

async function explainer({ toml, isPublic = false }: { toml?: string; isPublic?: boolean } = {}) {
  const [dir, data] = [await tempDir(FILES), await tempDir(toml === undefined ? {} : { "access.toml": toml })];
  const explain = async (path: string, user?: string) => {
    const said: string[] = [];
    const logger = new Logger("text", (text) => void said.push(text));
    await explainAccess({ config: { siteDir: dir.path, dataDir: data.path, isPublic }, path, user }, logger);
    return said.join("\n").split("\n");
  };
  return {
    explain,
    dir: dir.path,
    data: data.path,
    async [Symbol.asyncDispose]() {
      await dir[Symbol.asyncDispose]();
      await data[Symbol.asyncDispose]();
    },
  };
}

Deno.test("access PATH says who may read it, why, and what it is", async () => {
  const toml = '"/minutes/" = "members"';
  await using it = await explainer({ toml, isPublic: true });
  await Deno.symlink(join(it.dir, "minutes"), join(it.dir, "link"));
  const rule = '"/minutes/" = "members": it is the longest path in access.toml that fits.';
  const fallback = "No rule fits, and the site was started for everybody (--public).";
  const cases: ReadonlyArray<readonly [path: string, lines: string[]]> = [
    ["/", [`/ is for everybody. ${fallback}`, "It is the file index.html."]],
    ["/guide", ["/guide is for everybody. The page's own front matter says public.", "It is the file guide.md."]],
    ["guide.md", ["/guide is for everybody. The page's own front matter says public.", "It is the file guide.md."]],
    ["https://example.org:8000/minutes/May%201", [
      `/minutes/May%201 is for members only. ${rule}`,
      "It is the file minutes/May 1.md.",
    ]],
    ["minutes/May 1.md", [`/minutes/May%201 is for members only. ${rule}`, "It is the file minutes/May 1.md."]],
    ["/minutes", [`/minutes/ is for members only. ${rule}`, "It is the file minutes/index.md."]],
    ["/minutes/June", [
      `/minutes/June is for members only. ${rule}`,
      "There is nothing at /minutes/June: whoever may not read it is not told so.",
    ]],
    ["/link/June", [
      `/link/June is for members only. ${rule}`,
      "There is nothing at /link/June: whoever may not read it is not told so.",
    ]],
    ["/100%.txt", [`/100%25.txt is for everybody. ${fallback}`, "It is the file 100%.txt."]],
    ["/LOUD.MD", [
      "/LOUD.MD is for members only. The page's own front matter says members.",
      "It is the file LOUD.MD.",
    ]],
    ["/closed.md.gz", [
      "/closed.md.gz is for members only. The page's own front matter says members.",
      "It is the file closed.md.gz.",
    ]],
    ["/../../etc/passwd", [
      `/etc/passwd is for everybody. ${fallback}`,
      "There is nothing at /etc/passwd: whoever may not read it is not told so.",
    ]],
  ];
  for (const [path, lines] of cases) assertEquals(await it.explain(path), lines, path);
});

Deno.test("access PATH says what is wrong with a page's front matter", async () => {
  await using it = await explainer({ isPublic: true });
  const [first, problem] = await it.explain("/broken");
  assertStringIncludes(first, "/broken is for members only.");
  assertStringIncludes(problem, 'access is to be "public" or "members"; until that is mended, it is for members.');
});

Deno.test("access PATH USER says whether that account may read it", async () => {
  await using it = await explainer();
  const { log, accounts: view } = openStore(it.data);
  const accounts = new Accounts({ log, view, passwords: cheapPasswords() });
  for (const name of ["Ada", "Bob"]) await accounts.make({ name, password: PASSWORD, role: "member" });
  const bob = view.byFoldedName("bob")!;
  await log.append(
    `account/${bob.id}`,
    JSON.stringify({ type: "account-banned", account: bob.id, isBanned: true, by: bob.id }),
  );
  await log.close();
  const cases: ReadonlyArray<readonly [path: string, user: string, line: string]> = [
    ["/minutes/", "ada", "Ada may read it: members may read everything."],
    ["/minutes/", "BOB", "Bob is banned, cannot log in, and may not read it: only who is logged in may."],
    ["/guide", "bob", "Bob is banned, cannot log in, and may read it all the same: everybody may."],
    ["/minutes/", "carl", "There is no account carl; without one, carl may not read it: only who is logged in may."],
    ["/guide", "carl", "There is no account carl; without one, carl may read it all the same: everybody may."],
  ];
  for (const [path, user, line] of cases) assertEquals((await it.explain(path, user)).at(-1), line, `${path} ${user}`);
});

Deno.test("access does without a data folder, and explains the starter pages", async () => {
  const said: string[] = [];
  const logger = new Logger("text", (text) => void said.push(text));
  await using dir = await tempDir({ "a.md": "" });
  const missing = join(dir.path, "never");
  for (const dataDir of [":memory:", missing]) {
    await explainAccess({ config: { siteDir: dir.path, dataDir, isPublic: false }, path: "/a", user: "ada" }, logger);
    assertStringIncludes(said.pop()!, "There is no account ada");
  }
  assertEquals(await Deno.stat(missing).catch(() => undefined), undefined, "it makes none");
  await explainAccess({ config: { siteDir: undefined, dataDir: ":memory:", isPublic: false }, path: "/" }, logger);
  assertStringIncludes(said.pop()!, "Everybody may read the starter pages");
});

Deno.test("access stops where the folder or the rules cannot be read", async () => {
  await using it = await explainer({ toml: '"/a" = 7' });
  assertStringIncludes((await assertRejects(() => it.explain("/"), StartError)).message, "line 1");
  const config = { siteDir: join(it.dir, "missing"), dataDir: ":memory:", isPublic: false };
  await assertRejects(
    () => explainAccess({ config, path: "/" }, new Logger("off", () => {})),
    StartError,
    "no such folder",
  );
});
