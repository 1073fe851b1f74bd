/**
 * A search in the query of a URL: `?q=words&in=pages,messages&from=ada&limit=10`.
 *
 * @param query The parameters of the query.
 * @returns What `SearchRequest` checks.
 */
export function searchFromQuery(query: URLSearchParams): Record<string, unknown> {
  const text = (name: string) => query.get(name) || undefined;
  const number = (name: string) => {
    const value = text(name);
    return value === undefined ? undefined : Number(value);
  };
  const date = (name: string) => /^\d{5,}$/.test(text(name) ?? "") ? number(name) : text(name);
  const given = {
    query: query.get("q") ?? "",
    in: text("in")?.split(","),
    from: text("from"),
    room: text("room"),
    before: date("before"),
    after: date("after"),
    sort: text("sort"),
    limit: number("limit"),
    offset: number("offset"),
  };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}
