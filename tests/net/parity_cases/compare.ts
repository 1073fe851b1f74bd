/**
 * What two transports answer, side by side.
 *
 * @module
 */
import { AssertionError } from "@std/assert";
import { fakeClock } from "../../testing.ts";
import { escapeBytes } from "../http_cases/case.ts";
import type { ParityCase } from "./case.ts";
import { withoutPhrase } from "./differences.ts";
import { type Answer, hear, type Heard } from "./subject.ts";

/** Cases that run at a time: most of one is waiting for servers to stop. */
const AT_A_TIME = 6;
const MAX_SHOWN = 12;

/** What both transports answer to a case. */
export async function hearBoth(it: ParityCase): Promise<{ native: Heard; raw: Heard }> {
  const [native, raw] = await Promise.all([hear("native", it), hear("raw", it)]);
  return { native, raw };
}

/**
 * Runs cases on both transports. The clock stands still, so that what depends on it is the same.
 *
 * @throws {AssertionError} If they answer differently anywhere.
 */
export async function compareAll(cases: readonly ParityCase[]): Promise<void> {
  using _clock = fakeClock();
  const failures: string[] = [];
  const waiting = [...cases];
  const work = async () => {
    for (let it = waiting.shift(); it !== undefined; it = waiting.shift()) failures.push(...await compare(it));
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, work));
  if (failures.length === 0) return;
  const shown = failures.slice(0, MAX_SHOWN).join("\n\n");
  throw new AssertionError(`The transports differ in ${failures.length} places\n\n${shown}`);
}

async function compare(it: ParityCase): Promise<string[]> {
  const { native, raw } = await hearBoth(it);
  const failures = [];
  const count = Math.max(native.answers.length, raw.answers.length);
  for (let at = 0; at < count; at++) {
    const [a, b] = [native, raw].map(({ answers }) => answers[at] && withoutPhrase(answers[at]));
    const difference = differenceOf(a, b);
    if (difference !== undefined) failures.push(`${it.name}: ${difference}`);
  }
  for (const name of new Set([...Object.keys(native.talk), ...Object.keys(raw.talk)])) {
    const [a, b] = [native.talk[name], raw.talk[name]].map((said) => said?.map((message) => JSON.stringify(message)));
    if (a?.join() === b?.join()) continue;
    const at = (a ?? []).findIndex((message, index) => message !== b?.[index]);
    failures.push(
      `${it.name}: socket ${name} at ${at}\n native ${a?.slice(at, at + 3)}\n raw    ${b?.slice(at, at + 3)}`,
    );
  }
  return failures;
}

/** Where two answers differ, in a few lines; `undefined` if they do not. */
function differenceOf(native: Answer | undefined, raw: Answer | undefined): string | undefined {
  if (native === undefined || raw === undefined) {
    return `there is but one answer: native ${native?.asked} ${native?.status}, raw ${raw?.asked} ${raw?.status}`;
  }
  const lines = [];
  if (native.status !== raw.status) lines.push(`native ${native.status}, raw ${raw.status}`);
  for (const name of new Set([...Object.keys(native.headers), ...Object.keys(raw.headers)])) {
    const [a, b] = [native.headers[name], raw.headers[name]];
    if (a !== b) lines.push(`${name}: native ${a}, raw ${b}`);
  }
  if (native.cookies.join() !== raw.cookies.join()) lines.push(`cookies: native ${native.cookies}, raw ${raw.cookies}`);
  if (native.body !== raw.body) {
    const at = [...native.body].findIndex((char, index) => char !== raw.body[index]);
    const [a, b] = [native.body, raw.body].map((body) => escapeBytes(body.slice(Math.max(0, at - 40), at + 120)));
    lines.push(`body at ${at} of ${native.body.length} and ${raw.body.length}:\n  ${a}\n  ${b}`);
  }
  return lines.length === 0 ? undefined : [escapeBytes(native.asked, 200), ...lines].join("\n ");
}
