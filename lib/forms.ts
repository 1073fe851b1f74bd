/**
 * Forms of browsers that run no script: an error leads back to the form, with what was wrong.
 *
 * @module
 */
import type { Context } from "./context.ts";
import { HttpError } from "./errors.ts";
import type { RouteResult } from "./file_routes.ts";

/**
 * Answers a request that may come from a form.
 *
 * @param ctx The request.
 * @param page The path of the page with the form.
 * @param work Answers the request; the {@linkcode HttpError} that it throws is shown on the page.
 */
export async function orBackTo(
  ctx: Context,
  { page, work }: { page: string; work: () => Promise<RouteResult> },
): Promise<RouteResult> {
  try {
    return await work();
  } catch (error) {
    if (!ctx.isForm || !(error instanceof HttpError) || error.status >= 500) throw error;
    ctx.flash(error.message);
    return ctx.redirect(page);
  }
}

/**
 * Reads a yes or no: a JSON boolean, or a form's text as check boxes and buttons send it.
 *
 * @param value As it came.
 * @throws {HttpError} 422 if it is neither.
 */
export function isChecked(value: unknown): boolean {
  if (typeof value === "boolean") return value;
  if (value === "true" || value === "on") return true;
  if (value === "false" || value === "") return false;
  throw new HttpError(422, "A yes or no is true or false");
}
