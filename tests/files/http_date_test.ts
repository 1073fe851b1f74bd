import { assertEquals } from "@std/assert";
import { parseHttpDate } from "../../lib/files/http_date.ts";
import { fakeClock } from "../testing.ts";

Deno.test("the three forms of a date are read, and nothing else", () => {
  using _clock = fakeClock(Date.UTC(2026, 0, 1));
  const at = Date.UTC(1994, 10, 6, 8, 49, 37) / 1_000;
  const cases: ReadonlyArray<readonly [text: string, seconds: number | undefined]> = [
    ["Sun, 06 Nov 1994 08:49:37 GMT", at],
    ["Sunday, 06-Nov-94 08:49:37 GMT", at],
    ["Sun Nov  6 08:49:37 1994", at],
    ["Thu, 29 Feb 2024 00:00:00 GMT", Date.UTC(2024, 1, 29) / 1_000],
    ["Tue Feb 13 04:05:06 2024", Date.UTC(2024, 1, 13, 4, 5, 6) / 1_000],
    ["Sat, 31 Dec 2016 23:59:60 GMT", Date.UTC(2017, 0, 1) / 1_000],
    ["Thu, 01 Jan 1970 00:00:00 GMT", 0],
    ["  Sun, 06 Nov 1994 08:49:37 GMT ", at],
    ["Wednesday, 01-Jan-75 00:00:00 GMT", Date.UTC(2075, 0, 1) / 1_000],
    ["Saturday, 01-Jan-77 00:00:00 GMT", Date.UTC(1977, 0, 1) / 1_000],
    ["Wed, 30 Feb 2024 00:00:00 GMT", undefined],
    ["Wed, 29 Feb 2023 00:00:00 GMT", undefined],
    ["Wed, 00 Feb 2023 00:00:00 GMT", undefined],
    ["Sun, 06 Nov 1994 24:49:37 GMT", undefined],
    ["Sun, 06 Nov 1994 08:60:37 GMT", undefined],
    ["Sun, 06 Nov 1994 08:49:61 GMT", undefined],
    ["Sun, 6 Nov 1994 08:49:37 GMT", undefined],
    ["sun, 06 nov 1994 08:49:37 gmt", undefined],
    ["Sun, 06 Nov 1994 08:49:37", undefined],
    ["Sun, 06 Nov 1994 08:49:37 CET", undefined],
    ["Sun, 06 Nov 1994 08:49:37 GMT, Sun, 06 Nov 1994 08:49:37 GMT", undefined],
    ["1994-11-06T08:49:37Z", undefined],
    ["784111777", undefined],
    ["yesterday", undefined],
    ["", undefined],
  ];
  for (const [text, seconds] of cases) assertEquals(parseHttpDate(text), seconds, text);
});
