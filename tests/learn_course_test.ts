/** The course: its pages say what their examples do, and the examples run by themselves, wherever they are copied to. */
import { assert, assertEquals, assertGreater, assertMatch, assertStringIncludes } from "@std/assert";
import { dirname, fromFileUrl, join } from "@std/path";
import manifest from "../deno.json" with { type: "json" };
import { helpText, parseCommand } from "../lib/config.ts";
import { copyExamples, type Example, startExample } from "./learn_examples.ts";
import { missing, PROJECT_DIR } from "./learn_names.ts";
import { commandsOf, DIR, fencesOf, pages, proseOf, startOf, steps } from "./learn_pages.ts";

const others = ["../index.html", "../about.html", "examples/README.md"].map((name) => ({
  name,
  source: Deno.readTextFileSync(join(DIR, name)),
}));

/** What the box of a page shows without scrolling, in characters. */
const MAX_COLUMNS = 72;
/** Where the examples listen unless told. */
const EXAMPLE_PORT = "8001";

/** What has to be printed: all to the letter, but for the gaps. */
function toPattern(answer: string): RegExp {
  return new RegExp(`^${answer.split("…").map((part) => part.replaceAll(/[^\w\s]/g, "\\$&")).join("[^]*")}$`);
}

Deno.test("there are eight steps, in order, and each page says what it is", () => {
  assertEquals(steps.map(({ name }) => name[0]), ["1", "2", "3", "4", "5", "6", "7", "8"]);
  for (const { name, source } of pages) {
    const order = name === "index.md" ? 1 : Number(name[0]) + 1;
    assertMatch(source, new RegExp(`^---\ntitle: .+\norder: ${order}\ndescription: .+\n---\n\n# `), name);
  }
});

Deno.test("a step is short enough to be read in one go", () => {
  for (const { name, source } of steps) {
    const count = proseOf(source).split(/\s+/).length;
    assert(count >= 300 && count <= 650, `${name} has ${count} words`);
  }
});

Deno.test("the code on a page is that of its example", async () => {
  for (const { name, source } of steps) {
    const parts = fencesOf(source).filter(({ file }) => file !== "");
    assertGreater(parts.length, 0, name);
    for (const { file, lines } of parts) {
      const whole = (await Deno.readTextFile(join(DIR, "examples", file))).split("\n");
      assertStringIncludes(flush(whole), flush(lines), `${name} shows a part of ${file}`);
    }
  }
});

/** Lines without what they are indented by: a part that stands alone begins at the margin. */
function flush(lines: readonly string[]): string {
  return `\n${lines.map((line) => line.trim()).join("\n")}\n`;
}

Deno.test("code and commands are seen whole, without scrolling", () => {
  for (const { name, source } of steps) {
    const lines = fencesOf(source).flatMap(({ lines }) => lines).filter((line) => !line.startsWith("#"));
    assertEquals(lines.filter((line) => line.length > MAX_COLUMNS), [], name);
  }
});

Deno.test("the examples do not want the port of the server that shows the course", async () => {
  const command = parseCommand({ args: [], env: () => undefined });
  assert(command.name === "serve" && String(command.config.port) !== EXAMPLE_PORT);
  for (const { name, source } of steps) {
    const ports = new Set([...source.matchAll(/127\.0\.0\.1:(\d+)/g)].map(([, port]) => port));
    assertEquals([...ports], [EXAMPLE_PORT], name);
    const program = startOf(source).split(/\s+/).at(-1)!;
    assertStringIncludes(await Deno.readTextFile(join(PROJECT_DIR, program)), EXAMPLE_PORT, program);
  }
});

Deno.test("every file and function that a page names is there", async () => {
  for (const { name, source } of steps) {
    const [, grownUp] = proseOf(source).split("## The grown-up version");
    const codes = [...grownUp.matchAll(/`([^`]+)`/g)].map(([, code]) => code);
    assertGreater(codes.length, 2, name);
    assertEquals(await missing(codes), [], name);
  }
});

Deno.test("the tasks, commands and flags that the pages name are those of the program", () => {
  const help = helpText();
  for (const { name, source } of [...pages, ...others]) {
    const ours = proseOf(source).replaceAll(/deno run .*|npx --yes/g, "").replaceAll(/`--allow-\w+[^`]*`/g, "");
    for (const [, task] of ours.matchAll(/deno task ([\w:]+)/g)) assert(task in manifest.tasks, `${name}: ${task}`);
    for (const [flag] of ours.matchAll(/(?<![\w-])--[a-z][a-z-]+/g)) assertStringIncludes(help, flag, name);
    for (const [, command] of ours.matchAll(/deno task commonroom (\w+(?: (?:add|route))?)/g)) {
      assertStringIncludes(help, `\n  ${command} `, name);
    }
  }
});

