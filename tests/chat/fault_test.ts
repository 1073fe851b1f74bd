import { assert, assertEquals } from "@std/assert";
import type { Message } from "../../lib/store/messages_view.ts";
import { ChatClient, register } from "../chat_client.ts";
import { type ServerProcess, startProcess } from "../server_process.ts";
import { tempDir } from "../testing.ts";

const CLIENTS = 20;
const ACKS_BEFORE_KILL = 400;

/** Sends one message after the other until the socket closes; what is not acknowledged is kept to be sent again. */
class Sender {
  readonly acked = new Map<string, number>();
  unacked: string | undefined;
  #count = 0;

  constructor(readonly name: string, readonly cookie: string) {}

  async sendUntilLost(client: ChatClient, onAck: () => void): Promise<void> {
    for (;;) {
      const key = this.unacked ?? `${this.name}-${++this.#count}`;
      this.unacked = key;
      client.say({ type: "send", room: "common", key, text: `text of ${key}` });
      const ack = await client.until("ack", (message) => message.key === key).catch(() => undefined);
      if (ack === undefined) return;
      this.acked.set(key, ack.seq);
      this.unacked = undefined;
      onAck();
    }
  }
}

Deno.test("a server killed with -9 under 20 senders keeps every acknowledged message, once and in order", async () => {
  await using dir = await tempDir();
  const args = ["--port", "0", "--data", dir.path, "--open-registration", "--no-rate-limits", "--log", "off"];
  const senders: Sender[] = [];
  {
    await using server = await startProcess({ args });
    for (let i = 0; i < CLIENTS; i++) {
      senders.push(new Sender(`sender-${i}`, await register(server.url, `sender-${i}`)));
    }
    await sendAndKill(server, senders);
  }
  await using server = await startProcess({ args });
  await resendAndCheck(server, senders);
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

async function resendAndCheck(server: ServerProcess, senders: readonly Sender[]): Promise<void> {
  for (const sender of senders) {
    const key = sender.unacked;
    assert(key !== undefined, "every sender was interrupted");
    const again = await post(server, { sender, key });
    sender.acked.set(key, again);
    assertEquals(await post(server, { sender, key }), again);
  }
  const messages = await readAll(server, senders[0].cookie);
  assertEquals(messages.map(({ seq }) => seq), messages.map((_, i) => i + 1));
  const seqOf = new Map(messages.map(({ key, seq }) => [key, seq]));
  assertEquals(seqOf.size, messages.length, "no message is there twice");
  for (const { acked } of senders) {
    for (const [key, seq] of acked) assertEquals(seqOf.get(key), seq);
  }
  const acked = senders.reduce((sum, sender) => sum + sender.acked.size, 0);
  assertEquals(messages.length, acked, "nothing is there that nobody sent");
  assert(acked >= ACKS_BEFORE_KILL);
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
