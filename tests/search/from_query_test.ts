import { assertEquals } from "@std/assert";
import { searchFromQuery } from "../../lib/search/from_query.ts";

Deno.test("searchFromQuery() takes a search out of a query, and leaves what is missing out", () => {
  const cases: ReadonlyArray<readonly [query: string, search: Record<string, unknown>]> = [
    ["", { query: "" }],
    ["q=two+words", { query: "two words" }],
    ["q=a&in=pages", { query: "a", in: ["pages"] }],
    ["q=a&in=pages,messages", { query: "a", in: ["pages", "messages"] }],
    ["q=a&in=&from=&room=&limit=&before=", { query: "a" }],
    ["q=a&from=ada&room=common&sort=newest", { query: "a", from: "ada", room: "common", sort: "newest" }],
    ["q=a&limit=5&offset=10", { query: "a", limit: 5, offset: 10 }],
    ["q=a&limit=many", { query: "a", limit: NaN }],
    ["q=a&before=2026-01-31&after=1700000000000", { query: "a", before: "2026-01-31", after: 1_700_000_000_000 }],
    ["q=a&after=2026", { query: "a", after: "2026" }],
    ["q=first&q=second", { query: "first" }],
    ["q=a&unknown=1", { query: "a" }],
  ];
  for (const [query, search] of cases) assertEquals(searchFromQuery(new URLSearchParams(query)), search, query);
});
