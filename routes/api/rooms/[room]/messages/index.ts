import * as v from "valibot";
import { checkInput } from "../../../../../lib/body.ts";
import type { Context } from "../../../../../lib/context.ts";
import { orBackTo } from "../../../../../lib/forms.ts";

/** Messages of one reply. */
const MAX_LIMIT = 1_000;
export const maxBodyBytes = 64 * 1024;

const DIGITS_HELP = "after, before, at, from and limit are whole numbers";
const Digits = v.pipe(v.string(), v.regex(/^\d{1,15}$/, DIGITS_HELP), v.transform(Number));

const Range = v.object({
  after: v.optional(Digits),
  before: v.optional(Digits),
  at: v.optional(Digits),
  from: v.optional(Digits),
  limit: v.optional(v.pipe(Digits, v.minValue(1), v.maxValue(MAX_LIMIT, `The limit is at most ${MAX_LIMIT}`)), "50"),
});

const TEXT_HELP = 'Say something, as in {"text":"Hello"}';
const NewMessage = v.object({
  key: v.optional(v.string()),
  text: v.string(TEXT_HELP),
  replyTo: v.optional(v.pipe(v.number(), v.safeInteger(), v.minValue(1))),
}, TEXT_HELP);

export function GET(ctx: Context) {
  const { user } = ctx.requireSession();
  const range = checkInput(Range, Object.fromEntries(ctx.query));
  const messages = ctx.services.chat.messages(user, ctx.params.room, { ...range, limit: range.limit + 1 });
  const more = messages.length > range.limit;
  // One more than asked for tells whether there are more, at the end that was cut.
  if (more) isFromStart(range) ? messages.pop() : messages.shift();
  return { messages, more };
}

function isFromStart({ after, at, from }: v.InferOutput<typeof Range>) {
  return (after ?? at ?? from) !== undefined;
}

export function POST(ctx: Context) {
  const { user } = ctx.requireSession();
  const { room } = ctx.params;
  const page = ctx.urlFor("/rooms/[room]", { room });
  const work = async () => {
    const { key = crypto.randomUUID(), ...draft } = await ctx.input(NewMessage);
    const { room: postedTo, seq, isRepeated } = await ctx.services.chat.posting.post(user, { ...draft, room, key });
    if (ctx.isForm) return ctx.redirect(page);
    // A key that is known from another room is that message there.
    return ctx.reply(isRepeated ? 200 : 201, { seq, ...postedTo !== room && { room: postedTo } });
  };
  return orBackTo(ctx, { page, work });
}
