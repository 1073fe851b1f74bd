import type { Page } from "../render.ts";

/** A time, as people read it. */
export function When({ at }: { readonly at: number }): Page {
  const date = new Date(at).toISOString();
  return <time dateTime={date}>{date.slice(0, 16).replace("T", " ")} UTC</time>;
}
