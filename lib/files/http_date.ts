/**
 * Dates of HTTP (RFC 9110 §5.6.7), in all three forms. What is none of them has to be ignored.
 *
 * @module
 */

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const MONTH = `(?<month>${MONTHS.join("|")})`;
const TIME = String.raw`(?<hour>\d\d):(?<minute>\d\d):(?<second>\d\d)`;
/** `Sun, 06 Nov 1994 08:49:37 GMT`, `Sunday, 06-Nov-94 08:49:37 GMT`, `Sun Nov  6 08:49:37 1994`. */
const FORMS: readonly RegExp[] = [
  new RegExp(String.raw`^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), (?<day>\d\d) ${MONTH} (?<year>\d{4}) ${TIME} GMT$`),
  new RegExp(String.raw`^(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day, (?<day>\d\d)-${MONTH}-(?<year>\d\d) ${TIME} GMT$`),
  new RegExp(String.raw`^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) ${MONTH} (?<day>\d\d| \d) ${TIME} (?<year>\d{4})$`),
];
/** Two digits that would lie further in the future are of the century before. */
const MAX_YEARS_AHEAD = 50;

/**
 * Reads a date.
 *
 * @param text The value of a field.
 * @returns Whole seconds since 1970; `undefined` if it is no date.
 * @example
 * ```ts
 * import { parseHttpDate } from "./http_date.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(parseHttpDate("Sun, 06 Nov 1994 08:49:37 GMT"), 784111777);
 * assertEquals(parseHttpDate("Sunday, 06-Nov-94 08:49:37 GMT"), 784111777);
 * assertEquals(parseHttpDate("Sun Nov  6 08:49:37 1994"), 784111777);
 * assertEquals(parseHttpDate("1994-11-06"), undefined);
 * ```
 */
export function parseHttpDate(text: string): number | undefined {
  const value = text.trim();
  for (const form of FORMS) {
    const parts = form.exec(value)?.groups;
    if (parts !== undefined) return secondsOf(parts);
  }
  return undefined;
}

function secondsOf({ year, month, day, hour, minute, second }: Readonly<Record<string, string>>): number | undefined {
  const [days, hours, minutes, seconds] = [day, hour, minute, second].map(Number);
  // A second of 60 is a leap second: it counts as the next one.
  if (days < 1 || hours > 23 || minutes > 59 || seconds > 60) return undefined;
  const at = new Date(Date.UTC(wholeYear(year), MONTHS.indexOf(month), days, hours, minutes, seconds));
  const isInMonth = new Date(Date.UTC(wholeYear(year), MONTHS.indexOf(month), days)).getUTCDate() === days;
  return isInMonth ? at.getTime() / 1_000 : undefined;
}

function wholeYear(digits: string): number {
  const year = Number(digits);
  if (digits.length === 4) return year;
  const now = new Date().getUTCFullYear();
  const inThisCentury = now - now % 100 + year;
  return inThisCentury > now + MAX_YEARS_AHEAD ? inThisCentury - 100 : inThisCentury;
}
