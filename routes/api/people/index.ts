import * as v from "valibot";
import { personFor } from "../../../lib/auth/person.ts";
import { checkInput } from "../../../lib/body.ts";
import type { Context } from "../../../lib/context.ts";

const MAX_LIMIT = 200;
const LIMIT_HELP = `The limit is a whole number from 1 to ${MAX_LIMIT}`;
const Name = v.pipe(v.string(), v.maxLength(128, "A name has at most 128 characters"));

const Query = v.object({
  prefix: v.optional(Name, ""),
  after: v.optional(Name),
  limit: v.optional(
    v.pipe(
      v.string(),
      v.regex(/^\d{1,4}$/, LIMIT_HELP),
      v.transform(Number),
      v.minValue(1, LIMIT_HELP),
      v.maxValue(MAX_LIMIT, LIMIT_HELP),
    ),
    "50",
  ),
});

export function GET(ctx: Context) {
  ctx.requireSession();
  const found = ctx.services.accounts.search(checkInput(Query, Object.fromEntries(ctx.query)));
  return { people: found.map((account) => personFor(ctx, account)) };
}
