/** The pages of the course, read: their code, their commands, their words. */
import { assert } from "@std/assert";
import { join } from "@std/path";
import { PROJECT_DIR } from "./learn_names.ts";

/** A page of the course. */
export interface Page {
  /** The file's name. */
  readonly name: string;
  /** Its Markdown. */
  readonly source: string;
}

/** Where the course is. */
export const DIR: string = join(PROJECT_DIR, "static/learn");
const names = [...Deno.readDirSync(DIR)].map(({ name }) => name).filter((name) => name.endsWith(".md")).toSorted();
/** The pages of the course, its index too. */
export const pages: readonly Page[] = names.map((name) => ({ name, source: Deno.readTextFileSync(join(DIR, name)) }));
/** The pages of the eight steps, in order. */
export const steps: readonly Page[] = pages.filter(({ name }) => /^\d/.test(name));

/** A piece of code on a page. */
export interface Fence {
  /** What it is written in. */
  readonly language: string;
  /** The file that it is a part of. */
  readonly file: string;
  /** Its lines. */
  readonly lines: readonly string[];
}

/** The pieces of code on a page. */
export function fencesOf(source: string): Fence[] {
  return [...source.matchAll(/^```(\w+) ?(.*)\n([^]*?)^```$/gm)]
    .map(([, language, file, text]) => ({ language, file, lines: text.trimEnd().split("\n") }));
}

/** What is said outside of the code. */
export function proseOf(source: string): string {
  return source.replace(/^---\n[^]*?\n---\n/, "").replaceAll(/^```[^]*?^```$/gm, "").replaceAll(
    /^<svg[^]*?^<\/svg>$/gm,
    "",
  );
}

/** Something to type, and what comes of it. */
export interface Command {
  /** What is typed, over one line or several. */
  readonly command: string;
  /** What it prints, with … for what differs; `undefined` if the page does not say. */
  readonly answer: string | undefined;
}

/** What a page has one type. A command may go on in lines that are indented. */
export function commandsOf(source: string): Command[] {
  const lines = fencesOf(source).filter(({ language }) => language === "sh").flatMap(({ lines }) => lines);
  const blocks = lines.filter((line) => line !== "").join("\n").split(/\n(?![# ])/);
  return blocks.map((block) => {
    const [command, ...answer] = block.split(/\n# ?/);
    return { command, answer: answer.length === 0 ? undefined : answer.join("\n") };
  });
}

/** The command of the page that starts its server. */
export function startOf(source: string): string {
  const start = commandsOf(source).find(({ command, answer }) =>
    command.startsWith("deno run") && answer === undefined
  );
  assert(start !== undefined, "The page does not say how to start its server");
  return start.command;
}
