/** What programs call themselves, the telling ones first: each claims to be those after it, too. */
const PROGRAMS: ReadonlyArray<readonly [pattern: RegExp, name: string]> = [
  [/\bEdgA?\//, "Edge"],
  [/\bOPR\//, "Opera"],
  [/\bSamsungBrowser\//, "Samsung Internet"],
  [/\b(?:Firefox|FxiOS)\//, "Firefox"],
  [/\b(?:(?:Headless)?Chrome|CriOS)\//, "Chrome"],
  [/\bVersion\/.*\bSafari\//, "Safari"],
];
const SYSTEMS: ReadonlyArray<readonly [pattern: RegExp, name: string]> = [
  [/\biPad\b/, "iPad"],
  [/\biPhone\b/, "iPhone"],
  [/\bAndroid\b/, "Android"],
  [/\bCrOS\b/, "ChromeOS"],
  [/\bWindows\b/, "Windows"],
  [/\bMac OS X\b/, "macOS"],
  [/\bLinux\b/, "Linux"],
];
const MAX_CHARACTERS = 120;
/** What fits into a cell of a table. */
const MAX_SHORT = 40;

/**
 * Says in a few words which program a session belongs to.
 *
 * @param userAgent The header `User-Agent`, if there is one.
 * @example
 * ```ts
 * import { describeAgent } from "./agent.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(describeAgent("Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0"), "Firefox on Linux");
 * assertEquals(describeAgent("curl/8.5.0"), "curl/8.5.0");
 * ```
 */
export function describeAgent(userAgent: string | null): string {
  const text = (userAgent ?? "").trim();
  if (text === "") return "An unknown program";
  const program = PROGRAMS.find(([pattern]) => pattern.test(text))?.[1];
  const system = SYSTEMS.find(([pattern]) => pattern.test(text))?.[1];
  return program !== undefined && system !== undefined ? `${program} on ${system}` : text.slice(0, MAX_CHARACTERS);
}

/**
 * Says the same as {@linkcode describeAgent} in so few words that they fit into a table.
 *
 * @param agent What that said, when the session began.
 * @example
 * ```ts
 * import { shortAgent } from "./agent.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(shortAgent("Firefox on Linux"), "Firefox on Linux");
 * assertEquals(shortAgent("Mozilla/5.0 (X11; Linux x86_64) HeadlessChrome/140.0.0.0 Safari/537.36"), "Chrome on Linux");
 * assertEquals(shortAgent("a-program/1.0 (with a long story of what it is and does)"), "a-program/1.0 (with a long story of wha…");
 * ```
 */
export function shortAgent(agent: string): string {
  const described = describeAgent(agent);
  return described.length > MAX_SHORT ? `${described.slice(0, MAX_SHORT - 1).trimEnd()}…` : described;
}
