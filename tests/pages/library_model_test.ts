/**
 * A library against a plain look at the folder, while the folder is changed at random: what each may find, and what a
 * listing shows, must be the same after every step. A failure names its seed.
 */
import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import { Random } from "../chat/model/random.ts";
import { libraryOf, MEMBER, VISITOR } from "./library_fixture.ts";

const STEPS = 60;
const SEEDS = [1, 2, 3, 4, 5, 6, 7, 8];
const FOLDERS = ["", "a/", "b/", "a/c/", "a/index/", "Über/"];
const NAMES = [
  "x",
  "x.md",
  "y.md",
  "y.html",
  "index.html",
  "index.md",
  "README.md",
  "z.txt",
  "w.png",
  "a.md",
  "c.markdown",
];
const RULES = ["/", "/a/", "/a", "/a/c/", "/b/x", "/über/", "/a/index", "/a/x.md"];
const WORDS = ["alpha", "beta", "gamma"];
const PAGE = /\.(html|md|markdown)$/;
const READ = /\.(html|md|markdown|txt)$/;

type Access = "public" | "members";

/** One file, as a plain look finds it. */
interface Seen {
  readonly folder: string;
  readonly name: string;
  readonly text: string;
}

interface Look {
  readonly files: Seen[];
  /** Paths below the site's folder that end in a slash. */
  readonly folders: string[];
}

async function look(dir: string, folder = ""): Promise<Look> {
  const [files, folders]: [Seen[], string[]] = [[], [folder]];
  for await (const { name, isDirectory, isFile } of Deno.readDir(join(dir, folder))) {
    if (isFile) files.push({ folder, name, text: await Deno.readTextFile(join(dir, folder, name)) });
    if (!isDirectory) continue;
    const below = await look(dir, `${folder}${name}/`);
    files.push(...below.files);
    folders.push(...below.folders);
  }
  return { files, folders };
}

/** The same rules as the site's, written down once more in the plainest way. */
class Oracle {
  readonly seen: readonly Seen[];
  readonly folders: readonly string[];
  readonly rules: ReadonlyMap<string, Access>;

  constructor({ files, folders }: Look, rules: ReadonlyMap<string, Access>) {
    this.seen = files;
    this.folders = folders;
    this.rules = rules;
  }

  names(folder: string): string[] {
    return this.seen.filter((one) => one.folder === folder).map(({ name }) => name);
  }

  index(folder: string): string | undefined {
    return ["index.html", "index.md", "README.md"].find((name) => this.names(folder).includes(name));
  }

  url({ folder, name }: Pick<Seen, "folder" | "name">): string {
    const path = encodeURI(`/${folder}`);
    if (this.index(folder) === name) return path;
    const stem = name.replace(/\.(md|markdown)$/, "");
    return path + (this.names(folder).includes(stem) && stem !== name ? name : stem);
  }

  access({ folder, name, text }: Seen): Access {
    const declared = /^---\naccess: (\w+)\n---\n/.exec(text)?.[1];
    if (declared !== undefined && /\.(md|markdown)$/.test(name)) return declared === "public" ? "public" : "members";
    return this.rule(`/${folder}${name}`);
  }

  rule(path: string): Access {
    const fits = ([rule]: readonly [string, Access]) => {
      const [folded, given] = [path.toLowerCase(), rule.toLowerCase()];
      if (given.endsWith("/")) return folded.startsWith(given);
      const stem = given.replace(/\.md$/, "");
      return folded === stem || folded.startsWith(`${stem}/`) ||
        [".md", ".markdown", ".html"].includes(folded.slice(stem.length)) &&
          folded.startsWith(stem);
    };
    const length = ([rule]: readonly [string, Access]) => rule.replace(/\.md$/, "").length;
    const [best] = [...this.rules].filter(fits).toSorted((a, b) => length(b) - length(a));
    return best?.[1] ?? "public";
  }

  found(word: string, { isMember }: { isMember: boolean }): string[] {
    return this.seen
      .filter((one) => READ.test(one.name) && one.text.includes(word) && (isMember || this.access(one) === "public"))
      .map((one) => this.url(one)).toSorted();
  }

