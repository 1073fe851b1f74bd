/**
 * Forms of browsers that run no script: an error leads back to the form, with what was wrong.
 *
 * @module
 */
import type { Context } from "./context.ts";
import { HttpError } from "./errors.ts";
import type { RouteResult } from "./file_routes.ts";
import { readFlash, setFlash } from "./flash.ts";

/** A request that may come from a form, and where that is. */
export interface FormWork {
  /** The path of the page with the form. */
  readonly page: string;
  /** The id of the form beside which an error is to stand; absent: it stands above the page. */
  readonly beside?: string;
  /**
   * Answers the request; the {@linkcode HttpError} that it throws is shown on the page.
   *
   * @param keep Told what was typed and is to stand in the form again after an error; never a password.
   */
  readonly work: (keep: (typed: string) => void) => Promise<RouteResult>;
}

/**
 * Answers a request that may come from a form.
 *
 * @param ctx The request.
 * @param form The work, and where an error leads.
 */
export async function orBackTo(ctx: Context, { page, beside, work }: FormWork): Promise<RouteResult> {
  let typed: string | undefined;
  try {
    return await work((text) => typed = text);
  } catch (error) {
    if (!ctx.isForm || !(error instanceof HttpError) || error.status >= 500) throw error;
    setFlash(ctx.headers, { message: error.message, beside, typed });
    return ctx.redirect(beside === undefined ? page : `${page}#${beside}`);
  }
}

/** What {@linkcode orBackTo} kept of what was typed; empty if there is nothing. */
export function typedBefore(ctx: Context): string {
  return readFlash(ctx.request)?.typed ?? "";
}

/**
 * The error that stands beside a form.
 *
 * @param ctx The request.
 * @param form The id of the form.
 */
export function errorBeside(ctx: Context, form: string): string | undefined {
  const flash = readFlash(ctx.request);
  return flash?.beside === form ? flash.message : undefined;
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
