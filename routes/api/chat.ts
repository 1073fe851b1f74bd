import { checkSameOrigin } from "../../lib/auth/origin.ts";
import { LIMITS, PROTOCOL } from "../../lib/chat/protocol.ts";
import type { Context } from "../../lib/context.ts";

export function GET(ctx: Context) {
  checkSameOrigin(ctx.request.headers, ctx.url.host);
  const { user, key } = ctx.requireSession();
  const { entrance } = ctx.services.chat;
  entrance.check(user);
  return ctx.upgrade({
    protocols: [PROTOCOL],
    maxMessageBytes: LIMITS.frameBytes,
    accept: (socket) => entrance.join(socket, { user, sessionKey: key }),
  });
}
