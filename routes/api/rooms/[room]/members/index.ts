import * as v from "valibot";
import type { Context } from "../../../../../lib/context.ts";
import { orBackTo } from "../../../../../lib/forms.ts";

const HELP = 'Say whose name it is, as in {"name":"ada"}';
const Member = v.object({ name: v.optional(v.pipe(v.string(HELP), v.maxLength(128))) }, HELP);

export function GET(ctx: Context) {
  const { user } = ctx.requireSession();
  return { members: ctx.services.chat.rooms.members(user, ctx.params.room) };
}

/** Without a name one joins oneself. */
export function POST(ctx: Context) {
  const { user } = ctx.requireSession();
  const { room: id } = ctx.params;
  const work = async (keep: (typed: string) => void) => {
    const { name: typed = user.name } = await ctx.input(Member);
    keep(typed);
    const name = ctx.services.accounts.nameOf(typed);
    const room = await ctx.services.chat.rooms.bring(user, id, name);
    return ctx.isForm ? ctx.redirect(pageOf(ctx, name === user.name)) : { room };
  };
  return orBackTo(ctx, { page: pageOf(ctx, false), work });
}

function pageOf(ctx: Context, isOwn: boolean) {
  return ctx.urlFor(isOwn ? "/rooms/[room]" : "/rooms/[room]/settings", { room: ctx.params.room });
}
