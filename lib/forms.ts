/**
 * Forms of browsers that run no script: an error leads back to the form, with what was wrong.
 *
 * @module
 */
import * as v from "valibot";
import type { Schema } from "./body.ts";
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

const CHECKED_HELP = "It is true or false";

/** A yes or no: a JSON boolean, or a form's text as check boxes and buttons send it. */
export const isChecked: Schema<boolean> & v.GenericSchema<unknown, boolean> = v.union([
  v.boolean(),
  v.pipe(v.picklist(["true", "on", "false", ""]), v.transform((text) => text === "true" || text === "on")),
], CHECKED_HELP);
