import { assert, assertEquals } from "@std/assert";
import type { Message } from "../../lib/store/messages_view.ts";
import { ChatClient, register } from "../chat_client.ts";
import { type ServerProcess, startProcess } from "../server_process.ts";
import { tempDir } from "../testing.ts";

const CLIENTS = 20;
const ACKS_BEFORE_KILL = 400;
const EMOJI = "👍";

/** Something that is to be acknowledged: each message is sent, then edited, then reacted to. */
interface Step {
  readonly type: "send" | "edit" | "react";
  /** The key of the message. */
  readonly key: string;
}

/** Takes one step after the other until the socket closes; what is not acknowledged is kept to be done again. */
class Sender {
  /** The sequence of each message that was acknowledged. */
  readonly acked = new Map<string, number>();
  /** The messages whose edit was acknowledged, and those whose reaction was. */
  readonly done = { edit: new Set<string>(), react: new Set<string>() };
  /** What nobody has acknowledged. */
  unacked: Step | undefined;
  #count = 0;

  constructor(readonly name: string, readonly cookie: string) {}

  async sendUntilLost(client: ChatClient, onAck: () => void): Promise<void> {
    while (await this.step(client)) onAck();
  }

  /** Takes a step, the one that was not acknowledged first of all; says whether it was acknowledged now. */
  async step(client: ChatClient): Promise<boolean> {
    const step = this.unacked ??= this.#next();
    const { type, key } = step;
    const answerKey = type === "send" ? key : `${type}-${key}`;
    client.say({ ...this.#toMessage(step), room: "common", key: answerKey });
    const ack = await client.until("ack", (message) => message.key === answerKey).catch(() => undefined);
    if (ack === undefined) return false;
    if (type === "send") this.acked.set(key, ack.seq);
    else this.done[type].add(key);
    this.unacked = undefined;
    return true;
  }

  #next(): Step {
    const number = this.#count++;
    return { type: (["send", "edit", "react"] as const)[number % 3], key: `${this.name}-${Math.floor(number / 3)}` };
  }

  #toMessage({ type, key }: Step): object {
    if (type === "send") return { type, text: textOf(key) };
    const seq = this.acked.get(key);
    return type === "edit" ? { type, seq, text: editOf(key) } : { type, seq, emoji: EMOJI, on: true };
  }
}

const textOf = (key: string) => `text of ${key}`;
const editOf = (key: string) => `edit of ${key}`;

Deno.test("a server killed with -9 under 20 senders, twice, keeps every acknowledged message, edit and reaction, once and in order", async () => {
  await using dir = await tempDir();
  const args = ["--port", "0", "--data", dir.path, "--open-registration", "--no-rate-limits", "--log", "off"];
  const senders: Sender[] = [];
  {
    await using server = await startProcess({ args });
    const names = Array.from({ length: CLIENTS }, (_, i) => `sender-${i}`);
    senders.push(...await Promise.all(names.map(async (name) => new Sender(name, await register(server.url, name)))));
    await sendAndKill(server, senders);
  }
  {
    await using server = await startProcess({ args });
    await sendAndKill(server, senders);
  }
  await using server = await startProcess({ args });
  await finish(server, senders);
  check(await readAll(server, senders[0].cookie), senders);
});

async function sendAndKill(server: ServerProcess, senders: readonly Sender[]): Promise<void> {
  const { promise: enough, resolve } = Promise.withResolvers<void>();
  let acks = 0;
  const onAck = () => {
    if (++acks === ACKS_BEFORE_KILL) resolve();
  };
  const clients = await Promise.all(senders.map(({ cookie }) => ChatClient.connect(server.url, cookie)));
  const sending = senders.map((sender, i) => sender.sendUntilLost(clients[i], onAck));
  await enough;
  await server.stop("SIGKILL");
  await Promise.all(sending);
  await Promise.all(clients.map((client) => client[Symbol.asyncDispose]()));
}

/** Does again what was not acknowledged, and says again by HTTP what was. */
async function finish(server: ServerProcess, senders: readonly Sender[]): Promise<void> {
  for (const sender of senders) {
    assert(sender.unacked !== undefined, "every sender was interrupted");
    await using client = await ChatClient.connect(server.url, sender.cookie);
    assert(await sender.step(client));
    const [key, seq] = [...sender.acked].at(-1)!;
    assertEquals(await post(server, { sender, key }), seq);
  }
}

function check(messages: readonly Message[], senders: readonly Sender[]): void {
  assertEquals(messages.map(({ seq }) => seq), messages.map((_, i) => i + 1));
  const byKey = new Map(messages.map((message) => [message.key, message]));
  assertEquals(byKey.size, messages.length, "no message is there twice");
  for (const { name, acked, done } of senders) {
    for (const [key, seq] of acked) assertEquals(byKey.get(key)?.seq, seq);
    for (const key of acked.keys()) {
      const { text, reactions = [] } = byKey.get(key)!;
      assertEquals(text, done.edit.has(key) ? editOf(key) : textOf(key));
      assertEquals(reactions, done.react.has(key) ? [{ emoji: EMOJI, by: [name] }] : []);
    }
  }
  const acked = senders.reduce((sum, sender) => sum + sender.acked.size, 0);
  assertEquals(messages.length, acked, "nothing is there that nobody sent");
  assert(acked >= ACKS_BEFORE_KILL / 3);
}

async function post(server: ServerProcess, { sender, key }: { sender: Sender; key: string }): Promise<number> {
  const response = await fetch(new URL("api/rooms/common/messages", server.url), {
    method: "POST",
    headers: { "content-type": "application/json", cookie: sender.cookie },
    body: JSON.stringify({ key, text: `text of ${key}` }),
  });
  assert(response.ok, `status ${response.status}`);
  return (await response.json()).seq;
}

async function readAll(server: ServerProcess, cookie: string): Promise<Message[]> {
  const messages: Message[] = [];
  for (let more = true; more;) {
    const after = messages.at(-1)?.seq ?? 0;
    const url = new URL(`api/rooms/common/messages?limit=1000&after=${after}`, server.url);
    const page = await (await fetch(url, { headers: { cookie } })).json();
    messages.push(...page.messages);
    more = page.more;
  }
  return messages;
}
