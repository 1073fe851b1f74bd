/** What programs call themselves, the telling ones first: each claims to be those after it, too. */
const PROGRAMS: ReadonlyArray<readonly [pattern: RegExp, name: string]> = [
  [/\bEdgA?\//, "Edge"],
  [/\bOPR\//, "Opera"],
  [/\bSamsungBrowser\//, "Samsung Internet"],
  [/\b(?:Firefox|FxiOS)\//, "Firefox"],
  [/\b(?:Chrome|CriOS)\//, "Chrome"],
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
