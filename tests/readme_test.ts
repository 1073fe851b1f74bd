/** What the README says is done as it says it. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { helpText } from "../lib/config.ts";
import { startProcess } from "./server_process.ts";
import { tempDir } from "./testing.ts";

const readme = await Deno.readTextFile(new URL("../README.md", import.meta.url));

interface Step {
  readonly command: string;
  /** What it prints, with … for what differs. */
  readonly answer: string;
}

function tourSteps(): Step[] {
  const tour = readme.split("## A tour with curl")[1].split("\n## ")[0];
  const lines = [...tour.matchAll(/```sh\n(.*?)```/gs)].flatMap(([, block]) => block.trim().split("\n"));
  return lines.flatMap((command, i) => command.startsWith("#") ? [] : [{ command, answer: lines[i + 1].slice(2) }]);
}

/** What has to be printed: all to the letter, but for the gaps. */
function toPattern(answer: string): RegExp {
  return new RegExp(`^${answer.split("…").map((part) => part.replaceAll(/[^\w\s]/g, "\\$&")).join("[^]*")}$`);
}

Deno.test("the README's tour with curl works as written", async () => {
  await using dir = await tempDir();
  await using server = await startProcess({
    args: ["--port", "0", "--data", ":memory:", "--open-registration", "--log", "off"],
  });
  const steps = tourSteps();
  assert(steps.length >= 9);
  for (const { command, answer } of steps) {
    const here = command.replaceAll("http://127.0.0.1:8000/", server.url);
    const { stdout } = await new Deno.Command("bash", { args: ["-c", here], cwd: dir.path }).output();
    assertMatch(new TextDecoder().decode(stdout).trim(), toPattern(answer), command);
  }
});

Deno.test("the README's table has the flags that --help lists", () => {
  const told = [...readme.matchAll(/^\| `(--[a-z-]+)/gm)].map(([, flag]) => flag);
  const listed = [...helpText().matchAll(/^ {2}(--[a-z-]+)/gm)].map(([, flag]) => flag);
  // --help and --version go without saying.
  assertEquals(told.toSorted(), listed.filter((flag) => flag !== "--help").toSorted());
});

Deno.test("the files that the README links to are there", async () => {
  for (const [, path] of readme.matchAll(/\]\((?!http)([^)]+)\)/g)) {
    assert((await Deno.stat(new URL(`../${path}`, import.meta.url))).isFile, path);
  }
});