  listing(folder: string, { isMember }: { isMember: boolean }): string[] {
    const files = this.seen.filter((one) => one.folder === folder && (isMember || this.access(one) === "public"));
    const below = this.folders.filter((one) => one.startsWith(folder) && /^[^/]+\/$/.test(one.slice(folder.length)));
    const shown = below.filter((one) => isMember || this.accessOfFolder(one) === "public").map((one) =>
      encodeURI(`/${one}`)
    );
    return [...files.map((one) => this.url(one)), ...shown].toSorted();
  }

  accessOfFolder(folder: string): Access {
    const index = this.seen.find((one) => one.folder === folder && one.name === this.index(folder));
    return index === undefined ? this.rule(`/${folder}`) : this.access(index);
  }
}

Deno.test("a library knows the folder as it is, whatever is done to it, and shows each what they may read", async () => {
  for (const seed of SEEDS) {
    const random = new Random(seed);
    const pick = <T>(from: readonly T[]): T => random.pick(from)!;
    await using it = await libraryOf({ "x.md": "alpha" });
    const rules = new Map<string, Access>();
    const access = () => pick<Access>(["public", "members"]);
    const path = () => join(it.dir, pick(FOLDERS) + pick(NAMES));
    let written = 0;
    const text = () => {
      const front = random.chance(0.4) ? `---\naccess: ${pick(["public", "members", "everybody"])}\n---\n` : "";
      return `${front}${pick(WORDS)} ${pick(WORDS)} ${"x".repeat(++written)}\n`;
    };
    const actions: ReadonlyArray<() => Promise<unknown>> = [
      () => it.write(pick(FOLDERS) + pick(NAMES), text()),
      () => it.write(pick(FOLDERS) + pick(NAMES), text()),
      () => it.write(pick(FOLDERS) + pick(NAMES), text()),
      () => Deno.remove(path()),
      () => Deno.remove(join(it.dir, pick(FOLDERS.slice(1))), { recursive: true }),
      () => Deno.rename(path(), path()),
      () => Deno.rename(join(it.dir, pick(FOLDERS.slice(1))), join(it.dir, pick(FOLDERS.slice(1)))),
      () => Deno.mkdir(path(), { recursive: true }),
      () => Deno.symlink(path(), path()),
      () => {
        rules.set(pick(RULES), access());
        if (random.chance(0.3)) rules.delete(pick(RULES));
        it.library.setRules([...rules].map(([path, access]) => `${JSON.stringify(path)} = "${access}"`).join("\n"));
        return Promise.resolve();
      },
    ];
    for (let step = 0; step < STEPS; step++) {
      // Much of what is tried cannot be done: then nothing changes.
      await pick(actions)().catch(() => {});
      if (random.chance(0.3)) continue;
      await it.refresh();
      await compare(it, { rules, label: `seed ${seed}, step ${step}` });
    }
  }
});

type Tested = Awaited<ReturnType<typeof libraryOf>>;

async function compare(it: Tested, { rules, label }: { rules: ReadonlyMap<string, Access>; label: string }) {
  const oracle = new Oracle(await look(it.dir), rules);
  for (const asking of [VISITOR, MEMBER]) {
    const who = `${label}, ${asking.isMember ? "member" : "visitor"}`;
    for (const word of WORDS) assertEquals(await it.found(word, asking), oracle.found(word, asking), `${who}, ${word}`);
    for (const folder of oracle.folders) {
      const url = encodeURI(`/${folder}`);
      const listed = (await it.list(url, asking))!.entries;
      assertEquals(listed.map(({ url }) => url).toSorted(), oracle.listing(folder, asking), `${who}, ${url}`);
      for (const entry of listed.filter(({ name, kind }) => kind === "page" && PAGE.test(name))) {
        const around = await it.around(entry.url, asking);
        const shown = oracle.listing(folder, asking);
        const siblings = around!.siblings.map(({ url }) => url);
        assertEquals(siblings.filter((url) => !shown.includes(url)), [], `${who}, around ${entry.url}`);
      }
    }
  }
}
