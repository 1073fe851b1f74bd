import type { Context } from "../lib/context.ts";
import { HttpError } from "../lib/errors.ts";

/** The first page of the site, or what its folder holds. */
export async function GET(ctx: Context) {
  const page = await ctx.file("/");
  if (page === undefined) throw new HttpError(404, "The folder of this site is gone");
  return page;
}
