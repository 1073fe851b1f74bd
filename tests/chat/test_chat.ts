import { assertEquals } from "@std/assert";
import { setImmediate } from "node:timers";
import { createRateLimits } from "../../lib/auth/rate_limits.ts";
import { Chat } from "../../lib/chat/mod.ts";
import type { SocketEvents } from "../../lib/net/socket.ts";
import type { Account } from "../../lib/store/accounts_view.ts";
import { encodeFact, keyOf } from "../../lib/store/entries.ts";
import { openStore, type Store } from "../../lib/store/mod.ts";
import { FakeSocket } from "./fake_socket.ts";

export interface Member {
  readonly user: Account;
  readonly socket: FakeSocket;
  readonly events: SocketEvents;
  say(message: object | string): void;
}

export interface TestChat extends AsyncDisposable {
  readonly chat: Chat;
  readonly store: Store;
  readonly defects: unknown[];
  join(name: string): Promise<Member>;
}

export async function testChat({ hasRateLimits = false, dataDir = ":memory:" } = {}): Promise<TestChat> {
  const store = openStore(dataDir);
  const defects: unknown[] = [];
  const limits = createRateLimits(hasRateLimits);
  const chat = await Chat.open({ store, limits, reportDefect: (error) => defects.push(error) });
  const members: Member[] = [];
  const join = async (name: string) => {
    const user = store.accounts.byFoldedName(name) ?? await makeAccount(store, name);
    const socket = new FakeSocket();
    const sessionKey = `session of ${name}`;
    await store.log.put(sessionKey, "{}", 60_000);
    const events = chat.entrance.join(socket, { user, sessionKey });
    const say = (message: object | string) =>
      events.message(typeof message === "string" ? message : JSON.stringify(message));
    members.push({ user, socket, events, say });
    return members.at(-1)!;
  };
  return {
    chat,
    store,
    defects,
    join,
    async [Symbol.asyncDispose]() {
      await chat.close();
      await store.log.close();
      assertEquals(defects, []);
    },
  };
}

export async function makeAccount(
  { log, accounts }: Store,
  name: string,
  role: Account["role"] = "member",
): Promise<Account> {
  const fact = { type: "account-made", id: `id-${name}`, name, role } as const;
  await log.append(keyOf.account(name), encodeFact(fact));
  return accounts.byFoldedName(name)!;
}

export const send = (key: string, text = key) => ({ type: "send", room: "common", key, text });
export const texts = ({ socket }: Member) => socket.of("message").map(({ text }) => text);
export const drain = ({ socket, events }: Member) => {
  socket.bufferedAmount = 0;
  events.drained?.();
};
export const turn = () => new Promise<void>((resolve) => setImmediate(resolve));