Deno.test("every link of the pages leads to something", async () => {
  for (const { name, source } of [...pages, ...others]) {
    const links = [...proseOf(source).matchAll(/\]\(([^)]+)\)|(?:href|src)="([^"]+)"/g)].map(([, a, b]) => a ?? b);
    assertGreater(links.length, 0, name);
    for (const link of links) {
      const { protocol, pathname, hash } = new URL(link, new URL(name, "file:///static/learn/"));
      if (protocol !== "file:" || /^\/(?:rooms\/|search$|_ui\/)/.test(link)) continue;
      const path = pathname.replace("/static/learn/..", "/static").replace(/^(?!\/static\/)/, "/static");
      const target = await read(join(PROJECT_DIR, path));
      assert(target !== undefined, `${name} leads to ${link}`);
      if (hash !== "") assertStringIncludes(target, `id="${hash.slice(1)}"`, `${name} leads to ${link}`);
    }
  }
});

/** A page as its address says: a file, a Markdown page without its ending, or the index of a folder. */
async function read(path: string): Promise<string | undefined> {
  for (const file of [path, `${path}.md`, join(path, "index.md"), join(path, "index.html")]) {
    const text = await Deno.readTextFile(file).catch(() => undefined);
    if (text !== undefined) return text;
  }
}

Deno.test("each diagram says in words what it shows, and has no colours of its own", () => {
  for (const { name, source } of steps) {
    const diagrams = [...source.matchAll(/^<svg [^]*?^<\/svg>$/gm)].map(([svg]) => svg);
    assertEquals(diagrams.length, 1, name);
    for (const svg of diagrams) {
      assertMatch(
        svg,
        /^<svg viewBox="0 0 \d+ \d+" width="\d+" role="img">\n {2}<title>.+<\/title>\n {2}<desc>.{80,}<\/desc>\n/,
      );
      assertEquals([...svg.matchAll(/(?:fill|stroke)="(?!currentColor|none)[^"]*"/g)].map(([color]) => color), []);
      assert(!/\n\s*\n/.test(svg), "An empty line would end it in Markdown");
      const sizes = [...svg.matchAll(/font-size="([\d.]+)"/g)].map(([, size]) => Number(size));
      assert(Math.min(...sizes) >= 11.5, name);
    }
  }
});

Deno.test("the commands on the pages answer what the pages say", async (test) => {
  await using copy = await copyExamples();
  for (const { name, source } of steps) {
    await test.step(name, async () => {
      await using example = await startExample(startOf(source), copy.path);
      const commands = commandsOf(source).filter(({ answer }) => answer !== undefined);
      assertGreater(commands.length, 2);
      for (const { command, answer } of commands) {
        const printed = await runLine(command, example, copy.path);
        assertMatch(printed, toPattern(answer!), command);
      }
    });
  }
});

async function runLine(command: string, example: Example, cwd: string): Promise<string> {
  const here = command.replaceAll(`127.0.0.1:${EXAMPLE_PORT}`, new URL(example.url).host);
  const env = { PATH: `${dirname(Deno.execPath())}:${Deno.env.get("PATH")}`, NO_COLOR: "1" };
  const { stdout } = await new Deno.Command("bash", { args: ["-c", here], cwd, env }).output();
  return new TextDecoder().decode(stdout).replaceAll("\r", "").trim();
}

Deno.test("the examples need nothing but themselves and what the runtime has built in", async () => {
  const examples = fromFileUrl(new URL("../static/learn/examples/", import.meta.url));
  for (const file of fencesOf(steps.map(({ source }) => source).join("\n")).map(({ file }) => file)) {
    if (!file.endsWith(".ts")) continue;
    const source = await Deno.readTextFile(join(examples, file));
    for (const [, from] of source.matchAll(/^import .* from "([^"]+)";$/gm)) assertMatch(from, /^(?:node:|\.\/)/, file);
  }
});
